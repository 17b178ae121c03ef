import type { DataQuality } from '../../contract/index.ts';
import type { DropReason } from '../dexscreener/index.ts';
import { classifyPool, type PoolSettings } from './pool-verdict.ts';
import type { KnownPool } from './token.ts';
import { usd } from './words.ts';

/** What a judgement of data looks at. */
export interface QualityInput {
  /** The pools of the answer. */
  readonly shown: readonly KnownPool[];
  /** The pools as they were known before. */
  readonly known: readonly KnownPool[];
  /** Why pairs of this token in the answer could not be read. */
  readonly rejected: readonly DropReason[];
  readonly previous: TokenQuality | null;
  readonly now: number;
}

/** The quality of the data, with what has to be remembered until the next answer. */
export interface TokenQuality extends DataQuality {
  /** Pools that jumped: their price and liquidity as they were last shown, to be confirmed by the next answer. */
  readonly suspects?: Readonly<
    Record<string, { readonly priceUsd: number | null; readonly liquidityUsd: number | null }>
  >;
  /** While no data is believed: the smoothed score as it was last computed, from which it fades. */
  readonly lastGood?: number;
}

export interface QualityVerdict {
  readonly quality: TokenQuality;
  /** Pools whose price stands apart from all others: their figures must not count. */
  readonly outliers: ReadonlySet<string>;
}

/** From here on up a pool is large enough to wonder that nobody trades in it, USD. */
const LARGE_LIQUIDITY_USD = 10_000;
/** So many trades in five minutes move a price. */
const MANY_TRADES = 200;
/** Percent: less than this is no movement. */
const STILL_PERCENT = 0.1;
/** A change by more than this factor between two answers is a jump. */
const JUMP = 3;
/** Answers further apart than this are not compared, in ms. */
const COMPARABLE_MS = 120_000;
/** Two answers that differ by no more than this factor confirm each other. */
const CONFIRMS = 1.5;
/** Needed to say which of them stands apart. */
const POOLS_FOR_OUTLIER = 3;

/** How far the data of an answer can be believed (R-TOK-11). Pure. */
export function assessQuality(input: QualityInput, settings: PoolSettings): QualityVerdict {
  const { shown, known, rejected, previous, now } = input;
  const critical: string[] = [];
  const warning: string[] = [];
  if (rejected.includes('negative_number')) critical.push('a pool was given with a negative number');
  else if (rejected.length > 0) warning.push(`${rejected.length} of its pools could not be read`);

  const counting = shown.filter((pool) => classifyPool(pool, settings).counts !== 'no');
  for (const pool of counting) {
    const trades = pool.trades5m.buys + pool.trades5m.sells;
    const hourly = pool.trades1h.buys + pool.trades1h.sells;
    const name = `the ${pool.dex} pool`;
    const liquidityUsd = pool.liquidityUsd ?? 0;
    if (liquidityUsd > LARGE_LIQUIDITY_USD && hourly === 0)
      warning.push(`${name} holds ${usd(liquidityUsd)} and saw no trade for an hour`);
    if (trades > MANY_TRADES && pool.priceChange5m !== null && Math.abs(pool.priceChange5m) < STILL_PERCENT)
      warning.push(`${name} saw ${trades} trades in 5 min and its price did not move`);
    if (trades > 0 && pool.volume5mUsd === 0)
      warning.push(`${name} saw ${trades} trades in 5 min without volume`);
  }

  const outliers = findOutliers(counting);
  if (outliers.size > 0)
    warning.push(
      `the price in ${outliers.size === 1 ? 'one pool' : `${outliers.size} pools`} is more than ${JUMP} times off the others`,
    );

  const jumps = findJumps(shown, known, now, settings);
  const news = jumps.filter(({ pool }) => !confirmed(pool, previous));
  for (const { pool, what, from, to } of news)
    critical.push(`the ${what} of the ${pool.dex} pool jumped from ${usd(from)} to ${usd(to)}`);
  if (news.length === 0 && jumps.length > 0) warning.push('a jump was confirmed by a second answer');

  const answered = new Set(shown.map(({ pairAddress }) => pairAddress));
  const suspects = Object.fromEntries([
    // An answer that does not show a pool neither confirms its jump nor takes it back.
    ...Object.entries(previous?.suspects ?? {}).filter(([pairAddress]) => !answered.has(pairAddress)),
    ...news.map(
      ({ pool: { pairAddress, priceUsd, liquidityUsd } }) =>
        [pairAddress, { priceUsd, liquidityUsd }] as const,
    ),
  ]);
  const level = critical.length > 0 ? 'critical' : warning.length > 0 ? 'warning' : 'ok';
  return {
    quality: {
      level,
      reasons: [...critical, ...warning].slice(0, MOST_REASONS),
      at: now,
      ...(Object.keys(suspects).length > 0 ? { suspects } : {}),
    },
    outliers,
  };
}

