/** The library: look after a service of your own. */
export {
  createWarden,
  observeDependency,
  wardenDefaults,
  type ObservedDependency,
  type Probe,
  type TurnRecord,
  type Warden,
  type WardenOptions,
} from './warden/index.ts';
export type { Condition, Sample, ThresholdRule } from './warden/detection/index.ts';
export {
  PROMETHEUS_CONTENT_TYPE,
  createMetrics,
  histogramDefaults,
  metricsDefaults,
  toPrometheus,
  type Counter,
  type Gauge,
  type Histogram,
  type HistogramFigures,
  type HistogramShape,
  type InstrumentOptions,
  type LabelledCounter,
  type LabelledGauge,
  type LabelledHistogram,
  type Labels,
  type MetricFamily,
  type Metrics,
  type MetricsOptions,
  type Overflow,
  type ReadFailure,
  type WindowFigures,
} from './warden/metrics/index.ts';
export type { Health } from './warden/health/index.ts';
export {
  FakeClock,
  MoonwardenError,
  silentLogger,
  systemClock,
  type Clock,
  type Logger,
} from './kernel/index.ts';
export {
  CandidateColumns,
  KIND,
  NO_CREDIT,
  planReads,
  tokenDefaults,
  type Candidates,
  type Plan,
  type PlanBudget,
  type PlanCredit,
  type PlanSettings,
  type PlannedRead,
} from './hosts/tokens/index.ts';
