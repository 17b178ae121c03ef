import { expect, it } from 'vitest';
import { measured } from './measured.ts';

it.each([
  [6100, 'ms', '6.1 s'],
  [420, 'ms', '420 ms'],
  [41, 's', '41 s'],
  [240, 's', '4 min'],
  [0.25, 'ratio', '25.0 %'],
  [25, '%', '25.0 %'],
  [1204, 'tokens', '1,204 tokens'],
  [2, '', '2'],
])('%s %s is %s', (value, unit, text) => expect(measured(value, unit)).toBe(text));
