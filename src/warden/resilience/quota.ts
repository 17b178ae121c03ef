import { RingBuffer } from '../../kernel/index.ts';

/** A limit on calls: at most `limit` in any window of `windowMs`. */
export interface QuotaOptions {
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * A sliding log: the times of the last `limit` calls. Unlike fixed windows or a bucket that may burst, no window of
 * `windowMs`, wherever it starts, ever holds more than `limit` calls.
 */
export class Quota {
  readonly limit: number;
  readonly windowMs: number;
  readonly #calls: RingBuffer<number>;

  constructor({ limit, windowMs }: QuotaOptions) {
    this.limit = limit;
    this.windowMs = windowMs;
    this.#calls = new RingBuffer(limit);
  }

  /** Calls that may start at once. `nowMs` is monotonic time. */
  available(nowMs: number): number {
    return this.limit - this.used(nowMs);
  }

  /** Calls in the window that ends now. */
  used(nowMs: number): number {
    this.#forget(nowMs);
    return this.#calls.length;
  }

  /** Takes one call, if one is left. */
  tryTake(nowMs: number): boolean {
    this.#forget(nowMs);
    if (this.#calls.length >= this.limit) return false;
    this.#calls.push(nowMs);
    return true;
  }

  /** Milliseconds until a call may start; 0 when one may start now. */
  waitMs(nowMs: number): number {
    this.#forget(nowMs);
    const oldest = this.#calls.at(0);
    return this.#calls.length < this.limit || oldest === undefined ? 0 : oldest + this.windowMs - nowMs;
  }

  #forget(nowMs: number): void {
    for (let oldest = this.#calls.at(0); oldest !== undefined; oldest = this.#calls.at(0)) {
      if (oldest + this.windowMs > nowMs) return;
      this.#calls.shift();
    }
  }
}
