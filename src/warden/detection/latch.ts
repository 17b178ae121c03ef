/** Where a value stands to a level: over its `enter`, between the two, or on the good side of `leave`. */
export type Stand = 'over' | 'between' | 'under';

/** One level of one series. Left out while it is off and nothing calls for it. */
export interface Latch {
  readonly on: boolean;
  /** For how long the value has called for the other state without a break; null while it does not. */
  readonly turningMs: number | null;
}

const ON: Latch = { on: true, turningMs: null };

/**
 * One step of hysteresis. Pure. `passedMs` is the time since the last step in which the value was known throughout; time
 * that nobody measured brings no level nearer.
 */
export function stepLatch(
  before: Latch | undefined,
  stand: Stand,
  passedMs: number,
  { forMs, keepForMs }: { readonly forMs: number; readonly keepForMs: number },
): Latch | undefined {
  const turning = before?.turningMs ?? null;
  const turningMs = turning === null ? 0 : turning + passedMs;
  if (before?.on === true) {
    if (stand !== 'under') return turning === null ? before : ON;
    return turningMs >= keepForMs ? undefined : { on: true, turningMs };
  }
  if (stand !== 'over') return undefined;
  return turningMs >= forMs ? ON : { on: false, turningMs };
}
