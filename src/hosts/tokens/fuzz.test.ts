import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../kernel/index.ts';
import { DexAnswerError, readJson } from '../dexscreener/answer.ts';
import { splitByToken, type TokenRead } from '../dexscreener/client.ts';
import { isMint } from '../dexscreener/mint.ts';
import {
  MalformedAnswerError,
  pairItems,
  parseListings,
  parsePairs,
  type Pair,
} from '../dexscreener/wire.ts';
import { checkActivation, passLimit } from './activation.ts';
import { aggregate } from './metrics.ts';
import { assessQuality } from './quality.ts';
import { applyBatchRead, applyFullRead, applyVerification } from './read.ts';
import { computeScore } from './score.ts';
import { mutateJson } from './testing/mutate.ts';
import { SETTINGS, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';

const FIXTURES = fileURLToPath(new URL('../../../test/fixtures/dexscreener/responses', import.meta.url));
/** `npm run fuzz` sets these. */
const RUNS = Number(process.env['MOONWARDEN_FUZZ_RUNS'] ?? 2_000);
const SEED = process.env['MOONWARDEN_FUZZ_SEED'] ?? '7';
const CORPUS = process.env['MOONWARDEN_FUZZ_CORPUS'];
const NOW = Date.UTC(2026, 9, 10);

const REASONS: ReadonlySet<string> = new Set([
  'other_chain',
  'duplicate_pair',
  'bad_address',
  'negative_number',
  'malformed',
  'duplicate',
]);

/** Answers in the recorded format: the fixtures, and every JSON file of a folder that is given. */
function readCorpus(): readonly unknown[] {
  return [FIXTURES, ...(CORPUS === undefined ? [] : [CORPUS])].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !/^_|^broken/.test(name))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown),
  );
}

/** How many answers were cut off at which stage, and why pairs were dropped. */
type Counts = Record<string, number>;
const count = (counts: Counts, key: string, by = 1): void => {
  counts[key] = (counts[key] ?? 0) + by;
};

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
const sound = (value: number | null): boolean => value === null || (Number.isFinite(value) && value >= 0);

function expectSoundPair(pair: Pair): void {
  const { priceChange5m, trades5m, trades1h, ...rest } = pair;
  must(isMint(pair.base.mint), `the base ${pair.base.mint}`);
  must(priceChange5m === null || Number.isFinite(priceChange5m), `priceChange5m ${priceChange5m}`);
  for (const [field, value] of [rest, trades5m, trades1h].flatMap((part) => Object.entries(part)))
    must(typeof value !== 'number' || sound(value), `${field} ${String(value)}`);
}

function expectSoundToken(token: Token): void {
  const { score, smoothedScore, components, smoothedComponents, belowMs, metrics } = token;
  const parts = [
    score,
    smoothedScore,
    ...Object.values(components ?? {}),
    ...Object.values(smoothedComponents ?? {}),
  ];
  for (const value of parts)
    must(value === null || (Number.isFinite(value) && Math.abs(value) <= 15), `score ${value}`);
  for (const value of Object.values(metrics ?? {}) as (number | null)[])
    must(sound(value), `metrics ${value}`);
  must(Number.isFinite(belowMs) && belowMs >= 0, `belowMs ${belowMs}`);
  must(token.firstPoolAt === null || token.firstPoolAt <= NOW + 60_000, `firstPoolAt ${token.firstPoolAt}`);
  // What cannot be written could not be stored either.
  must(JSON.stringify(token).length > 0, 'a token that cannot be written');
}

const context = { sourceShowsPools: true, admit: () => true };

/** A token that knows the sound answer gets the spoilt one, by each of the ways. */
function expectSoundReads(before: TokenRead, spoilt: TokenRead): void {
  const fresh = tokenOf(spoilt.mint, { discoveredAt: NOW - 3_600_000, statusSince: NOW - 3_600_000 });
  const known = applyFullRead(fresh, { ...before, at: NOW - 10_000 }, NOW - 10_000, SETTINGS, context).token;
  for (const token of [fresh, known]) {
    const light = applyBatchRead(token, { ...spoilt, pairs: spoilt.pairs.slice(0, 1) }, NOW, SETTINGS);
    for (const { token: after, changes } of [
      light,
      applyFullRead(token, spoilt, NOW, SETTINGS, context),
      applyFullRead(light.token, { ...spoilt, at: NOW + 10_000 }, NOW + 10_000, SETTINGS, context),
      applyVerification(token, spoilt, NOW, SETTINGS),
      applyBatchRead({ ...token, status: 'archived' }, spoilt, NOW, SETTINGS),
    ]) {
      expectSoundToken(after);
      for (const change of changes)
        must(change.kind !== 'journal' || change.entry.reason.length > 0, 'an entry without a reason');
    }
  }
}

