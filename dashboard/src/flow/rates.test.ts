import { describe, expect, it } from 'vitest';
import type { FlowHour, FlowReport } from '../../../src/contract/index.ts';
import { halvesOf, ratesOf, successOf } from './rates.ts';

const HOUR = 3_600_000;
const hour = (index: number, over: Partial<FlowHour> = {}): FlowHour => ({
  at: index * HOUR,
  discovered: 0,
  activated: 0,
  demoted: 0,
  archived: 0,
  returned: 0,
  checked: 0,
  passed: 0,
  ...over,
});
const rates = (byHour: FlowHour[], at: number) => ratesOf({ byHour, at } as FlowReport);

describe('rates', () => {
  it.each([
    [
      'whole hours and a half one',
      [hour(0, { activated: 4 }), hour(1, { activated: 1 })],
      1.5 * HOUR,
      5 / 1.5,
    ],
    [
      'since the first hour with anything in it',
      [hour(0), hour(1, { checked: 1 }), hour(2, { activated: 6 })],
      3 * HOUR,
      3,
    ],
    ['a first minute is no rate of 60 an hour', [hour(0, { activated: 1 })], HOUR / 60, 1],
    ['none', [hour(0)], HOUR, 0],
  ])('%s', (_, byHour, at, perHour) => {
    expect(rates(byHour, at).activated.perHour).toBeCloseTo(perHour, 9);
  });
  it('says of how many hours it speaks', () => {
    const busy = { checked: 1 };
    expect(rates([hour(0, busy), hour(1), hour(2, busy)], 2.01 * HOUR).hours).toBe(3);
    expect(rates([hour(0), hour(1), hour(2, busy)], 2.99 * HOUR).hours).toBe(1);
    expect(rates([hour(0), hour(1)], 1.5 * HOUR).hours).toBe(2);
  });
  it('each move is its own', () => {
    const { discovered, archived, returned, demoted } = rates([hour(0, { archived: 3, returned: 2 })], HOUR);
    expect([discovered.sum, archived.sum, returned.sum, demoted.sum]).toEqual([0, 3, 2, 0]);
  });
});

it('the success of hours is by their checks, not by their number', () => {
  expect(successOf([hour(0, { checked: 90, passed: 9 }), hour(1, { checked: 10, passed: 10 })])).toBe(0.19);
  expect(successOf([hour(0)])).toBeNull();
});

it('halves are by time', () => {
  const [older, younger] = halvesOf([hour(2), hour(0), hour(1)]);
  expect([older.map(({ at }) => at / HOUR), younger.map(({ at }) => at / HOUR)]).toEqual([[0], [1, 2]]);
});
