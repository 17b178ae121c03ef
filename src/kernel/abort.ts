import type { Clock } from './clock.ts';

/** Work was given up because its signal aborted. `what` names the work; `cause` is the signal's reason. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';
  readonly what: string;

  constructor(what: string, cause?: unknown) {
    super(`${what} was aborted`, { cause });
    this.what = what;
  }
}

/** Work took longer than it may. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly what: string;
  readonly limitMs: number;

  constructor(what: string, limitMs: number) {
    super(`${what} took longer than ${limitMs} ms`);
    this.what = what;
    this.limitMs = limitMs;
  }
}

const waitersOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `fn` once when `signal`, which is not aborted yet, aborts; never after the function that it gives was called.
 * A signal has one listener for all who wait on it: a thousand calls that share one cost no walk through a thousand
 * listeners each, and no warning. The listener goes with the last who waits, so nothing holds on to a signal. The same
 * `fn` twice on a signal counts as once.
 */
export function onAbort(signal: AbortSignal, fn: () => void): () => void {
  let waiters = waitersOf.get(signal);
  if (waiters === undefined) {
    waiters = new Set();
    waitersOf.set(signal, waiters);
  }
  if (waiters.size === 0) signal.addEventListener('abort', callAll, { once: true });
  const all = waiters;
  all.add(fn);
  return () => {
    if (all.delete(fn) && all.size === 0) signal.removeEventListener('abort', callAll);
  };
}

function callAll(this: AbortSignal): void {
  const waiters = waitersOf.get(this) ?? [];
  waitersOf.delete(this);
  for (const waiter of waiters) {
    try {
      waiter();
    } catch (error) {
      // As an event target does: the others are called all the same, and the error is the process's.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/**
 * Settles as `work` does, or rejects as soon as `signal` aborts. The work itself goes on unless it listens to the
 * signal; its late rejection is swallowed.
 * @throws AbortedError that names `what`.
 */
export async function abortable<T>(
  work: PromiseLike<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  if (signal === undefined) return work;
  let forget: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    const fail = (): void => {
      reject(new AbortedError(what, signal.reason));
    };
    if (signal.aborted) fail();
    else forget = onAbort(signal, fail);
  });
  try {
    return await Promise.race([work, aborted]);
  } catch (error) {
    // Work that listens to the same signal may reject first, with an error of its own.
    throw signal.aborted ? new AbortedError(what, signal.reason) : error;
  } finally {
    forget?.();
  }
}

/**
 * Runs `work` with a signal that aborts when `limitMs` have passed on `clock` or when `parent` aborts.
 * @throws TimeoutError when the limit was the reason, AbortedError when the parent was.
 */
export async function withTimeout<T>(
  clock: Clock,
  limitMs: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  if (parent?.aborted) throw new AbortedError(what, parent.reason);
  const controller = new AbortController();
  let timeout: TimeoutError | undefined;
  const cancelTimer = clock.schedule(limitMs, () => {
    if (controller.signal.aborted) return;
    timeout = new TimeoutError(what, limitMs);
    controller.abort(timeout);
  });
  const forgetParent =
    parent &&
    onAbort(parent, () => {
      controller.abort(parent.reason);
    });
  try {
    return await abortable(work(controller.signal), controller.signal, what);
  } catch (error) {
    throw timeout ?? error;
  } finally {
    cancelTimer();
    forgetParent?.();
  }
}
