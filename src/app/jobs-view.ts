import type {
  HealthStatus,
  JobActionResult,
  JobGroup,
  JobReport,
  JournalDraft,
  RunReport,
  SchedulerReport,
} from '../contract/index.ts';
import { MoonwardenError, type Clock } from '../kernel/index.ts';
import type { JobsPort } from '../http/index.ts';
import type {
  Asked,
  JobReport as Job,
  RestartOptions,
  RunLedger,
  RunRecord,
  Schedule,
  Scheduler,
  Scope,
} from '../warden/scheduler/index.ts';

/** Shorter than what a client waits for an answer. */
const ANSWER_WITHIN_MS = 10_000;
const GRAVEST: readonly HealthStatus[] = ['critical', 'degraded', 'healthy', 'unknown'];

/** Shows the scheduler, and steers it for who asks. `note` takes what no event of the scheduler tells. */
export function createJobsView(parts: {
  readonly scheduler: Scheduler;
  readonly ledger: Pick<RunLedger, 'last'>;
  readonly clock: Clock;
  readonly note: (entry: JournalDraft) => void;
  /** The switch that keeps a job from its work; null when none does. */
  readonly offBy: (job: Pick<Job, 'group'>) => string | null;
}): JobsPort {
  const { scheduler, ledger, clock, note, offBy } = parts;

  const jobsIn = (scope: Scope): readonly Job[] =>
    scheduler
      .jobs()
      .filter(
        ({ name, group }) =>
          scope === 'scheduler' || ('job' in scope ? scope.job === name : scope.group === group),
      );

  const jobOf = (name: string): Job => {
    const [job] = jobsIn({ job: name });
    if (job === undefined) throw new MoonwardenError('JOB_UNKNOWN', 'there is no job of this name');
    return job;
  };

  const steered = (name: string): Job => {
    const job = jobOf(name);
    if (!scheduler.isRunning())
      throw new MoonwardenError('STARTING', 'jobs can be steered once the service is ready');
    return job;
  };

  const result = (sentence: string, scope: Scope, done = true): JobActionResult => ({
    done,
    sentence,
    jobs: jobsIn(scope).map(jobReport),
  });

  /** Whether `work` has ended in time. */
  const endsSoon = async (work: Promise<void>): Promise<boolean> => {
    let cancel = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      cancel = clock.schedule(ANSWER_WITHIN_MS, () => {
        resolve(false);
      });
    });
    try {
      return await Promise.race([work.then(() => true), late]);
    } finally {
      cancel();
    }
  };

  const restartScope = async (scope: Scope, options: RestartOptions): Promise<JobActionResult> => {
    const before = jobsIn(scope);
    const beganMs = clock.monotonic();
    const done = await endsSoon(scheduler.restart(scope, options));
    if (!scheduler.isRunning())
      throw new MoonwardenError('STARTING', 'the scheduler was stopped while it restarted jobs');
    const what = scope === 'scheduler' ? plural(before.length, 'job') : jobList(before);
    if (!done)
      return result(
        `${what}: runs under way have not ended yet; what does not end in time is cut off, and then it goes on.`,
        scope,
        false,
      );
    const parked = jobsIn(scope).filter(({ state }) => state === 'parked');
    const tookMs = clock.monotonic() - beganMs;
    const how =
      options.emergency === true
        ? ' at once, and what ran was cut off'
        : tookMs >= 1_000
          ? ` after ${Math.round(tookMs / 1_000)} s, when what ran had ended`
          : '';
    const still = parked.length === 0 ? '' : ` Still parked: ${jobList(parked)}.`;
    return result(`${what} restarted${how}.${still}`, scope);
  };

  return {
    scheduler: () => schedulerReport(scheduler, clock.now()),
    list: () => ({ at: clock.now(), items: scheduler.jobs().map(jobReport) }),
    async show(name, limit) {
      const job = jobOf(name);
      const stored =
        job.runs.length >= limit
          ? []
          : // What memory holds is shown also while the store takes nothing.
            await ledger.last(name, limit).catch((): readonly RunRecord[] => []);
      const known = new Set(job.runs.map(({ runId }) => runId));
      const runs = [...job.runs, ...stored.filter(({ runId }) => !known.has(runId))]
        .toSorted((a, b) => b.endedAt - a.endedAt)
        .slice(0, limit);
      return { ...jobReport(job), at: clock.now(), runs: runs.map(runReport) };
    },
    run(name, { who, why }) {
      const job = steered(name);
      if (job.state === 'parked')
        throw new MoonwardenError('JOB_STATE', `${name} is parked, so it does not run: ${job.reason}`);
      const off = offBy(job);
      if (off !== null) throw new MoonwardenError('JOB_STATE', `${name} does nothing while ${off} is off`);
      const isFull = job.running.length >= job.mostRuns || job.state === 'stopped';
      if (isFull && job.waiting > 0)
        throw new MoonwardenError(
          'JOB_STATE',
          `a run of ${name} is under way, and another waits for its end`,
        );
      const started = scheduler.runNow(name, { who, why: why ?? '' });
      if (!started.ok) throw new MoonwardenError('JOB_STATE', `${name} cannot run now: ${started.reason}`);
      const because = why === null ? '' : `: ${why}`;
      note({
        type: 'job.run',
        at: clock.now(),
        subject: name,
        reason: `${who} asked for a run of ${name} beside its plan${because}.`,
        data: { who, why },
      });
      const when = !isFull
        ? 'starts now'
        : job.state === 'stopped'
          ? 'starts once its restart is over'
          : 'starts when the run under way has ended';
      return result(`A run of ${name} ${when}.`, { job: name });
    },
    restart(name, options) {
      steered(name);
      return restartScope({ job: name }, options);
    },
    restartAll({ group, ...options }) {
      if (group === undefined) {
        if (!scheduler.isRunning())
          throw new MoonwardenError('STARTING', 'jobs can be steered once the service is ready');
        return restartScope('scheduler', options);
      }
      const [first] = jobsIn({ group });
      if (first === undefined) throw new MoonwardenError('JOB_UNKNOWN', 'there is no group of this name');
      steered(first.name);
      return restartScope({ group }, options);
    },
    park(name, asked: Asked) {
      const { state, reason, parkedByHand, running } = steered(name);
      if (parkedByHand) throw new MoonwardenError('JOB_STATE', `${name} is parked already: ${reason}`);
      scheduler.park(name, asked);
      if (state === 'parked') return result(`${name} stays parked until somebody unparks it.`, { job: name });
      const rest = running.length === 0 ? '' : ' The run under way goes on to its end.';
      return result(`${name} is parked and starts no run until it is unparked.${rest}`, { job: name });
    },
    unpark(name, asked: Asked) {
      const { state } = steered(name);
      if (state !== 'parked') throw new MoonwardenError('JOB_STATE', `${name} is not parked`);
      scheduler.unpark(name, asked);
      return result(`${name} is no longer parked, and a run of it starts now.`, { job: name });
    },
  };
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

