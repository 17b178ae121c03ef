import { expect, test } from 'vitest';
import type { JobOptions } from '../warden/scheduler/index.ts';
import { withLimits, type JobSettings } from './job-settings.ts';
import { loadSettings } from './settings.ts';

const settingsOf = (jobs: Readonly<Record<string, string>>): JobSettings =>
  loadSettings({ file: null, environment: {}, flags: { source: 'a test', values: { jobs } } }).settings.jobs;
const job = (group: string, stallMs?: number): JobOptions => ({
  name: group,
  group,
  schedule: { everyMs: 1_000 },
  run: () => undefined,
  ...(stallMs === undefined ? {} : { stallMs }),
});

test.each<[string, Record<string, string>, string, number | undefined, number | undefined]>([
  ['without settings a job keeps its own limit', {}, 'hot', 20_000, 20_000],
  ['or takes the default of the scheduler', {}, 'export', undefined, undefined],
  ['one limit for all', { stall_after: '1m' }, 'hot', 20_000, 60_000],
  ['also of a group that nobody thought of', { stall_after: '1m' }, 'others', undefined, 60_000],
  ['that of the group goes before it', { stall_after: '1m', hot_stall_after: '5s' }, 'hot', 20_000, 5_000],
  ['and is of no other', { hot_stall_after: '5s' }, 'cold', 40_000, 40_000],
  ...['hot', 'cold', 'archive', 'activation', 'discovery', 'export'].map(
    (group): [string, Record<string, string>, string, number, number] => [
      `${group} has one`,
      { [`${group}_stall_after`]: '1s' },
      group,
      20_000,
      1_000,
    ],
  ),
])('%s', (_, jobs, group, own, expected) => {
  expect(withLimits(job(group, own), settingsOf(jobs)).stallMs).toBe(expected);
});

test('the grace is of all jobs', () => {
  expect(withLimits(job('hot'), settingsOf({})).graceMs).toBe(10_000);
  expect(withLimits(job('hot'), settingsOf({ grace: '1s' })).graceMs).toBe(1_000);
});

test.each([
  [{ stall_after: '0.5s' }, 'jobs.stall_after'],
  [{ grace: '2h' }, 'jobs.grace'],
  [{ check_interval: 'often' }, 'jobs.check_interval'],
  [{ hot_stall_limit: '5s' }, 'jobs.hot_stall_limit'],
])('%j is refused by name', (jobs, path) => {
  expect(() => settingsOf(jobs)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      faults: [expect.objectContaining({ path: expect.stringContaining(path) as string })],
    }) as Error,
  );
});
