import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMint } from './mint.ts';
import { mintOf, secondWirePair, wirePair } from './testing/wire.ts';
import { MalformedAnswerError, pairItems, parseListings, parsePairs, type ParsedPairs } from './wire.ts';

// Many runs: on a busy machine, and measured for coverage, they need more than the usual time.
const PATIENT_MS = 60_000;

const REASONS = ['other_chain', 'duplicate_pair', 'bad_address', 'negative_number', 'malformed'];

/** What holds for the reading of any answer. */
function expectSound(answer: unknown): ParsedPairs | undefined {
  const items = pairItems(answer);
  if (items === undefined) {
    expect(() => parsePairs(answer)).toThrow(MalformedAnswerError);
    return undefined;
  }
  const parsed = parsePairs(answer);
  expect(parsed.pairs.length + parsed.dropped.length).toBe(items.length);
  const faults: unknown[] = parsed.dropped.filter(
    ({ reason, detail }) => !REASONS.includes(reason) || detail === '',
  );
  for (const pair of parsed.pairs) {
    if (!isMint(pair.base.mint)) faults.push(pair.base.mint);
    if (!Number.isFinite(pair.priceChange5m ?? 0)) faults.push(pair.priceChange5m);
    const { priceChange5m: _signed, trades5m, trades1h, ...rest } = pair;
    for (const value of [rest, trades5m, trades1h].flatMap((part): unknown[] => Object.values(part))) {
      if (typeof value === 'number' && !(Number.isFinite(value) && value >= 0)) faults.push(value);
    }
  }
  // One look at the end: ten thousand answers are read here.
  expect(faults).toEqual([]);
  expect(new Set(parsed.pairs.map(({ pairAddress }) => pairAddress)).size).toBe(parsed.pairs.length);
  return parsed;
}

function expectSoundListing(answer: unknown): void {
  if (!Array.isArray(answer)) {
    expect(() => parseListings(answer)).toThrow(MalformedAnswerError);
    return;
  }
  const { mints, dropped } = parseListings(answer);
  expect(mints.length + dropped.length).toBe(answer.length);
  expect(new Set(mints).size).toBe(mints.length);
  for (const { reason, detail } of dropped) expect([reason, detail]).not.toContain('');
}

describe('any JSON value', () => {
  it(
    'is read or refused as a whole; nothing else is thrown and no item is lost',
    { timeout: PATIENT_MS },
    () => {
      // Without a bound on keys: `pairs`, `chainId` and the like come up by themselves too rarely.
      const value = fc.oneof(
        fc.jsonValue(),
        fc.array(fc.jsonValue()),
        fc.jsonValue().map((pairs) => ({ pairs })),
        fc.array(fc.dictionary(fc.constantFrom(...Object.keys(wirePair()), 'tokenAddress'), fc.jsonValue())),
      );
      fc.assert(
        fc.property(value, (answer) => {
          expectSound(answer);
          expectSoundListing(answer);
        }),
        { numRuns: 2_000 },
      );
    },
  );
});

const JUNK: readonly unknown[] = [
  null,
  undefined,
  true,
  0,
  -1,
  -0.5,
  1e308,
  5e-324,
  '',
  ' ',
  'NaN',
  '-1',
  '12',
  '1e999',
  '0x10',
  '$🚀`_*[',
  '\u0000',
  'x'.repeat(5_000),
  [],
  [[]],
  {},
  { usd: -1 },
  { m5: { buys: -1 } },
  { address: mintOf(9) },
  NaN,
  Infinity,
  'solana',
  'base',
];

type Step = readonly [where: number, what: number];

/** Goes down a random path of a copy, and puts junk at its end, or takes the end away. */
function mutate(root: unknown, path: readonly number[], [kind, junk]: Step): void {
  let at: unknown = root;
  for (const [depth, choice] of path.entries()) {
    if (typeof at !== 'object' || at === null) return;
    const keys = Object.keys(at);
    const key = keys[choice % Math.max(1, keys.length)];
    if (key === undefined) return;
    const holder = at as Record<string, unknown>;
    const child = holder[key];
    const isEnd = depth === path.length - 1 || typeof child !== 'object' || child === null;
    if (!isEnd) at = child;
    else {
      if (kind % 5 !== 0) holder[key] = JUNK[junk % JUNK.length];
      else if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
      return;
    }
  }
}

describe('a valid answer with faults', () => {
  it('parses with all numbers finite, and drops what is broken alone', { timeout: PATIENT_MS }, () => {
    const choice = fc.nat(10_000);
    const faults = fc.array(
      fc.tuple(fc.array(choice, { minLength: 1, maxLength: 5 }), fc.tuple(choice, choice)),
      { minLength: 1, maxLength: 4 },
    );
    const counts = { kept: 0, dropped: 0, refused: 0 };
    fc.assert(
      fc.property(faults, fc.boolean(), (all, inEnvelope) => {
        const items = [wirePair(), secondWirePair(), wirePair({ pairAddress: 'pair-3', dexId: 'pumpswap' })];
        const answer: unknown = inEnvelope ? { schemaVersion: '1.0.0', pairs: items } : items;
        for (const [path, step] of all) mutate(answer, path, step);
        const parsed = expectSound(answer);
        counts.kept += parsed?.pairs.length ?? 0;
        counts.dropped += parsed?.dropped.length ?? 0;
        counts.refused += parsed ? 0 : 1;
      }),
      { numRuns: 10_000 },
    );
    // Otherwise the mutations would hit nothing, or everything.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(500);
  });
});

/** Parses every answer of a folder. Pages and broken files in it are no answers. */
function parseFolder(path: string): {
  readonly answers: number;
  readonly kept: number;
  readonly distinct: number;
} {
  const folder = fileURLToPath(new URL(path, import.meta.url));
  const distinct = new Set<string>();
  let kept = 0;
  let answers = 0;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names.filter((file) => file.endsWith('.json') && !/^_|^broken/.test(file))) {
    const answer: unknown = JSON.parse(readFileSync(`${folder}${name}`, 'utf8'));
    answers += 1;
    if (Array.isArray(answer) && answer.some((item: object) => 'tokenAddress' in item)) {
      expectSoundListing(answer);
      expect(parseListings(answer).mints.length, name).toBeGreaterThan(0);
      continue;
    }
    const parsed = expectSound(answer);
    expect(parsed, name).toBeDefined();
    kept += parsed?.pairs.length ?? 0;
    for (const { pairAddress } of parsed?.pairs ?? []) distinct.add(pairAddress);
  }
  return { answers, kept, distinct: distinct.size };
}

describe('whole answers', () => {
  it('of the fixtures all parse', () => {
    const { answers, kept } = parseFolder('../../../test/fixtures/dexscreener/responses/');
    if (answers > 0) expect(kept).toBeGreaterThan(20);
  });

  it('that were recorded all parse, with every drop explained', () => {
    const found = parseFolder('../../../../shared/data/dexscreener/responses/');
    // The recordings are not part of the project.
    if (found.answers > 0) expect(found).toMatchObject({ kept: 213, distinct: 124 });
  });
});
