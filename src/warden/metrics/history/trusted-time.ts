/** How much faster than the steady clock the time for deleting may go. */
const MOST_SPEED = 60;

/** What the time for deleting was when it was last asked for. */
export interface TrustedTime {
  readonly trustedMs: number;
  readonly monotonicMs: number;
}

/**
 * The time by which history is deleted. It follows the wall clock back at once and forward at most 60 times as fast as
 * the steady clock: a wall clock that is years ahead for some minutes must not delete everything, and one that was put
 * right is caught up with.
 */
export function trustedTime(
  before: TrustedTime | null,
  now: { readonly wallMs: number; readonly monotonicMs: number },
): TrustedTime {
  const { wallMs, monotonicMs } = now;
  if (before === null) return { trustedMs: wallMs, monotonicMs };
  const furthestMs = before.trustedMs + MOST_SPEED * Math.max(0, monotonicMs - before.monotonicMs);
  return { trustedMs: Math.min(wallMs, furthestMs), monotonicMs };
}
