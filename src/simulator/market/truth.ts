import type { Phase } from './life.ts';
import type { PairSources } from './pair.ts';
import { isListed, type Oddity, type PoolPlan, type Venue } from './pools.ts';
import type { SimulatedToken } from './population.ts';
import { sidesUsd, tokenUsd, type Sides } from './prices.ts';
import { MINUTE_MS } from './time.ts';

/** How a pool really is. */
export interface PoolTruth {
  readonly pairAddress: string;
  readonly dexId: string;
  readonly venue: Venue;
  readonly quoteMint: string;
  readonly tokenIsBase: boolean;
  readonly oddity: Oddity | undefined;
  readonly createdAtMs: number;
  /** What the pool shows as its liquidity; undefined where it shows none. */
  readonly liquidityUsd: number | undefined;
  /** What could be had for it: a base side beyond four times the quote side counts for nothing; 0 on curves and with a false quote. */
  readonly realLiquidityUsd: number;
}

/** How a token really is, apart from what the market answers about it. */
export interface TokenTruth {
  readonly mint: string;
  readonly symbol: string;
  readonly phase: Phase;
  readonly bornAtMs: number;
  /** When it left, or will leave, the bonding curve; undefined when it never does. */
  readonly migratesAtMs: number | undefined;
  readonly ruggedAtMs: number | undefined;
  readonly priceUsd: number;
  /** The sum of the pools' real liquidity. */
  readonly liquidityUsd: number;
  /** Over all pools in which it is the base. */
  readonly tradesM5: number;
  readonly tradesH1: number;
  /** The pools that are listed, in order of creation. */
  readonly pools: readonly PoolTruth[];
}

function sidesOf(
  { book }: PairSources,
  { life, supply }: SimulatedToken,
  pool: PoolPlan,
  minute: number,
): Sides | undefined {
  return sidesUsd(pool, life, supply, book.of(pool, life).lastTradeBefore(minute), minute);
}

/** What could be had for the pool in USD: see {@link PoolTruth.realLiquidityUsd}. */
export function realLiquidityUsd(
  sources: PairSources,
  token: SimulatedToken,
  pool: PoolPlan,
  minute: number,
): number {
  const sides = sidesOf(sources, token, pool, minute);
  const falseQuote = pool.oddity === 'impostor-quote' || pool.oddity === 'token-is-quote';
  return sides && !falseQuote ? sides.quoteUsd + Math.min(sides.baseUsd, sides.quoteUsd * 4) : 0;
}

export function truthOf(sources: PairSources, token: SimulatedToken, minute: number): TokenTruth {
  const { asset, life, supply } = token;
  const { book } = sources;
  const existing = token.pools.filter((pool) => isListed(pool, minute));
  const pools = existing.map((pool): PoolTruth => {
    const sides = sidesOf(sources, token, pool, minute);
    return {
      pairAddress: pool.pairAddress,
      dexId: pool.dexId,
      venue: pool.venue,
      quoteMint: pool.quote.mint,
      tokenIsBase: pool.base.mint === asset.mint,
      oddity: pool.oddity,
      createdAtMs: pool.createdAtMs,
      liquidityUsd: sides && sides.baseUsd + sides.quoteUsd,
      realLiquidityUsd: realLiquidityUsd(sources, token, pool, minute),
    };
  });
  const trades = (minutes: number): number =>
    existing
      .filter((pool) => pool.base.mint === asset.mint)
      .map((pool) => book.of(pool, life).between(minute - minutes, minute))
      .reduce((sum, { buys, sells }) => sum + buys + sells, 0);
  return {
    mint: asset.mint,
    symbol: asset.symbol,
    phase: life.stateAt(minute).phase,
    bornAtMs: life.bornMinute * MINUTE_MS,
    migratesAtMs: life.migratesMinute === undefined ? undefined : life.migratesMinute * MINUTE_MS,
    ruggedAtMs: life.ruggedMinute === undefined ? undefined : life.ruggedMinute * MINUTE_MS,
    priceUsd: tokenUsd(life, supply, minute),
    liquidityUsd: pools.reduce((sum, pool) => sum + pool.realLiquidityUsd, 0),
    tradesM5: trades(5),
    tradesH1: trades(60),
    pools,
  };
}
