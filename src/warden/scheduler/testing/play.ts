import { FakeClock, createRandom, silentLogger, type Logger } from '../../../kernel/index.ts';
import type { JobOptions } from '../job.ts';
import type { RunLedger, RunRecord } from '../ledger.ts';
import { createMemoryLedger } from '../memory-ledger.ts';
import type { Scheduler, SchedulerSettings } from '../scheduler-api.ts';
import { createScheduler } from '../scheduler.ts';

export const ASKED = { who: 'ann', why: 'a test' };

/** A scheduler under virtual time, and what it told. */
export interface Played {
  readonly clock: FakeClock;
  readonly ledger: RunLedger;
  readonly scheduler: Scheduler;
  readonly records: RunRecord[];
  readonly told: string[];
}

export interface PlayOptions {
  readonly clock?: FakeClock;
  readonly ledger?: RunLedger;
  readonly owner?: string;
  readonly log?: Logger;
  readonly takeOver?: boolean;
  readonly settings?: Partial<SchedulerSettings>;
}

export function play({
  clock = new FakeClock(),
  ledger = createMemoryLedger(),
  owner = 'first',
  log = silentLogger,
  settings = {},
  takeOver,
}: PlayOptions = {}): Played {
  const scheduler = createScheduler({
    clock,
    random: createRandom(1),
    log,
    ledger,
    owner,
    takeOver,
    settings,
  });
  const records: RunRecord[] = [];
  const told: string[] = [];
  scheduler.on('run_ended', (record) => records.push(record));
  for (const name of ['job_parked', 'restart', 'escalated', 'late_result', 'fenced', 'group_status'] as const)
    scheduler.on(name, () => told.push(name));
  return { clock, ledger, scheduler, records, told };
}

/** A job that does nothing, each second. */
export const job = (options: Partial<JobOptions> = {}): JobOptions => ({
  name: 'job',
  group: 'cold',
  schedule: { everyMs: 1_000 },
  run: () => undefined,
  ...options,
});

export const forEver = (): Promise<never> => new Promise(() => undefined);

/** Ends, with an error, when its signal aborts. */
export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('aborted'));
    });
  });
