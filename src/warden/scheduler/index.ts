/** Jobs that heal: runs them by interval or cron, notices those that stall, fail or do not start, and starts them anew. */
export { jobDefaults, type JobOptions, type RunContext } from './job.ts';
export { guardProcess, type ProcessEvents } from './guard-process.ts';
export type { GroupHealth } from './group-health.ts';
export {
  type RunChange,
  type RunLedger,
  type RunRecord,
  type RunStart,
  type UnfinishedRun,
} from './ledger.ts';
export { createMemoryLedger } from './memory-ledger.ts';
export type { IntervalSchedule, Schedule } from './schedule.ts';
export {
  type Asked,
  type JobReport,
  type RestartOptions,
  type Scheduler,
  type SchedulerEvents,
  type Scope,
} from './scheduler-api.ts';
export { createScheduler } from './scheduler.ts';
