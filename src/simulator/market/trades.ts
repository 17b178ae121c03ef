import { createBoundedCache } from './bounded-cache.ts';
import type { Life } from './life.ts';
import { uniformAt } from './noise.ts';
import type { PoolPlan } from './pools.ts';
import { DAY_MINUTES, HOUR_MINUTES } from './time.ts';

/** What was traded in a span of minutes. */
export interface Traded {
  readonly buys: number;
  readonly sells: number;
  readonly volumeUsd: number;
}

/** The trades of every pool, by minute. */
export interface TradeBook {
  /** Trades in the minutes from `fromMinute` (included) to `toMinute` (not included). */
  between(pool: PoolPlan, life: Life, fromMinute: number, toMinute: number): Traded;
  /** The last minute before `minute` with a trade, at most a day back; else the earliest minute looked at. */
  lastTradeBefore(pool: PoolPlan, life: Life, minute: number): number;
}

/**
 * One hour of a pool: running totals at the start of each minute and at the end. A window is a difference of running
 * totals, so a shorter window can never hold more than a longer one.
 */
interface Hour {
  readonly buys: Float64Array;
  readonly sells: Float64Array;
  readonly volumeUsd: Float64Array;
}

/** Enough for the last day of some 250 pools; others are computed again when asked for. */
const CACHED_HOURS = 6_500;

/** Hours are pure functions of the pool and its token's life, so what the cache forgets changes no answer. */
export function createTradeBook(): TradeBook {
  const cache = createBoundedCache<string, Hour>(CACHED_HOURS);
  const hourOf = (pool: PoolPlan, life: Life, hour: number): Hour =>
    cache.get(`${pool.id}@${hour}`, () => tradeHour(pool, life, hour));

  return {
    between(pool, life, fromMinute, toMinute) {
      let buys = 0;
      let sells = 0;
      let volumeUsd = 0;
      for (let minute = Math.max(fromMinute, pool.createdMinute); minute < toMinute;) {
        const hour = Math.floor(minute / HOUR_MINUTES);
        const start = minute - hour * HOUR_MINUTES;
        const end = Math.min(HOUR_MINUTES, toMinute - hour * HOUR_MINUTES);
        const book = hourOf(pool, life, hour);
        buys += (book.buys[end] as number) - (book.buys[start] as number);
        sells += (book.sells[end] as number) - (book.sells[start] as number);
        volumeUsd += (book.volumeUsd[end] as number) - (book.volumeUsd[start] as number);
        minute = (hour + 1) * HOUR_MINUTES;
      }
      return { buys, sells, volumeUsd };
    },
    lastTradeBefore(pool, life, minute) {
      const earliest = Math.max(pool.createdMinute, minute - DAY_MINUTES);
      for (let at = minute - 1; at > earliest; at--) {
        const hour = Math.floor(at / HOUR_MINUTES);
        const { buys, sells } = hourOf(pool, life, hour);
        const index = at - hour * HOUR_MINUTES;
        if (buys[0] === buys[index + 1] && sells[0] === sells[index + 1]) {
          at = hour * HOUR_MINUTES; // nothing earlier in this hour either
        } else if (buys[index] !== buys[index + 1] || sells[index] !== sells[index + 1]) {
          return at;
        }
      }
      return earliest;
    },
  };
}

function tradeHour(pool: PoolPlan, life: Life, hour: number): Hour {
  const buys = new Float64Array(HOUR_MINUTES + 1);
  const sells = new Float64Array(HOUR_MINUTES + 1);
  const volumeUsd = new Float64Array(HOUR_MINUTES + 1);
  const first = hour * HOUR_MINUTES;
  let before = life.stateAt(first - 1);
  for (let index = 0; index < HOUR_MINUTES; index++) {
    const minute = first + index;
    const state = life.stateAt(minute);
    const open = minute >= pool.createdMinute && minute < pool.closesMinute;
    const trades = open ? tradesIn(pool, state.tradesPerMinute, minute) : 0;
    // Buyers are more when the price rises.
    const buyShare = 0.5 + 0.35 * Math.tanh(25 * (state.lnCap - before.lnCap));
    const bought = Math.min(trades, Math.floor(trades * buyShare + uniformAt(pool.noiseKey + 2, minute)));
    const sizeUsd =
      (20 + 0.15 * Math.sqrt(Math.exp(state.lnCap))) * (0.5 + uniformAt(pool.noiseKey + 3, minute));
    buys[index + 1] = (buys[index] as number) + bought;
    sells[index + 1] = (sells[index] as number) + trades - bought;
    volumeUsd[index + 1] = (volumeUsd[index] as number) + trades * sizeUsd;
    before = state;
  }
  return { buys, sells, volumeUsd };
}

/** A whole number of trades around the mean, with bursts. */
function tradesIn(pool: PoolPlan, meanOfToken: number, minute: number): number {
  const chance = uniformAt(pool.noiseKey + 1, minute);
  const burst = 0.4 + 1.8 * chance * chance;
  return Math.floor(meanOfToken * pool.share * burst + uniformAt(pool.noiseKey + 4, minute));
}
