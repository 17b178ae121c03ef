import type { KnownPool } from './token.ts';
import { classifyPool, type PoolSettings } from './pool-verdict.ts';

/** What a score is computed from: sums over the pools that count. */
export interface TokenMetrics {
  readonly tx5m: number;
  readonly tx1h: number;
  readonly buys5m: number;
  readonly sells5m: number;
  readonly volume5mUsd: number;
  readonly volume1hUsd: number;
  /** Null when no pool tells its liquidity. */
  readonly liquidityUsd: number | null;
  /** Since the oldest pool was created; null when no answer tells. */
  readonly ageHours: number | null;
  /** Number of pools that count. */
  readonly pools: number;
}

/** No sum goes beyond this, so that sums of sums stay finite whatever an answer claims. */
const LARGEST_SUM = 1e300;

/** A pool that no answer has shown for this long is not summed any more, in ms. */
export const POOL_EXPIRY_MS = 15 * 60_000;

/**
 * Sums over the pools that count for activation. Pools that do not (bonding curves, foreign quotes, liquidity that is
 * not to be believed) would let a stranger set the score.
 */
export function aggregate(
  pools: readonly KnownPool[],
  firstPoolAt: number | null,
  settings: PoolSettings,
  now: number,
): TokenMetrics {
  const counting = pools.filter(
    (pool) => now - pool.readAt <= POOL_EXPIRY_MS && classifyPool(pool, settings).counts !== 'no',
  );
  const sum = (value: (pool: KnownPool) => number): number =>
    counting.reduce((total, pool) => Math.min(LARGEST_SUM, total + value(pool)), 0);
  const buys5m = sum(({ trades5m }) => trades5m.buys);
  const sells5m = sum(({ trades5m }) => trades5m.sells);
  return {
    tx5m: buys5m + sells5m,
    tx1h: sum(({ trades1h }) => trades1h.buys + trades1h.sells),
    buys5m,
    sells5m,
    volume5mUsd: sum(({ volume5mUsd }) => volume5mUsd),
    volume1hUsd: sum(({ volume1hUsd }) => volume1hUsd),
    liquidityUsd: counting.some(({ liquidityUsd }) => liquidityUsd !== null)
      ? sum(({ liquidityUsd }) => liquidityUsd ?? 0)
      : null,
    ageHours: firstPoolAt === null ? null : Math.max(0, now - firstPoolAt) / 3_600_000,
    pools: counting.length,
  };
}
