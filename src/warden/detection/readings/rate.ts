import type { Reading } from '../reading.ts';
import type { RateRule } from '../rule.ts';
import type { Tick } from '../tick.ts';
import { addTotals, counterDelta, growthOf, type Totals } from '../totals.ts';

export interface RateMemory {
  readonly kind: 'rate';
  readonly last: number;
  readonly change: Totals;
}

/** The change of a signal by time. Known once half of the window has been seen; begins anew after an interruption. */
export function readRate(rule: RateRule, before: RateMemory | null, value: number, tick: Tick): Reading {
  const known = tick.isInterrupted ? null : before;
  if (Number.isNaN(value)) return { value, memory: known };
  const { windowMs } = rule;
  const nowMs = tick.now.monotonicMs;
  const delta = known === null ? 0 : rule.counter ? counterDelta(known.last, value) : value - known.last;
  const change = addTotals(known?.change ?? null, [delta], nowMs, windowMs);
  const memory: RateMemory =
    known?.last === value && known.change === change ? known : { kind: 'rate', last: value, change };
  const { by, elapsedMs } = growthOf(change, nowMs, windowMs);
  const rate = elapsedMs * 2 < windowMs ? Number.NaN : ((by[0] ?? 0) / elapsedMs) * rule.perMs;
  return { value: rate, memory };
}