const MOST_REASONS = 5;

/** A score without new data stands for so long, then it halves with each half-life, in ms. */
const STANDS_MS = 10 * 60_000;
const HALF_LIFE_MS = 30 * 60_000;

/**
 * What a score is worth whose data is not renewed: itself for ten minutes, then s * 2^-((age - 10 min) / 30 min).
 * @param score the smoothed score when it was last computed.
 */
export function fadingScore(score: number, ageMs: number): number {
  return score * 2 ** -(Math.max(0, ageMs - STANDS_MS) / HALF_LIFE_MS);
}

interface Jump {
  readonly pool: KnownPool;
  readonly what: 'price' | 'liquidity';
  readonly from: number;
  readonly to: number;
}

/** Like is compared with like: a pool with itself, shortly before. */
function findJumps(
  shown: readonly KnownPool[],
  known: readonly KnownPool[],
  now: number,
  { minLiquidityUsd }: PoolSettings,
): Jump[] {
  const before = new Map(known.map((pool) => [pool.pairAddress, pool]));
  return shown.flatMap((pool): Jump[] => {
    const old = before.get(pool.pairAddress);
    if (old === undefined || Math.abs(now - old.readAt) > COMPARABLE_MS) return [];
    // What happens in a pool of dust says nothing about the token.
    if (Math.max(old.liquidityUsd ?? 0, pool.liquidityUsd ?? 0) < minLiquidityUsd) return [];
    const jump = (what: Jump['what'], from: number | null, to: number | null): Jump[] =>
      from !== null && to !== null && factor(from, to) > JUMP ? [{ pool, what, from, to }] : [];
    return [
      ...jump('price', old.priceUsd, pool.priceUsd),
      ...jump('liquidity', old.liquidityUsd, pool.liquidityUsd),
    ];
  });
}

function confirmed(pool: KnownPool, previous: TokenQuality | null): boolean {
  const suspect = previous?.suspects?.[pool.pairAddress];
  if (suspect === undefined) return false;
  const same = (a: number | null, b: number | null): boolean =>
    a === b || (a !== null && b !== null && factor(a, b) <= CONFIRMS);
  return same(suspect.priceUsd, pool.priceUsd) && same(suspect.liquidityUsd, pool.liquidityUsd);
}

/**
 * Pools whose price is more than three times off the median of at least three, while most agree. Where nobody traded for
 * an hour the price is that of long ago, and says nothing.
 */
function findOutliers(pools: readonly KnownPool[]): ReadonlySet<string> {
  const priced = pools.flatMap(({ pairAddress, priceUsd, trades1h }) =>
    priceUsd === null || trades1h.buys + trades1h.sells === 0 ? [] : [{ pairAddress, priceUsd }],
  );
  if (priced.length < POOLS_FOR_OUTLIER) return new Set();
  const sorted = priced.map(({ priceUsd }) => priceUsd).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const apart = priced.filter(({ priceUsd }) => factor(priceUsd, median) > JUMP);
  return new Set(2 * apart.length < priced.length ? apart.map(({ pairAddress }) => pairAddress) : []);
}

/** How many times one number is the other; 1 for two zeros. */
function factor(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return high === low ? 1 : high / Math.max(low, Number.MIN_VALUE);
}
