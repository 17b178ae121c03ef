import { AbortedError, TimeoutError, abortable, withTimeout, type Clock } from '../../kernel/index.ts';
import type { CallContext, CallOptions, Priority, Work } from './call.ts';

/** Told when work has really ended, which may be long after its caller has gone. */
export type OnEnd = (outcome: { readonly error: unknown } | 'succeeded') => void;

/** One call of a policy that makes calls wait, and neither repeats nor judges them. */
export class LimitedCall {
  readonly priority: Priority;
  readonly what: string;
  /** Of the caller and of the call that this one is part of. */
  readonly signal: AbortSignal | undefined;
  readonly #clock: Clock;
  readonly #attempt: number;
  readonly #deadlineMs: number;

  constructor(clock: Clock, name: string, options: CallOptions) {
    const { within } = options;
    this.#clock = clock;
    this.priority = options.priority ?? 'normal';
    this.what = options.what === undefined ? name : `${name}: ${options.what}`;
    this.signal =
      within === undefined
        ? options.signal
        : options.signal === undefined
          ? within.signal
          : AbortSignal.any([options.signal, within.signal]);
    this.#attempt = within?.attempt ?? 1;
    this.#deadlineMs =
      clock.monotonic() + Math.min(options.deadlineMs ?? Infinity, within?.remainingMs() ?? Infinity);
  }

  /** Milliseconds that are left of its time. */
  remainingMs(): number {
    return Math.max(0, this.#deadlineMs - this.#clock.monotonic());
  }

  /** @throws AbortedError when its caller has gone. */
  throwIfAborted(): void {
    if (this.signal?.aborted) throw new AbortedError(this.what, this.signal.reason);
  }

  /**
   * Runs the work. The caller is told when it ends, aborts or runs out of time; `onEnd` when the work itself is over.
   * @throws AbortedError, TimeoutError, or what the work throws.
   */
  run<T>(work: Work<T>, onEnd: OnEnd): Promise<T> {
    if (this.#deadlineMs !== Infinity) {
      const start = (signal: AbortSignal): Promise<T> => this.#start(work, onEnd, signal);
      return withTimeout(this.#clock, this.remainingMs(), this.what, start, this.signal);
    }
    const result = this.#start(work, onEnd, this.signal);
    return this.signal === undefined ? result : abortable(result, this.signal, this.what);
  }

  async #start<T>(work: Work<T>, onEnd: OnEnd, signal: AbortSignal | undefined): Promise<T> {
    let value: T;
    try {
      value = await work(new PassedContext(this, this.#attempt, signal));
    } catch (error) {
      // What the work makes of its lost time says less than that it was lost.
      const reason: unknown = signal?.aborted === true ? signal.reason : null;
      onEnd({ error: reason instanceof TimeoutError ? reason : error });
      throw error;
    }
    onEnd('succeeded');
    return value;
  }
}

class PassedContext implements CallContext {
  readonly attempt: number;
  readonly #call: LimitedCall;
  #signal: AbortSignal | undefined;

  constructor(call: LimitedCall, attempt: number, signal: AbortSignal | undefined) {
    this.#call = call;
    this.attempt = attempt;
    this.#signal = signal;
  }

  get signal(): AbortSignal {
    return (this.#signal ??= new AbortController().signal);
  }

  remainingMs(): number {
    return this.#call.remainingMs();
  }
}
