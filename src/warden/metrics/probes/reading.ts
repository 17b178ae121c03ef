/** What one signal was found to be; or why nobody can say. */
export type Reading =
  { readonly value: number; readonly reason: null } | { readonly value: null; readonly reason: string };

/** Readings by the name of their signal. */
export type Readings = Readonly<Record<string, Reading>>;

/** A reading and the wall-clock time at which it was taken; null: not yet. */
export type TimedReading = Reading & { readonly at: number | null };

/** A value that was read; one that is no finite number is none. */
export function known(value: number): Reading {
  return Number.isFinite(value)
    ? { value, reason: null }
    : { value: null, reason: 'what was read is no number' };
}

export function unknown(reason: string): Reading {
  return { value: null, reason };
}

/** The value, or why there is none. */
export function knownOr(value: number | null | undefined, reason: string): Reading {
  return value == null ? unknown(reason) : known(value);
}

/** Part of a whole, 0..1 and above; unknown where one of the two is, or the whole is nothing. */
export function shareOf(part: Reading | undefined, whole: Reading | undefined): Reading {
  if (part?.value == null) return unknown(part?.reason ?? NOT_YET);
  if (whole?.value == null) return unknown(whole?.reason ?? NOT_YET);
  return whole.value > 0 ? known(part.value / whole.value) : unknown('there is nothing to compare it with');
}

/** The same reason for all of these signals. */
export function allUnknown(signals: readonly string[], reason: string): Readings {
  return Object.fromEntries(signals.map((signal) => [signal, unknown(reason)]));
}

export const NOT_YET = 'not measured yet';
export const FIRST_INTERVAL = 'the first interval is not over yet';
