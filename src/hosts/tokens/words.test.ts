import { expect, it } from 'vitest';
import { asSentence, countOf, span, usd } from './words.ts';

it.each([
  [-5, '0 s'],
  [1_499, '1 s'],
  [119_400, '119 s'],
  [120_000, '2 min'],
  [7_199_000, '120 min'],
  [7_200_000, '2 h'],
  [12_600_000, '3.5 h'],
])('%s ms are %s', (ms, words) => {
  expect(span(ms)).toBe(words);
});

it.each([
  [0, '0 USD'],
  [1_250.4, '1,250 USD'],
  [1, '1 USD'],
  // Prices and what is left in a pool of dust would all be 0.
  [0.00123456, '0.00123 USD'],
])('%s is %s', (value, words) => {
  expect(usd(value)).toBe(words);
});

it.each([
  [0, '0 pools'],
  [1, '1 pool'],
  [1_200, '1,200 pools'],
])('%s pools are %s', (n, words) => {
  expect(countOf(n, 'pool')).toBe(words);
});

it('a sentence begins with a capital and ends with one full stop', () => {
  expect([asSentence('it waits'), asSentence('It waits.')]).toEqual(['It waits.', 'It waits.']);
});
