import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MoonwardenError, describeError } from '../kernel/index.ts';
import { judgeMint, pairItems, parseListings, parsePairs, type Pair } from '../hosts/dexscreener/index.ts';

/** What one file holds, as the client would take it. */
export interface ParsedFile {
  readonly file: string;
  readonly kind: 'pairs' | 'listings' | 'not-an-answer';
  readonly items: number;
  readonly kept: number;
  /** Each item that is not used, with its reason. */
  readonly dropped: readonly { readonly reason: string; readonly detail: string }[];
  /** Why the file is no answer. */
  readonly problem?: string;
}

/** All files together. */
export interface ParseReport {
  readonly files: readonly ParsedFile[];
  readonly items: number;
  readonly kept: number;
  readonly droppedByReason: Readonly<Record<string, number>>;
  readonly pairs: {
    /** Pairs that are kept, and how many different ones. */
    readonly kept: number;
    readonly distinct: number;
    /** Of the different ones: what the rules for activation and score will have to do without. */
    readonly withoutLiquidity: number;
    readonly withoutPriceUsd: number;
    readonly withoutPriceChange5m: number;
    /** Of the different ones: the base is a quote currency or a stablecoin, so that no token is scored by it. */
    readonly baseNotScored: number;
    /** Different tokens that can be scored. */
    readonly tokens: number;
  };
  readonly listings: { readonly kept: number };
}

/** Reads files, and the JSON files of folders, as DexScreener answers. @throws MoonwardenError FILE_UNREADABLE. */
export function parseAnswers(paths: readonly string[]): ParseReport {
  const distinct = new Map<string, Pair>();
  const files = paths.flatMap(expand).map((file) => parseFile(file, distinct));
  const droppedByReason: Record<string, number> = {};
  for (const { reason } of files.flatMap(({ dropped }) => dropped)) {
    droppedByReason[reason] = (droppedByReason[reason] ?? 0) + 1;
  }
  const sum = (count: (file: ParsedFile) => number): number =>
    files.reduce((total, file) => total + count(file), 0);
  const pairs = [...distinct.values()];
  const scored = pairs.filter(({ base }) => judgeMint(base.mint).ok);
  return {
    files,
    items: sum(({ items }) => items),
    kept: sum(({ kept }) => kept),
    droppedByReason,
    pairs: {
      kept: sum(({ kind, kept }) => (kind === 'pairs' ? kept : 0)),
      distinct: pairs.length,
      withoutLiquidity: pairs.filter(({ liquidityUsd }) => liquidityUsd === null).length,
      withoutPriceUsd: pairs.filter(({ priceUsd }) => priceUsd === null).length,
      withoutPriceChange5m: pairs.filter(({ priceChange5m }) => priceChange5m === null).length,
      baseNotScored: pairs.length - scored.length,
      tokens: new Set(scored.map(({ base }) => base.mint)).size,
    },
    listings: { kept: sum(({ kind, kept }) => (kind === 'listings' ? kept : 0)) },
  };
}

function expand(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw new MoonwardenError('FILE_UNREADABLE', `cannot read ${path}: ${describeError(error)}`);
  }
}

function parseFile(file: string, distinct: Map<string, Pair>): ParsedFile {
  const noAnswer = (problem: string): ParsedFile => ({
    file,
    kind: 'not-an-answer',
    items: 0,
    kept: 0,
    dropped: [],
    problem,
  });
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new MoonwardenError('FILE_UNREADABLE', `cannot read ${file}: ${describeError(error)}`);
  }
  let answer: unknown;
  try {
    answer = JSON.parse(content);
  } catch {
    return noAnswer(/^\s*</.test(content) ? 'an HTML page instead of JSON' : 'not JSON');
  }
  if (isListing(answer)) {
    const { mints, dropped } = parseListings(answer);
    return { file, kind: 'listings', items: answer.length, kept: mints.length, dropped };
  }
  const items = pairItems(answer);
  if (items === undefined) return noAnswer('JSON, but neither a list nor an object with "pairs"');
  const { pairs, dropped } = parsePairs(answer);
  for (const pair of pairs) distinct.set(pair.pairAddress, pair);
  return { file, kind: 'pairs', items: items.length, kept: pairs.length, dropped };
}

/** Profiles and boosts name a token, pairs name two. */
function isListing(answer: unknown): answer is readonly unknown[] {
  return (
    Array.isArray(answer) &&
    answer.some(
      (item: unknown) =>
        typeof item === 'object' && item !== null && 'tokenAddress' in item && !('pairAddress' in item),
    )
  );
}
