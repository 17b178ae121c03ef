import { expect, it } from 'vitest';
import { measure } from './measure.ts';

it.each([
  [0.147, 'ratio', '14.7 %'],
  [null, 'ratio', '–'],
  [NaN, 'bytes', '–'],
  [Infinity, 's', '–'],
  [0, 'bytes', '0 B'],
  [999, 'bytes', '999 B'],
  [999_600, 'bytes', '1 MB'],
  [158_617_600, 'bytes', '159 MB'],
  [108_944_293_888, 'bytes', '109 GB'],
  [4_096, 'bytes/s', '4.1 kB/s'],
  [0, 's', '0 s'],
  [0.000_278, 's', '0.278 ms'],
  [0.033_695, 's', '33.7 ms'],
  [0.999_9, 's', '1 s'],
  [4.956, 's', '5 s'],
  [42.4, 's', '42.4 s'],
  [180, 's', '3 min'],
  [1_036_800, 's', '12 d'],
  [1e12, 's', 'over a year'],
  [250, 'ms', '250 ms'],
  [2.5, '1/s', '2.5 /s'],
  [139, '1/min', '139 /min'],
  [1_234, 'tokens', '1.23k tokens'],
  [7, 'count', '7'],
  [7, null, '7'],
  [7, '', '7'],
])('%s %s is %s', (value, unit, text) => {
  expect(measure(value, unit)).toBe(text);
});
