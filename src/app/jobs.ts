import { describeError, type Clock, type Logger } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import type { DexClient } from '../hosts/dexscreener/index.ts';
import {
  READ_GROUPS,
  jobOfFeed,
  tokenJobs,
  type ExportFile,
  type ReadGroup,
  type TokenPipeline,
} from '../hosts/tokens/index.ts';
import { createJobProbe, jobRules, schedulerRule, type Probe } from '../warden/index.ts';
import type { ThresholdRule } from '../warden/detection/index.ts';
import {
  jobDefaults,
  type Asked,
  type JobOptions,
  type Schedule,
  type Scheduler,
  type Scope,
} from '../warden/scheduler/index.ts';
import { noteJobs } from './job-notes.ts';
import { withLimits, type JobSettings } from './job-settings.ts';

/** What the settings say of when jobs run and how long they may take. */
export interface JobPlan {
  readonly limits: JobSettings;
  readonly feedIntervalMs: number;
  readonly exportIntervalMs: number;
  /** The longest that a call may take. */
  readonly callMs: number;
}

/** What the jobs of the service are made of. */
export interface ServiceJobsParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly note: (entry: JournalDraft) => void;
  readonly scheduler: Scheduler;
  readonly pipeline: TokenPipeline;
  readonly dex: Pick<DexClient, 'state'>;
  readonly exportFile: ExportFile | null;
  readonly discovery: Parameters<typeof tokenJobs>[0]['discovery'];
  readonly plan: JobPlan;
  readonly isOff: Parameters<typeof tokenJobs>[0]['isOff'];
  /** Of other parts of the service; they bring their own limits. */
  readonly others: readonly JobOptions[];
}

/** The work of the service as jobs. */
export interface ServiceJobs {
  readonly samples: Probe;
  /** Rules about the groups, as they would run by these settings. */
  readonly rules: (plan: JobPlan) => readonly ThresholdRule[];
  /** Gives every job the limits and the interval by other settings. */
  readonly configure: (plan: JobPlan) => void;
  readonly groups: readonly string[];
  /** Starts the jobs of a group anew, whatever they do. */
  restartGroup(group: string, why: string): Promise<void>;
  /** Starts all reads of tokens anew. */
  restartPipeline(why: string): Promise<void>;
}

/** Asks for a feed at once; nothing happens while its job is parked or jobs do not run yet. */
export function askFeed(scheduler: Pick<Scheduler, 'runNow'>, feed: string): void {
  scheduler.runNow(jobOfFeed(feed), { who: 'discovery', why: 'tokens may have been missed' });
}

/** Adds the jobs to the scheduler, which is not started yet, and joins what happens to them to the rest. */
export function addJobs(parts: ServiceJobsParts): ServiceJobs {
  const { clock, log, scheduler, pipeline, dex } = parts;
  const jobsFor = (plan: JobPlan): readonly JobOptions[] =>
    tokenJobs({
      ...parts,
      ...plan,
      sourceAnswers: () => (dex.state().reachable === false ? null : 'the source answers'),
    }).map((job) => withLimits(job, plan.limits));
  let planned = jobsFor(parts.plan);
  const jobs = [...planned, ...parts.others];
  for (const job of jobs) scheduler.add(job);
  noteJobs(parts);
  followShifts(scheduler, pipeline);

  const restart = async (group: string, asked: Asked): Promise<void> => {
    await scheduler.restart({ group }, { ...asked, emergency: true });
  };
  return {
    samples: createJobProbe({
      clock,
      scheduler,
      // As often as the scheduler looks after itself.
      everyMs: parts.plan.limits.checkIntervalMs,
      waiting: () => pipeline.status().due,
    }),
    configure(plan) {
      const next = jobsFor(plan);
      for (const [index, { name, graceMs, stallMs, schedule }] of next.entries()) {
        const before = planned[index]?.schedule;
        scheduler.configure(name, {
          graceMs,
          stallMs: stallMs ?? jobDefaults.stallMs,
          // A schedule that is set begins anew, so only one that has changed is.
          ...(isSameSchedule(before, schedule) ? {} : { schedule }),
        });
      }
      planned = next;
    },
    rules: (plan) => [
      ...[...intervalsOf([...jobsFor(plan), ...parts.others])].flatMap(([group, everyMs]) =>
        jobRules({ group, everyMs }),
      ),
      schedulerRule,
    ],
    groups: [...new Set(jobs.map(({ group }) => group))],
    restartGroup: (group, why) => restart(group, { who: 'warden', why }),
    async restartPipeline(why) {
      pipeline.giveUpAsked(why);
      const ended = await Promise.allSettled(
        READ_GROUPS.map((group) => restart(group, { who: 'warden', why })),
      );
      for (const one of ended)
        if (one.status === 'rejected')
          log.error('A group of jobs could not be restarted.', { cause: describeError(one.reason) });
    },
  };
}

/** A shift lasts as long as nobody ends it: who parks its job, or restarts it when what runs has ended, means it, too. */
function followShifts(scheduler: Scheduler, pipeline: Pick<TokenPipeline, 'closeShift'>): void {
  const shiftsIn = (scope: Scope): readonly ReadGroup[] =>
    READ_GROUPS.filter(
      (group) => scope === 'scheduler' || group === ('job' in scope ? scope.job : scope.group),
    );
  scheduler.on('job_parked', ({ job }) => {
    for (const group of shiftsIn({ job })) pipeline.closeShift(group);
  });
  scheduler.on('restart', ({ scope, emergency }) => {
    if (!emergency) for (const group of shiftsIn(scope)) pipeline.closeShift(group);
  });
  // Its plan may be far off, and until then nobody would read.
  scheduler.on('job_restarted', ({ job, emergency, who, why }) => {
    if (!emergency && shiftsIn({ job }).length > 0) scheduler.runNow(job, { who, why });
  });
}

const isSameSchedule = (a: Schedule | undefined, b: Schedule): boolean =>
  a !== undefined && 'everyMs' in a && 'everyMs' in b && a.everyMs === b.everyMs;

/** By group: the shortest interval of its jobs, in ms. */
function intervalsOf(jobs: readonly JobOptions[]): ReadonlyMap<string, number> {
  const intervals = new Map<string, number>();
  for (const { group, schedule } of jobs) {
    if ('cron' in schedule) continue;
    intervals.set(group, Math.min(intervals.get(group) ?? Infinity, schedule.everyMs));
  }
  return intervals;
}
