import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MoonwardenError, describeError } from '../../kernel/index.ts';

/** A pair as it was recorded: whatever it holds besides these is passed on unread. */
export interface RecordedPair {
  readonly chainId: string;
  readonly pairAddress: string;
  readonly baseToken: { readonly address: string; readonly name?: unknown; readonly symbol?: unknown };
  readonly quoteToken?: { readonly address?: unknown; readonly name?: unknown; readonly symbol?: unknown };
}

/** What one file holds. `array`: pairs without an envelope, as the newer endpoints answer. */
export type RecordedBody =
  | {
      readonly kind: 'pairs';
      readonly form: 'array' | 'envelope' | 'single';
      readonly pairs: readonly RecordedPair[];
    }
  | { readonly kind: 'profiles' | 'boosts'; readonly items: readonly unknown[] };

/** One recorded answer. */
export interface RecordedAnswer {
  readonly file: string;
  /** The latest time that the answer itself mentions, in ms since the epoch; 0 when it mentions none. */
  readonly spokenOfMs: number;
  readonly body: RecordedBody;
}

/** A file that is no answer, or not wholly one. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

/** Every answer of a folder, the oldest first. */
export interface RecordedAnswers {
  readonly answers: readonly RecordedAnswer[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Reads the `*.json` files of `dir`, of `dir/responses` and `dir/pairs`, or of the same under `dir/dexscreener`. Their
 * order is that of the pictures' times inside them (DexScreener dates pictures to five minutes), then of their names.
 * @throws MoonwardenError FILE_UNREADABLE when there is no such folder, or no answer in it.
 */
export function readAnswers(dir: string): RecordedAnswers {
  const answers: RecordedAnswer[] = [];
  const skipped: SkippedFile[] = [];
  for (const file of foldersOf(dir).flatMap(jsonFilesOf)) {
    try {
      const text = readFileSync(file, 'utf8');
      const { body, dropped } = readBody(JSON.parse(text));
      answers.push({ file, spokenOfMs: latestTimeIn(text), body });
      if (dropped > 0)
        skipped.push({ file, reason: `${dropped} of its pairs name no chain, pair or base token` });
    } catch (error) {
      skipped.push({ file, reason: describeError(error) });
    }
  }
  if (answers.length === 0) {
    const why =
      skipped.length === 0 ? 'it has no .json file' : `none of its ${skipped.length} .json files is one`;
    throw new MoonwardenError('FILE_UNREADABLE', `${dir} holds no recorded answer of DexScreener: ${why}.`);
  }
  answers.sort((a, b) => a.spokenOfMs - b.spokenOfMs || (basename(a.file) < basename(b.file) ? -1 : 1));
  return { answers, skipped };
}

/** The folders to read: the most specific layout that is there. */
function foldersOf(dir: string): string[] {
  const layouts = [
    [join(dir, 'dexscreener', 'pairs'), join(dir, 'dexscreener', 'responses')],
    [join(dir, 'pairs'), join(dir, 'responses')],
    [dir],
  ];
  const found = layouts.map((folders) => folders.filter(isFolder)).find((folders) => folders.length > 0);
  if (found === undefined) {
    throw new MoonwardenError('FILE_UNREADABLE', `There is no folder ${dir} that can be read.`);
  }
  return found;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function jsonFilesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name));
  } catch (cause) {
    throw new MoonwardenError('FILE_UNREADABLE', `The folder ${folder} cannot be listed.`, { cause });
  }
}

/** The body, and how many of its pairs were left out. */
interface ReadBody {
  readonly body: RecordedBody;
  readonly dropped: number;
}

/** @throws Error that says why the value is no answer. */
function readBody(value: unknown): ReadBody {
  if (Array.isArray(value)) return readArray(value);
  if (isPair(value)) return { body: { kind: 'pairs', form: 'single', pairs: [value] }, dropped: 0 };
  if (!isRecord(value) || !('pairs' in value)) throw new Error('neither an array nor an object with pairs');
  const pairs: unknown = value['pairs'] ?? [];
  if (!Array.isArray(pairs)) throw new Error('what it has as pairs is not a list');
  return readPairs('envelope', pairs);
}

function readArray(items: readonly unknown[]): ReadBody {
  if (items.length === 0 || items.some(isPair)) return readPairs('array', items);
  if (!items.every((item) => isRecord(item) && typeof item['tokenAddress'] === 'string')) {
    throw new Error('a list of neither pairs nor profiles nor boosts');
  }
  const boosts = items.some((item) => 'totalAmount' in (item as object));
  return { body: { kind: boosts ? 'boosts' : 'profiles', items }, dropped: 0 };
}

function readPairs(form: 'array' | 'envelope', items: readonly unknown[]): ReadBody {
  const pairs = items.filter(isPair);
  return { body: { kind: 'pairs', form, pairs }, dropped: items.length - pairs.length };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isPair(value: unknown): value is RecordedPair {
  if (!isRecord(value)) return false;
  const { chainId, pairAddress, baseToken } = value;
  return (
    typeof chainId === 'string' &&
    typeof pairAddress === 'string' &&
    isRecord(baseToken) &&
    typeof baseToken['address'] === 'string'
  );
}

function latestTimeIn(text: string): number {
  let latestMs = 0;
  for (const [, digits] of text.matchAll(/[?&]timestamp=(\d{13})\b/g))
    latestMs = Math.max(latestMs, Number(digits));
  return latestMs;
}
