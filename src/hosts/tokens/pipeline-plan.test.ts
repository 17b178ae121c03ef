import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import type { TokenSettings } from './settings.ts';
import { createOpenPipeline } from './testing/open-pipeline.ts';
import { NOW, SETTINGS, keptLog, pairOf, poolOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';

const [A, B] = [mintOf(1), mintOf(2)];
const mints = (count: number): string[] => Array.from({ length: count }, (_, n) => mintOf(n));

interface Bench {
  readonly clock: FakeClock;
  readonly dex: FakeDex;
  readonly store: FakeTokenStore;
  readonly pipeline: TokenPipeline;
}

function bench(settings: Partial<TokenSettings> = {}, stored: readonly Token[] = []): Bench {
  const clock = new FakeClock();
  const dex = new FakeDex(clock);
  const store = new FakeTokenStore();
  for (const token of stored) {
    store.tokens.set(token.mint, token);
    store.details.set(token.mint, token);
  }
  const ports = { clock, log: keptLog(), store, dex, settings: { ...SETTINGS, ...settings } };
  return { clock, dex, store, pipeline: createOpenPipeline(ports) };
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

describe('what is large', () => {
  const known = (status: Token['status']): Token[] =>
    mints(1_500).map((mint) =>
      tokenOf(mint, { status, refreshedAt: NOW, checkedAt: NOW, pools: [poolOf(mint)] }),
    );

  it.each([
    ['stays in memory while it comes round in time', 'monitoring', 300, false],
    ['is left to the store where nothing of it would count any more', 'monitoring', 2, true],
    ['is left to the store of what is archived', 'archived', 300, true],
  ] as const)('%s', async (_, status, limit, slim) => {
    const { clock, store, dex, pipeline } = bench({ archivedIntervalMs: 60_000 }, known(status));
    dex.limit = limit;
    dex.pairsOf = (mint) => [pairOf(mint, { trades5m: { buys: 0, sells: 0 }, volume5mUsd: 0, createdAt: 0 })];
    pipeline.start();
    await clock.advance(120_000);
    const read = dex.reads.find(({ kind }) => kind === 'batch')?.mints[0] ?? '';
    expect(pipeline.registry.get(read)?.refreshedAt).toBeGreaterThan(NOW);
    expect(pipeline.registry.isSlim(read)).toBe(slim);
    expect(pipeline.registry.get(read)?.pools).toHaveLength(slim ? 0 : 1);
    expect(pipeline.whole(read)?.pools).toEqual((slim ? store.details : store.tokens).get(read)?.pools);
    expect(pipeline.whole(read)?.pools).toHaveLength(1);
    expect(pipeline.whole('unknown')).toBeUndefined();
  });
});
