import type { Reading } from '../reading.ts';
import type { AbsenceRule } from '../rule.ts';
import type { Tick } from '../tick.ts';

export interface AbsenceMemory {
  readonly kind: 'absence';
  /** Of the last value; null before the first one. */
  readonly last: number | null;
  /** For how long there has been no value, or the same one. */
  readonly silentMs: number;
}

/** For how long a signal has been missing, or has stayed the same, in seconds. Always known. */
export function readAbsence(
  rule: AbsenceRule,
  before: AbsenceMemory | null,
  value: number,
  { passedMs }: Tick,
): Reading {
  const isMissing = Number.isNaN(value);
  const isSilent = isMissing || (rule.unchanged && before?.last === value);
  const last = isMissing ? (before?.last ?? null) : value;
  const silentMs = isSilent ? (before?.silentMs ?? 0) + passedMs : 0;
  const memory: AbsenceMemory =
    before?.last === last && before.silentMs === silentMs ? before : { kind: 'absence', last, silentMs };
  return { value: silentMs / 1_000, memory };
}
