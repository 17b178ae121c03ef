import type { CancelTimer, Clock } from '../../kernel/index.ts';

/** One timer that can be set anew: it calls `wake` at the moment it is set for, or earlier. Times are monotonic ms. */
export class WakeTimer {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #cancel: CancelTimer | null = null;
  #atMs = Infinity;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = () => {
      this.#cancel = null;
      this.#atMs = Infinity;
      wake();
    };
  }

  /** `Infinity` stops it. One that would wake too early is left as it is: who is woken sets it again, which is cheaper. */
  setFor(atMs: number, nowMs: number): void {
    if (atMs >= this.#atMs && atMs !== Infinity) return;
    this.#cancel?.();
    this.#cancel = atMs === Infinity ? null : this.#clock.schedule(atMs - nowMs, this.#wake);
    this.#atMs = atMs;
  }
}
