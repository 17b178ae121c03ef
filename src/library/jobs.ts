import {
  createId,
  createRandom,
  describeError,
  systemEntropy,
  type Clock,
  type Logger,
} from '../kernel/index.ts';
import type { Rule, Sample } from '../warden/detection/index.ts';
import { createJobProbe, jobRules, schedulerRule, type Probe } from '../warden/index.ts';
import type { RecoveryAction } from '../warden/recovery/index.ts';
import {
  createMemoryLedger,
  createScheduler,
  type JobOptions,
  type RunContext,
  type Schedule,
  type Scheduler,
} from '../warden/scheduler/index.ts';
import * as check from './faults.ts';

/** What a job may have besides its name, its schedule and its work. */
export type JobExtras = Omit<JobOptions, 'name' | 'group' | 'schedule' | 'run'> & {
  /** Jobs of a group are judged and restarted together. Default: the name of the job. */
  readonly group?: string | undefined;
};

/** Jobs with what watches and heals them. */
export interface LibraryJobs {
  /** @throws MoonwardenError for what makes no job. */
  add(name: string, schedule: Schedule, run: (context: RunContext) => unknown, extras: JobExtras): void;
  readonly samples: () => readonly Sample[];
  readonly rules: () => readonly Rule[];
  readonly actions: () => readonly RecoveryAction[];
  start(): void;
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
/** So long their figures are kept: a turn of the loop may come more often. */
const KEPT_MS = 1_000;
const WARDEN = { who: 'warden', why: 'a planned start is missing' } as const;

const FIELDS = { name: check.name, schedule: check.object, run: check.callable };
/** What they say is checked by the scheduler. */
const byScheduler = (): null => null;
const EXTRAS: { readonly [Option in keyof Required<JobExtras>]: check.Check } = {
  group: check.name,
  deadlineMs: byScheduler,
  stallMs: byScheduler,
  graceMs: byScheduler,
  overlap: byScheduler,
  priority: byScheduler,
  essential: check.flag,
  restart: check.object,
  parkAfter: byScheduler,
  unparkWhen: check.callable,
  unpark: check.object,
};

/** What a person can do who has the log and no service of ours. */
const STEPS: readonly (readonly [end: string, step: string])[] = [
  ['.not_run', 'They are started anew; if that does not help, restart the process and keep its log.'],
  ['.stalled', 'What it had begun is handed to the run that follows, as `resumed`.'],
  ['.parked', 'The log says why its runs failed. It is tried again where `unparkWhen` says so.'],
];

/** Makes the scheduler when there is a first job: who has none pays nothing for it. */
export function createLibraryJobs(clock: Clock, log: Logger, wake: () => void): LibraryJobs {
  let scheduler: Scheduler | null = null;
  let hasStarted = false;
  /** By group: the shortest interval of its jobs. */
  const groups = new Map<string, number>();
  let samples: Probe = () => [];

  const open = (): Scheduler => {
    const random = createRandom(createId(systemEntropy));
    const made = createScheduler({ clock, random, log, ledger: createMemoryLedger(), owner: 'this process' });
    made.on('run_ended', ({ job, outcome, cause }) => {
      if (outcome === 'succeeded' || outcome === 'cancelled') return;
      log.warning(`A run of the job ${job} ${outcome.replaceAll('_', ' ')}.`, { job, cause });
    });
    made.on('job_parked', ({ job, why }) => {
      log.error(`The job ${job} is parked and does not run: ${why}.`, { job });
      wake();
    });
    samples = createJobProbe({ clock, scheduler: made, everyMs: KEPT_MS });
    if (hasStarted) void made.start();
    return made;
  };

  return {
    add(name, schedule, run, extras) {
      const what = `job ${name}`;
      check.refuse(what, [
        ...check.faultsOf({ name, schedule, run }, FIELDS, ['name', 'schedule', 'run']),
        ...check.faultsOf(extras, EXTRAS),
      ]);
      const { group = name, ...options } = extras;
      scheduler ??= open();
      const jobs = scheduler;
      check.translated(what, () => {
        jobs.add({ ...options, name, group, schedule, run });
      });
      const everyMs = 'everyMs' in schedule ? schedule.everyMs : MINUTE_MS;
      groups.set(group, Math.min(groups.get(group) ?? Infinity, everyMs));
    },
    samples: () => samples(),
    rules: () =>
      scheduler === null
        ? []
        : [
            ...[...groups].flatMap(([group, everyMs]) => jobRules({ group, everyMs })).map(worded),
            { ...schedulerRule, nextSteps: ['See in the log which jobs fail and why; restart the process.'] },
          ],
    actions: () =>
      [...groups.keys()].map((group) => ({
        name: `restart-jobs-${group}`,
        step: 'medium',
        component: 'jobs',
        ends: [`jobs.${group}.not_run`],
        verifyWithinMs: MINUTE_MS,
        run: () => scheduler?.restart({ group }, { ...WARDEN, emergency: true }),
      })),
    start() {
      hasStarted = true;
      scheduler?.start().catch((error: unknown) => {
        log.critical('Jobs could not be started.', { cause: describeError(error) });
      });
    },
    async stop() {
      hasStarted = false;
      await scheduler?.stop({ who: 'warden', why: 'it is stopped' });
    },
  };
}

const worded = (rule: Rule): Rule => {
  const step = STEPS.find(([end]) => rule.name.endsWith(end))?.[1];
  return step === undefined ? rule : { ...rule, nextSteps: [step] };
};
