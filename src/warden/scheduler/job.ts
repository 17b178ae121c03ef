import type { Logger } from '../../kernel/index.ts';
import { backoffDefaults, type Backoff, type BackoffOptions, type Priority } from '../resilience/index.ts';
import type { RunRecord } from './ledger.ts';
import { compileSchedule, type Schedule } from './schedule.ts';

/**
 * What happens when a start falls due while a run is under way: it is left out, one is kept for afterwards, or up to
 * `allow` runs go on at once.
 */
export type Overlap = 'skip' | 'queue' | { readonly allow: number };

/** What a job is, and how it is looked after. */
export interface JobOptions {
  /** Unique in a scheduler. */
  readonly name: string;
  /** Jobs of a group are judged and restarted together. */
  readonly group: string;
  readonly schedule: Schedule;
  /** The work. What it gives is ignored; what it throws, at once or later, is the cause of a failed run. */
  readonly run: (context: RunContext) => unknown;
  /** Longest time of a run, in ms; then it is aborted. Default 15 minutes. */
  readonly deadlineMs?: number | undefined;
  /** Longest time without progress, in ms; then the run is aborted. Default 120,000; at least 1,000. */
  readonly stallMs?: number | undefined;
  /** How long an aborted run may take to end before it is abandoned, in ms. Default 10,000; at least 1,000. */
  readonly graceMs?: number | undefined;
  /** Default `skip`. */
  readonly overlap?: Overlap | undefined;
  /** Who starts first where many wait to. Default `normal`. */
  readonly priority?: Priority | undefined;
  /** Whether its group is critical without it. Default false. */
  readonly essential?: boolean | undefined;
  /** How long to wait after a failed run. Default 5 s, doubled up to 5 minutes. */
  readonly restart?: BackoffOptions | undefined;
  /** Failed or stalled runs in a row after which it is parked. Default 5. */
  readonly parkAfter?: number | undefined;
  /**
   * Looked at with each check of the scheduler while the job is parked because of failures: why it may be tried again, in a
   * few words, or null. One run is tried then; if that fails it is parked again. Default: only a person unparks it.
   */
  readonly unparkWhen?: (() => string | null) | undefined;
  /** How long it is parked at least before that. Default 30 s, doubled up to 10 minutes until a run succeeds. */
  readonly unpark?: BackoffOptions | undefined;
}

/** Changes to a job while it lives; what is left out stays as it is. */
export type JobChanges = Partial<Omit<JobOptions, 'name' | 'group' | 'run' | 'unparkWhen'>>;

/** What a run is handed. After the run was abandoned none of it has any effect. */
export interface RunContext {
  /** Aborts when the run is to end: it stalled, took too long, or the scheduler stops. */
  readonly signal: AbortSignal;
  readonly runId: string;
  readonly log: Logger;
  /** The run before this one; null when there is none in the ledger. */
  readonly previous: RunRecord | null;
  /** Items that a run which was cut off had begun and not settled. They count as begun by this run. */
  readonly resumed: readonly string[];
  /** Says that it gets on; `done` of `total` for who looks. */
  progress(done: number, total: number): void;
  /** An item is in flight from now on: it goes to the next run if this one is cut off. Counts as progress. */
  begin(item: string): void;
  done(item: string): void;
  failed(item: string, cause: unknown): void;
}

/** {@link JobOptions} checked, with nothing left out. */
export interface JobSettings {
  readonly deadlineMs: number;
  readonly stallMs: number;
  readonly graceMs: number;
  readonly overlap: Overlap;
  readonly priority: Priority;
  readonly essential: boolean;
  readonly restart: Backoff;
  readonly parkAfter: number;
  readonly unpark: Backoff;
}

export const jobDefaults: JobSettings = {
  deadlineMs: 900_000,
  stallMs: 120_000,
  graceMs: 10_000,
  overlap: 'skip',
  priority: 'normal',
  essential: false,
  restart: { ...backoffDefaults, firstMs: 5_000, capMs: 300_000 },
  parkAfter: 5,
  unpark: { ...backoffDefaults, firstMs: 30_000, capMs: 600_000, jitter: 'none' },
};

const SHORTEST_MS = 1_000;
const PRIORITIES: readonly unknown[] = ['high', 'normal', 'low'] satisfies Priority[];
const JITTERS: readonly unknown[] = ['equal', 'full', 'decorrelated', 'none'];

const refuse = (option: string, allowed: string, value: unknown): never => {
  const shown =
    typeof value === 'string'
      ? value
      : typeof value === 'object'
        ? JSON.stringify(value)
        : `${value as number}`;
  throw new RangeError(`${option} must be ${allowed}, not ${shown}`);
};

/** @throws RangeError that names the option, its value and what is allowed. */
export function requireMs(
  option: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  refuse(option, `a number of milliseconds of at least ${least}`, value);
}

function backoffOf(option: 'restart' | 'unpark', options: BackoffOptions): Backoff {
  const base = jobDefaults[option];
  const backoff: Backoff = {
    firstMs: options.firstMs ?? base.firstMs,
    factor: options.factor ?? base.factor,
    capMs: options.capMs ?? Math.max(base.capMs, options.firstMs ?? 0),
    jitter: options.jitter ?? base.jitter,
  };
  requireMs(`${option}.firstMs`, backoff.firstMs, 0);
  requireMs(`${option}.capMs`, backoff.capMs, backoff.firstMs);
  if (!(Number.isFinite(backoff.factor) && backoff.factor >= 1))
    refuse(`${option}.factor`, 'a number of at least 1', backoff.factor);
  if (!JITTERS.includes(backoff.jitter))
    refuse(`${option}.jitter`, `one of ${JITTERS.join(', ')}`, backoff.jitter);
  return backoff;
}

/**
 * Fills in what is left out.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function jobSettings(options: JobOptions): JobSettings {
  for (const option of ['name', 'group'] as const) {
    const value: unknown = options[option];
    if (typeof value !== 'string' || value === '') refuse(option, 'a text that is not empty', value);
  }
  const settings: JobSettings = {
    deadlineMs: options.deadlineMs ?? jobDefaults.deadlineMs,
    stallMs: options.stallMs ?? jobDefaults.stallMs,
    graceMs: options.graceMs ?? jobDefaults.graceMs,
    overlap: options.overlap ?? jobDefaults.overlap,
    priority: options.priority ?? jobDefaults.priority,
    essential: options.essential ?? jobDefaults.essential,
    restart: backoffOf('restart', options.restart ?? {}),
    parkAfter: options.parkAfter ?? jobDefaults.parkAfter,
    unpark: backoffOf('unpark', options.unpark ?? {}),
  };
  for (const option of ['deadlineMs', 'stallMs', 'graceMs'] as const)
    requireMs(option, settings[option], SHORTEST_MS);
  const { overlap, parkAfter } = settings;
  const known =
    overlap === 'skip' ||
    overlap === 'queue' ||
    (typeof overlap === 'object' && Number.isInteger(overlap.allow) && overlap.allow >= 1);
  if (!known) refuse('overlap', "'skip', 'queue' or { allow: a whole number of at least 1 }", overlap);
  if (!PRIORITIES.includes(settings.priority))
    refuse('priority', `one of ${PRIORITIES.join(', ')}`, settings.priority);
  if (!(Number.isInteger(parkAfter) && parkAfter >= 1))
    refuse('parkAfter', 'a whole number of at least 1', parkAfter);
  compileSchedule(options.schedule);
  return settings;
}
