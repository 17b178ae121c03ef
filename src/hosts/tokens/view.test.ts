import { describe, expect, it } from 'vitest';
import { FakeClock, silentLogger } from '../../kernel/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline } from './testing/open-pipeline.ts';
import { NOW, SETTINGS, pairOf, poolOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';
import { createTokenView, type TokenView } from './view.ts';

const [A, B] = [mintOf(1), mintOf(2)];
const PUMP = pairOf(A, { dex: 'pumpswap', pairAddress: 'pump' });

function bench(...stored: readonly Token[]): { clock: FakeClock; view: TokenView; pipeline: TokenPipeline } {
  const clock = new FakeClock();
  const store = new FakeTokenStore();
  for (const token of stored) store.tokens.set(token.mint, token);
  const ports = { clock, store, settings: SETTINGS };
  const pipeline = createOpenPipeline({ ...ports, log: silentLogger, dex: new FakeDex(clock) });
  for (const token of stored) pipeline.registry.add(token, clock.now(), clock.monotonic());
  return { clock, pipeline, view: createTokenView({ ...ports, pipeline }) };
}

describe('view', () => {
  it('sums up a token', () => {
    const metrics = {
      tx5m: 20,
      tx1h: 160,
      buys5m: 12,
      sells5m: 8,
      volume5mUsd: 420,
      volume1hUsd: 1,
      pools: 1,
    };
    const token = tokenOf(A, {
      symbol: 'MOON',
      smoothedScore: 0.2,
      pools: [poolOf(A), poolOf(A, PUMP)],
      metrics: { ...metrics, liquidityUsd: 25_000, ageHours: 3 },
    });
    expect(bench().view.summary(token)).toEqual({
      mint: A,
      symbol: 'MOON',
      name: null,
      status: 'monitoring',
      group: 'hot',
      score: null,
      smoothedScore: 0.2,
      liquidityUsd: 25_000,
      priceUsd: 0.0025,
      volume5mUsd: 420,
      tx5m: 20,
      pools: 2,
      primaryDex: 'raydium',
      discoveredAt: NOW,
      discoveredBy: 'test',
      statusSince: NOW,
      refreshedAt: null,
      checkedAt: null,
    });
    expect(bench().view.summary(tokenOf(B))).toMatchObject({
      group: 'cold',
      pools: 0,
      primaryDex: null,
      priceUsd: null,
      tx5m: null,
    });
  });

  it('gives each row of a page its group', async () => {
    const { view } = bench(tokenOf(A, { status: 'active' }), tokenOf(B));
    const { items, total } = await view.page({ sort: '-score', limit: 10 });
    expect([items.map(({ mint, group }) => [mint, group]), total]).toEqual([
      [
        [A, 'hot'],
        [B, 'cold'],
      ],
      2,
    ]);
  });

  it.each([
    ['cold', {}, 45_000, 60_000],
    ['hot', { smoothedScore: 1 }, 10_000, 60_000],
    ['active', { status: 'active' }, 10_000, 300_000],
  ] as const)(
    'says when a %s token is read next, on the wall clock',
    async (_what, changes, refreshMs, checkMs) => {
      const { clock, view } = bench(tokenOf(A, { refreshedAt: NOW, checkedAt: NOW, ...changes }));
      await clock.advance(5_000);
      expect(view.detail(A)).toMatchObject({ nextRefreshAt: NOW + refreshMs, nextCheckAt: NOW + checkMs });
      clock.jumpWall(1_000_000);
      expect(view.detail(A)?.nextRefreshAt).toBe(NOW + 1_000_000 + refreshMs);
      await clock.advance(400_000);
      expect(view.detail(A)).toMatchObject({ nextRefreshAt: clock.now(), nextCheckAt: clock.now() });
    },
  );

  it('what was never read is read now, and what is archived rarely, and never in full', () => {
    const { view } = bench(tokenOf(A), tokenOf(B, { status: 'archived', refreshedAt: NOW }));
    expect(view.detail(A)).toMatchObject({ nextRefreshAt: NOW, nextCheckAt: NOW, group: 'cold' });
    expect(view.detail(B)).toMatchObject({ nextRefreshAt: NOW + 600_000, nextCheckAt: null });
  });

  it('knows nothing of a token that is not watched', () => {
    const { view } = bench(tokenOf(A));
    expect([view.detail(B), view.history(B, '2h')]).toEqual([undefined, undefined]);
    expect(view.history(A, '48h')).toMatchObject({ mint: A, range: '48h' });
  });
});
