import type { Labels } from '../../metrics/index.ts';
import { NO_AVERAGES, addAverage, phaseOf, type Averages } from '../averages.ts';
import { labelKey } from '../labels.ts';
import type { Reading } from '../reading.ts';
import type { TrendRule } from '../rule.ts';
import { trendOf } from '../statistics.ts';
import type { Tick } from '../tick.ts';

/** When a level is crossed if it goes on so; times are monotonic. */
export interface Crossing {
  readonly atMs: number;
  /** With 95 % confidence of the slope; null: perhaps never. */
  readonly earliestMs: number;
  readonly latestMs: number | null;
  /** Of the signal, in a minute. */
  readonly slopePerMinute: number;
  /** How sure it is that there is a trend, 0..1. */
  readonly sure: number;
}

export interface TrendMemory {
  readonly kind: 'trend';
  readonly averages: Averages;
  readonly phaseMs: number;
  /** Null: it does not come nearer to the level, as far as one can tell. */
  readonly crossing: Crossing | null;
}

/** The normal approximation of the test holds from so many points on. */
const POINTS_AT_LEAST = 10;
const MINUTE_MS = 60_000;

/**
 * Seconds until the level is crossed, as the last finished point foretold it. Judged when a point is finished, not with each
 * value. After an interruption the points of before stay: they have their times.
 */
export function readTrend(
  rule: TrendRule,
  before: TrendMemory | null,
  value: number,
  labels: Labels | undefined,
  tick: Tick,
): Reading {
  if (Number.isNaN(value)) return { value, memory: before };
  const nowMs = tick.now.monotonicMs;
  const { stepMs, points: most } = rule;
  const phaseMs = before?.phaseMs ?? phaseOf(rule.name + labelKey(labels ?? {}), stepMs);
  const isOld = (last: number): boolean => nowMs - last > most * stepMs;
  const isStale = isOld(before?.averages.points.at(-2) ?? nowMs);
  const old = before === null || isStale ? NO_AVERAGES : before.averages;
  const averages = addAverage(old, value, nowMs, { stepMs, phaseMs, most });
  const isJudged = averages.points !== old.points && averages.points.length >= 2 * POINTS_AT_LEAST;
  const crossing = isJudged ? foretell(rule, averages.points) : isStale ? null : (before?.crossing ?? null);
  const memory: TrendMemory = { kind: 'trend', averages, phaseMs, crossing };
  if (averages.points.length < 2 * POINTS_AT_LEAST) return { value: Number.NaN, memory };
  return { value: crossing === null ? Infinity : Math.max(0, crossing.atMs - nowMs) / 1_000, memory };
}

/** Null while there is no trend towards the level that can be told from chance. Pure. */
function foretell(
  rule: Pick<TrendRule, 'limit' | 'side' | 'sure'>,
  points: readonly number[],
): Crossing | null {
  const lastMs = points.at(-2) ?? 0;
  // Minutes before the last point, so that slopes keep their digits however long the process runs.
  const trend = trendOf(points.map((one, at) => (at % 2 === 0 ? (one - lastMs) / MINUTE_MS : one)));
  if (trend === null) return null;
  const towards = rule.side === 'above' ? 1 : -1;
  const rest = towards * (rule.limit - trend.intercept);
  const [fast, slow] = towards > 0 ? [trend.high, trend.low] : [-trend.low, -trend.high];
  const slope = towards * trend.slope;
  if (slope <= 0 || trend.sure < rule.sure) return null;
  const inMs = (speed: number): number => lastMs + Math.max(0, rest / speed) * MINUTE_MS;
  const latestMs = rest <= 0 ? lastMs : slow > 0 ? inMs(slow) : null;
  return {
    atMs: inMs(slope),
    earliestMs: inMs(fast),
    latestMs,
    slopePerMinute: trend.slope,
    sure: trend.sure,
  };
}
