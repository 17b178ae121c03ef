import type { Clock, Logger, Random } from '../../kernel/index.ts';
import type { HoldUp } from './hold-ups.ts';
import { requireMs, type JobChanges, type JobOptions } from './job.ts';
import type { GroupHealth } from './group-health.ts';
import type { JobState } from './job-state.ts';
import type { RunLedger, RunRecord } from './ledger.ts';
import type { Schedule } from './schedule.ts';

/** Who asked for something, and why. */
export interface Asked {
  readonly who: string;
  readonly why: string;
}

/** What a restart is of: one job, a group, or everything. */
export type Scope = { readonly job: string } | { readonly group: string } | 'scheduler';

export interface RestartOptions extends Asked {
  /** Abort and fence at once, without waiting for what runs. Default false. */
  readonly emergency?: boolean | undefined;
}

/** What happened. */
export interface SchedulerEvents {
  run_ended: RunRecord;
  /** A start that was left out, and why. */
  start_skipped: { readonly job: string; readonly reason: string };
  /** The result of an abandoned run, which counts for nothing. */
  late_result: { readonly job: string; readonly serial: number };
  job_parked: { readonly job: string; readonly group: string; readonly why: string };
  job_unparked: { readonly job: string; readonly group: string } & Asked;
  /** One job was restarted. `emergency`: not everything had ended by itself. */
  job_restarted: { readonly job: string; readonly emergency: boolean } & Asked;
  restart: { readonly scope: Scope; readonly emergency: boolean } & Asked;
  /** Restarts by the scheduler itself did not help. */
  escalated: { readonly restarts: number; readonly reasons: readonly string[] };
  group_status: GroupHealth;
  /** An error that a run threw where nobody could catch it. `late`: the run had ended. Told once a run. */
  error_escaped: {
    readonly job: string;
    readonly runId: string;
    readonly cause: string;
    readonly late: boolean;
  };
  /** The event loop stood still, and no job could run. */
  held_up: HoldUp;
  /** The wall clock moved against the monotonic one by so many ms. */
  clock_jump: { readonly jumpMs: number };
  /** Another scheduler owns the ledger now; this one has stopped. */
  fenced: { readonly owner: string };
}

/** Times of a scheduler, in ms. */
export interface SchedulerSettings {
  /** How often it looks after itself: missed starts, clock jumps, its lease. */
  readonly checkMs: number;
  /** A start that is missing for so long is a fault. With `checkMs` at most 60 s. */
  readonly missedAfterMs: number;
  /** How long a graceful stop or restart waits for runs. */
  readonly stopMs: number;
  /** Critical for so long, it restarts itself. */
  readonly criticalMs: number;
  /** After so many restarts of itself without effect it says so instead. */
  readonly mostRestarts: number;
  /** For how long it owns the ledger without a sign of life. */
  readonly leaseMs: number;
  /** Records are kept for so long, and no more than so many of a job. */
  readonly keepMs: number;
  readonly keepRuns: number;
  /**
   * Records and items are written together, once in so many ms at most; what was not written is missing from the ledger after
   * a kill. What comes after a pause of so long is written at once. 0: as soon as the write before is done. Default 10.
   */
  readonly writeEveryMs: number;
}

const schedulerDefaults: SchedulerSettings = {
  checkMs: 5_000,
  missedAfterMs: 30_000,
  stopMs: 30_000,
  criticalMs: 600_000,
  mostRestarts: 3,
  leaseMs: 30_000,
  keepMs: 14 * 86_400_000,
  keepRuns: 10_000,
  writeEveryMs: 10,
};

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly ledger: RunLedger;
  /** Names this scheduler among all that ever use the ledger; unique to this start of the process. */
  readonly owner: string;
  /**
   * Takes the ledger from any other scheduler at the start, and goes on while the ledger does not answer: for who knows, by
   * a lock on the store, that no other process can use it. Default false: then a start after a kill waits until the lease
   * of the dead one is over, and nothing starts while the lease cannot be prolonged.
   */
  readonly takeOver?: boolean | undefined;
  readonly settings?: { readonly [Key in keyof SchedulerSettings]?: number | undefined } | undefined;
}

