import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test.each([
  ['plain text', 'Süß, 20 % – ok', 'Süß, 20 % – ok'],
  ['an escape', '\u001b[31mred', '\\u001b[31mred'],
  ['a new line', 'one\ntwo', 'one\\u000atwo'],
  ['a mark of direction', 'a\u202eb', 'a\\u202eb'],
  ['one beyond the first plane', 'a\u{e0001}b', 'a\\ue0001b'],
])('%s', (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
});
