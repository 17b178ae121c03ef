/**
 * What a failure is. `transient` may pass (timeout, reset, 5xx, DNS hiccup); `throttled`: the other side asks for less
 * (429); `persistent`: trying again changes nothing (401, 403, an answer that makes no sense); `system`: this process is
 * not well (out of memory or file descriptors, deadlock, bad configuration) and a restart may help; `critical`: a person
 * is needed (database corrupt, disk full, security); `cancelled`: the caller went away, which says nothing.
 */
export type FailureKind = 'transient' | 'throttled' | 'persistent' | 'system' | 'critical' | 'cancelled';

/** What a failure means for the policies. */
export interface Classification {
  readonly kind: FailureKind;
  /** Whether another attempt may help. */
  readonly retry: boolean;
  /** Whether it is a failure of the other side. `persisting`: only when it has come several times in a row. */
  readonly countsForBreaker: boolean | 'persisting';
  readonly severity: 'info' | 'warning' | 'error' | 'critical';
  /** The other side says not to come back before this many ms have passed. Nothing undercuts it. */
  readonly retryAfterMs?: number | undefined;
  /** The request surely never left this machine or was never accepted there, so even what is not idempotent may be tried again. */
  readonly neverSent?: boolean | undefined;
}

/** Tells what an error means. `nowMs` is the wall-clock time, for what names a moment and not a distance. */
export type Classify = (error: unknown, nowMs?: number) => Classification;
