import { expect, test } from 'vitest';
import { summaryOf } from './summary.ts';

test.each([
  [[3], { min: 3, max: 3, avg: 3, p95: 3, count: 1 }],
  [[2, 1], { min: 1, max: 2, avg: 1.5, p95: 2, count: 2 }],
  [Array.from({ length: 100 }, (_, n) => 100 - n), { min: 1, max: 100, avg: 50.5, p95: 95, count: 100 }],
  [[1e308, 1e308], { min: 1e308, max: 1e308, avg: 1e308, p95: 1e308, count: 2 }],
  [[0.1, 0.1, 0.1], { min: 0.1, max: 0.1, avg: 0.1, p95: 0.1, count: 3 }],
])('of %j', (values, summary) => {
  expect(summaryOf(values)).toEqual(summary);
});

test('of nothing is refused', () => {
  expect(() => summaryOf([])).toThrow(RangeError);
});
