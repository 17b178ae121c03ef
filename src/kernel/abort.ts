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
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(new AbortedError(what, signal.reason));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } catch (error) {
    // Work that listens to the same signal may reject first, with an error of its own.
    throw signal.aborted ? new AbortedError(what, signal.reason) : error;
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
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
  const onParentAbort = (): void => {
    controller.abort(parent?.reason);
  };
  parent?.addEventListener('abort', onParentAbort, { once: true });
  try {
    return await abortable(work(controller.signal), controller.signal, what);
  } catch (error) {
    throw timeout ?? error;
  } finally {
    cancelTimer();
    parent?.removeEventListener('abort', onParentAbort);
  }
}
