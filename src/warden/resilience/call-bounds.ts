import { AbortedError, TimeoutError, onAbort, type Clock } from '../../kernel/index.ts';
import { RefusedError, type CallContext, type CallOptions } from './call.ts';

/** What a policy knows of a call before it begins. */
export interface BoundsOptions {
  readonly clock: Clock;
  /** The name of what is called, for refusals. */
  readonly name: string;
  /** Time for a call that brings no `deadlineMs` of its own, in ms; `Infinity` for no limit. */
  readonly deadlineMs: number;
}

/**
 * What may end a call from outside: its caller's signals, and its time. It hangs on these signals and holds a timer until
 * it is closed.
 */
export class CallBounds {
  readonly what: string;
  readonly #clock: Clock;
  readonly #within: CallContext | undefined;
  readonly #limitMs: number;
  readonly #endsAtMs: number;
  readonly #cancelTimer: (() => void) | undefined;
  readonly #forgets: readonly (() => void)[];
  #over: AbortedError | TimeoutError | undefined;
  /** Told once, when the call is over before it was closed. It must not throw. */
  onOver: ((error: AbortedError | TimeoutError) => void) | undefined;

  /**
   * Undefined when nothing can end the call from outside, so that such calls do not pay.
   * @throws AbortedError when the caller has gone already; RefusedError when no time is left; RangeError for a
   * `deadlineMs` that is no number.
   */
  static of(bounds: BoundsOptions, options: CallOptions | undefined): CallBounds | undefined {
    const limitMs = options?.deadlineMs ?? bounds.deadlineMs;
    if (Number.isNaN(limitMs)) throw new RangeError('deadlineMs must be a number of milliseconds, not NaN');
    if (limitMs === Infinity && options?.signal === undefined && options?.within === undefined) {
      return undefined;
    }
    return new CallBounds(bounds, options ?? {}, limitMs);
  }

  private constructor({ clock, name }: BoundsOptions, options: CallOptions, limitMs: number) {
    this.what = options.what ?? name;
    this.#clock = clock;
    this.#within = options.within;
    this.#limitMs = limitMs;
    this.#endsAtMs = clock.monotonic() + limitMs;
    const parentMs = options.within?.remainingMs() ?? Infinity;
    const signals = [options.signal, options.within?.signal].filter((signal) => signal !== undefined);
    for (const signal of signals) {
      if (signal.aborted) throw new AbortedError(this.what, signal.reason);
    }
    if (Math.min(limitMs, parentMs) <= 0) throw noTimeLeft(clock, name, this.what);
    this.#forgets = signals.map((signal) =>
      onAbort(signal, () => {
        this.#end(new AbortedError(this.what, signal.reason));
      }),
    );
    // When the time of the call around this one is over, its signal tells.
    if (limitMs < Infinity && limitMs <= parentMs) {
      this.#cancelTimer = clock.schedule(limitMs, () => {
        this.expire();
      });
    }
  }

  /** Why the call is over, if it is. */
  get over(): AbortedError | TimeoutError | undefined {
    return this.#over;
  }

  /** Milliseconds that are left of the call's time; `Infinity` without a limit, never negative. */
  remainingMs(): number {
    const ownMs = this.#endsAtMs - this.#clock.monotonic();
    return Math.max(0, Math.min(ownMs, this.#within?.remainingMs() ?? Infinity));
  }

  /** Ends the call because its time is over. */
  expire(): void {
    this.#end(new TimeoutError(this.what, this.#limitMs));
  }

  /** Takes its hands off the signals and the clock. To be called in every path. */
  close(): void {
    this.onOver = undefined;
    this.#cancelTimer?.();
    for (const forget of this.#forgets) forget();
  }

  #end(error: AbortedError | TimeoutError): void {
    if (this.#over !== undefined) return;
    this.#over = error;
    this.onOver?.(error);
  }
}

function noTimeLeft(clock: Clock, dependency: string, what: string): RefusedError {
  const now = clock.now();
  return new RefusedError({
    dependency,
    by: 'deadline',
    reason: `${what} was not run: no time was left for it`,
    state: 'expired',
    since: now,
    nextTryAt: now,
    retryInMs: 0,
    lastCause: null,
  });
}
