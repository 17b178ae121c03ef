import { expect, test } from 'vitest';
import { createGaps } from './gaps.ts';

test('a block is as long as the loop says, within what others saw of it', () => {
  const gaps = createGaps();
  gaps.add(3, 1_400);
  gaps.add(5, 9_000);
  gaps.add(7, 100);
  expect(gaps.take(3, 1_250, 1_600)).toBe(1_400);
  // Stopped in the middle: the loop counts that, too.
  expect(gaps.take(5, 1_250, 1_600)).toBe(1_600);
  expect(gaps.take(7, 1_250, 1_600)).toBe(1_250);
});

test('a gap is taken once, and one that nobody knows is as long as was seen', () => {
  const gaps = createGaps();
  gaps.add(3, 1_400);
  expect(gaps.take(4, 1_000, 2_000)).toBe(1_000);
  expect(gaps.take(3, 1_000, 2_000)).toBe(1_400);
  expect(gaps.take(3, 1_000, 2_000)).toBe(1_000);
});

test('only the last ones are kept', () => {
  const gaps = createGaps();
  for (let beat = 0; beat < 17; beat++) gaps.add(beat, 1_500);
  expect(gaps.take(0, 1_000, 2_000)).toBe(1_000);
  expect(gaps.take(1, 1_000, 2_000)).toBe(1_500);
});
