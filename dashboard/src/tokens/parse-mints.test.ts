import { expect, it } from 'vitest';
import { parseMints } from './parse-mints.ts';

it.each([
  ['', []],
  ['a\nb\r\n\n c', ['a', 'b', 'c']],
  ['["a", "b"]', ['a', 'b']],
  ['a,b;a', ['a', 'b']],
])('%j', (text, mints) => expect(parseMints(text)).toEqual(mints));
