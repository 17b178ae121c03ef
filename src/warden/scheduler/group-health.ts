import type { RunRecord } from './ledger.ts';

export type GroupStatus = 'healthy' | 'degraded' | 'critical' | 'unknown';

/** One job as its group is judged by. */
export interface JobFacts {
  readonly name: string;
  readonly essential: boolean;
  readonly state: 'idle' | 'running' | 'stalled' | 'backing_off' | 'parked' | 'stopped';
  /** Parked because somebody asked for it, not because it fails. */
  readonly parkedByHand: boolean;
  /** Why it is parked or waits; empty where there is nothing to say. */
  readonly why: string;
  /** A run of it has got on already. */
  readonly getsOn: boolean;
  /** For how long a planned start has not happened while nothing of it runs, in ms; 0 when none is missing. */
  readonly overdueMs: number;
  /** Starts that wait. */
  readonly waiting: number;
  /** Null for a cron job. */
  readonly plannedPerHour: number | null;
}

export interface GroupFacts {
  readonly group: string;
  readonly jobs: readonly JobFacts[];
  /** Of the runs that ended within the window. */
  readonly runs: RunFigures;
  /** For how long runs have been watched, in ms; at most the window. */
  readonly watchedMs: number;
  /** A start that is missing for so long is a fault, in ms. */
  readonly missedAfterMs: number;
}

/** How a group of jobs does, over the window of its facts. */
export interface GroupHealth {
  readonly group: string;
  readonly status: GroupStatus;
  readonly reasons: readonly string[];
  readonly lastRun: RunRecord | null;
  /** By nearest rank, in ms; null without runs. */
  readonly durationMs: { readonly p50: number; readonly p95: number; readonly max: number } | null;
  /** Items that runs finished, a minute of the window; null when nothing was watched yet. */
  readonly itemsPerMinute: number | null;
  readonly runsPerHour: number | null;
  /** What its intervals plan; null when all of its jobs go by cron. */
  readonly plannedPerHour: number | null;
  /** How many runs ended with each cause. */
  readonly errors: Readonly<Record<string, number>>;
  /** Real start minus planned start, in ms; null without runs. */
  readonly lagMs: { readonly mean: number; readonly max: number } | null;
  /** Starts that wait or are overdue. */
  readonly backlog: number;
  /** For how long a planned start is missing at most, in ms. */
  readonly overdueMs: number;
  /** Jobs that are parked. */
  readonly parked: readonly string[];
  /** Jobs whose last run was cut off because it did not get on or took too long, until the next one gets on. */
  readonly stalled: readonly string[];
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function rank(sorted: Float64Array, q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

/** Judges one job; null when there is nothing to say. */
function judgeJob(job: JobFacts, missedAfterMs: number): { status: GroupStatus; reason: string } | null {
  const grave: GroupStatus = job.essential ? 'critical' : 'degraded';
  if (job.state === 'parked')
    return { status: job.parkedByHand ? 'degraded' : grave, reason: `${job.name} is parked: ${job.why}` };
  if (job.overdueMs >= missedAfterMs && job.state !== 'backing_off') {
    const seconds = Math.round(job.overdueMs / 1_000);
    return { status: grave, reason: `${job.name} does not run: a start is missing for ${seconds} s` };
  }
  if (job.state === 'stalled') return { status: 'degraded', reason: `${job.name} has stalled: ${job.why}` };
  if (job.state === 'backing_off')
    return { status: 'degraded', reason: `${job.name} waits after a failure: ${job.why}` };
  return null;
}

function stalledJobs(
  jobs: readonly JobFacts[],
  last: ReadonlyMap<string, RunRecord['outcome']>,
): readonly string[] {
  return jobs.flatMap(({ name, getsOn }) => {
    const outcome = last.get(name);
    return !getsOn && (outcome === 'stalled' || outcome === 'timed_out') ? [name] : [];
  });
}

/** The part of {@link judgeGroup} that follows from its jobs, and from whether it had runs. */
export function judgeJobs(
  jobs: readonly JobFacts[],
  hasRuns: boolean,
  missedAfterMs: number,
): { readonly status: GroupStatus; readonly reasons: readonly string[] } {
  const critical: string[] = [];
  const others: string[] = [];
  for (const job of jobs) {
    const finding = judgeJob(job, missedAfterMs);
    if (finding !== null) (finding.status === 'critical' ? critical : others).push(finding.reason);
  }
  const reasons = [...critical, ...others];
  if (critical.length > 0) return { status: 'critical', reasons };
  if (others.length > 0) return { status: 'degraded', reasons };
  return { status: hasRuns ? 'healthy' : 'unknown', reasons };
}

/** What the runs of a group come to. It costs a pass over them, so it is kept until another one ends. */
export interface RunFigures extends Pick<GroupHealth, 'lastRun' | 'durationMs' | 'errors' | 'lagMs'> {
  readonly count: number;
  readonly items: number;
  /** By job. */
  readonly lastOutcomes: ReadonlyMap<string, RunRecord['outcome']>;
}

/** @param runs oldest first. */
export function sumUp(runs: readonly RunRecord[]): RunFigures {
  const count = runs.length;
  const durations = new Float64Array(count);
  const errors = new Map<string, number>();
  const lastOutcomes = new Map<string, RunRecord['outcome']>();
  let [items, lagSum, lagMax] = [0, 0, 0];
  for (const [index, run] of runs.entries()) {
    durations[index] = run.durationMs;
    items += run.itemsDone;
    const lag = Math.max(0, run.startedAt - run.plannedAt);
    lagSum += lag;
    lagMax = Math.max(lagMax, lag);
    lastOutcomes.set(run.job, run.outcome);
    if (run.outcome !== 'succeeded') {
      const cause = run.cause ?? run.outcome;
      errors.set(cause, (errors.get(cause) ?? 0) + 1);
    }
  }
  durations.sort();
  return {
    count,
    items,
    lastRun: runs.at(-1) ?? null,
    lastOutcomes,
    durationMs:
      count === 0 ? null : { p50: rank(durations, 0.5), p95: rank(durations, 0.95), max: rank(durations, 1) },
    errors: Object.fromEntries(errors),
    lagMs: count === 0 ? null : { mean: lagSum / count, max: lagMax },
  };
}

/** Judges a group; worst first among its reasons. */
export function judgeGroup({ group, jobs, runs, watchedMs, missedAfterMs }: GroupFacts): GroupHealth {
  let planned: number | null = null;
  let backlog = 0;
  for (const job of jobs) {
    if (job.plannedPerHour !== null) planned = (planned ?? 0) + job.plannedPerHour;
    backlog += job.waiting + (job.overdueMs > 0 ? 1 : 0);
  }
  return {
    group,
    ...judgeJobs(jobs, runs.count > 0, missedAfterMs),
    lastRun: runs.lastRun,
    durationMs: runs.durationMs,
    itemsPerMinute: watchedMs > 0 ? (runs.items * MINUTE_MS) / watchedMs : null,
    runsPerHour: watchedMs > 0 ? (runs.count * HOUR_MS) / watchedMs : null,
    plannedPerHour: planned,
    errors: runs.errors,
    lagMs: runs.lagMs,
    overdueMs: Math.max(0, ...jobs.map(({ overdueMs }) => overdueMs)),
    parked: jobs.flatMap(({ name, state }) => (state === 'parked' ? [name] : [])),
    stalled: stalledJobs(jobs, runs.lastOutcomes),
    backlog,
  };
}
