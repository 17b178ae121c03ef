import type { JobActionResult, JobReport, RunReport } from '../../contract/index.ts';
import { MoonwardenError } from '../../kernel/index.ts';
import type { JobsPort } from '../ports.ts';

/** One job, `hot`, that takes everything and remembers what it was asked. */
export interface FakeJobs extends JobsPort {
  readonly asked: (readonly [what: string, ...details: unknown[]])[];
  /** Whether a restart is done when it answers. */
  restartsAtOnce: boolean;
}

export function createFakeJobs(clock: { now(): number }): FakeJobs {
  const run: RunReport = {
    runId: 'first/hot/1',
    plannedAt: clock.now() - 60_000,
    startedAt: clock.now() - 60_000,
    endedAt: clock.now() - 30_000,
    durationMs: 30_000,
    askedBy: 'plan',
    who: null,
    why: null,
    outcome: 'succeeded',
    abandoned: false,
    itemsDone: 42,
    itemsFailed: 1,
    cause: null,
  };
  const job: JobReport = {
    name: 'hot',
    group: 'hot',
    state: 'running',
    reason: 'started by plan',
    parkedByHand: false,
    plan: 'every 30 s',
    essential: true,
    failures: 0,
    running: [
      {
        runId: 'first/hot/2',
        startedAt: clock.now() - 10_000,
        progressAt: clock.now(),
        progress: { done: 5, total: 12 },
        inFlight: 3,
        itemsDone: 5,
        itemsFailed: 0,
        errors: [],
      },
    ],
    waiting: 0,
    nextStartAt: clock.now() + 20_000,
    lastRun: run,
    skipped: 0,
    lateResults: 0,
  };
  const asked: FakeJobs['asked'] = [];
  const known = (name: string): void => {
    if (name !== job.name) throw new MoonwardenError('JOB_UNKNOWN', 'there is no job of this name');
  };
  const take = (what: string, ...details: readonly unknown[]): JobActionResult => {
    asked.push([what, ...details]);
    return { done: true, sentence: 'It is done.', jobs: [job] };
  };
  const fake: FakeJobs = {
    asked,
    restartsAtOnce: true,
    scheduler: () => ({
      at: clock.now(),
      status: 'healthy',
      sentence: 'The job runs as planned.',
      groups: [
        {
          group: 'hot',
          status: 'healthy',
          reasons: [],
          lastRun: run,
          durationMs: { p50: 30_000, p95: 30_000, max: 30_000 },
          itemsPerMinute: 84,
          runsPerHour: 120,
          plannedPerHour: 120,
          errors: {},
          lagMs: { mean: 0, max: 0 },
          backlog: 0,
          jobs: [job],
        },
      ],
    }),
    list: () => ({ at: clock.now(), items: [job] }),
    show(name, limit) {
      known(name);
      return Promise.resolve({ ...job, at: clock.now(), runs: [run].slice(0, limit) });
    },
    run(name, by) {
      known(name);
      return take('run', name, by);
    },
    restart(name, by) {
      known(name);
      return Promise.resolve({ ...take('restart', name, by), done: fake.restartsAtOnce });
    },
    restartAll: (by) => Promise.resolve({ ...take('restartAll', by), done: fake.restartsAtOnce }),
    park(name, by) {
      known(name);
      return take('park', name, by);
    },
    unpark(name, by) {
      known(name);
      return take('unpark', name, by);
    },
  };
  return fake;
}
