import { expect, test } from 'vitest';
import { planSteps, shareOf } from './fallback-options.ts';

test.each([
  [10_000, 1_000, 3_000, 7_000],
  [4_000, 1_000, 3_000, 1_000],
  [3_999, 1_000, 3_000, 999.75],
  [2_000, 1_000, 3_000, 500],
  [2_000, 0, 0, 2_000],
  [500, 0, 1_000, 0],
  [-1, 0, 0, 0],
  [0, 0, 0, 0],
  [0, 1_000, 1_000, 0],
])('of %d ms, for one that needs %d and others that need %d, is %d', (remaining, own, others, share) => {
  expect(shareOf(remaining, own, others)).toBe(share);
});

test('what steps need may be all that there is', () => {
  expect(
    planSteps(
      [
        { source: 'a', needsMs: 60 },
        { source: 'b', needsMs: 40 },
      ],
      100,
    ),
  ).toHaveLength(2);
});

test('what steps need by default is half of the limit together', () => {
  expect(planSteps([{ source: 'a' }, { source: 'b', needsMs: 1 }, { source: 'c' }], 6_000)).toEqual([
    { ownMs: 1_000, othersMs: 1_001 },
    { ownMs: 1, othersMs: 1_000 },
    { ownMs: 1_000, othersMs: 0 },
  ]);
});
