/** A limit on calls: at most `limit` in any window of `windowMs`. */
export interface QuotaOptions {
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * A sliding log: when the last calls started, and when those that wait will. Unlike fixed windows or a bucket that may
 * burst, no window of `windowMs`, wherever it starts, ever holds more than `limit` calls. Times are monotonic and never
 * go back.
 */
export class Quota {
  readonly limit: number;
  readonly windowMs: number;
  /** Ascending. */
  readonly #starts: number[] = [];

  constructor({ limit, windowMs }: QuotaOptions) {
    this.limit = limit;
    this.windowMs = windowMs;
  }

  /** Calls that may start at once. */
  available(nowMs: number): number {
    this.#forget(nowMs);
    return Math.max(0, this.limit - this.#starts.length);
  }

  /** Calls that started in the window that ends now. */
  used(nowMs: number): number {
    this.#forget(nowMs);
    return this.#starts.filter((startMs) => startMs <= nowMs).length;
  }

  /**
   * Takes one call and says when it is to start, now or later; calls start in the order in which they were taken, so
   * that nobody who comes late is served first. Null, and nothing is taken, when it would wait over `longestWaitMs`.
   */
  take(nowMs: number, longestWaitMs: number): number | null {
    const waitMs = this.waitMs(nowMs);
    if (waitMs > longestWaitMs) return null;
    const startMs = this.#nextStart(nowMs);
    this.#starts.push(startMs);
    return startMs;
  }

  /** Gives back a call that was taken for `startMs` and is not made. */
  giveBack(startMs: number): void {
    const index = this.#starts.lastIndexOf(startMs);
    if (index !== -1) this.#starts.splice(index, 1);
  }

  /** Milliseconds that a call taken now would wait; 0 when it may start at once. */
  waitMs(nowMs: number): number {
    return this.#nextStart(nowMs) - nowMs;
  }

  #nextStart(nowMs: number): number {
    this.#forget(nowMs);
    const blocking = this.#starts.at(-this.limit);
    const free =
      this.#starts.length < this.limit || blocking === undefined ? nowMs : blocking + this.windowMs;
    return Math.max(nowMs, free, this.#starts.at(-1) ?? nowMs);
  }

  #forget(nowMs: number): void {
    const kept = this.#starts.findIndex((startMs) => startMs + this.windowMs > nowMs);
    this.#starts.splice(0, kept === -1 ? this.#starts.length : kept);
  }
}
