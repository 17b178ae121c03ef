import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TopRows } from './plan-top.ts';

it('keeps the greatest keys, of equal ones those that came first, and gives them in order', () => {
  const keys = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true })), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(fc.nat(40), keys, (capacity, offered) => {
      const top = new TopRows(capacity);
      const expected = offered
        .map((key, row) => ({ key, row }))
        .toSorted((a, b) => (a.key === b.key ? a.row - b.row : a.key > b.key ? -1 : 1))
        .slice(0, capacity)
        .map(({ row }) => row);
      // Twice: what was drained is gone.
      for (let round = 0; round < 2; round++) {
        offered.forEach((key, row) => {
          if (key > top.least || key === -Infinity) top.offer(key, row);
        });
        expect([...top.drain()]).toEqual(expected);
      }
    }),
  );
});
