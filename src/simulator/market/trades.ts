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

/** The trades of one pool, by minute. */
export interface TradeSeries {
  /** Trades in the minutes from `fromMinute` (included) to `toMinute` (not included). */
  between(fromMinute: number, toMinute: number): Traded;
  /** The last minute before `minute` with a trade, at most a day back; else the earliest minute looked at. */
  lastTradeBefore(minute: number): number;
}

/** The trades of every pool. */
export interface TradeBook {
  of(pool: PoolPlan, life: Life): TradeSeries;
}

/** Remembers about `series` of them; what is forgotten is worked out again, with the same result. */
export function createTradeBook(series: number): TradeBook {
  const cache = createBoundedCache<string, TradeSeries>(series);
  return { of: (pool, life) => cache.get(pool.id, () => createTradeSeries(pool, life)) };
}

/**
 * One hour of a pool: running totals of buys, sells and USD at the start of each minute, and at the end. A window is a
 * difference of running totals, so a shorter window can never hold more than a longer one.
 */
type Hour = Float32Array;
const COLUMN = HOUR_MINUTES + 1;
const HOUR_WITHOUT_TRADES: Hour = new Float32Array(3 * COLUMN);

/** A power of two over two days: a window of a day, and the last trade up to a day before it. */
const KEPT_HOURS = 64;

function createTradeSeries(pool: PoolPlan, life: Life): TradeSeries {
  const kept = new Array<Hour | undefined>(KEPT_HOURS);
  const keptNumbers = new Float64Array(KEPT_HOURS).fill(NaN);
  const hourOf = (number: number): Hour => {
    const place = number & (KEPT_HOURS - 1);
    if (keptNumbers[place] !== number) {
      kept[place] = tradeHour(pool, life, number);
      keptNumbers[place] = number;
    }
    return kept[place] as Hour;
  };

  return {
    between(fromMinute, toMinute) {
      let buys = 0;
      let sells = 0;
      let volumeUsd = 0;
      for (let minute = Math.max(fromMinute, pool.createdMinute); minute < toMinute;) {
        const number = Math.floor(minute / HOUR_MINUTES);
        const hour = hourOf(number);
        const start = minute - number * HOUR_MINUTES;
        const end = Math.min(HOUR_MINUTES, toMinute - number * HOUR_MINUTES);
        buys += at(hour, 0, end) - at(hour, 0, start);
        sells += at(hour, 1, end) - at(hour, 1, start);
        volumeUsd += at(hour, 2, end) - at(hour, 2, start);
        minute = (number + 1) * HOUR_MINUTES;
      }
      return { buys, sells, volumeUsd };
    },
    lastTradeBefore(minute) {
      const earliest = Math.max(pool.createdMinute, minute - DAY_MINUTES);
      for (let last = minute - 1; last > earliest; last--) {
        const number = Math.floor(last / HOUR_MINUTES);
        const hour = hourOf(number);
        const index = last - number * HOUR_MINUTES;
        const trades = at(hour, 0, index + 1) + at(hour, 1, index + 1);
        if (trades === 0)
          last = number * HOUR_MINUTES; // nothing earlier in this hour
        else if (trades > at(hour, 0, index) + at(hour, 1, index)) return last;
      }
      return earliest;
    },
  };
}

const at = (hour: Hour, column: number, index: number): number => hour[column * COLUMN + index] as number;

function tradeHour(pool: PoolPlan, life: Life, number: number): Hour {
  const hour: Hour = new Float32Array(3 * COLUMN);
  const first = number * HOUR_MINUTES;
  let anyTrade = false;
  for (let index = 0; index < HOUR_MINUTES; index++) {
    const minute = first + index;
    const open = minute >= pool.createdMinute && minute < pool.closesMinute;
    const trades = open ? tradesIn(pool, life.stateAt(minute).tradesPerMinute, minute) : 0;
    const { buys, volumeUsd } = trades > 0 ? splitTrades(pool, life, trades, minute) : NO_TRADES;
    hour[index + 1] = at(hour, 0, index) + buys;
    hour[COLUMN + index + 1] = at(hour, 1, index) + trades - buys;
    hour[2 * COLUMN + index + 1] = at(hour, 2, index) + volumeUsd;
    anyTrade ||= trades > 0;
  }
  return anyTrade ? hour : HOUR_WITHOUT_TRADES;
}

const NO_TRADES = { buys: 0, volumeUsd: 0 } as const;

/** A whole number of trades around the mean, with bursts. */
function tradesIn(pool: PoolPlan, meanOfToken: number, minute: number): number {
  const chance = uniformAt(pool.noiseKey + 1, minute);
  const burst = 0.4 + 1.8 * chance * chance;
  return Math.floor(meanOfToken * pool.share * burst + uniformAt(pool.noiseKey + 4, minute));
}

/** Buyers are more when the price rises; trades are larger in larger tokens. */
function splitTrades(
  pool: PoolPlan,
  life: Life,
  trades: number,
  minute: number,
): Pick<Traded, 'buys' | 'volumeUsd'> {
  const { lnCap } = life.stateAt(minute);
  const buyShare = 0.5 + 0.35 * Math.tanh(25 * (lnCap - life.stateAt(minute - 1).lnCap));
  const sizeUsd = (20 + 0.15 * Math.exp(lnCap / 2)) * (0.5 + uniformAt(pool.noiseKey + 3, minute));
  return {
    buys: Math.min(trades, Math.floor(trades * buyShare + uniformAt(pool.noiseKey + 2, minute))),
    volumeUsd: trades * sizeUsd,
  };
}
