import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, creditLeft } from './plan-share.ts';

describe('allocate', () => {
  it.each([
    ['in their order', 10, [6, 3, 9], [0, 0, 0], [6, 3, 1]],
    ['floors first', 10, [20, 3, 9], [0, 1, 2], [7, 1, 2]],
    ['no more than is wanted', 10, [20, 3, 9], [0, 9, 0], [7, 3, 0]],
    ['what floors leave goes on', 10, [2, 1, 9], [0, 5, 1], [2, 1, 7]],
    ['floors over the capacity go by their order', 3, [5, 5, 5], [0, 2, 2], [0, 2, 1]],
    ['nothing to give', 0, [5, 5], [1, 1], [0, 0]],
    ['nothing wanted', 5, [0, 0], [1, 1], [0, 0]],
  ])('%s', (_what, capacity, demand, floors, given) => {
    expect(allocate(capacity, demand, floors)).toEqual(given);
  });

  it('gives all that is wanted or all that is there', () => {
    const classes = fc.array(fc.record({ demand: fc.nat(50), floor: fc.nat(50) }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(200), classes, (capacity, list) => {
        const demand = list.map((one) => one.demand);
        const given = allocate(
          capacity,
          demand,
          list.map(({ floor }) => floor),
        );
        const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
        expect(sum(given)).toBe(Math.min(capacity, sum(demand)));
        given.forEach((value, index) => {
          expect(value).toBeLessThanOrEqual(demand[index] ?? 0);
        });
      }),
    );
  });
});

it.each([
  ['what was not used is kept', 2.5, 1, 10, 1.5],
  ['no debt', 0.5, 3, 10, 0],
  ['no more than one may save', 5, 0, 1, 1],
])('credit: %s', (_what, credit, used, most, left) => {
  expect(creditLeft(credit, used, most)).toBe(left);
});
