import type { Reading } from '../reading.ts';
import { sideOf, type RatioRule } from '../rule.ts';
import type { Tick } from '../tick.ts';
import { addTotals, counterDelta, growthOf, type Totals } from '../totals.ts';

export interface RatioMemory {
  readonly kind: 'ratio';
  readonly last: readonly [part: number, whole: number];
  readonly change: Totals;
}

/** One signal as a share of another: of the values, or of what two counters grew by in the window. */
export function readRatio(
  rule: RatioRule,
  before: RatioMemory | null,
  part: number,
  whole: number,
  tick: Tick,
): Reading {
  const { windowMs } = rule;
  if (windowMs === null) return { value: shareOf(rule, part, whole), memory: null };
  const known = tick.isInterrupted ? null : before;
  if (Number.isNaN(part) || Number.isNaN(whole)) return { value: Number.NaN, memory: known };
  const nowMs = tick.now.monotonicMs;
  const deltas =
    known === null ? [0, 0] : [counterDelta(known.last[0], part), counterDelta(known.last[1], whole)];
  const change = addTotals(known?.change ?? null, deltas, nowMs, windowMs);
  const isSame = known?.change === change && known.last[0] === part && known.last[1] === whole;
  const memory: RatioMemory = isSame ? known : { kind: 'ratio', last: [part, whole], change };
  const { by, elapsedMs } = growthOf(change, nowMs, windowMs);
  // Few calls in little time say nothing yet; many do, and `atLeast` tells the two apart.
  if (elapsedMs === 0) return { value: Number.NaN, memory };
  return { value: shareOf(rule, by[0] ?? 0, by[1] ?? 0), memory };
}

function shareOf(rule: RatioRule, part: number, whole: number): number {
  if (Number.isNaN(part) || Number.isNaN(whole)) return Number.NaN;
  if (whole <= 0 || whole < rule.atLeast) return sideOf(rule) === 'above' ? -Infinity : Infinity;
  return part / whole;
}
