import { expect, it } from 'vitest';
import { foldMiddle } from './fold-middle.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

it.each([
  [0, false, 0],
  [7, false, 0],
  [8, false, 2],
  [40, false, 34],
  [40, true, 0],
])('of %i lines, all wanted: %s, %i are left out', (count, whole, left) => {
  const { first, folded, last } = foldMiddle(upTo(count), whole);
  expect(folded).toBe(left);
  expect(first.length + folded + last.length).toBe(count);
  if (count > 0) expect([...first, ...last].at(-1)).toBe(count - 1);
});
