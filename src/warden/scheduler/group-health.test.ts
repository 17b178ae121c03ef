import { describe, expect, test } from 'vitest';
import { judgeGroup, sumUp, type GroupFacts, type JobFacts } from './group-health.ts';
import type { RunRecord } from './ledger.ts';
import { job, play, forEver } from './testing/play.ts';
import { createMemoryLedger } from './memory-ledger.ts';

const facts = (changes: Partial<JobFacts> = {}): JobFacts => ({
  name: 'scan',
  essential: false,
  state: 'idle',
  parkedByHand: false,
  getsOn: false,
  why: 'broken',
  overdueMs: 0,
  waiting: 0,
  plannedPerHour: 60,
  ...changes,
});
const record = (changes: Partial<RunRecord> = {}): RunRecord => ({
  runId: '1',
  job: 'scan',
  group: 'cold',
  plannedAt: 1_000,
  startedAt: 1_010,
  endedAt: 2_000,
  durationMs: 990,
  askedBy: 'plan',
  who: null,
  why: null,
  outcome: 'succeeded',
  abandoned: false,
  itemsDone: 0,
  itemsFailed: 0,
  cause: null,
  ...changes,
});
const judge = (changes: Partial<GroupFacts>) =>
  judgeGroup({
    group: 'cold',
    jobs: [facts()],
    runs: sumUp([record()]),
    watchedMs: 600_000,
    missedAfterMs: 30_000,
    ...changes,
  });

test.each<[string, Partial<JobFacts>, string, string[]]>([
  ['rests', {}, 'healthy', []],
  ['is a little late', { overdueMs: 29_999, essential: true }, 'healthy', []],
  ['does not start', { overdueMs: 30_000 }, 'degraded', ['scan does not run: a start is missing for 30 s']],
  [
    'is essential and does not start',
    { overdueMs: 45_000, essential: true },
    'critical',
    ['scan does not run: a start is missing for 45 s'],
  ],
  ['is parked', { state: 'parked' }, 'degraded', ['scan is parked: broken']],
  ['is essential and parked', { state: 'parked', essential: true }, 'critical', ['scan is parked: broken']],
  ['has stalled', { state: 'stalled', essential: true }, 'degraded', ['scan has stalled: broken']],
  [
    'waits after a failure',
    { state: 'backing_off', essential: true, overdueMs: 99_000 },
    'degraded',
    ['scan waits after a failure: broken'],
  ],
])('a group whose job %s', (_, changes, status, reasons) => {
  expect(judge({ jobs: [facts(), facts(changes)] })).toMatchObject({ status, reasons });
});

describe('figures', () => {
  test('are those of the window', () => {
    const runs = [
      record({ durationMs: 100, itemsDone: 30 }),
      record({ durationMs: 300, startedAt: 1_030, outcome: 'failed', cause: 'no answer' }),
      record({ durationMs: 200, startedAt: 990, outcome: 'failed', cause: 'no answer' }),
    ];
    expect(
      judge({
        runs: sumUp(runs),
        jobs: [facts({ waiting: 2 }), facts({ overdueMs: 5, plannedPerHour: null })],
      }),
    ).toMatchObject({
      durationMs: { p50: 200, p95: 300, max: 300 },
      itemsPerMinute: 3,
      runsPerHour: 18,
      plannedPerHour: 60,
      errors: { 'no answer': 2 },
      lagMs: { mean: 40 / 3, max: 30 },
      backlog: 3,
      lastRun: runs[2],
    });
  });

  test('are null where nothing is known', () => {
    expect(judge({ runs: sumUp([]), watchedMs: 0, jobs: [facts({ plannedPerHour: null })] })).toMatchObject({
      status: 'unknown',
      durationMs: null,
      itemsPerMinute: null,
      runsPerHour: null,
      plannedPerHour: null,
      lagMs: null,
      lastRun: null,
    });
  });
});

test('a group that does not run is noticed within 60 s', async () => {
  const ledger = createMemoryLedger();
  let claims = 0;
  // The ledger hangs, so that the lease runs out and nothing may start.
  const claim = (...args: Parameters<typeof ledger.claim>) =>
    claims++ < 3 ? ledger.claim(...args) : forEver();
  const { clock, scheduler } = play({ ledger: { ...ledger, claim } });
  const seen: [number, string][] = [];
  scheduler.on('group_status', ({ status }) => seen.push([clock.monotonic(), status]));
  scheduler.add(job({ essential: true }));
  await scheduler.start();
  await clock.advance(200_000);
  const lastRunMs = (scheduler.groups()[0]?.lastRun?.startedAt ?? 0) - Date.UTC(2026, 0, 1);
  const noticedMs = seen.find(([, status]) => status === 'critical')?.[0] ?? Infinity;
  expect(noticedMs - (lastRunMs + 1_000)).toBeLessThanOrEqual(60_000);
});
