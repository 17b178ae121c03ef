import { systemClock, type Clock } from '../../kernel/index.ts';
import { CounterFamily, CounterSeries, type Counter, type LabelledCounter } from './counter.ts';
import { checkDeclaration, checkMaxSeries, type Declaration, type InstrumentOptions } from './declaration.ts';
import type { Labels, MetricFamily, ValueSeries } from './family.ts';
import { GaugeFamily, GaugeSeries, type Gauge, type LabelledGauge } from './gauge.ts';
import {
  HistogramFamily,
  HistogramSeries,
  checkShape,
  histogramDefaults,
  type Histogram,
  type HistogramShape,
  type LabelledHistogram,
} from './histogram.ts';
import { LabelTable } from './label-table.ts';
import { metricsDefaults, tell, type MetricsOptions } from './options.ts';
import { Registry } from './registry.ts';
import type { LiveValue, ReadValue } from './live-value.ts';

interface Unlabelled {
  readonly labels?: readonly [] | undefined;
}
interface Labelled<Name extends string> {
  readonly labels: readonly [Name, ...Name[]];
}
interface Read {
  /** Gives the value each time the metrics are collected, as `readFrom` does. */
  readonly collect?: ReadValue | undefined;
}

type FamilyOf<Series> = new (table: LabelTable<Series>) => object;

/** The instruments of a process. */
export class Metrics {
  readonly #options: MetricsOptions;
  readonly #maxSeries: number;
  readonly #clock: Clock;
  readonly #registry = new Registry();

  constructor(options: MetricsOptions) {
    this.#options = options;
    this.#maxSeries = options.maxSeries ?? metricsDefaults.maxSeries;
    this.#clock = options.clock ?? systemClock;
    checkMaxSeries('maxSeries', this.#maxSeries);
  }

  /**
   * The counter of this name; the same one when it was declared before.
   * @throws RangeError when an option is wrong, or the name was declared as something else.
   */
  counter(options: InstrumentOptions & Unlabelled & Read): Counter;
  counter<const Name extends string>(
    options: InstrumentOptions<Name> & Labelled<Name>,
  ): LabelledCounter<Name>;
  counter(options: InstrumentOptions & Read): object {
    return this.#values('counter', options, CounterSeries, CounterFamily);
  }

  /** The gauge of this name. @throws RangeError as {@link Metrics.counter}. */
  gauge(options: InstrumentOptions & Unlabelled & Read): Gauge;
  gauge<const Name extends string>(options: InstrumentOptions<Name> & Labelled<Name>): LabelledGauge<Name>;
  gauge(options: InstrumentOptions & Read): object {
    return this.#values('gauge', options, GaugeSeries, GaugeFamily);
  }

  /** The histogram of this name. @throws RangeError as {@link Metrics.counter}. */
  histogram(options: InstrumentOptions & Unlabelled & Partial<HistogramShape>): Histogram;
  histogram<const Name extends string>(
    options: InstrumentOptions<Name> & Labelled<Name> & Partial<HistogramShape>,
  ): LabelledHistogram<Name>;
  histogram(options: InstrumentOptions & Partial<HistogramShape>): object {
    const { buckets = histogramDefaults.buckets, windowMs = histogramDefaults.windowMs } = options;
    const declaration = checkDeclaration('histogram', options, this.#maxSeries);
    const { name, help, unit } = declaration;
    const shape = checkShape(name, { buckets, windowMs });
    return this.#registry.register(declaration, { shape, read: null }, () => {
      const create = (labels: Labels) => new HistogramSeries(name, labels, shape, this.#clock);
      const [instrument, all] = this.#instrument(declaration, create, HistogramFamily);
      const collect = (): MetricFamily => {
        const series = all().map((one) => ({ labels: one.labels, histogram: one.collect() }));
        return { name, kind: 'histogram', help, unit, series };
      };
      return { instrument, collect };
    });
  }

  /** All instruments in the order of their declaration, as plain data that changes no more. */
  collect(): MetricFamily[] {
    return this.#registry.collect();
  }

  #values<Series extends LiveValue>(
    kind: 'counter' | 'gauge',
    options: InstrumentOptions & Read,
    One: new (instrument: string, labels: Labels) => Series,
    Family: FamilyOf<Series>,
  ): object {
    const declaration = checkDeclaration(kind, options, this.#maxSeries);
    const { name, help, unit, labels } = declaration;
    const read = options.collect ?? null;
    if (read !== null && (typeof read !== 'function' || labels.length > 0))
      throw new RangeError(`${name}: collect must be a function, of an instrument without labels`);
    return this.#registry.register(declaration, { shape: null, read }, () => {
      const [instrument, all] = this.#instrument(declaration, (own) => new One(name, own), Family);
      if (read !== null) all()[0]?.readFrom(read);
      const collect = (): MetricFamily => ({ name, kind, help, unit, series: this.#read(name, all()) });
      return { instrument, collect };
    });
  }

  /** The instrument, and what gives its series: one without labels, or a table of them. */
  #instrument<Series extends object>(
    { name, labels: names, maxSeries }: Declaration,
    create: (labels: Labels) => Series,
    Family: FamilyOf<Series>,
  ): [object, () => readonly Series[]] {
    if (names.length === 0) {
      const series = create({});
      return [series, () => [series]];
    }
    const onOverflow = (labels: Labels): void =>
      tell(this.#options.onOverflow, { instrument: name, maxSeries, labels });
    const table = new LabelTable({ instrument: name, names, maxSeries, create, onOverflow });
    return [new Family(table), () => table.all];
  }

  #read(instrument: string, all: readonly LiveValue[]): ValueSeries[] {
    const values: ValueSeries[] = [];
    for (const series of [...all]) {
      const { labels } = series;
      try {
        const value = series.collect();
        series.failing = false;
        if (value !== null) values.push({ labels, value });
      } catch (error) {
        const isNews = !series.failing;
        series.failing = true;
        if (isNews) tell(this.#options.onReadFailure, { instrument, labels, error });
      }
    }
    return values;
  }
}

/** A registry of instruments. @throws RangeError when an option is wrong. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  return new Metrics(options);
}
