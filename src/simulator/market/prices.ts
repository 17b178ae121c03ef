import type { Random } from '../../kernel/index.ts';
import { USD1, WRAPPED_SOL } from './assets.ts';
import type { Life } from './life.ts';
import { smoothAt, uniformAt } from './noise.ts';
import type { PoolPlan } from './pools.ts';

/** What the money is worth: USD for one unit, by minute. */
export interface Money {
  solUsd(minute: number): number;
}

export function createMoney(random: Random): Money {
  const key = random.integer(0, 2 ** 31 - 1);
  return {
    solUsd: (minute) =>
      150 * Math.exp(0.15 * smoothAt(key, minute / 14_400) + 0.01 * smoothAt(key + 1, minute / 90)),
  };
}

/** A one-sided pool shows a garbage price in seven of ten half days. */
const GARBAGE_FACTOR = 5_000;
const garbageAt = (pool: PoolPlan, minute: number): boolean =>
  uniformAt(pool.noiseKey + 9, Math.floor(minute / 720)) < 0.7;

/** USD for one unit of the token in a market with `supply` of them, before any pool's own opinion. */
export const tokenUsd = (life: Life, supply: number, minute: number): number =>
  Math.exp(life.stateAt(minute).lnCap) / supply;

/** What the pool says that its base token is worth in USD, when the last trade was at `minute`. */
export function baseUsd(pool: PoolPlan, life: Life, supply: number, minute: number): number {
  if (pool.oddity === 'token-is-quote') return 0.0003 * Math.exp(0.4 * smoothAt(pool.noiseKey, minute / 120));
  const opinion = pool.isCalm ? 1 : Math.exp(0.003 * smoothAt(pool.noiseKey, minute / 7));
  const garbage = pool.oddity === 'one-sided' && garbageAt(pool, minute) ? GARBAGE_FACTOR : 1;
  return tokenUsd(life, supply, minute) * opinion * garbage;
}

/** What one unit of the pool's quote is worth in USD. */
export function quoteUsd(pool: PoolPlan, life: Life, supply: number, money: Money, minute: number): number {
  if (pool.oddity === 'token-is-quote') return tokenUsd(life, supply, minute);
  if (pool.quote.mint === WRAPPED_SOL.mint) return money.solUsd(minute);
  if (pool.quote.mint === USD1.mint) return 0.9996;
  if (pool.oddity === 'impostor-quote')
    return 0.000_012 * Math.exp(0.5 * smoothAt(pool.noiseKey + 5, minute / 60));
  return pool.oddity === 'priceless' ? 0.000_004 : 1;
}

/** The two sides of a pool in USD. */
export interface Sides {
  readonly baseUsd: number;
  readonly quoteUsd: number;
}

/**
 * The sides of the pool at `minute`. In a constant-product pool each side goes with the square root of the price; the
 * providers leave when the token's life ends, at once in a rug. Undefined on a curve or where nothing has a price.
 */
export function sidesUsd(
  pool: PoolPlan,
  life: Life,
  supply: number,
  pricedMinute: number,
  minute: number,
): Sides | undefined {
  if (pool.venue === 'curve' || pool.oddity === 'priceless') return undefined;
  const priceUsd = baseUsd(pool, life, supply, pricedMinute);
  if (pool.oddity === 'one-sided') return { baseUsd: 0.08 * supply * priceUsd, quoteUsd: pool.seedUsd };
  const openUsd = baseUsd(pool, life, supply, pool.createdMinute);
  const side = pool.seedUsd * Math.sqrt(priceUsd / openUsd) * providersLeft(pool, life, minute);
  return { baseUsd: 2 * side * pool.baseShare, quoteUsd: 2 * side * (1 - pool.baseShare) };
}

/** The share of the liquidity that its providers have left in. */
function providersLeft(pool: PoolPlan, life: Life, minute: number): number {
  if (pool.halfLifeMinutes === Infinity || minute <= life.endsMinute) return 1;
  if (life.ruggedMinute !== undefined) return 0.0005;
  const gone = Math.max(pool.staysShare, 0.5 ** ((minute - life.endsMinute) / pool.halfLifeMinutes));
  if (life.revival === undefined || minute <= life.revival.fromMinute) return gone;
  const { fromMinute, toMinute } = life.revival;
  const back = Math.min(1, (minute - fromMinute) / RETURN_MINUTES);
  const left = minute <= toMinute ? 1 : 0.5 ** ((minute - toMinute) / Math.min(60, pool.halfLifeMinutes));
  return Math.max(gone, back * left);
}

/** In a revival the providers are back within so many minutes. */
const RETURN_MINUTES = 10;
