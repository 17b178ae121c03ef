const BUCKETS = 60;

/** Counts events over the last hour, by the minute of the monotonic clock. */
export class HourlyRate {
  readonly #counts = new Array<number>(BUCKETS).fill(0);
  #minute = 0;

  add(count: number, nowMs: number): void {
    this.#turn(nowMs);
    const slot = this.#minute % BUCKETS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
  }

  /** Counts an event that happened `agoMs` before now, if that is within the hour. */
  recall(agoMs: number, nowMs: number): void {
    this.#turn(nowMs);
    const minute = Math.floor((nowMs - Math.max(0, agoMs)) / 60_000);
    if (minute <= this.#minute - BUCKETS) return;
    const slot = ((minute % BUCKETS) + BUCKETS) % BUCKETS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** Events in the last hour. */
  perHour(nowMs: number): number {
    this.#turn(nowMs);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Events in the running minute and the ones before it, `minutes` in all: at most 60. */
  within(minutes: number, nowMs: number): number {
    this.#turn(nowMs);
    let sum = 0;
    for (let back = 0; back < Math.min(minutes, BUCKETS); back++)
      sum += this.#counts[(this.#minute - back + BUCKETS) % BUCKETS] ?? 0;
    return sum;
  }

  /** Events in the last full minute and the running one, scaled to a minute. */
  perMinute(nowMs: number): number {
    this.#turn(nowMs);
    const running = this.#counts[this.#minute % BUCKETS] ?? 0;
    const last = this.#counts[(this.#minute + BUCKETS - 1) % BUCKETS] ?? 0;
    const elapsed = (nowMs % 60_000) / 60_000;
    return last * (1 - elapsed) + running;
  }

  #turn(nowMs: number): void {
    const minute = Math.floor(nowMs / 60_000);
    for (let next = Math.max(this.#minute + 1, minute - BUCKETS + 1); next <= minute; next++) {
      this.#counts[next % BUCKETS] = 0;
    }
    this.#minute = Math.max(this.#minute, minute);
  }
}
