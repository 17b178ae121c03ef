import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW, SETTINGS, poolOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';
import { checkValue, isPromising, refreshValue } from './value.ts';

const of = (changes: Partial<Token>): Token => tokenOf('mint', changes);
const moves = (priceChange5m: number | null): Partial<Token> => ({
  pools: [poolOf('mint', { priceChange5m })],
});
const metrics = (changes: Partial<NonNullable<Token['metrics']>>): NonNullable<Token['metrics']> => ({
  tx5m: 0,
  tx1h: 0,
  buys5m: 0,
  sells5m: 0,
  volume5mUsd: 0,
  volume1hUsd: 0,
  liquidityUsd: null,
  ageHours: null,
  pools: 0,
  ...changes,
});
const score = (value: number): Partial<Token> => ({ score: value, smoothedScore: value });

describe('the value of a refresh', () => {
  it.each([
    ['nothing known', {}, 1],
    ['a quarter of the limit', score(0.025), 1.25],
    ['just below', score(0.0249), 1],
    ['half of it', score(0.05), 1.5],
    ['the limit', score(0.1), 1.75],
    ['twice the limit', score(0.2), 2],
    ['five times the limit', score(0.5), 2.5],
    ['active', { status: 'active' as const }, 1.5],
    ['a score that moves by half', { score: 0.3, smoothedScore: 0.2 }, 2.5],
    ['a low score that moves, against the limit', { score: 0.02, smoothedScore: 0 }, 1.2],
    ['a price that moves by 5 %', moves(-5), 1.5],
    ['a price that moves by 500,000 %', moves(500_000), 2],
    ['no price change told', moves(null), 1],
    ['everything', { ...score(9), ...moves(99), status: 'active' as const }, 4],
    ['a score below zero', score(-3), 1],
  ])('%s', (_what, changes, value) => {
    expect(refreshValue(of(changes), SETTINGS)).toBeCloseTo(value, 10);
  });
});

describe('the value of a full read', () => {
  it.each([
    ['nothing known', {}, 1],
    ['traded', { metrics: metrics({ tx5m: 1 }) }, 2],
    ['liquid', { metrics: metrics({ liquidityUsd: 200 }) }, 2],
    ['hardly liquid', { metrics: metrics({ liquidityUsd: 199 }) }, 1],
    ['young', { metrics: metrics({ ageHours: 5.9 }) }, 2],
    ['no longer young', { metrics: metrics({ ageHours: 6 }) }, 1],
    ['active', { status: 'active' as const }, 2],
    ['all of it', { metrics: metrics({ tx5m: 9, liquidityUsd: 9_000, ageHours: 1 }) }, 4],
  ])('%s', (_what, changes, value) => {
    expect(checkValue(of(changes), SETTINGS)).toBe(value);
  });
});

describe('what speaks for an activation', () => {
  const good = { refreshedAt: NOW, metrics: metrics({ tx5m: 1, liquidityUsd: 200 }) };
  it.each([
    ['trades and liquidity', good, true],
    ['nothing is known yet', { refreshedAt: null }, true],
    ['no trades', { ...good, metrics: metrics({ liquidityUsd: 200 }) }, false],
    ['no liquidity', { ...good, metrics: metrics({ tx5m: 1 }) }, false],
    ['an empty answer', { refreshedAt: NOW }, false],
    ['it is active already', { ...good, status: 'active' as const }, false],
    ['it is archived', { refreshedAt: null, status: 'archived' as const }, false],
  ])('%s', (_what, changes, promising) => {
    expect(isPromising(of(changes), SETTINGS)).toBe(promising);
  });

  it('without a limit a token with no liquidity still does not', () => {
    const token = of({ ...good, metrics: metrics({ tx5m: 1, liquidityUsd: 0 }) });
    expect(isPromising(token, { minLiquidityUsd: 0 })).toBe(false);
  });
});

it('values are from 1 to 4, whatever is known', () => {
  const number = fc.oneof(fc.double(), fc.constant(null));
  const tokens = fc.record({
    status: fc.constantFrom('monitoring', 'active', 'archived'),
    score: number,
    smoothedScore: number,
    priceChange5m: number,
    tx5m: fc.double(),
    liquidityUsd: number,
    ageHours: number,
    minScore: fc.constantFrom(0, 0.1, 1e300),
  });
  fc.assert(
    fc.property(tokens, ({ priceChange5m, tx5m, liquidityUsd, ageHours, minScore, ...changes }) => {
      const token = of({
        ...changes,
        ...moves(priceChange5m),
        metrics: metrics({ tx5m, liquidityUsd, ageHours }),
      });
      for (const value of [refreshValue(token, { minScore }), checkValue(token, SETTINGS)]) {
        expect(value).toBeGreaterThanOrEqual(1);
        expect(value).toBeLessThanOrEqual(4);
      }
    }),
  );
});
