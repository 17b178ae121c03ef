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

/** Trades are drawn by blocks of this many minutes, and spread over the block's minutes only where one cuts it. */
const BLOCK_MINUTES = 10;
const BLOCKS = HOUR_MINUTES / BLOCK_MINUTES;
const BUYS = 0;
const SELLS = BLOCKS + 1;
const VOLUME = 2 * (BLOCKS + 1);

/**
 * One hour of a pool: running totals of buys, sells and USD at the start of each block, and at the end. A window is a
 * difference of running totals, so a shorter window can never hold more than a longer one.
 */
type Hour = Float64Array;
const HOUR_WITHOUT_TRADES: Hour = new Float64Array(3 * (BLOCKS + 1));

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
  /** Adds to `sum`, `sign` times, what was traded in the hour before its minute `index`. */
  const addUpTo = (sum: Sum, hour: Hour, number: number, index: number, sign: 1 | -1): void => {
    if (hour === HOUR_WITHOUT_TRADES) return;
    const block = Math.floor(index / BLOCK_MINUTES);
    const buys = hour[BUYS + block] as number;
    const sells = hour[SELLS + block] as number;
    let usd = hour[VOLUME + block] as number;
    const within = index - block * BLOCK_MINUTES;
    let partBuys = 0;
    let partSells = 0;
    if (within > 0) {
      const blockBuys = (hour[BUYS + block + 1] as number) - buys;
      const blockSells = (hour[SELLS + block + 1] as number) - sells;
      if (blockBuys + blockSells > 0) {
        const first = number * HOUR_MINUTES + block * BLOCK_MINUTES;
        const share = shareOfBlock(pool, first, within);
        partBuys = Math.floor(blockBuys * share + uniformAt(pool.noiseKey + 5, first));
        partSells = Math.floor(blockSells * share + uniformAt(pool.noiseKey + 6, first));
        usd +=
          (((hour[VOLUME + block + 1] as number) - usd) * (partBuys + partSells)) / (blockBuys + blockSells);
      }
    }
    sum.buys += sign * (buys + partBuys);
    sum.sells += sign * (sells + partSells);
    sum.volumeUsd += sign * usd;
  };
  const between = (fromMinute: number, toMinute: number): Sum => {
    const sum = { buys: 0, sells: 0, volumeUsd: 0 };
    for (let minute = Math.max(fromMinute, pool.createdMinute); minute < toMinute;) {
      const number = Math.floor(minute / HOUR_MINUTES);
      const hour = hourOf(number);
      const start = minute - number * HOUR_MINUTES;
      addUpTo(sum, hour, number, Math.min(HOUR_MINUTES, toMinute - number * HOUR_MINUTES), 1);
      if (start > 0) addUpTo(sum, hour, number, start, -1);
      minute = (number + 1) * HOUR_MINUTES;
    }
    // What is left of a difference of sums when nothing was traded is no volume.
    if (sum.buys + sum.sells === 0) sum.volumeUsd = 0;
    return sum;
  };

  return {
    between,
    lastTradeBefore(minute) {
      const earliest = Math.max(pool.createdMinute, minute - DAY_MINUTES);
      for (let last = minute - 1; last > earliest; last--) {
        const number = Math.floor(last / HOUR_MINUTES);
        const hour = hourOf(number);
        const block = Math.floor((last - number * HOUR_MINUTES) / BLOCK_MINUTES);
        if ((hour[BUYS + block + 1] as number) + (hour[SELLS + block + 1] as number) === 0)
          last = number * HOUR_MINUTES; // nothing earlier in this hour
        else if (tradesInBlock(hour, block) === 0) last = number * HOUR_MINUTES + block * BLOCK_MINUTES;
        else {
          const { buys, sells } = between(last, last + 1);
          if (buys + sells > 0) return last;
        }
      }
      return earliest;
    },
  };
}

interface Sum {
  buys: number;
  sells: number;
  volumeUsd: number;
}

const tradesInBlock = (hour: Hour, block: number): number =>
  (hour[BUYS + block + 1] as number) -
  (hour[BUYS + block] as number) +
  (hour[SELLS + block + 1] as number) -
  (hour[SELLS + block] as number);

const isOpen = (pool: PoolPlan, minute: number): boolean =>
  minute >= pool.createdMinute && minute < pool.closesMinute;

/** The share of a block's trades that falls into its first `minutes`: they come in bursts. */
function shareOfBlock(pool: PoolPlan, first: number, minutes: number): number {
  let part = 0;
  let whole = 0;
  for (let index = 0; index < BLOCK_MINUTES; index++) {
    if (!isOpen(pool, first + index)) continue;
    const chance = uniformAt(pool.noiseKey + 1, first + index);
    whole += 0.4 + 1.8 * chance * chance;
    if (index < minutes) part = whole;
  }
  return whole === 0 ? 0 : part / whole;
}

function tradeHour(pool: PoolPlan, life: Life, number: number): Hour {
  let hour: Hour | undefined;
  for (let block = 0; block < BLOCKS; block++) {
    const first = number * HOUR_MINUTES + block * BLOCK_MINUTES;
    const openMinutes =
      Math.min(first + BLOCK_MINUTES, pool.closesMinute) - Math.max(first, pool.createdMinute);
    const trades = openMinutes > 0 ? tradesIn(pool, life, first, openMinutes) : 0;
    if (trades === 0 && hour === undefined) continue;
    hour ??= new Float64Array(3 * (BLOCKS + 1));
    const { buys, volumeUsd } = trades > 0 ? splitTrades(pool, life, trades, first) : NO_TRADES;
    hour[BUYS + block + 1] = (hour[BUYS + block] as number) + buys;
    hour[SELLS + block + 1] = (hour[SELLS + block] as number) + trades - buys;
    hour[VOLUME + block + 1] = (hour[VOLUME + block] as number) + volumeUsd;
  }
  return hour ?? HOUR_WITHOUT_TRADES;
}

const NO_TRADES = { buys: 0, volumeUsd: 0 } as const;

/** A whole number of trades around the mean of the block's middle, and no fewer on average than bots make everywhere. */
function tradesIn(pool: PoolPlan, life: Life, first: number, openMinutes: number): number {
  const { tradesPerMinute } = life.stateAt(first + BLOCK_MINUTES / 2);
  const mean = Math.max(tradesPerMinute * pool.share, pool.dustPerMinute) * openMinutes;
  const noise = 0.7 + 0.6 * uniformAt(pool.noiseKey + 7, first);
  return Math.floor(mean * noise + uniformAt(pool.noiseKey + 4, first));
}

/** Buyers are more when the price rises; trades are larger in larger tokens. */
function splitTrades(
  pool: PoolPlan,
  life: Life,
  trades: number,
  first: number,
): Pick<Traded, 'buys' | 'volumeUsd'> {
  const { lnCap } = life.stateAt(first + BLOCK_MINUTES);
  const risePerMinute = (lnCap - life.stateAt(first).lnCap) / BLOCK_MINUTES;
  const buyShare = 0.5 + 0.35 * Math.tanh(25 * risePerMinute);
  const sizeUsd = (20 + 0.15 * Math.exp(lnCap / 2)) * (0.5 + uniformAt(pool.noiseKey + 3, first));
  return {
    buys: Math.min(trades, Math.floor(trades * buyShare + uniformAt(pool.noiseKey + 2, first))),
    volumeUsd: trades * sizeUsd,
  };
}
