import type { CallContext } from './call.ts';

/**
 * One attempt, as its work sees it. The controller behind `signal` is made when the signal is first read: most of what a
 * policy costs is that controller, and much work (a query, a cached answer) never looks at it.
 */
export class Attempt implements CallContext {
  readonly attempt: number;
  readonly #endsMs: number;
  readonly #monotonic: () => number;
  #controller: AbortController | undefined;
  #reason: unknown;
  #aborted = false;

  /** @param endsMs when its time is over, on the clock that `monotonic` reads; `Infinity` without a limit. */
  constructor(attempt: number, endsMs: number, monotonic: () => number) {
    this.attempt = attempt;
    this.#endsMs = endsMs;
    this.#monotonic = monotonic;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  remainingMs(): number {
    return Math.max(0, this.#endsMs - this.#monotonic());
  }

  /** Gives the attempt up; what it still brings is ignored by whoever aborts it. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
