import type { Classification } from './classify.ts';

/** May pass, and is a failure of the other side. */
export const TRANSIENT: Classification = {
  kind: 'transient',
  retry: true,
  countsForBreaker: true,
  severity: 'warning',
};

/** As {@link TRANSIENT}, and the other side surely never saw it. */
export const NEVER_SENT: Classification = { ...TRANSIENT, neverSent: true };

/** The other side asks for less. It belongs to the limiter; only when it persists is it a failure. */
export const THROTTLED: Classification = {
  kind: 'throttled',
  retry: true,
  countsForBreaker: 'persisting',
  severity: 'warning',
};

/** The other side fails, and will fail the next time too. */
export const PERSISTENT: Classification = {
  kind: 'persistent',
  retry: false,
  countsForBreaker: true,
  severity: 'error',
};

/** The other side works, and this one request is wrong: what it says about one must not take the others away. */
export const BAD_REQUEST: Classification = {
  kind: 'persistent',
  retry: false,
  countsForBreaker: false,
  severity: 'warning',
};

/** A mistake of the program that calls: trying again repeats it, and the other side has no part in it. */
export const OWN_MISTAKE: Classification = { ...BAD_REQUEST, severity: 'error' };

/** This process is not well; the other side has no part in it. */
export const SYSTEM: Classification = {
  kind: 'system',
  retry: false,
  countsForBreaker: false,
  severity: 'error',
};

/** A person is needed. It counts: calls only make it worse. */
export const CRITICAL: Classification = {
  kind: 'critical',
  retry: false,
  countsForBreaker: true,
  severity: 'critical',
};

/** The caller went away. */
export const CANCELLED: Classification = {
  kind: 'cancelled',
  retry: false,
  countsForBreaker: false,
  severity: 'info',
};

/**
 * A policy refused the call: the work was not run, so nothing failed. It is not tried again, as whoever refused has
 * already decided that waiting is not worth it, and says when to come back.
 */
export const REFUSED: Classification = {
  kind: 'transient',
  retry: false,
  countsForBreaker: false,
  severity: 'info',
  neverSent: true,
};
