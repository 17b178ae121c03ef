import { expect, test } from 'vitest';
import { estimateBytes } from './estimate-bytes.ts';

const circle: unknown[] = [];
circle.push(circle);
const shared = { a: 1 };

test.each<[string, unknown, number]>([
  ['a number', 1, 8],
  ['null', null, 8],
  ['nothing', undefined, 8],
  ['a truth', true, 8],
  ['a function, which is not seen', () => 1, 8],
  ['an empty text', '', 16],
  ['a text', 'abcd', 24],
  ['a big number', 2n ** 64n, 16 + 9],
  ['an empty object', {}, 24],
  ['an object', { a: 1, b: 'x' }, 24 + 2 * 8 + 8 + 18],
  ['an empty list', [], 24],
  ['a list', [1, 2, 3], 24 + 3 * 8 + 3 * 8],
  ['what is inside', [[1]], 24 + 8 + 24 + 8 + 8],
  ['what is reached twice, once', [shared, shared], 24 + 2 * 8 + 24 + 8 + 8],
  ['a circle', circle, 24 + 8],
  [
    'a map',
    new Map([
      ['k', 1],
      ['l', 2],
    ]),
    24 + 2 * (24 + 18 + 8),
  ],
  ['a set', new Set([1, 2]), 24 + 2 * 24 + 2 * 8],
  ['a date', new Date(0), 32],
  ['a buffer', new ArrayBuffer(100), 124],
  ['a view of a buffer', new Uint8Array(100), 24 + 32 + 124],
  ['two views of one buffer', twoViews(), 24 + 16 + 2 * 56 + 124],
  ['a shared buffer', new SharedArrayBuffer(10), 34],
])('%s', (_, value, bytes) => {
  expect(estimateBytes(value)).toBe(bytes);
});

function twoViews(): Uint8Array[] {
  const buffer = new ArrayBuffer(100);
  return [new Uint8Array(buffer), new Uint8Array(buffer, 50)];
}

test('a deep nesting does not overflow the stack', () => {
  let deep: unknown = null;
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  expect(estimateBytes(deep)).toBe(100_000 * 32 + 8);
});
