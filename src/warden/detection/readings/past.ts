import { NO_AVERAGES, addAverage, type Averages } from '../averages.ts';
import type { Reading } from '../reading.ts';
import type { PastRule } from '../rule.ts';
import { medianOf } from '../statistics.ts';
import type { Tick } from '../tick.ts';

export interface PastMemory {
  readonly kind: 'past';
  readonly averages: Averages;
  /** What was compared last. */
  readonly compared: { readonly value: number; readonly usual: number } | null;
}

const PARTS = 5;

/**
 * How far the average of the window is from the median of the same hour on other days, as a share of that, on the bad side.
 * What lies within those days is usual, however much they differ.
 */
export function readPast(
  rule: PastRule,
  before: PastMemory | null,
  value: number,
  past: readonly number[],
  tick: Tick,
): Reading {
  const known = tick.isInterrupted ? null : before;
  if (Number.isNaN(value)) return { value, memory: known };
  const shape = { stepMs: rule.windowMs / PARTS, phaseMs: 0, most: PARTS };
  const averages = addAverage(known?.averages ?? NO_AVERAGES, value, tick.now.monotonicMs, shape);
  const points = averages.points.filter((_, at) => at % 2 === 1);
  const usable = past.filter(Number.isFinite);
  const usual = medianOf(usable);
  if (points.length < PARTS || usable.length < Math.max(1, rule.daysAtLeast) || usual === 0)
    return { value: Number.NaN, memory: { kind: 'past', averages, compared: null } };
  const mean = points.reduce((sum, point) => sum + point, 0) / points.length;
  const memory: PastMemory = { kind: 'past', averages, compared: { value: mean, usual } };
  const isUsual = rule.side === 'above' ? mean <= Math.max(...usable) : mean >= Math.min(...usable);
  const departure = (mean - usual) / Math.abs(usual);
  return { value: isUsual ? 0 : rule.side === 'above' ? departure : -departure, memory };
}
