import { USD1, USDC, WRAPPED_SOL } from './assets.ts';
import type { PairSources } from './pair.ts';
import { isListed, type PoolPlan } from './pools.ts';
import type { SimulatedToken } from './population.ts';
import { spansWhere, type Span } from './spans.ts';
import { HOUR_MINUTES, MINUTE_MS, minuteOf } from './time.ts';
import { trueScore } from './true-score.ts';
import { realLiquidityUsd } from './truth.ts';

/** When what is true of a token, by its real pools and trades and not by what is answered. Times in ms, by the minute. */
export interface Timeline {
  readonly bornAtMs: number;
  /**
   * When it has a pump pool and an external one, or two external ones: external are real SOL, USDC or USD1 by their
   * mints, 200 USD or more of real liquidity, and the token as the base.
   */
  eligible(fromMs: number, toMs: number): readonly Span[];
  /** When its true score, not smoothed, is `minScore` or more. */
  scoreAtLeast(minScore: number, fromMs: number, toMs: number): readonly Span[];
  /** When a pool that counts has `trades` or more in 5 minutes. */
  busy(trades: number, fromMs: number, toMs: number): readonly Span[];
}

const LEAST_LIQUIDITY_USD = 200;
const REAL_QUOTES: ReadonlySet<string> = new Set([WRAPPED_SOL.mint, USDC.mint, USD1.mint]);
/** Every so many minutes it is looked, and every minute in between where something may happen. */
const STRIDE_MINUTES = 10;
/** Liquidity farther from the limit than this factor does not reach it within a stride. */
const SAFE_FACTOR = 2.5;

/** The timeline of one token. Walks minute by minute where it must, so a span of days costs some milliseconds. */
export function createTimeline(sources: PairSources, token: SimulatedToken): Timeline {
  const { life, pools } = token;
  const own = pools.filter(
    ({ base, quote, venue }) =>
      venue !== 'curve' && base.mint === token.asset.mint && REAL_QUOTES.has(quote.mint),
  );
  const liquidity = (pool: PoolPlan, minute: number): number =>
    isListed(pool, minute) ? realLiquidityUsd(sources, token, pool, minute) : 0;
  const isCounted = (pool: PoolPlan, minute: number): boolean =>
    isListed(pool, minute) && (pool.venue === 'pump' || liquidity(pool, minute) >= LEAST_LIQUIDITY_USD);
  const isEligible = (minute: number): boolean => {
    const counted = own.filter((pool) => isCounted(pool, minute));
    const pump = counted.some(({ venue }) => venue === 'pump');
    const externals = counted.filter(({ venue }) => venue === 'external').length;
    return externals >= (pump ? 1 : 2);
  };

  /** Minutes from which on everything may be different. */
  const events = [
    ...pools.map(({ createdMinute }) => createdMinute + 1),
    life.endsMinute,
    life.ruggedMinute,
    life.revival?.fromMinute,
    life.revival?.toMinute,
  ].filter((minute): minute is number => minute !== undefined && Number.isFinite(minute));
  /** Where in a stride something may change, told by its two ends. */
  const isSteady = (from: number, to: number): boolean =>
    !events.some((minute) => minute >= from - 1 && minute <= to + 1) &&
    own.every((pool) => {
      if (pool.venue === 'pump' || !isListed(pool, to)) return true;
      const [a, b] = [liquidity(pool, from), liquidity(pool, to)];
      const far = SAFE_FACTOR * LEAST_LIQUIDITY_USD;
      return (
        (a > far && b > far) ||
        (a < LEAST_LIQUIDITY_USD / SAFE_FACTOR && b < LEAST_LIQUIDITY_USD / SAFE_FACTOR)
      );
    });

  const scoreAt = (minute: number): number => {
    const counted = own.filter((pool) => isCounted(pool, minute));
    const over = (minutes: number): { buys: number; sells: number; volumeUsd: number } =>
      counted
        .map((pool) => sources.book.of(pool, life).between(minute - minutes, minute))
        .reduce(
          (sum, one) => ({
            buys: sum.buys + one.buys,
            sells: sum.sells + one.sells,
            volumeUsd: sum.volumeUsd + one.volumeUsd,
          }),
          { buys: 0, sells: 0, volumeUsd: 0 },
        );
    const five = over(5);
    const hour = over(HOUR_MINUTES);
    return trueScore({
      buys5m: five.buys,
      sells5m: five.sells,
      trades1h: hour.buys + hour.sells,
      volume5mUsd: five.volumeUsd,
      volume1hUsd: hour.volumeUsd,
      liquidityUsd: counted.reduce((sum, pool) => sum + liquidity(pool, minute), 0),
      ageHours: (minute - life.bornMinute) / HOUR_MINUTES,
    });
  };
  /** Trades that some five minutes of the hour from `minute` on can show in any pool. */
  const mostTrades = (minute: number): number =>
    Math.max(
      0,
      ...own.map((pool) => {
        const { buys, sells } = sources.book.of(pool, life).between(minute - 5, minute + HOUR_MINUTES);
        return buys + sells;
      }),
    );
  /** A test by the minute, with the hours left out in which it cannot hold. */
  const hourly = (
    fromMs: number,
    toMs: number,
    mayHold: (firstMinute: number) => boolean,
    holds: (minute: number) => boolean,
  ): readonly Span[] => {
    let hour = NaN;
    let may = false;
    return spansWhere(minuteOf(fromMs), Math.ceil(toMs / MINUTE_MS), MINUTE_MS, (minute) => {
      const first = Math.floor(minute / HOUR_MINUTES) * HOUR_MINUTES;
      if (first !== hour) {
        hour = first;
        may = mayHold(first);
      }
      return may && holds(minute);
    });
  };

  return {
    bornAtMs: life.bornMinute * MINUTE_MS,
    eligible(fromMs, toMs) {
      let strideFrom = NaN;
      let steady: boolean | undefined;
      return spansWhere(minuteOf(fromMs), Math.ceil(toMs / MINUTE_MS), MINUTE_MS, (minute) => {
        const from = Math.floor(minute / STRIDE_MINUTES) * STRIDE_MINUTES;
        if (from !== strideFrom) {
          strideFrom = from;
          steady = isSteady(from, from + STRIDE_MINUTES) ? isEligible(minute) : undefined;
        }
        return steady ?? isEligible(minute);
      });
    },
    scoreAtLeast: (minScore, fromMs, toMs) =>
      hourly(
        fromMs,
        toMs,
        // A quarter of the freshness is all that a token without trades can have.
        (first) => mostTrades(first) > 0 || 0.25 * (1 - (first - life.bornMinute) / 360) >= minScore,
        (minute) => scoreAt(minute) >= minScore,
      ),
    busy: (trades, fromMs, toMs) =>
      hourly(
        fromMs,
        toMs,
        (first) => mostTrades(first) >= trades,
        (minute) =>
          own.some((pool) => {
            if (!isCounted(pool, minute)) return false;
            const { buys, sells } = sources.book.of(pool, life).between(minute - 5, minute);
            return buys + sells >= trades;
          }),
      ),
  };
}
