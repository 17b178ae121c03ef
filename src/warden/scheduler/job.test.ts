import { expect, test } from 'vitest';
import { jobSettings, type JobOptions } from './job.ts';
import { schedulerSettings } from './scheduler-api.ts';
import { job } from './testing/play.ts';

test.each<[Record<string, unknown>, string]>([
  [{ name: '' }, 'name must be a text that is not empty'],
  [{ group: 7 }, 'group must be a text that is not empty, not 7'],
  [{ deadlineMs: 0 }, 'deadlineMs must be a number of milliseconds of at least 1000, not 0'],
  [{ stallMs: NaN }, 'stallMs must be'],
  [{ graceMs: '5' }, 'graceMs must be'],
  [{ overlap: 'both' }, "overlap must be 'skip', 'queue' or"],
  [{ overlap: { allow: 0 } }, '{"allow":0}'],
  [{ priority: 'urgent' }, 'priority must be one of high, normal, low, not urgent'],
  [{ parkAfter: 0 }, 'parkAfter must be a whole number of at least 1, not 0'],
  [{ restart: { factor: 0.5 } }, 'restart.factor must be a number of at least 1, not 0.5'],
  [{ restart: { firstMs: 10, capMs: 5 } }, 'restart.capMs must be'],
  [{ restart: { jitter: 'some' } }, 'restart.jitter must be one of'],
  [{ schedule: { everyMs: -1 } }, 'schedule.everyMs must be'],
])('a job with %j is refused', (changes, message) => {
  const options: JobOptions = { ...job(), ...changes };
  expect(() => jobSettings(options)).toThrow(RangeError);
  expect(() => jobSettings(options)).toThrow(message);
});

test('a scheduler with settings that make no sense is refused', () => {
  expect(() => schedulerSettings({ checkMs: 10 })).toThrow('checkMs must be');
  expect(() => schedulerSettings({ leaseMs: 5_000 })).toThrow(
    'leaseMs must be a number of milliseconds of at least 15000',
  );
  expect(() => schedulerSettings({ keepRuns: 0.5 })).toThrow('keepRuns must be a whole number');
});
