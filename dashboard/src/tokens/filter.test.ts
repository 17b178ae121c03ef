import { describe, expect, it } from 'vitest';
import type { TokenSummary } from '../../../src/contract/index.ts';
import { matches, nextSort, sortTokens, startFilter } from './filter.ts';

const token = (mint: string, over: Partial<TokenSummary> = {}): TokenSummary => ({
  mint,
  symbol: mint.toUpperCase(),
  name: null,
  status: 'monitoring',
  group: 'cold',
  score: null,
  smoothedScore: null,
  liquidityUsd: null,
  priceUsd: null,
  volume5mUsd: null,
  tx5m: null,
  pools: 0,
  primaryDex: null,
  discoveredAt: 0,
  discoveredBy: 'import',
  statusSince: 0,
  refreshedAt: null,
  checkedAt: null,
  ...over,
});
const order = (tokens: TokenSummary[]): string => tokens.map((each) => each.mint).join('');

describe('order', () => {
  const tokens = [token('a'), token('b', { smoothedScore: 1 }), token('c', { smoothedScore: 2 })];
  it('puts a token without a value last, up and down', () => {
    expect(order(sortTokens(tokens, 'score'))).toBe('bca');
    expect(order(sortTokens(tokens, '-score'))).toBe('cba');
  });
  it.each([
    ['-score', 'score', 'score'],
    ['score', 'score', '-score'],
    ['-score', 'symbol', 'symbol'],
    ['symbol', 'liquidity', '-liquidity'],
  ] as const)('from %s, a click on %s gives %s', (from, key, to) => expect(nextSort(from, key)).toBe(to));
});

describe('matches', () => {
  it.each([
    [{ q: 'ab' }, true],
    [{ q: ' AB ' }, true],
    [{ q: 'x' }, false],
    [{ status: 'active' as const }, false],
    [{ status: 'monitoring' as const }, true],
  ])('%j: %s', (over, result) => expect(matches(token('abc'), { ...startFilter, ...over })).toBe(result));
});