const jobList = (jobs: readonly Job[]): string => jobs.map(({ name }) => name).join(', ');

function schedulerReport(scheduler: Scheduler, at: number): SchedulerReport {
  const jobs = scheduler.jobs();
  const groups: JobGroup[] = scheduler.groups().map((health) => ({
    ...health,
    reasons: [...health.reasons],
    lastRun: health.lastRun === null ? null : runReport(health.lastRun),
    jobs: jobs.filter(({ group }) => group === health.group).map(jobReport),
  }));
  if (!scheduler.isRunning())
    return { at, status: 'critical', sentence: 'No job is started: the scheduler does not run.', groups };
  const status = GRAVEST.find((each) => groups.some((group) => group.status === each)) ?? 'unknown';
  return { at, status, sentence: sentenceOf(status, groups, jobs.length), groups };
}

function sentenceOf(status: HealthStatus, groups: readonly JobGroup[], jobs: number): string {
  if (jobs === 0) return 'There are no jobs.';
  if (status === 'unknown') return 'No job has run yet.';
  if (status === 'healthy')
    return jobs === 1 ? 'The job runs as planned.' : `All ${jobs} jobs run as planned.`;
  const reasons = GRAVEST.flatMap((each) =>
    groups.flatMap((group) => (group.status === each ? group.reasons : [])),
  );
  const [first = 'the reason is not known', ...others] = reasons;
  const more = others.length === 0 ? '' : ` ${plural(others.length, 'more reason')} below.`;
  return `${status === 'critical' ? 'Critical' : 'Degraded'}: ${first}.${more}`;
}

function jobReport(job: Job): JobReport {
  const {
    name,
    group,
    state,
    reason,
    parkedByHand,
    essential,
    failures,
    waiting,
    nextStartAt,
    skipped,
    lateResults,
  } = job;
  const [last] = job.runs;
  return {
    name,
    group,
    state,
    reason,
    parkedByHand,
    plan: planOf(job.schedule),
    essential,
    failures,
    running: job.running.map(({ errors, progress, ...run }) => ({
      ...run,
      errors: [...errors],
      // A job may say of itself what tells nothing.
      progress:
        progress && Number.isFinite(progress.done) && Number.isFinite(progress.total) && progress.total > 0
          ? progress
          : null,
    })),
    waiting,
    nextStartAt,
    lastRun: last === undefined ? null : runReport(last),
    skipped,
    lateResults,
  };
}

/** `group` and `job` are told by what it is in. */
function runReport({ job: _job, group: _group, why, ...run }: RunRecord): RunReport {
  return { ...run, why: why === '' ? null : why };
}

function planOf(schedule: Schedule): string {
  if ('cron' in schedule)
    return `cron ${schedule.cron}${schedule.timezone === undefined ? '' : ` (${schedule.timezone})`}`;
  const { everyMs } = schedule;
  for (const [unit, ms] of [
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const) {
    if (everyMs % ms === 0 && (everyMs > ms || unit === 's')) return `every ${everyMs / ms} ${unit}`;
  }
  return `every ${everyMs} ms`;
}
