/**
 * When the last calls started, oldest to newest, in a ring of fixed size. Entries that have left the window stay known
 * until newer ones take their place, so that a longer window can look back. Every operation is O(1), amortised, but
 * for {@link StartLog.remove} and {@link StartLog.ensureCapacity}.
 */
export class StartLog {
  #times: Float64Array;
  /** Where the next start is written. */
  #next = 0;
  /** Starts that are known, in the window or before it. */
  #known = 0;
  /** How many of them, the newest ones, are in the window. */
  #inWindow = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
  }

  /** Whether nothing has ever started. */
  get isEmpty(): boolean {
    return this.#known === 0;
  }

  /** Starts in the window that ends at `nowMs`. A start leaves it when exactly `windowMs` have passed. */
  count(nowMs: number, windowMs: number): number {
    while (this.#inWindow > 0 && this.newest(this.#inWindow - 1) + windowMs <= nowMs) this.#inWindow -= 1;
    return this.#inWindow;
  }

  /** The start that `back` others followed; 0 is the last one. Only what is known may be asked for. */
  newest(back: number): number {
    const index = this.#next - 1 - back;
    return this.#times[index < 0 ? index + this.#times.length : index] as number;
  }

  /** `atMs` must not lie before the newest start; the window must hold fewer starts than the capacity. */
  push(atMs: number): void {
    this.#times[this.#next] = atMs;
    this.#next = this.#next + 1 === this.#times.length ? 0 : this.#next + 1;
    if (this.#known < this.#times.length) this.#known += 1;
    this.#inWindow += 1;
  }

  /** Takes out one start at exactly `atMs`. Says whether it was still in the window, as counted last. */
  remove(atMs: number): boolean {
    let back = 0;
    while (back < this.#inWindow && this.newest(back) > atMs) back += 1;
    if (back === this.#inWindow || this.newest(back) !== atMs) return false;
    for (; back > 0; back--) this.#times[this.#indexOf(back)] = this.newest(back - 1);
    this.#next = this.#indexOf(0);
    this.#known -= 1;
    this.#inWindow -= 1;
    return true;
  }

  /** Makes room for at least `capacity` starts and keeps all that is known. */
  ensureCapacity(capacity: number): void {
    if (capacity <= this.#times.length) return;
    const times = new Float64Array(capacity);
    for (let back = 0; back < this.#known; back++) times[this.#known - 1 - back] = this.newest(back);
    this.#times = times;
    this.#next = this.#known;
  }

  /** Counts anew, in a window that may have become longer. */
  lookBack(nowMs: number, windowMs: number): void {
    this.#inWindow = this.#known;
    this.count(nowMs, windowMs);
  }

  #indexOf(back: number): number {
    const index = this.#next - 1 - back;
    return index < 0 ? index + this.#times.length : index;
  }
}
