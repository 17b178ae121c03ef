import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backgroundClock, systemClock } from './clock.ts';

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([24, 25, 60, 365])('a timer of %i days fires at its time, however many legs it takes', (days) => {
  const fired = vi.fn();
  systemClock.schedule(days * DAY_MS, fired);
  vi.advanceTimersByTime(days * DAY_MS - 1);
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(days * DAY_MS);
  expect(fired).toHaveBeenCalledOnce();
});

test('only timers of the background do not hold a process up', () => {
  vi.useRealTimers();
  const made = vi.spyOn(globalThis, 'setTimeout');
  const cancel = systemClock.schedule(1_000, vi.fn());
  const cancelOther = backgroundClock.schedule(1_000, vi.fn());
  const holds = made.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef());
  made.mockRestore();
  cancel();
  cancelOther();
  expect(holds).toEqual([true, false]);
});

test('a long timer can be cancelled in each of its legs', () => {
  const fired = vi.fn();
  const cancel = systemClock.schedule(60 * DAY_MS, fired);
  vi.advanceTimersByTime(30 * DAY_MS);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60 * DAY_MS);
  expect(fired).not.toHaveBeenCalled();
});

test('wall time is the epoch’s, monotonic time is not', () => {
  vi.setSystemTime(Date.UTC(2030, 0, 1));
  expect(systemClock.now()).toBe(Date.UTC(2030, 0, 1));
  const before = systemClock.monotonic();
  vi.setSystemTime(Date.UTC(2020, 0, 1));
  expect(systemClock.monotonic()).toBe(before);
});
