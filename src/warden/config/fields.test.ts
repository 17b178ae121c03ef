import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { duration, flag, formatDuration, integer, number, text } from './fields.ts';

const REFUSED = Symbol('refused');
const read = (schema: z.ZodType, input: unknown): unknown => {
  const parsed = schema.safeParse(input);
  return parsed.success ? parsed.data : REFUSED;
};
const faultsOf = (schema: z.ZodType, input: unknown): unknown =>
  schema.safeParse(input).error?.issues.map(({ message }) => message);

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['12h', 43_200_000],
  ['2d', 172_800_000],
  ['1.5s', 1_500],
  ['0.5m', 30_000],
  [' 10 s ', 10_000],
  [10, 10_000],
  [0.25, 250],
  ['10', 10_000],
  ['0', 0],
  [0, 0],
  ['', REFUSED],
  [' ', REFUSED],
  ['s', REFUSED],
  ['-5s', REFUSED],
  [-5, REFUSED],
  ['5 minutes', REFUSED],
  ['5S', REFUSED],
  ['1e3', REFUSED],
  ['5s5s', REFUSED],
  ['.5s', REFUSED],
  ['99999999999999d', REFUSED],
  [Number.NaN, REFUSED],
  [Infinity, REFUSED],
  [null, REFUSED],
  [undefined, REFUSED],
  [true, REFUSED],
  [[], REFUSED],
])('the duration %j is %s ms', (input, ms) => {
  expect(read(duration(), input)).toBe(ms);
});

describe('bounds of a duration', () => {
  const bounded = duration({ minMs: 1_000, maxMs: 60_000 });

  test.each([
    ['999ms', REFUSED],
    ['1s', 1_000],
    ['1m', 60_000],
    ['60001ms', REFUSED],
  ])('%s', (input, ms) => {
    expect(read(bounded, input)).toBe(ms);
  });

  test('are told with the value', () => {
    expect(faultsOf(bounded, '2m')).toEqual(['must be between 1s and 1m, not "2m"']);
    expect(faultsOf(bounded, 'soon')).toEqual([
      'is not a duration: "soon"; write it as "30s", "5m", "12h" or a number of seconds',
    ]);
  });
});

test.each([
  [0, '0ms'],
  [1, '1ms'],
  [999, '999ms'],
  [1_000, '1s'],
  [1_500, '1500ms'],
  [90_000, '90s'],
  [300_000, '5m'],
  [5_400_000, '90m'],
  [7_200_000, '2h'],
  [86_400_000, '1d'],
])('%i ms are written %s', (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

test('a duration that is written reads as itself', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.maxSafeNat(),
        fc.nat(200).map((n) => n * 60_000),
      ),
      (ms) => {
        expect(read(duration(), formatDuration(ms))).toBe(ms);
      },
    ),
  ));

test.each([
  [5, 5],
  ['5', 5],
  [' 5.5 ', 5.5],
  ['-1e3', -1_000],
  [0, 0],
  ['0', 0],
  ['', REFUSED],
  ['  ', REFUSED],
  ['five', REFUSED],
  ['5 USD', REFUSED],
  ['Infinity', REFUSED],
  [Number.NaN, REFUSED],
  [null, REFUSED],
  [true, REFUSED],
  [['5'], REFUSED],
  [{}, REFUSED],
])('the number %j is %s', (input, value) => {
  expect(read(number(), input)).toBe(value);
});

test.each([
  [{ min: 0, max: 1 }, -0.01, ['must be a number between 0 and 1, not -0.01']],
  [{ min: 0, max: 1 }, 0, undefined],
  [{ min: 0, max: 1 }, 1, undefined],
  [{ min: 0, max: 1 }, '1.01', ['must be a number between 0 and 1, not "1.01"']],
  [{ min: 1 }, 0, ['must be a number between 1 and any, not 0']],
  [{}, '', ['must be a number, not ""']],
])('the number with bounds %j holds against %j', (bounds, input, faults) => {
  expect(faultsOf(number(bounds), input)).toEqual(faults);
});

test.each([
  [3, undefined],
  ['3', undefined],
  [3.5, ['must be a whole number']],
  ['3.5', ['must be a whole number']],
  [0, ['must be a number between 1 and 9, not 0']],
  [10, ['must be a number between 1 and 9, not 10']],
  ['', ['must be a number between 1 and 9, not ""']],
])('the whole number %j has these faults: %j', (input, faults) => {
  expect(faultsOf(integer({ min: 1, max: 9 }), input)).toEqual(faults);
});

test.each([
  [true, true],
  ['true', true],
  ['on', true],
  [false, false],
  ['false', false],
  ['off', false],
  ['', REFUSED],
  ['yes', REFUSED],
  ['TRUE', REFUSED],
  [1, REFUSED],
  [0, REFUSED],
  [null, REFUSED],
])('the flag %j is %s', (input, value) => {
  expect(read(flag(), input)).toBe(value);
});

test.each([
  ['moon', 'moon'],
  ['  moon ', 'moon'],
  ['x'.repeat(500), 'x'.repeat(500)],
  ['x'.repeat(501), REFUSED],
  ['', REFUSED],
  ['   ', REFUSED],
  [5, REFUSED],
  [null, REFUSED],
])('the text %j is %s', (input, value) => {
  expect(read(text(), input)).toBe(value);
});

test('text and flags say what they want', () => {
  expect(faultsOf(text(), 5)).toEqual(['must be text, not 5']);
  expect(faultsOf(text(), ' ')).toEqual(['must not be empty']);
  expect(read(text({ max: 3 }), 'four')).toBe(REFUSED);
  expect(faultsOf(flag(), 'yes')).toEqual(['must be true or false, not "yes"']);
});
