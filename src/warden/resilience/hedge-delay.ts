import { LatencyWindow } from '../../kernel/index.ts';
import type { ResolvedHedge } from './hedge-options.ts';

/** The quantile is looked up anew at most so often: it costs a walk over the histogram. */
const REFRESH_MS = 100;

/** When a second request is worth it: the core of a hedge, without clock or timer. Times are monotonic ms. */
export class HedgeDelay {
  readonly #latency: LatencyWindow;
  #settings: ResolvedHedge;
  #quantileMs: number | null = null;
  #freshUntilMs = -Infinity;

  /** `windowMs` is how far back calls are recent. */
  constructor(settings: ResolvedHedge, windowMs: number) {
    this.#settings = settings;
    this.#latency = new LatencyWindow({ windowMs });
  }

  /** Changes the settings and keeps what was recorded. */
  configure(settings: ResolvedHedge): void {
    this.#settings = settings;
    this.#freshUntilMs = -Infinity;
  }

  get settings(): ResolvedHedge {
    return this.#settings;
  }

  /** A call succeeded after `durationMs`, whichever of its requests answered: what the other would have taken is unknown. */
  record(nowMs: number, durationMs: number): void {
    this.#latency.record(nowMs, durationMs);
  }

  /** How long the first request may take; null while too little is known. */
  delayMs(nowMs: number): number | null {
    const { delayMs, quantile, leastSamples } = this.#settings;
    if (delayMs !== null) return delayMs;
    if (this.#latency.count(nowMs) < leastSamples) return null;
    if (nowMs >= this.#freshUntilMs) {
      this.#freshUntilMs = nowMs + REFRESH_MS;
      this.#quantileMs = this.#latency.quantile(nowMs, quantile);
    }
    return this.#quantileMs;
  }
}
