/** Jobs that heal: runs them by interval or cron, notices those that stall, fail or do not start, and starts them anew. */
export type { JobChanges, JobOptions, Overlap, RunContext } from './job.ts';
export { jobDefaults } from './job.ts';
export { guardProcess, type ProcessEvents } from './guard-process.ts';
export type { GroupHealth, GroupStatus } from './group-health.ts';
export {
  type AskedBy,
  type LedgerContent,
  type Outcome,
  type PruneLimits,
  type RunChange,
  type RunLedger,
  type RunRecord,
  type RunStart,
  type UnfinishedRun,
} from './ledger.ts';
export { createMemoryLedger } from './memory-ledger.ts';
export type { Schedule } from './schedule.ts';
export {
  schedulerDefaults,
  type Asked,
  type JobReport,
  type RestartOptions,
  type Scheduler,
  type SchedulerEvents,
  type SchedulerOptions,
  type SchedulerSettings,
  type Scope,
  type Started,
} from './scheduler-api.ts';
export { createScheduler } from './scheduler.ts';
