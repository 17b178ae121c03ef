import type { TokenSettings } from './settings.ts';
import type { Token } from './token.ts';

/** A token is worth at most this many times as much as another of its class, so nobody waits over twice its share. */
const MOST_VALUE = 4;

/** Score in parts of the limit for hot tokens, and what that is worth: [from, worth]. */
const SCORE_BANDS = [
  [5, 1.5],
  [2, 1],
  [1, 0.75],
  [0.5, 0.5],
  [0.25, 0.25],
] as const;
const ACTIVE_WORTH = 0.5;
/** A price that moves by this many percent in 5 min is as volatile as counts. */
const VOLATILE_PERCENT = 10;

type Valued = Pick<Token, 'status' | 'score' | 'smoothedScore' | 'metrics' | 'pools' | 'refreshedAt'>;

/**
 * What fresh data of a token is worth, from 1 to 4: more for a higher score band, an active token, and one whose score or
 * price moves. Pure.
 */
export function refreshValue(token: Valued, { minScore }: Pick<TokenSettings, 'minScore'>): number {
  const smoothed = token.smoothedScore ?? 0;
  const ratio = smoothed / Math.max(minScore, Number.EPSILON);
  const band = SCORE_BANDS.find(([from]) => ratio >= from)?.[1] ?? 0;
  const active = token.status === 'active' ? ACTIVE_WORTH : 0;
  return bounded(1 + band + active + volatility(token, minScore));
}

/** How far the newest score is from the smoothed one, or how far the price moved in 5 min; from 0 to 1. */
function volatility({ score, smoothedScore, pools }: Valued, minScore: number): number {
  const scale = Math.max(minScore, Math.abs(smoothedScore ?? 0), Number.EPSILON);
  const ofScore = score === null || smoothedScore === null ? 0 : Math.abs(score - smoothedScore) / scale;
  const ofPrice = Math.abs(pools[0]?.priceChange5m ?? 0) / VOLATILE_PERCENT;
  return Math.min(1, Math.max(ofScore, ofPrice));
}

/**
 * What a read of all pools of a token is worth, from 1 to 4: more for one that is traded, has liquidity, and is young or
 * active. Pure.
 */
export function checkValue(
  token: Valued,
  settings: Pick<TokenSettings, 'minLiquidityUsd' | 'freshnessThresholdMs'>,
): number {
  const ageMs = (token.metrics?.ageHours ?? Infinity) * 3_600_000;
  const young = ageMs < settings.freshnessThresholdMs;
  return bounded(
    1 +
      (isTraded(token) ? 1 : 0) +
      (hasLiquidity(token, settings) ? 1 : 0) +
      (token.status === 'active' || young ? 1 : 0),
  );
}

/**
 * Whether what is known of a token in monitoring speaks for its activation: its last read showed trades and liquidity, or
 * it was never read. Pure.
 */
export function isPromising(token: Valued, settings: Pick<TokenSettings, 'minLiquidityUsd'>): boolean {
  if (token.status !== 'monitoring') return false;
  return token.refreshedAt === null || (isTraded(token) && hasLiquidity(token, settings));
}

const isTraded = ({ metrics }: Valued): boolean => (metrics?.tx5m ?? 0) > 0;

const hasLiquidity = (
  { metrics }: Valued,
  { minLiquidityUsd }: Pick<TokenSettings, 'minLiquidityUsd'>,
): boolean => (metrics?.liquidityUsd ?? 0) >= Math.max(minLiquidityUsd, Number.EPSILON);

const bounded = (value: number): number => (value >= 1 ? Math.min(MOST_VALUE, value) : 1);
