import type { Reading } from '../reading.ts';
import type { CountRule } from '../rule.ts';
import type { Tick } from '../tick.ts';
import { addTotals, counterDelta, growthOf, type Totals } from '../totals.ts';

export interface CountMemory {
  readonly kind: 'count';
  readonly last: number;
  readonly counted: Totals;
}

/** How often it happened in the window. What happened during an interruption was not seen, and is not counted. */
export function readCount(rule: CountRule, before: CountMemory | null, value: number, tick: Tick): Reading {
  if (Number.isNaN(value)) return { value, memory: before };
  const { windowMs } = rule;
  const nowMs = tick.now.monotonicMs;
  // Starts are counted from zero here; where other counters come from is not known.
  const last = before?.last ?? (rule.occurrence.of === 'starts' ? 0 : null);
  const times = last === null || tick.isInterrupted ? 0 : occurred(rule, last, value);
  const counted = addTotals(before?.counted ?? null, [times], nowMs, windowMs);
  const memory: CountMemory =
    before?.last === value && before.counted === counted ? before : { kind: 'count', last: value, counted };
  return { value: growthOf(counted, nowMs, windowMs).by[0] ?? 0, memory };
}

function occurred({ occurrence }: CountRule, last: number, value: number): number {
  switch (occurrence.of) {
    case 'changes':
      return value === last ? 0 : 1;
    case 'crossings': {
      const isBad = (one: number): boolean =>
        occurrence.side === 'above' ? one >= occurrence.at : one <= occurrence.at;
      return isBad(value) && !isBad(last) ? 1 : 0;
    }
    // How often a condition of the other rule has started is told as a counter.
    case 'increase':
    case 'starts':
      return counterDelta(last, value);
  }
}
