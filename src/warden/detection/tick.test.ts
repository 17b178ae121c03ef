import { expect, test } from 'vitest';
import { tickOf } from './tick.ts';

test.each<[string, number, number, number, number, boolean]>([
  ['a turn in time', 1_000, 1_000, 1_000, 1_000, false],
  ['a late turn counts for 5 s at the most', 20_000, 20_000, 1_000, 5_000, false],
  ['or for three turns', 80_000, 80_000, 10_000, 30_000, false],
  ['a pause of 35 s', 35_000, 35_000, 1_000, 5_000, false],
  ['a longer one is an interruption', 35_001, 35_001, 1_000, 0, true],
  ['a wall clock that was corrected', 1_000, 11_000, 1_000, 1_000, false],
  ['a wall clock that was set forward', 1_000, 11_001, 1_000, 0, true],
  ['a wall clock that was set back', 1_000, -9_001, 1_000, 0, true],
  ['a monotonic clock that goes back', -500, 0, 1_000, 0, false],
])('%s', (_what, elapsedMs, wallMs, turnMs, passedMs, isInterrupted) => {
  const before = { wallMs: 1_000_000, monotonicMs: 50_000 };
  const now = { wallMs: 1_000_000 + wallMs, monotonicMs: 50_000 + elapsedMs };
  expect(tickOf(before, now, turnMs)).toEqual({ now, passedMs, isInterrupted });
});