/** A run that is under way. */
export interface RunningReport {
  readonly runId: string;
  readonly startedAt: number;
  /** When it got on last. Wall clock, in ms. */
  readonly progressAt: number;
  /** How far it says it is; null when it has not said. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly inFlight: number;
  readonly itemsDone: number;
  readonly itemsFailed: number;
  /** Why items failed and how many did, the most frequent first, at most 5. */
  readonly errors: readonly { readonly cause: string; readonly count: number }[];
}

/** How a job is. */
export interface JobReport {
  readonly name: string;
  readonly group: string;
  readonly state: JobState['kind'];
  /** Why it is in its state. */
  readonly reason: string;
  /** Parked because somebody asked for it: then it is never tried again by itself. */
  readonly parkedByHand: boolean;
  readonly failures: number;
  readonly running: readonly RunningReport[];
  /** Starts that wait for a run to end or for a restart. */
  readonly waiting: number;
  /** How many runs it may have at once. */
  readonly mostRuns: number;
  readonly schedule: Schedule;
  readonly essential: boolean;
  /** Wall clock, in ms; null when there is none, as while it is parked or being restarted. */
  readonly nextStartAt: number | null;
  /** The last runs, newest first. */
  readonly runs: readonly RunRecord[];
  /** Results of abandoned runs that came late. */
  readonly lateResults: number;
  /** Planned starts that were left out. */
  readonly skipped: number;
}

export type Started = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Runs jobs, and heals them. Nothing that a job, a listener or the log does can stop it. */
export interface Scheduler {
  /** Takes the ledger and begins. Not ok when another scheduler owns it: try again once its lease is over. */
  start(): Promise<Started>;
  /** Starts nothing more, waits for what runs, cuts off what does not end, writes what is to be written. */
  stop(asked: Asked): Promise<void>;
  /** @throws RangeError when an option is not valid or the name is taken. */
  add(job: JobOptions): void;
  /** Stops a job gracefully and forgets it. Its items in flight wait for a job of the same name. */
  remove(name: string, asked: Asked): Promise<void>;
  /** In force at once; runs under way end under the old ones. @throws RangeError; nothing has changed then. */
  configure(name: string, changes: JobChanges): void;
  /** Resolves once everything in its scope has started anew. */
  restart(scope: Scope, options: RestartOptions): Promise<void>;
  park(name: string, asked: Asked): void;
  unpark(name: string, asked: Asked): void;
  /** Starts a job beside its plan; once the run under way has ended, if its overlap asks for that. */
  runNow(name: string, asked: Asked): Started;
  /**
   * Takes note of an error that escaped from the run `runId`: it is told to end and has failed. False when the run is not
   * one of this scheduler. For {@link guardProcess}.
   */
  contain(runId: string, error: unknown): boolean;
  /** @throws RangeError when there is no such job. */
  job(name: string): JobReport;
  /** Every job, in the order in which they were added. */
  jobs(): readonly JobReport[];
  /** Whether it starts jobs: it has begun, is not stopped, and owns the ledger. */
  isRunning(): boolean;
  groups(): readonly GroupHealth[];
  on<Name extends keyof SchedulerEvents>(
    name: Name,
    listener: (payload: SchedulerEvents[Name]) => void,
  ): () => void;
}

/** @throws RangeError that names the option, its value and what is allowed. */
export function schedulerSettings(
  options: { readonly [Key in keyof SchedulerSettings]?: number | undefined } = {},
): SchedulerSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings = { ...schedulerDefaults, ...(Object.fromEntries(given) as Partial<SchedulerSettings>) };
  for (const option of ['checkMs', 'missedAfterMs', 'stopMs', 'criticalMs', 'keepMs'] as const)
    requireMs(option, settings[option], 1_000);
  requireMs('writeEveryMs', settings.writeEveryMs, 0);
  requireMs('leaseMs', settings.leaseMs, 3 * settings.checkMs);
  for (const option of ['mostRestarts', 'keepRuns'] as const) {
    if (Number.isInteger(settings[option]) && settings[option] >= 1) continue;
    throw new RangeError(`${option} must be a whole number of at least 1, not ${String(settings[option])}`);
  }
  return settings;
}
