export type { Counter, LabelledCounter } from './counter.ts';
export type { InstrumentOptions } from './declaration.ts';
export type { HistogramFigures, Labels, MetricFamily, WindowFigures } from './family.ts';
export type { Gauge, LabelledGauge } from './gauge.ts';
export {
  histogramDefaults,
  type Histogram,
  type HistogramShape,
  type LabelledHistogram,
} from './histogram.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { metricsDefaults, type MetricsOptions, type Overflow, type ReadFailure } from './options.ts';
export { PROMETHEUS_CONTENT_TYPE, toPrometheus } from './prometheus.ts';
export {
  createPerformanceTracker,
  type PerformanceTracker,
  type TimedReport,
} from './performance/tracker.ts';
export { createCapacityTrend } from './probes/capacity-trend.ts';
export { createResourceMonitor } from './probes/monitor.ts';
export { RESOURCE_SIGNALS, type ResourceUnit } from './probes/resource-signals.ts';
export { createSignalHistory, signalHistoryDefaults, type SignalHistory } from './history/history.ts';
export { createMemorySignalStore } from './history/memory-store.ts';
export type { ReadPart } from './history/query.ts';
export type { Row } from './history/roll-up.ts';
export type { SignalSeries } from './history/series.ts';
export type { SeriesPoint, SignalHistoryStore } from './history/store-port.ts';
export { ValueWindow } from './value-window.ts';
export { TIERS, type KeptMs, type Tier } from './history/tiers.ts';
