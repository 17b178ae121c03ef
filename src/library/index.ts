export type { WatchedDependencyOptions } from './dependencies.ts';
export type { ConditionEvent, RecoveryEvent, WardenEvents } from './events.ts';
export type { HealthReason, HealthReport } from './health.ts';
export type { JobExtras } from './jobs.ts';
export type { LogChoice, LogLevel, LogLine } from './log.ts';
export type { ResourceOptions, WardenOptions, WatchdogChoice } from './options.ts';
export type { Limit, RuleInput, SignalLimits } from './rules.ts';
export type { ReadSignal } from './signal.ts';
export { createWarden, type ActionOptions, type Warden } from './warden.ts';
