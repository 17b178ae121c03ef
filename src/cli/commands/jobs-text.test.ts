import { expect, test } from 'vitest';
import type { JobDetail, JobGroup, RunReport } from '../../contract/index.ts';
import { groupRows, groupTroubles, jobRows, jobSentences, runRows } from './jobs-text.ts';

const at = Date.UTC(2026, 0, 1, 12);
const good: RunReport = {
  runId: 'a/hot/1',
  plannedAt: at - 40_000,
  startedAt: at - 40_000,
  endedAt: at - 10_000,
  durationMs: 30_000,
  askedBy: 'plan',
  who: null,
  why: null,
  outcome: 'succeeded',
  abandoned: false,
  itemsDone: 84,
  itemsFailed: 2,
  cause: null,
};
const bad: RunReport = {
  ...good,
  durationMs: 120,
  askedBy: 'hand',
  who: 'ann',
  why: 'to see',
  outcome: 'timed_out',
  abandoned: true,
  cause: 'it ran longer than 0.12 s',
};
const detail: JobDetail = {
  name: 'hot',
  group: 'hot',
  state: 'running',
  reason: 'started by plan',
  parkedByHand: false,
  plan: 'every 30 s',
  essential: true,
  failures: 0,
  running: [],
  waiting: 0,
  nextStartAt: at + 20_000,
  lastRun: good,
  skipped: 0,
  lateResults: 0,
  at,
  runs: [good, bad],
};
const group: JobGroup = {
  group: 'hot',
  status: 'healthy',
  reasons: [],
  lastRun: good,
  durationMs: { p50: 30_000, p95: 30_000, max: 31_000 },
  itemsPerMinute: 1_234.5,
  runsPerHour: 119.6,
  plannedPerHour: 120,
  errors: {},
  lagMs: { mean: 12, max: 40 },
  backlog: 1,
  jobs: [detail],
};
const reportOf = (...groups: readonly JobGroup[]) => ({
  at,
  status: 'healthy' as const,
  sentence: '',
  groups: [...groups],
});

test('a group is a line of figures, and "-" where nothing is known', () => {
  const empty: JobGroup = {
    ...group,
    group: 'cold',
    status: 'unknown',
    lastRun: null,
    itemsPerMinute: null,
    runsPerHour: 0,
    plannedPerHour: null,
    lagMs: null,
    backlog: 0,
  };
  expect(groupRows(reportOf(group, empty))).toEqual([
    ['hot', 'healthy', '0.012 s', '1', '1,235', '120', '120', '10 s ago'],
    ['cold', 'unknown', '-', '0', '-', '0', '-', 'never'],
  ]);
});

test('a job is a line', () => {
  const parked = { ...detail, state: 'parked' as const, lastRun: bad, nextStartAt: null };
  const fresh = { ...detail, state: 'stopped' as const, lastRun: null };
  expect(jobRows(reportOf({ ...group, jobs: [detail, parked, fresh] }))).toEqual([
    ['hot', 'hot', 'running', 'every 30 s', '10 s ago', '30 s', 'succeeded', 'in 20 s'],
    ['hot', 'hot', 'parked', 'every 30 s', '10 s ago', '0.12 s', 'timed out, given up', '-'],
    ['hot', 'hot', 'restarting', 'every 30 s', 'never', '-', '-', 'in 20 s'],
  ]);
});

test('troubles are told by reason, and by cause the most frequent first', () => {
  const errors = { 'no answer': 1, 'no progress': 3 };
  expect(
    groupTroubles(reportOf(group, { ...group, reasons: ['hot is parked: ann: a test'], errors })),
  ).toEqual([
    'hot: hot is parked: ann: a test.',
    'hot: 3 runs in the last hour: no progress.',
    'hot: 1 run in the last hour: no answer.',
  ]);
});

test('a job tells what is under way, and what is behind it', () => {
  const running = [
    {
      runId: 'a/hot/2',
      startedAt: at - 10_000,
      progressAt: at - 1_000,
      progress: { done: 5, total: 12 },
      inFlight: 3,
      itemsDone: 4,
      itemsFailed: 1,
      errors: [{ cause: 'no pool', count: 1 }],
    },
  ];
  expect(jobSentences({ ...detail, running, waiting: 1, skipped: 2, lateResults: 1 })).toEqual([
    'hot: running.',
    'Group hot, every 30 s, essential; next start in 20 s.',
    'A run is under way for 10 s: 5 of 12; 4 items done, 1 failed, 3 in flight; last progress 1 s ago; 1× no pool.',
    '1 start waits.',
    'Since the start of the service: planned starts left out: 2, late results ignored: 1.',
  ]);
});

test('a job that does not run says why', () => {
  const parked: JobDetail = {
    ...detail,
    state: 'parked',
    reason: 'ann: a test',
    essential: false,
    failures: 3,
    nextStartAt: null,
  };
  expect(jobSentences(parked)).toEqual([
    'hot: parked (ann: a test).',
    'Group hot, every 30 s; next start not planned.',
    '3 runs in a row did not succeed.',
  ]);
});

test('a run tells who asked for it, how it ended and why', () => {
  expect(runRows(detail)).toEqual([
    ['2026-01-01 11:59:20', '30 s', 'succeeded', '84', '2', 'plan', '-'],
    [
      '2026-01-01 11:59:20',
      '0.12 s',
      'timed out, given up',
      '84',
      '2',
      'asked by ann: to see',
      'it ran longer than 0.12 s',
    ],
  ]);
});
