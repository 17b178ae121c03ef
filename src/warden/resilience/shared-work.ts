import { AbortedError, TimeoutError, onAbort, type Clock } from '../../kernel/index.ts';
import type { CallContext, CallOptions, Work } from './call.ts';

/** What a call may tell of the one who waits for it. */
export type Caller = Pick<CallOptions, 'signal' | 'within' | 'deadlineMs'>;

interface Waiter<T> {
  /** Until when it waits, in monotonic ms. */
  readonly untilMs: number;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
  readonly cleanUp: () => void;
}

/** Milliseconds that a caller gives its call; `Infinity` without a limit. */
export function patienceOf(caller: Caller | undefined): number {
  if (caller === undefined) return Infinity;
  return Math.min(caller.deadlineMs ?? Infinity, caller.within?.remainingMs() ?? Infinity);
}

/** Whether the caller has gone, so that nothing is to be done for it any more. */
export function hasGone(caller: Caller | undefined): boolean {
  return caller?.signal?.aborted === true || caller?.within?.signal.aborted === true;
}

/** Why the caller has gone, as what its call ends with. */
export function goneError(caller: Caller | undefined, what: string): AbortedError {
  const signal = caller?.signal?.aborted === true ? caller.signal : caller?.within?.signal;
  return new AbortedError(what, signal?.reason);
}

/**
 * One run of work that any number of callers wait for. Whoever aborts, or whose time is over, leaves alone and at once;
 * when nobody waits any more the work is aborted and what it still gives is ignored. It is the context of its work.
 */
export class SharedWork<T> implements CallContext {
  readonly attempt: number;
  readonly #clock: Clock;
  readonly #what: string;
  readonly #waiters = new Set<Waiter<T>>();
  #controller: AbortController | undefined;
  #abortReason: unknown;
  #state: 'running' | 'settled' | 'aborted' = 'running';
  /** Somebody left who wants it to go on. */
  #kept = false;
  #onOver: (() => void) | undefined;

  constructor(clock: Clock, what: string, attempt = 1) {
    this.attempt = attempt;
    this.#clock = clock;
    this.#what = what;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#state === 'aborted') this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Whether it goes on. */
  get running(): boolean {
    return this.#state === 'running';
  }

  /** The time of the most patient who waits. */
  remainingMs(): number {
    if (this.#kept) return Infinity;
    const nowMs = this.#clock.monotonic();
    let longest = 0;
    for (const { untilMs } of this.#waiters) longest = Math.max(longest, untilMs - nowMs);
    return longest;
  }

  /**
   * Begins, once, after the first {@link wait}. `onValue` is told of the value before those who wait are; `onOver` of
   * the end, whichever it is.
   */
  run(work: Work<T>, onValue?: (value: T) => void, onOver?: () => void): void {
    this.#onOver = onOver;
    const succeed = (value: T): void => {
      if (this.#state !== 'running') return;
      onValue?.(value);
      this.#end('settled');
      for (const waiter of this.#take()) waiter.resolve(value);
    };
    const fail = (error: unknown): void => {
      if (this.#state !== 'running') return;
      this.#end('settled');
      // Whatever was thrown reaches the callers as it is.
      for (const waiter of this.#take()) waiter.reject(error as Error);
    };
    try {
      const given = work(this);
      if (isThenable(given)) given.then(succeed, fail);
      else succeed(given);
    } catch (error) {
      fail(error);
    }
  }

  /**
   * Settles as the work does.
   * @param limitMs how long this one waits; Infinity for as long as it takes. `keep`: whether the work is to go on, even
   * for nobody, when that time is over.
   * @throws AbortedError when the caller goes, TimeoutError when `limitMs` have passed.
   */
  wait(caller: Caller | undefined, limitMs: number, keep = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const { signal, within } = caller ?? {};
      const outer = within?.signal;
      const leave = (): void => this.#leave(waiter, goneError(caller, this.#what), false);
      const cancelTimer =
        limitMs === Infinity
          ? undefined
          : this.#clock.schedule(limitMs, () =>
              this.#leave(waiter, new TimeoutError(this.#what, limitMs), keep),
            );
      const waiter: Waiter<T> = {
        untilMs: keep ? Infinity : this.#clock.monotonic() + limitMs,
        resolve,
        reject,
        cleanUp: () => {
          cancelTimer?.();
          forgetSignal?.();
          forgetOuter?.();
        },
      };
      this.#waiters.add(waiter);
      const forgetSignal = signal && onAbort(signal, leave);
      const forgetOuter = outer && onAbort(outer, leave);
    });
  }

  #leave(waiter: Waiter<T>, error: Error, keep: boolean): void {
    if (!this.#waiters.delete(waiter)) return;
    waiter.cleanUp();
    if (keep) this.#kept = true;
    waiter.reject(error);
    if (this.#waiters.size > 0 || this.#kept || this.#state !== 'running') return;
    this.#abortReason = error;
    this.#end('aborted');
    this.#controller?.abort(error);
  }

  #end(state: 'settled' | 'aborted'): void {
    this.#state = state;
    this.#onOver?.();
  }

  /** Those who wait, who now are done with it. */
  #take(): Waiter<T>[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter.cleanUp();
    return waiters;
  }
}

function isThenable<T>(given: T | PromiseLike<T>): given is PromiseLike<T> {
  return typeof given === 'object' && given !== null && 'then' in given && typeof given.then === 'function';
}
