/** The library: look after a program of your own (docs/library.md). */
export {
  createWarden,
  type ActionOptions,
  type ConditionEvent,
  type HealthReason,
  type HealthReport,
  type JobExtras,
  type Limit,
  type LogChoice,
  type LogLevel,
  type LogLine,
  type ReadSignal,
  type RecoveryEvent,
  type ResourceOptions,
  type RuleInput,
  type SignalLimits,
  type Warden,
  type WardenEvents,
  type WardenOptions,
  type WatchdogChoice,
  type WatchedDependencyOptions,
} from './library/index.ts';
export {
  observeDependency,
  wardenDefaults,
  type ObservedDependency,
  type Probe,
  type RecoveryAnswer,
} from './warden/index.ts';
export type { Level, Rule, Sample, Threshold, ThresholdRule } from './warden/detection/index.ts';
export { recoveryDefaults, type RecoverySettings } from './warden/recovery/index.ts';
export { createDependency, type Dependency, type DependencyOptions } from './warden/resilience/index.ts';
export type { RunContext, Schedule } from './warden/scheduler/index.ts';
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
export {
  createBlockSignals,
  createWatchdog,
  describeBlock,
  watchdogDefaults,
  type Block,
  type BlockCause,
  type BlockSignals,
  type StackFrame,
  type ThreadUse,
  type TraceTargets,
  type Watchdog,
  type WatchdogOptions,
} from './warden/watchdog/index.ts';
export type { ComponentHealth, HealthStatus } from './warden/health/index.ts';
export {
  FakeClock,
  MoonwardenError,
  silentLogger,
  systemClock,
  type Clock,
  type Logger,
} from './kernel/index.ts';
