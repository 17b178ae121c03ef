import type { Labels } from '../../metrics/index.ts';
import { NO_AVERAGES, addAverage, phaseOf, type Averages } from '../averages.ts';
import { labelKey } from '../labels.ts';
import type { Reading } from '../reading.ts';
import type { DegradationRule } from '../rule.ts';
import { medianOf } from '../statistics.ts';
import type { Tick } from '../tick.ts';

export interface DegradationMemory {
  readonly kind: 'degradation';
  readonly averages: Averages;
  readonly phaseMs: number;
  /** Averages of the time before the window, oldest first. */
  readonly baseline: readonly number[];
  /** What was compared last. */
  readonly compared: { readonly value: number; readonly usual: number } | null;
}

/** Points in a window: more than the ten that it needs, so that some may be missing. */
const POINTS = 15;
/** A change that lasts so many baselines is the new baseline. */
const HELD_BASELINES = 12;

/**
 * How much worse the median of the window is than that of the baseline, as a share of it. While the condition lasts
 * (`heldMs`), the baseline learns nothing: or an incident would end by being long.
 */
export function readDegradation(
  rule: DegradationRule,
  before: DegradationMemory | null,
  value: number,
  labels: Labels | undefined,
  tick: Tick,
  heldMs: number | null,
): Reading {
  const known = tick.isInterrupted ? null : before;
  if (Number.isNaN(value)) return { value, memory: known };
  const stepMs = rule.windowMs / POINTS;
  const nowMs = tick.now.monotonicMs;
  const phaseMs = known?.phaseMs ?? phaseOf(rule.name + labelKey(labels ?? {}), stepMs);
  const old = known?.averages ?? NO_AVERAGES;
  // More than fit are kept for a moment, so that what leaves the window is seen.
  const added = addAverage(old, value, nowMs, { stepMs, phaseMs, most: POINTS + 3 });
  if (known !== null && added.points === old.points) {
    const memory: DegradationMemory = { ...known, averages: added };
    return { value: shareOf(rule, known.compared), memory };
  }
  const first = firstWithin(added.points, nowMs - rule.windowMs - stepMs);
  const left = added.points.slice(0, first).filter((_, at) => at % 2 === 1);
  const learns = heldMs === null || heldMs > HELD_BASELINES * rule.baselineMs;
  const most = Math.max(rule.pointsAtLeast, Math.ceil(rule.baselineMs / stepMs));
  const baseline = learns ? [...(known?.baseline ?? []), ...left].slice(-most) : (known?.baseline ?? []);
  const points = added.points.slice(first);
  const recent = points.filter((_, at) => at % 2 === 1);
  const usual = medianOf(baseline);
  const isEnough = Math.min(recent.length, baseline.length) >= rule.pointsAtLeast && usual > 0;
  const compared = isEnough ? { value: medianOf(recent), usual } : null;
  const memory: DegradationMemory = {
    kind: 'degradation',
    averages: { points, running: added.running },
    phaseMs,
    baseline,
    compared,
  };
  return { value: shareOf(rule, compared), memory };
}

function shareOf(rule: DegradationRule, compared: DegradationMemory['compared']): number {
  if (compared === null) return Number.NaN;
  const change = compared.value / compared.usual - 1;
  return rule.side === 'above' ? change : -change;
}

/** The place of the first pair that is not older than `fromMs`. */
function firstWithin(points: readonly number[], fromMs: number): number {
  let at = 0;
  while (at < points.length && (points[at] ?? 0) < fromMs) at += 2;
  return at;
}
