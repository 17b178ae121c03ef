import type { Clock } from '../../kernel/index.ts';
import type { CallContext } from './call.ts';

/** What a breaker hands to the work. It makes a signal only when one is read. */
export class BreakerContext implements CallContext {
  readonly attempt: number;
  #signal: AbortSignal | undefined;
  readonly #clock: Clock | undefined;
  readonly #endsAtMs: number;

  /** `clock` and `endsAtMs` (monotonic) where the call has a deadline. */
  constructor(signal?: AbortSignal, attempt = 1, clock?: Clock, endsAtMs = Infinity) {
    this.attempt = attempt;
    this.#signal = signal;
    this.#clock = clock;
    this.#endsAtMs = endsAtMs;
  }

  get signal(): AbortSignal {
    // One of its own that never aborts: a shared one would gather the listeners of all calls.
    return (this.#signal ??= new AbortController().signal);
  }

  remainingMs(): number {
    return this.#clock === undefined ? Infinity : Math.max(0, this.#endsAtMs - this.#clock.monotonic());
  }
}
