import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { medianOf, normalBelow, trendOf } from './statistics.ts';

const pairsOf = (ys: readonly number[]): number[] => ys.flatMap((y, x) => [x + 1, y]);

describe('examples from the literature', () => {
  test('cloud seeding: Hollander and Wolfe, "Nonparametric Statistical Methods", chapter 9', () => {
    const trend = trendOf(pairsOf([1.26, 1.27, 1.12, 1.16, 1.03]));
    // The book rounds to -0.056.
    expect(trend?.slope).toBeCloseTo(-0.05625, 10);
    // S = -6 of five points: variance 50 / 3.
    expect(trend?.sure).toBeCloseTo(normalBelow(5 / Math.sqrt(50 / 3)), 10);
  });

  test('Gilbert, "Statistical Methods for Environmental Pollution Monitoring", section 16.4: S = 4 of 10, 15, 14, 20', () => {
    const trend = trendOf(pairsOf([10, 15, 14, 20]));
    // n (n - 1) (2 n + 5) / 18 = 8.667; slopes -1, 2, 2.5, 3.33, 5, 6.
    expect(trend?.sure).toBeCloseTo(normalBelow(3 / Math.sqrt(78 / 9)), 10);
    expect(trend?.slope).toBeCloseTo((2.5 + 10 / 3) / 2, 10);
  });

  test.each([
    [0, 0.5],
    [1, 0.841345],
    [1.644854, 0.95],
    [1.959964, 0.975],
    [2.575829, 0.995],
    [-1.281552, 0.1],
  ])('the normal distribution below %s is %s', (z, share) => {
    expect(normalBelow(z)).toBeCloseTo(share, 6);
  });
});

test.each([10, 11, 12])(
  'from ten points on the approximation is that of the exact distribution, to 1 %%: %s points',
  (n) => {
    // Orders of n points by their number of discordant pairs.
    let counts = [1];
    for (let size = 2; size <= n; size++) {
      const next = Array<number>(counts.length + size - 1).fill(0);
      counts.forEach((count, at) => {
        for (let more = 0; more < size; more++) next[at + more] = (next[at + more] ?? 0) + count;
      });
      counts = next;
    }
    const all = counts.reduce((sum, count) => sum + count, 0);
    const most = counts.length - 1;
    let reached = 0;
    for (let discordant = 0; most - 2 * discordant > 0; discordant++) {
      reached += counts[discordant] ?? 0;
      const s = most - 2 * discordant;
      const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
      expect(Math.abs(reached / all - (1 - normalBelow((s - 1) / deviation)))).toBeLessThan(0.01);
    }
  },
);

/** The same by their definitions, with lists and sorts only. */
function naive(points: readonly (readonly [number, number])[]) {
  const slopes: number[] = [];
  let s = 0;
  for (const [i, [x1, y1]] of points.entries())
    for (const [x2, y2] of points.slice(i + 1)) {
      slopes.push((y2 - y1) / (x2 - x1));
      s += y2 > y1 ? 1 : y2 < y1 ? -1 : 0;
    }
  slopes.sort((a, b) => a - b);
  const middle = (list: readonly number[]): number => {
    const sorted = [...list].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 === 1
      ? (sorted[half] ?? 0)
      : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
  };
  const ties = new Map<number, number>();
  for (const [, y] of points) ties.set(y, (ties.get(y) ?? 0) + 1);
  const term = (t: number): number => t * (t - 1) * (2 * t + 5);
  const variance = (term(points.length) - [...ties.values()].reduce((sum, t) => sum + term(t), 0)) / 18;
  const slope = middle(slopes);
  return { slope, s, variance, intercept: middle(points.map(([x, y]) => y - slope * x)), slopes };
}

const course = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -20, max: 20 })), {
    minLength: 2,
    maxLength: 30,
  })
  .map((steps) => {
    let x = 0;
    return steps.map(([gap, y]): [number, number] => [(x += gap), y]);
  });

test('slope, intercept and certainty are those of the definition', () =>
  fc.assert(
    fc.property(course, (points) => {
      const trend = trendOf(points.flat());
      const expected = naive(points);
      expect(trend?.slope).toBeCloseTo(expected.slope, 9);
      expect(trend?.intercept).toBeCloseTo(expected.intercept, 9);
      const z =
        expected.variance === 0 ? 0 : Math.max(0, Math.abs(expected.s) - 1) / Math.sqrt(expected.variance);
      expect(trend?.sure).toBeCloseTo(normalBelow(z), 8);
      expect(trend?.low).toBeLessThanOrEqual(trend?.slope ?? Number.NaN);
      expect(trend?.high).toBeGreaterThanOrEqual(trend?.slope ?? Number.NaN);
      expect(expected.slopes).toContain(trend?.low);
    }),
  ));

test('the interval holds the true slope in 95 % of courses, about', () => {
  let state = 7;
  const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  let held = 0;
  for (let run = 0; run < 400; run++) {
    const noise = (): number => uniform() + uniform() + uniform() - 1.5;
    const trend = trendOf(Array.from({ length: 20 }, (_, x) => [x, 0.1 * x + noise()]).flat());
    if (trend && trend.low <= 0.1 && trend.high >= 0.1) held += 1;
  }
  expect(held / 400).toBeGreaterThan(0.92);
  expect(held / 400).toBeLessThan(0.98);
});

test('one value far off moves the trend only a little', () => {
  const ys = Array.from({ length: 20 }, (_, x) => 2 * x);
  ys[10] = 9_000;
  expect(trendOf(pairsOf(ys))?.slope).toBeCloseTo(2, 5);
});

test.each<[number[], number]>([
  [[3], 3],
  [[1, 2], 1.5],
  [[9, 1, 5], 5],
])('the median of %j is %s', (values, median) => {
  expect(medianOf(values)).toBe(median);
});

test('of fewer than two points there is no trend, and of equal ones none that is sure', () => {
  expect(trendOf([1, 1])).toBeNull();
  expect(trendOf(pairsOf([4, 4, 4, 4]))).toMatchObject({ slope: 0, sure: 0.5 });
});
