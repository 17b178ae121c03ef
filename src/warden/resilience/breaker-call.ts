import { AbortedError, abortable, withTimeout, type Clock } from '../../kernel/index.ts';
import { BreakerContext } from './breaker-context.ts';
import { RefusedError, type CallOptions, type Work } from './call.ts';

/** Whether a call can end before its work does. */
export const canEndEarly = ({ signal, deadlineMs, within }: CallOptions): boolean =>
  signal !== undefined || deadlineMs !== undefined || within !== undefined;

/** The signal of the caller, and of the call that this one is part of. */
export function callerSignal({ signal, within }: CallOptions): AbortSignal | undefined {
  if (within === undefined) return signal;
  return signal === undefined ? within.signal : AbortSignal.any([signal, within.signal]);
}

const timeLeftMs = ({ deadlineMs = Infinity, within }: CallOptions): number =>
  within === undefined ? deadlineMs : Math.min(deadlineMs, within.remainingMs());

/** Why a call must not even begin; null when it may. */
export function whyNotBegin(name: string, options: CallOptions, clock: Clock): Error | null {
  const { signal, within, what = name } = options;
  if (signal?.aborted) return new AbortedError(what, signal.reason);
  if (within?.signal.aborted) return new AbortedError(what, within.signal.reason);
  if (timeLeftMs(options) > 0) return null;
  return new RefusedError({
    dependency: name,
    by: 'deadline',
    reason: `${what} has no time left`,
    state: 'late',
    since: clock.now(),
    nextTryAt: null,
    retryInMs: Infinity,
    lastCause: null,
  });
}

/**
 * Runs work that the caller, or its deadline, may end.
 * @throws AbortedError, TimeoutError, or what the work throws.
 */
export function runWithin<T>(
  name: string,
  work: Work<T>,
  options: CallOptions,
  signal: AbortSignal | undefined,
  clock: Clock,
): Promise<T> {
  const { what = name, within } = options;
  const limitMs = timeLeftMs(options);
  if (limitMs === Infinity) {
    const begun = async (): Promise<T> => work(new BreakerContext(signal, within?.attempt));
    return abortable(begun(), signal, what);
  }
  const endsAtMs = clock.monotonic() + limitMs;
  return withTimeout(
    clock,
    limitMs,
    what,
    async (own) => work(new BreakerContext(own, within?.attempt, clock, endsAtMs)),
    signal,
  );
}
