export { observeDependency, type ObservedDependency } from './dependency-metrics.ts';
export { createJobProbe, jobRules, schedulerRule } from './job-signals.ts';
export type { TurnRecord } from './loop.ts';
export { logLineOf, logLineOfVerdict } from './narrate.ts';
export type { Probe } from './observe.ts';
export { monitorRules } from './self-watch.ts';
export { createWarden, wardenDefaults, type RecoveryAnswer } from './warden.ts';
