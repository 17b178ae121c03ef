import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HourlyRate } from './rate.ts';

const MINUTE = 60_000;

test('counts what happened in the last hour, and forgets it by the minute', () => {
  const rate = new HourlyRate();
  rate.add(3, 10 * MINUTE);
  rate.add(2, 40 * MINUTE);
  expect(rate.perHour(69 * MINUTE)).toBe(5);
  expect(rate.perHour(70 * MINUTE)).toBe(2);
  expect(rate.perHour(100 * MINUTE)).toBe(0);
});

test('a rate a minute fades from the last minute into the running one', () => {
  const rate = new HourlyRate();
  rate.add(60, MINUTE - 1);
  expect(rate.perMinute(MINUTE)).toBe(60);
  expect(rate.perMinute(1.5 * MINUTE)).toBe(30);
  rate.add(10, 1.5 * MINUTE);
  expect(rate.perMinute(1.5 * MINUTE)).toBe(40);
});

test('what happened before a restart counts until its hour is over', () => {
  const rate = new HourlyRate();
  // The monotonic clock begins anew with the process: 5 and 59 minutes ago are before its zero.
  rate.recall(5 * MINUTE, 0);
  rate.recall(59 * MINUTE, 0);
  rate.recall(60 * MINUTE, 0);
  rate.recall(-1, 0);
  expect(rate.perHour(0)).toBe(3);
  expect(rate.perHour(MINUTE)).toBe(2);
  expect(rate.perHour(54 * MINUTE)).toBe(2);
  expect(rate.perHour(55 * MINUTE)).toBe(1);
  expect(rate.perHour(60 * MINUTE)).toBe(0);
});

test('agrees with a list of times', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(180)), fc.nat(60), (minutes, later) => {
      const rate = new HourlyRate();
      const times = [...minutes].sort((a, b) => a - b);
      for (const minute of times) rate.add(1, minute * MINUTE);
      const now = (times.at(-1) ?? 0) + later;
      expect(rate.perHour(now * MINUTE)).toBe(times.filter((minute) => minute > now - 60).length);
    }),
  ));