function expectSoundJudgement(pairs: readonly Pair[]): void {
  const pools = pairs.map((pair) => ({ ...pair, readAt: NOW }));
  const { outliers, quality } = assessQuality(
    { shown: pools, known: pools, rejected: [], previous: null, now: NOW },
    SETTINGS,
  );
  must(quality.level === 'ok' || quality.reasons.length > 0, 'a level without a reason');
  const sums = aggregate(
    pools.filter(({ pairAddress }) => !outliers.has(pairAddress)),
    null,
    SETTINGS,
    NOW,
  );
  const { score } = computeScore(sums, { smoothedScore: null, smoothedComponents: null }, SETTINGS);
  must(Number.isFinite(score) && score >= -0.25 && score <= 7, `score ${score}`);
  const check = checkActivation(pairs, SETTINGS, NOW);
  must(
    check.steps.every(({ reason }) => !reason.startsWith('The step broke')),
    'a step that broke',
  );
  must(
    check.steps.every(({ reason }) => reason !== '') && check.pools.length === pairs.length,
    'a step without a reason',
  );
  must(sound(passLimit(pairs, SETTINGS)), 'the limit that would pass');
}

/** Takes one spoilt answer as far as it goes. */
function follow(original: unknown, random: Random, counts: Counts): void {
  const body = mutateJson(original, random);
  const html = random.next() < 0.01;
  let json: unknown;
  try {
    json = readJson(
      { status: 200, contentType: html ? 'text/html' : 'application/json; charset=utf-8', body },
      NOW,
    );
  } catch (error) {
    if (!(error instanceof DexAnswerError)) throw error;
    count(counts, 'not JSON');
    return;
  }
  const isListing = Array.isArray(original) && original.some((item: object) => 'tokenAddress' in item);
  try {
    if (isListing) {
      const { mints, dropped } = parseListings(json);
      must(mints.every(isMint) && new Set(mints).size === mints.length, 'a mint of a list');
      for (const { reason, detail } of dropped) {
        must(REASONS.has(reason) && detail !== '', `dropped without a reason: ${reason}`);
        count(counts, `dropped: ${reason}`);
      }
      count(counts, 'listed', mints.length);
    } else {
      const { pairs, dropped } = parsePairs(json);
      must(pairs.length + dropped.length === (pairItems(json)?.length ?? 0), 'a pair is lost');
      for (const { reason, detail } of dropped) {
        must(REASONS.has(reason) && detail !== '', `dropped without a reason: ${reason}`);
        count(counts, `dropped: ${reason}`);
      }
      count(counts, 'kept', pairs.length);
      pairs.forEach(expectSoundPair);
      expectSoundJudgement(pairs);
      const sane = parsePairs(original);
      const mint = (pairs[0] ?? sane.pairs[0])?.base.mint;
      const readOf = (parsed: typeof sane): TokenRead | undefined =>
        mint === undefined ? undefined : splitByToken([mint], { ...parsed, at: NOW }).get(mint);
      const [before, spoilt] = [readOf(sane), readOf({ pairs, dropped })];
      if (before && spoilt) expectSoundReads(before, spoilt);
    }
  } catch (error) {
    if (!(error instanceof MalformedAnswerError)) throw error;
    count(counts, 'not an answer');
    return;
  }
  count(counts, 'answers read');
}

it(
  `${RUNS} spoilt answers: each is read or refused by name, and what is kept is sound`,
  { timeout: 3_600_000 },
  () => {
    const corpus = readCorpus();
    expect(corpus.length).toBeGreaterThan(10);
    const counts: Counts = {};
    for (let run = 0; run < RUNS; run++) {
      const random = createRandom(`${SEED}/${run}`);
      const original = random.pick(corpus);
      try {
        follow(original, random, counts);
      } catch (error) {
        throw new Error(`seed ${SEED}, run ${run}: ${String(error)}`, { cause: error });
      }
    }
    if (RUNS > 2_000)
      console.log(JSON.stringify({ runs: RUNS, seed: SEED, corpus: corpus.length, ...counts }, null, 2));
    const cut = (counts['not JSON'] ?? 0) + (counts['not an answer'] ?? 0);
    expect(cut + (counts['answers read'] ?? 0)).toBe(RUNS);
    // Otherwise most of the work would be done by JSON.parse, and the rest would go untried.
    expect((counts['answers read'] ?? 0) / RUNS).toBeGreaterThan(0.3);
    for (const stage of [
      'not JSON',
      'not an answer',
      'kept',
      'listed',
      'dropped: malformed',
      'dropped: negative_number',
    ])
      expect(counts[stage], stage).toBeGreaterThan(0);
  },
);
