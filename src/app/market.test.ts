import { expect, test } from 'vitest';
import { MoonwardenError } from '../kernel/index.ts';
import { parseMarketChoice } from './market.ts';

test.each([
  ['live', { kind: 'live' }],
  ['sim', { kind: 'sim', seed: 7, tokens: 200 }],
  ['sim:42', { kind: 'sim', seed: 42, tokens: 200 }],
  ['sim:42:10', { kind: 'sim', seed: 42, tokens: 10 }],
  ['recorded:/a b/c', { kind: 'recorded', folder: '/a b/c' }],
  ['recorded:C:\\data', { kind: 'recorded', folder: 'C:\\data' }],
])('%s', (text, choice) => {
  expect(parseMarketChoice(text)).toEqual(choice);
});

test.each(['', 'Live', 'sim:', 'sim:x', 'sim:1:2:3', 'recorded:', 'recorded', 'https://api.dexscreener.com'])(
  '%j is refused',
  (text) => {
    expect(() => parseMarketChoice(text)).toThrow(MoonwardenError);
  },
);
