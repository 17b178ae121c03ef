import { expect, test } from 'vitest';
import { FakeClock } from '../../../kernel/index.ts';
import { createCapacityTrend } from './capacity-trend.ts';

test('a value that grows by 1 a minute is at its limit of 30 in as many minutes as are left', async () => {
  const clock = new FakeClock();
  const trend = createCapacityTrend(clock, 30);
  const told: (number | null)[] = [];
  for (let minute = 0; minute < 10; minute++) {
    told.push(trend.next(minute));
    await clock.advance(60_000);
  }
  // Five points are the fewest that say something.
  expect(told.slice(0, 4)).toEqual([null, null, null, null]);
  expect(told[4]).toBeCloseTo(26 * 60, 6);
  expect(told[9]).toBeCloseTo(21 * 60, 6);
});

test('between two points time runs down, and values do not count', async () => {
  const clock = new FakeClock();
  const trend = createCapacityTrend(clock, 100);
  for (let minute = 0; minute < 6; minute++) {
    if (minute > 0) await clock.advance(60_000);
    trend.next(10 * minute);
  }
  await clock.advance(30_000);
  expect(trend.next(3)).toBeCloseTo(4.5 * 60, 6);
});

test('at the limit nothing is left, without a value nobody can say, and what shrinks never fills up', async () => {
  const clock = new FakeClock();
  const trend = createCapacityTrend(clock, 100);
  expect(trend.next(null)).toBeNull();
  expect(trend.next(100)).toBe(0);
  for (let minute = 0; minute < 10; minute++) {
    expect(trend.next(90 - minute)).toBeNull();
    await clock.advance(60_000);
  }
});
