import { LatencyWindow } from '../../../kernel/index.ts';

/** How something fared in a span of time. */
export interface TimingFigures {
  readonly count: number;
  readonly failed: number;
  /** Share that did not fail, 0..1; null without any. */
  readonly successShare: number | null;
  /** In ms, of all that ended, also with a failure; null without any. */
  readonly averageMs: number | null;
  /** By nearest rank, within 3.2 %. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** The slowest. */
  readonly maxMs: number | null;
  /** How many ended in a minute on average; of the time since the start while that is shorter than the span. */
  readonly perMinute: number;
}

/** What is recorded of one thing. */
export interface Timing {
  /** It took so long, and whether it did what it was to do. */
  record(durationMs: number, ok?: boolean): void;
}

const MINUTE_MS = 60_000;

/** How far back the figures look. */
export const SPANS = { recent: 300_000, hour: 3_600_000 } as const;

/** Durations of the last minutes and the last hour, in memory that does not grow. */
export class TimingSeries implements Timing {
  readonly #monotonic: () => number;
  readonly #startedMs: number;
  readonly #all = windows();
  /** Most things never fail. */
  #failed: ReturnType<typeof windows> | null = null;

  /** @param startedMs since when anything could be recorded, monotonic */
  constructor(monotonic: () => number, startedMs: number) {
    this.#monotonic = monotonic;
    this.#startedMs = startedMs;
  }

  record(durationMs: number, ok = true): void {
    const nowMs = this.#monotonic();
    this.#all.recent.record(nowMs, durationMs);
    this.#all.hour.record(nowMs, durationMs);
    if (ok) return;
    this.#failed ??= windows();
    this.#failed.recent.record(nowMs, durationMs);
    this.#failed.hour.record(nowMs, durationMs);
  }

  figures(span: keyof typeof SPANS): TimingFigures {
    const nowMs = this.#monotonic();
    const all = this.#all[span];
    const count = all.count(nowMs);
    const failed = this.#failed === null ? 0 : this.#failed[span].count(nowMs);
    return {
      count,
      failed,
      successShare: count === 0 ? null : 1 - failed / count,
      averageMs: all.mean(nowMs),
      p50Ms: all.quantile(nowMs, 0.5),
      p95Ms: all.quantile(nowMs, 0.95),
      p99Ms: all.quantile(nowMs, 0.99),
      maxMs: all.quantile(nowMs, 1),
      perMinute:
        (count * MINUTE_MS) / Math.max(MINUTE_MS, Math.min(all.reachMs(nowMs), nowMs - this.#startedMs)),
    };
  }
}

const windows = () => ({
  recent: new LatencyWindow({ windowMs: SPANS.recent }),
  hour: new LatencyWindow({ windowMs: SPANS.hour, slices: 12 }),
});
