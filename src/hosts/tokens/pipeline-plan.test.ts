import { expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { createTokenPipeline, type TokenPipeline } from './pipeline.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { NOW, SETTINGS, keptLog, pairOf } from './testing/tokens.ts';

const [A, B] = [mintOf(1), mintOf(2)];
const mints = (count: number): string[] => Array.from({ length: count }, (_, n) => mintOf(n));

function bench(): { readonly clock: FakeClock; readonly dex: FakeDex; readonly pipeline: TokenPipeline } {
  const clock = new FakeClock();
  const dex = new FakeDex(clock);
  const store = new FakeTokenStore();
  return {
    clock,
    dex,
    pipeline: createTokenPipeline({ clock, log: keptLog(), store, dex, settings: SETTINGS }),
  };
}

it('asks for no more than what is left of the quota', async () => {
  const { clock, dex, pipeline } = bench();
  dex.pairsOf = (mint) => [pairOf(mint)];
  const quota = dex.quota.bind(dex);
  dex.quota = () => ({ ...quota(), available: 2 });
  await pipeline.add(mints(400), 'file');
  pipeline.start();
  await clock.advance(10_000);
  for (let atMs = 0; atMs <= 10_000; atMs += 1_000)
    expect(dex.reads.filter((read) => read.atMs === atMs)).toHaveLength(2);
});

it('tells how the planning works out', async () => {
  const { clock, dex, pipeline } = bench();
  expect(pipeline.status().plan).toBeNull();
  dex.limit = 60;
  dex.pairsOf = (mint) => [
    pairOf(mint, { trades5m: { buys: 0, sells: 0 }, volume5mUsd: 0, createdAt: NOW - 36_000_000 }),
  ];
  const added = pipeline.add(mints(3_000), 'file');
  await clock.advance(0);
  await added;
  pipeline.start();
  await clock.advance(599_500);
  const { plan } = pipeline.status();
  // 54 requests a minute are left for 3,000 tokens.
  const roundMs = (3_000 / (54 * 30)) * 60_000;
  expect(plan?.classes.cold).toMatchObject({ tokens: 3_000, intervalMs: 45_000 });
  expect(plan?.classes.cold.rotationMs).toBeCloseTo(roundMs);
  const wait = plan?.classes.cold.longestWait;
  expect(wait?.intervals).toBeCloseTo((wait?.ms ?? 0) / 45_000);
  expect(wait?.fairShares).toBeCloseTo((wait?.ms ?? 0) / roundMs);
  expect(wait?.fairShares).toBeGreaterThan(0.8);
  expect(wait?.fairShares).toBeLessThan(2);
  expect(plan?.fill).toBe(1);
  const planned = dex.reads.filter(({ kind }) => kind !== 'alternative');
  const reads = planned.reduce((sum, read) => sum + read.mints.length, 0);
  expect(plan?.rotation).toEqual({ processed: reads, distinct: 3_000, waiting: 0 });
  expect(plan?.shortfall).toContain('cold tokens are refreshed every 111 s instead of every 45 s');
});

it('ages are measured once a turn, and anew when tokens came', async () => {
  const { clock, pipeline } = bench();
  await pipeline.add([A], 'file');
  pipeline.start();
  await clock.advance(1_500);
  const { hot, cold } = pipeline.status();
  await clock.advance(400);
  expect([pipeline.status().hot, pipeline.status().cold]).toEqual([hot, cold]);
  expect(pipeline.status().cold).toBe(cold);
  await pipeline.add([B], 'file');
  expect(pipeline.status().cold.count).toBe(2);
  await clock.advance(200);
  expect(pipeline.status().cold).not.toBe(cold);
});
