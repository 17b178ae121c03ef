import type { CallContext } from './call.ts';

/** The context of one attempt whose end somebody may decide. */
export class AttemptContext implements CallContext {
  readonly attempt: number;
  readonly #time: { remainingMs(): number } | undefined;
  #controller: AbortController | undefined;
  #givenUp = false;
  #reason: unknown;

  /** `time` tells what is left of the call's time; undefined when there is no limit. */
  constructor(attempt: number, time: { remainingMs(): number } | undefined) {
    this.attempt = attempt;
    this.#time = time;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#givenUp) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  remainingMs(): number {
    return this.#time?.remainingMs() ?? Infinity;
  }

  /** Aborts the signal, also if it is only read later. Again does nothing. */
  giveUp(reason: unknown): void {
    if (this.#givenUp) return;
    this.#givenUp = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

/**
 * The context of an attempt that nothing ends from outside. It keeps nothing, so that one object may serve many calls:
 * each reading of `signal` gives a new one, which never aborts and which no listener of another call hangs on.
 */
export class UnboundedContext implements CallContext {
  readonly attempt: number;

  constructor(attempt: number) {
    this.attempt = attempt;
  }

  get signal(): AbortSignal {
    return new AbortController().signal;
  }

  remainingMs(): number {
    return Infinity;
  }
}
