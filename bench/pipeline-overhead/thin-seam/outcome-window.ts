const BUCKET_MS = 15_000;
const BUCKETS = 20;

/** Successes and failures of the last five minutes, in buckets of 15 s that turn with time, not with calls. */
export class OutcomeWindow {
  readonly #successes = new Array<number>(BUCKETS).fill(0);
  readonly #failures = new Array<number>(BUCKETS).fill(0);
  #newest = 0;

  record(nowMs: number, success: boolean): void {
    this.#turn(nowMs);
    const counts = success ? this.#successes : this.#failures;
    const slot = this.#newest % BUCKETS;
    counts[slot] = (counts[slot] ?? 0) + 1;
  }

  /** Share of failures, 0..1; null without calls. */
  failureRatio(nowMs: number): number | null {
    this.#turn(nowMs);
    const failures = sum(this.#failures);
    const total = failures + sum(this.#successes);
    return total === 0 ? null : failures / total;
  }

  #turn(nowMs: number): void {
    const current = Math.floor(nowMs / BUCKET_MS);
    for (let bucket = Math.max(this.#newest + 1, current - BUCKETS + 1); bucket <= current; bucket++) {
      this.#successes[bucket % BUCKETS] = 0;
      this.#failures[bucket % BUCKETS] = 0;
    }
    this.#newest = Math.max(this.#newest, current);
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
