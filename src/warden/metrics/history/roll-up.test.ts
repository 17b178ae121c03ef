import { describe, expect, test } from 'vitest';
import { combine, rollUp, rowOfPoint, type Row } from './roll-up.ts';
import { keptFrom, periodOf, TIERS } from './tiers.ts';

const row = (at: number, [min, avg, p95, max]: readonly number[], count: number): Row => ({
  at,
  min: min ?? NaN,
  avg: avg ?? NaN,
  p95: p95 ?? NaN,
  max: max ?? NaN,
  count,
});

test('a point is a row by itself', () => {
  expect(rowOfPoint({ at: 7, value: -3 })).toEqual(row(7, [-3, -3, -3, -3], 1));
});

test('points are summed up by the periods in which they lie', () => {
  const points = [
    [0, 5],
    [999, 1],
    [1_000, 2],
    [3_500, 4],
    [3_999, 8],
  ].map(([at = 0, value = 0]) => ({ at, value }));
  expect(rollUp(points, 1_000)).toEqual([
    row(0, [1, 3, 5, 5], 2),
    row(1_000, [2, 2, 2, 2], 1),
    row(3_000, [4, 6, 8, 8], 2),
  ]);
  expect(rollUp([], 1_000)).toEqual([]);
});

describe('rows', () => {
  test('of a longer period weigh the average by count, and take the highest p95', () => {
    const rows = [row(0, [1, 2, 4, 5], 3), row(1_000, [0, 6, 7, 9], 1), row(2_000, [3, 3, 3, 3], 1)];
    expect(combine(rows, 2_000)).toEqual([row(0, [0, 3, 7, 9], 4), row(2_000, [3, 3, 3, 3], 1)]);
  });

  test('that are alone in their period stay as they are, at its beginning', () => {
    expect(combine([row(1_500, [1, 2, 4, 5], 3)], 1_000)).toEqual([row(1_000, [1, 2, 4, 5], 3)]);
  });

  test('of one point each give what the points give, p95 too', () => {
    const values = Array.from({ length: 40 }, (_, nr) => nr + 1);
    const rows = values.map((value, nr) => rowOfPoint({ at: nr, value }));
    expect(combine(rows, 1_000)).toEqual([row(0, [1, 20.5, 38, 40], 40)]);
    const mixed = [...rows, row(500, [41, 41, 41, 41], 2)];
    expect(combine(mixed, 1_000)[0]?.p95).toBe(41);
    expect(combine([row(1, [5, 5, 5, 5], 1), row(2, [5, 9, 9, 9], 3)], 10)[0]).toMatchObject({
      avg: 8,
      count: 4,
    });
  });

  test('have an average between their least and their greatest, whatever is rounded', () => {
    const third = 0.1 + 0.2;
    const rows = Array.from({ length: 7 }, (_, nr) => row(nr, [third, third, third, third], 3));
    expect(combine(rows, 100)).toEqual([row(0, [third, third, third, third], 21)]);
  });
});

test.each([
  [0, 1_000, 0],
  [999, 1_000, 0],
  [1_000, 1_000, 1_000],
  [-1, 1_000, -1_000],
])('%i lies in the period of %i that begins at %i', (at, stepMs, expected) => {
  expect(periodOf(at, stepMs)).toBe(expected);
});

test('each tier is whole from a quarter of an hour on', () => {
  const QUARTER_MS = 900_000;
  const now = 10_000 * QUARTER_MS + 899_999;
  expect(keptFrom(now)).toEqual({
    raw: (10_000 - 4) * QUARTER_MS,
    minute: (10_000 - 4 * 48) * QUARTER_MS,
    quarter: (10_000 - 4 * 24 * 90) * QUARTER_MS,
  });
  const longer = { raw: 7_200_000, minute: 72 * 3_600_000, quarter: 365 * 86_400_000 };
  expect(keptFrom(now, longer)).toEqual({
    raw: keptFrom(now).raw - 3_600_000,
    minute: keptFrom(now).minute - 24 * 3_600_000,
    quarter: keptFrom(now).quarter - 275 * 86_400_000,
  });
  expect(Object.values(TIERS).map(({ stepMs }) => stepMs)).toEqual([0, 60_000, QUARTER_MS]);
});
