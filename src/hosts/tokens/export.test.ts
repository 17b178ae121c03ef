import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marketsExport, type ExportQuery } from '../../contract/index.ts';
import { defaultsOf } from '../../warden/config/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { exportSection } from './export-settings.ts';
import { exportMarkets } from './export.ts';
import { NOW, SETTINGS, poolOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';

const usual = defaultsOf(exportSection);
const run = (
  tokens: readonly Token[],
  query: ExportQuery = {},
  settings: Partial<typeof usual> = {},
  now = NOW,
) =>
  marketsExport.parse(
    exportMarkets({
      tokens,
      query,
      settings: { ...usual, ...settings },
      pools: SETTINGS,
      usualMinScore: SETTINGS.minScore,
      version: '1.2.3',
      now,
    }),
  );
const active = (n: number, score: number, changes: Partial<Token> = {}): Token =>
  tokenOf(mintOf(n), {
    status: 'active',
    symbol: `T${n}`,
    smoothedScore: score,
    scoredAt: NOW,
    pools: [poolOf(mintOf(n))],
    ...changes,
  });
const mintsOf = (tokens: readonly { readonly mint: string }[]): readonly string[] =>
  tokens.map(({ mint }) => mint);

describe('the export', () => {
  it('has one shape, also with no token', () => {
    expect(run([])).toEqual({
      generatedAt: '2026-01-01T00:00:00.000Z',
      generator: 'moonwarden',
      version: '1.2.3',
      minScore: 0.1,
      total: 0,
      tokens: [],
    });
  });

  it('has the best active tokens, best smoothed score first, and counts those beyond', () => {
    const tokens = [1, 2, 3, 4, 5].map((n) => active(n, n / 10, { score: 9 - n }));
    const { tokens: shown, total } = run([
      ...tokens,
      active(6, 0.09),
      active(7, 9, { status: 'monitoring' }),
    ]);
    expect(mintsOf(shown)).toEqual([mintOf(5), mintOf(4), mintOf(3)]);
    expect(total).toBe(5);
    expect(shown[0]).toMatchObject({ symbol: 'T5', score: 0.5, scoredAt: '2026-01-01T00:00:00.000Z' });
    expect(mintsOf(run(tokens, { top: 1 }).tokens)).toEqual([mintOf(5)]);
    expect(run(tokens, { top: 100, minScore: 0.25 })).toMatchObject({ minScore: 0.25, total: 3 });
    expect(run(tokens, {}, { minScore: 0.45 })).toMatchObject({ minScore: 0.45, total: 1 });
    expect(run(tokens, { minScore: 0 }, { minScore: 0.45 }).minScore).toBe(0);
  });

  it('leaves out what rests on old data, and counts it', () => {
    const tokens = [
      active(1, 0.5, { scoredAt: NOW - 120_000 }),
      active(2, 0.6, { scoredAt: NOW - 120_001 }),
      active(3, 0.7, { scoredAt: null }),
    ];
    const { tokens: shown, total } = run(tokens);
    expect([mintsOf(shown), total]).toEqual([[mintOf(1)], 3]);
  });

  it('has the pools that count, most liquidity first, and no token without any', () => {
    const pools = [
      poolOf(mintOf(1), { pairAddress: 'small', liquidityUsd: 199 }),
      poolOf(mintOf(1), { pairAddress: 'b', liquidityUsd: 3_000, liquidityBase: null, labels: ['CLMM'] }),
      poolOf(mintOf(1), { pairAddress: 'pump', dex: 'pumpswap', liquidityUsd: null }),
      poolOf(mintOf(1), { pairAddress: 'curve', dex: 'pumpfun' }),
      poolOf(mintOf(1), { pairAddress: 'gone', readAt: NOW - 15 * 60_000 - 1 }),
      poolOf(mintOf(1), { pairAddress: 'a' }),
      poolOf(mintOf(1), { pairAddress: 'c', liquidityUsd: 2_000, liquidityBase: null }),
    ];
    const token = active(1, 0.5, { pools });
    const { tokens } = run([token], {}, { pools: 30 });
    expect(tokens[0]?.pools.map(({ pairAddress }) => pairAddress)).toEqual(['a', 'b', 'c', 'pump']);
    expect(tokens[0]?.pools[1]).toEqual({
      pairAddress: 'b',
      dex: 'raydium',
      labels: ['CLMM'],
      quoteMint: 'So11111111111111111111111111111111111111112',
      quoteSymbol: 'SOL',
      liquidityUsd: 3_000,
    });
    expect(run([token]).tokens[0]?.pools).toHaveLength(3);
    expect(run([active(1, 0.5, { pools: [] })])).toMatchObject({ total: 1, tokens: [] });
  });

  it('never has a token twice, more than asked for, or a total below what it shows', () => {
    const anyToken = fc
      .record({
        n: fc.integer({ min: 1, max: 60 }),
        score: fc.option(fc.double({ min: 0, max: 5, noNaN: true }), { nil: null }),
        status: fc.constantFrom('active' as const, 'monitoring' as const),
        ageMs: fc.integer({ min: 0, max: 240_000 }),
      })
      .map(({ n, score, status, ageMs }) =>
        active(n, 0, { smoothedScore: score, status, scoredAt: NOW - ageMs }),
      );
    const tokens = fc.uniqueArray(anyToken, { selector: ({ mint }) => mint });
    fc.assert(
      fc.property(tokens, fc.integer({ min: 1, max: 100 }), (all, top) => {
        const { tokens: shown, total } = run(all, { top });
        expect(new Set(mintsOf(shown)).size).toBe(shown.length);
        expect(shown.length).toBeLessThanOrEqual(Math.min(top, total));
        const scores = shown.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }),
    );
  });
});
