import { createRandom, silentLogger, type FakeClock } from '../../../kernel/index.ts';
import { createMemoryLedger, createScheduler, type Scheduler } from '../../../warden/scheduler/index.ts';
import { tokenJobs, type TokenJobsPorts } from '../jobs.ts';

const ASKED = { who: 'test', why: 'a test' };

/** The jobs of a test, and the scheduler that runs them. */
export interface RunningJobs {
  readonly scheduler: Scheduler;
  /** Lets virtual time pass until nothing runs any more. */
  stop(): Promise<void>;
}

/** Runs the jobs under virtual time; what is left out has none. */
export function runJobs(clock: FakeClock, ports: Partial<TokenJobsPorts>): RunningJobs {
  const scheduler = createScheduler({
    clock,
    random: createRandom(1),
    log: silentLogger,
    ledger: createMemoryLedger(),
    owner: 'test',
  });
  const { pipeline } = ports;
  const jobs = tokenJobs({
    pipeline: pipeline ?? { openShift: () => Promise.resolve() },
    discovery: { polled: [] },
    exportFile: null,
    feedIntervalMs: 60_000,
    exportIntervalMs: 60_000,
    callMs: 10_000,
    sourceAnswers: () => 'the source answers',
    isOff: () => false,
    ...ports,
  });
  for (const job of jobs)
    if (pipeline !== undefined || job.name !== job.group || job.name === 'export') scheduler.add(job);
  void scheduler.start();
  return {
    scheduler,
    async stop() {
      const stopped = scheduler.stop(ASKED);
      await clock.advance(60_000);
      await stopped;
    },
  };
}
