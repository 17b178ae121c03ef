import { expect, test } from 'vitest';
import { inWords } from './limit-words.ts';

test.each([
  [0, '0 ms'],
  [0.2, '1 ms'],
  [250, '250 ms'],
  [999, '999 ms'],
  [999.5, '1000 ms'],
  [1_000, '1 s'],
  [1_001, '1.1 s'],
  [1_500, '1.5 s'],
  [60_000, '60 s'],
  [3_599_999, '3600 s'],
])('%d ms is %s, never less than it is', (ms, words) => {
  expect(inWords(ms)).toBe(words);
});
