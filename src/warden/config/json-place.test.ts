import fc from 'fast-check';
import { expect, test } from 'vitest';
import { offsetOfJsonError } from './json-place.ts';

test.each([
  ['{"a":}', 5],
  ['{"a" 1}', 5],
  ['{"a":1,}', 7],
  ['{"a":1 "b":2}', 7],
  ['{a:1}', 1],
  ['{"a":tru}', 5],
  ['[1,2', 4],
  ['[1 2]', 3],
  ['[,]', 1],
  ['{', 1],
  ['', 0],
  ['  ', 2],
  ['{} x', 3],
  ['{"a":"one\ntwo"}', 5],
  ['{"a":"\\x"}', 5],
  ['{"a":"\\u12"}', 5],
  ['{"a":01}', 6],
  ["{'a':1}", 1],
  ['{"a":1}}', 7],
  ['{"a":\u00a01}', 5],
  ['{"a":"\\N"}', 5],
  ['{"a":"\u0085"}', 9],
])('%j stops being JSON at %i', (text, offset) => {
  expect(offsetOfJsonError(text)).toBe(offset);
});

test('all of what is JSON is taken', () =>
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 2, '\t'), (text, space) => {
      const pretty = JSON.stringify(JSON.parse(text), null, space);
      expect(offsetOfJsonError(text)).toBe(text.length);
      expect(offsetOfJsonError(pretty)).toBe(pretty.length);
    }),
  ));

test('where V8 names a place too, it is the same one', () =>
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom('}', ']', ',', ':', '"', 'x', ''),
      (text, place, sign) => {
        const at = place % (text.length + 1);
        const broken = text.slice(0, at) + sign + text.slice(at + 1);
        const offset = offsetOfJsonError(broken);
        try {
          JSON.parse(broken);
          expect(offset).toBe(broken.length);
        } catch (error) {
          const message = String(error);
          const named = /position (\d+)/.exec(message)?.[1];
          // Inside a string or a number V8 names the character, we the beginning.
          if (/string|escap|number|exponent|fraction/i.test(message))
            expect(offset).toBeLessThanOrEqual(Number(named ?? Infinity));
          else if (named !== undefined) expect(offset).toBe(Number(named));
          // The text ends, maybe in the middle of a word.
          else if (/end of JSON/.test(message)) expect('true false null ').toContain(broken.slice(offset));
          else expect(offset).toBeLessThan(broken.length);
        }
      },
    ),
    { numRuns: 500 },
  ));
