import type { Clock } from '../../kernel/index.ts';
import type { HistogramFigures, Labels } from './family.ts';
import type { LabelTable } from './label-table.ts';
import { ValueWindow } from './value-window.ts';

/** How values spread: durations, sizes. */
export interface Histogram {
  /**
   * Counts one value, in the unit of the instrument.
   * @throws RangeError when it is negative, infinite or no number.
   */
  observe(value: number): void;
}

/** A histogram for each combination of labels. */
export interface LabelledHistogram<Name extends string = string> {
  /** @throws RangeError as {@link Histogram.observe}, and when a label is missing, not declared, or no string. */
  observe(labels: Readonly<Record<Name, string>>, value: number): void;
  /** The histogram of one combination. Whoever keeps it saves looking it up. */
  with(labels: Readonly<Record<Name, string>>): Histogram;
}

/** What a histogram is declared with beside name, help, unit and labels. */
export interface HistogramShape {
  /**
   * Upper limits of the buckets, rising, each from 0 on, at most 100; `Infinity` follows by itself. They also say where
   * quantiles are sharp: from a 64th of the first to 16 times the last. Default: {@link histogramDefaults}.
   */
  readonly buckets: readonly number[];
  /** How far back the quantiles look, in ms: from 1 s to 24 h. Default 300,000. */
  readonly windowMs: number;
}

/** The limits are those of Prometheus's own clients, for durations in seconds. */
export const histogramDefaults: HistogramShape = {
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  windowMs: 300_000,
};

const MOST_BUCKETS = 100;
const SHORTEST_WINDOW_MS = 1_000;
const LONGEST_WINDOW_MS = 86_400_000;

/** @throws RangeError that names the option, its value and what is allowed. */
export function checkShape(name: string, { buckets, windowMs }: HistogramShape): HistogramShape {
  const isList: boolean = Array.isArray(buckets);
  if (!isList || buckets.length < 1 || buckets.length > MOST_BUCKETS)
    throw new RangeError(`${name}: buckets must be a list of 1 to ${MOST_BUCKETS} limits`);
  for (const [index, limit] of buckets.entries()) {
    if (!Number.isFinite(limit) || limit < 0 || limit <= (buckets[index - 1] ?? -1))
      throw new RangeError(
        `${name}: buckets must be finite, from 0 on, and rise, not ${JSON.stringify(buckets)}`,
      );
  }
  if (buckets.at(-1) === 0) throw new RangeError(`${name}: buckets must hold more than 0`);
  if (!(windowMs >= SHORTEST_WINDOW_MS && windowMs <= LONGEST_WINDOW_MS))
    throw new RangeError(
      `${name}: windowMs must be from ${SHORTEST_WINDOW_MS} to ${LONGEST_WINDOW_MS}, not ${windowMs}`,
    );
  return { buckets: [...buckets], windowMs };
}

export class HistogramSeries implements Histogram {
  readonly labels: Labels;
  readonly #instrument: string;
  readonly #clock: Clock;
  readonly #limits: Float64Array;
  /** Of each bucket alone, and of what is above them. */
  readonly #counts: Float64Array;
  readonly #window: ValueWindow;
  #sum = 0;

  constructor(instrument: string, labels: Labels, shape: HistogramShape, clock: Clock) {
    const { buckets, windowMs } = shape;
    this.labels = labels;
    this.#instrument = instrument;
    this.#clock = clock;
    this.#limits = Float64Array.from(buckets);
    this.#counts = new Float64Array(buckets.length + 1);
    const lowest = (buckets.find((limit) => limit > 0) ?? 1) / 64;
    this.#window = new ValueWindow({ windowMs, lowest, highest: (buckets.at(-1) ?? 1) * 16 });
  }

  observe(value: number): void {
    if (typeof value !== 'number' || !(value >= 0 && value < Infinity))
      throw new RangeError(`${this.#instrument}: a histogram takes numbers from 0 on, not ${String(value)}`);
    const limits = this.#limits;
    let bucket = 0;
    while (bucket < limits.length && value > (limits[bucket] as number)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += value;
    this.#window.record(this.#clock.monotonic(), value);
  }

  collect(): HistogramFigures {
    let count = 0;
    const buckets = Array.from(this.#limits, (le, index) => {
      count += this.#counts[index] as number;
      return { le, count };
    });
    count += this.#counts[this.#limits.length] as number;
    return { count, sum: this.#sum, buckets, window: this.#window.figures(this.#clock.monotonic()) };
  }
}

export class HistogramFamily implements LabelledHistogram {
  readonly #table: LabelTable<HistogramSeries>;

  constructor(table: LabelTable<HistogramSeries>) {
    this.#table = table;
  }

  observe(labels: Labels, value: number): void {
    this.#table.find(labels).observe(value);
  }

  with(labels: Labels): HistogramSeries {
    return this.#table.find(labels);
  }
}
