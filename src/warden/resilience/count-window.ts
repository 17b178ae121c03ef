/**
 * Counts of several things, each known by its index, over a moving window and since the start. Adding is O(1), memory is fixed, and the window turns with
 * the time that is handed in, so an idle hour empties it.
 */
export class CountWindow {
  readonly #bucketMs: number;
  readonly #buckets: number;
  readonly #size: number;
  readonly #counts: Float64Array;
  readonly #windowed: Float64Array;
  readonly #totals: Float64Array;
  #newest = -1;

  /**
   * @param size how many things are counted.
   * @param windowMs how far back it looks; it moves on by one of `buckets` parts at a time.
   */
  constructor(size: number, windowMs: number, buckets = 20) {
    this.#size = size;
    this.#bucketMs = windowMs / buckets;
    this.#buckets = buckets;
    this.#counts = new Float64Array(buckets * size);
    this.#windowed = new Float64Array(size);
    this.#totals = new Float64Array(size);
  }

  add(nowMs: number, index: number, count = 1): void {
    this.#turn(nowMs);
    const slot = (this.#newest % this.#buckets) * this.#size + index;
    this.#counts[slot] = (this.#counts[slot] as number) + count;
    this.#windowed[index] = (this.#windowed[index] as number) + count;
    this.#totals[index] = (this.#totals[index] as number) + count;
  }

  /** How often in the window. */
  recent(nowMs: number, index: number): number {
    this.#turn(nowMs);
    return this.#windowed[index] as number;
  }

  /** How often since the start. */
  total(index: number): number {
    return this.#totals[index] as number;
  }

  #turn(nowMs: number): void {
    const current = Math.floor(nowMs / this.#bucketMs);
    if (current <= this.#newest) return;
    const size = this.#size;
    for (let turned = Math.max(this.#newest + 1, current - this.#buckets + 1); turned <= current; turned++) {
      const start = (turned % this.#buckets) * size;
      for (let index = 0; index < size; index++) {
        const left = this.#counts[start + index] as number;
        if (left === 0) continue;
        this.#windowed[index] = (this.#windowed[index] as number) - left;
        this.#counts[start + index] = 0;
      }
    }
    this.#newest = current;
  }
}
