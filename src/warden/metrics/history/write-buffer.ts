import type { Logger } from '../../../kernel/index.ts';
import type { SignalSeries } from './series.ts';
import type { SeriesPoint, SignalHistoryStore } from './store-port.ts';

/** The most points that wait for the store: 200 series for half an hour and more, some megabytes. */
const MOST_POINTS = 100_000;
/** The most points of one transaction, so that it is short. */
const POINTS_A_WRITE = 2_000;

/** Points that wait to be written. What is not acknowledged is written again; the store takes each once. */
export class WriteBuffer {
  readonly #store: SignalHistoryStore;
  readonly #log: Logger;
  #points: SeriesPoint[] = [];
  #series: SignalSeries[] = [];
  #flushing: Promise<void> | null = null;
  #dropped = 0;
  #full = false;

  constructor(store: SignalHistoryStore, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** Points that were lost: they came too late, or while the store took nothing for too long. */
  get dropped(): number {
    return this.#dropped;
  }

  add(series: SignalSeries, isNew: boolean, point: SeriesPoint): void {
    if (isNew) this.#series.push(series);
    if (this.#points.length >= MOST_POINTS) {
      if (!this.#full)
        this.#log.error('The history of signals cannot be stored; the newest points are lost.', {
          waiting: this.#points.length,
        });
      this.#full = true;
      this.#dropped += 1;
      return;
    }
    this.#points.push(point);
  }

  /** Writes what waits now. A second call waits for the first. @throws what the store throws; then it all still waits. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing.catch(() => undefined);
    this.#flushing = this.#write();
    try {
      await this.#flushing;
    } finally {
      this.#flushing = null;
    }
  }

  async #write(): Promise<void> {
    while (this.#points.length > 0 || this.#series.length > 0) {
      const points = this.#points.slice(0, POINTS_A_WRITE);
      const series = this.#series.slice();
      this.#dropped += await this.#store.write(series, points);
      this.#points.splice(0, points.length);
      this.#series.splice(0, series.length);
      this.#full = false;
    }
  }
}
