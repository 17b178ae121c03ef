import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FirstOf } from './first-of.ts';

it('holds the same as sorting everything would', () => {
  const byNumber = (a: number, b: number): number => a - b;
  fc.assert(
    fc.property(
      fc.array(fc.nat(40), { minLength: 100, maxLength: 200 }),
      fc.integer({ min: 0, max: 20 }),
      (items, limit) => {
        const first = new FirstOf(limit, byNumber);
        for (const item of items) first.add(item);
        expect(first.list()).toEqual([...items].sort(byNumber).slice(0, limit));
      },
    ),
  );
});
