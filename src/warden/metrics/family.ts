/** Label names and their values. */
export type Labels = Readonly<Record<string, string>>;

/** One value under one combination of labels. */
export interface ValueSeries {
  readonly labels: Labels;
  readonly value: number;
}

/** Observations of the moving window. */
export interface WindowFigures {
  /** How far back it looks, in ms. */
  readonly windowMs: number;
  readonly count: number;
  readonly sum: number;
  /** Null without observations, as the others below. Exact; the quantiles are within 3.2 %. */
  readonly min: number | null;
  readonly max: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** What a histogram knows under one combination of labels. */
export interface HistogramFigures {
  /** Observations since the start. */
  readonly count: number;
  readonly sum: number;
  /** Observations of at most `le`, since the start, in rising order. `count` is what the bucket of all would hold. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  readonly window: WindowFigures;
}

export interface HistogramSeries {
  readonly labels: Labels;
  readonly histogram: HistogramFigures;
}

interface FamilyHead {
  readonly name: string;
  readonly help: string;
  /** The unit of the values, as `seconds`; null when they are plain numbers. */
  readonly unit: string | null;
}

/** An instrument with all its series at one moment, as plain data. */
export type MetricFamily =
  | (FamilyHead & { readonly kind: 'counter' | 'gauge'; readonly series: readonly ValueSeries[] })
  | (FamilyHead & { readonly kind: 'histogram'; readonly series: readonly HistogramSeries[] });
