import { requireNumber } from './option-checks.ts';

/** How many retries there may be beside the calls. */
export interface RetryBudgetOptions {
  /** Retries a call, 0..1: what retries may add to the calls of the window. Default 0.1. */
  readonly ratio?: number | undefined;
  /** So many retries a window are allowed however few calls there are. A whole number, default 3. */
  readonly floor?: number | undefined;
  /** How far back calls and retries are counted, in ms. At least 50. Default 10,000. */
  readonly windowMs?: number | undefined;
}

export const retryBudgetDefaults = { ratio: 0.1, floor: 3, windowMs: 10_000 } as const;

/** The window is cut into so many buckets. One more is kept: the oldest, of which a part still lies in the window. */
const BUCKETS = 50;
const SLOTS = BUCKETS + 1;

/**
 * Keeps retries from making an outage worse: one for all who call the same dependency.
 *
 * The rule: when a retry starts, the retries of the window that ends then, itself among them, are at most
 * `max(floor, ratio * calls of that window)`. So in any window whatever they are at most that of the calls of this window
 * and the one before. A call counts once, however many retries it has.
 *
 * Counting is O(1) and its memory fixed: retries that may lie in the window are counted as if they did, calls only when
 * they surely do, so what is allowed errs by at most a fiftieth to the strict side. Times are monotonic ms.
 *
 * It counts what starts. Retries that still wait for their backoff may reserve their place, so that a crowd does not wait
 * for what only a few will get.
 */
export class RetryBudget {
  readonly windowMs: number;
  readonly #bucketMs: number;
  #ratio: number;
  #floor: number;
  readonly #calls = new Float64Array(SLOTS);
  readonly #retries = new Float64Array(SLOTS);
  #callsInWindow = 0;
  #retriesInWindow = 0;
  #waiting = 0;
  #newest = -Infinity;
  #newestEndsMs = -Infinity;
  #slot = 0;

  /** @throws RangeError that names the option, its value and what is allowed. */
  constructor(options: RetryBudgetOptions = {}) {
    this.windowMs = options.windowMs ?? retryBudgetDefaults.windowMs;
    requireNumber('budget.windowMs', this.windowMs, { least: BUCKETS });
    this.#bucketMs = this.windowMs / BUCKETS;
    const { ratio, floor } = checked(options, retryBudgetDefaults);
    this.#ratio = ratio;
    this.#floor = floor;
  }

  get ratio(): number {
    return this.#ratio;
  }

  get floor(): number {
    return this.#floor;
  }

  /**
   * Changes the rule and keeps what was counted.
   * @throws RangeError, and nothing changes.
   */
  configure(options: Pick<RetryBudgetOptions, 'ratio' | 'floor'>): void {
    const { ratio, floor } = checked(options, { ratio: this.#ratio, floor: this.#floor });
    this.#ratio = ratio;
    this.#floor = floor;
  }

  /** A call begins: its first attempt, not its retries. */
  noteCall(nowMs: number): void {
    const slot = this.#turn(nowMs);
    this.#calls[slot] = (this.#calls[slot] as number) + 1;
    this.#callsInWindow += 1;
  }

  /** Whether a retry may start now; it is then counted. */
  tryRetry(nowMs: number): boolean {
    const slot = this.#turn(nowMs);
    if (this.#retriesInWindow >= this.#allowed()) return false;
    this.#retries[slot] = (this.#retries[slot] as number) + 1;
    this.#retriesInWindow += 1;
    return true;
  }

  /** How many more retries may start now, without those that have reserved their place. */
  left(nowMs: number): number {
    this.#turn(nowMs);
    return Math.max(0, this.#allowed() - this.#retriesInWindow - this.#waiting);
  }

  /** Whether one more retry may wait for its turn; it then holds a place until {@link release}. */
  reserve(nowMs: number): boolean {
    if (this.left(nowMs) === 0) return false;
    this.#waiting += 1;
    return true;
  }

  /** A retry waits no more: it gives up, or asks {@link tryRetry} now, which calls that left the window may still refuse. */
  release(): void {
    this.#waiting -= 1;
  }

  /** Retries that hold a place and have not started. */
  get waiting(): number {
    return this.#waiting;
  }

  #allowed(): number {
    // 0.29 * 100 is a little under 29.
    return Math.max(this.#floor, Math.floor(this.#ratio * this.#callsInWindow + 1e-9));
  }

  /** Moves the window to `nowMs`; gives the slot of the newest bucket. */
  #turn(nowMs: number): number {
    if (nowMs >= this.#newestEndsMs) this.#turnTo(Math.floor(nowMs / this.#bucketMs));
    return this.#slot;
  }

  #turnTo(current: number): void {
    if (current - this.#newest > BUCKETS) {
      this.#calls.fill(0);
      this.#retries.fill(0);
      this.#callsInWindow = 0;
      this.#retriesInWindow = 0;
      this.#newest = current;
    }
    while (this.#newest < current) {
      this.#newest += 1;
      const reused = slotOf(this.#newest);
      this.#retriesInWindow -= this.#retries[reused] as number;
      this.#retries[reused] = 0;
      this.#calls[reused] = 0;
      // The oldest bucket lies in the window only in part: its retries still count, its calls no longer.
      this.#callsInWindow -= this.#calls[slotOf(this.#newest - BUCKETS)] as number;
    }
    this.#slot = slotOf(this.#newest);
    this.#newestEndsMs = (current + 1) * this.#bucketMs;
  }
}

const slotOf = (bucket: number): number => ((bucket % SLOTS) + SLOTS) % SLOTS;

function checked(
  options: RetryBudgetOptions,
  base: { readonly ratio: number; readonly floor: number },
): { readonly ratio: number; readonly floor: number } {
  const { ratio = base.ratio, floor = base.floor } = options;
  requireNumber('budget.ratio', ratio, { least: 0, most: 1 });
  requireNumber('budget.floor', floor, { least: 0, integer: true });
  return { ratio, floor };
}
