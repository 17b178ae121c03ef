import { expect, test } from 'vitest';
import { HedgeDelay } from './hedge-delay.ts';

const SETTINGS = { delayMs: null, quantile: 1, leastSamples: 2 };
/** Of a histogram: a little off. */
const about = (ms: number): unknown => expect.closeTo(ms, 0);

test('a fixed delay needs no calls', () => {
  expect(new HedgeDelay({ ...SETTINGS, delayMs: 70 }, 60_000).delayMs(0)).toBe(70);
});

test('is unknown until there were enough calls, and again when they are too long ago', () => {
  const delay = new HedgeDelay(SETTINGS, 60_000);
  delay.record(0, 10);
  expect(delay.delayMs(0)).toBeNull();
  delay.record(0, 10);
  expect(delay.delayMs(0)).toEqual(about(10));
  expect(delay.delayMs(59_999)).toEqual(about(10));
  expect(delay.delayMs(60_000)).toBeNull();
});

test('is looked up anew after 100 ms', () => {
  const delay = new HedgeDelay(SETTINGS, 60_000);
  delay.record(5_000, 10);
  delay.record(5_000, 10);
  expect(delay.delayMs(5_000)).toEqual(about(10));
  delay.record(5_000, 20);
  expect(delay.delayMs(5_000)).toEqual(about(10));
  expect(delay.delayMs(5_099.9)).toEqual(about(10));
  expect(delay.delayMs(5_100)).toEqual(about(20));
});

test('is looked up anew with new settings, which keep what was recorded', () => {
  const delay = new HedgeDelay(SETTINGS, 60_000);
  delay.record(0, 10);
  delay.record(0, 20);
  expect(delay.delayMs(0)).toEqual(about(20));
  delay.configure({ ...SETTINGS, quantile: 0.5 });
  expect(delay.settings.quantile).toBe(0.5);
  expect(delay.delayMs(0)).toEqual(about(10));
});
