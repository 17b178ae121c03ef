import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock, MoonwardenError } from '../../kernel/index.ts';
import { USDC, WRAPPED_SOL, type Pair } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import type { TokenSettings } from './settings.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline } from './testing/open-pipeline.ts';
import { NOW, SETTINGS, keptLog, pairOf, tokenOf, type KeptLog } from './testing/tokens.ts';
import type { Token } from './token.ts';

interface Bench {
  readonly clock: FakeClock;
  readonly store: FakeTokenStore;
  readonly dex: FakeDex;
  readonly log: KeptLog;
  readonly told: Token[];
  readonly pipeline: TokenPipeline;
}

const running: { stop: () => Promise<void>; clock: FakeClock }[] = [];
afterEach(async () => {
  for (const { stop, clock } of running.splice(0)) {
    const stopped = stop();
    await clock.advance(60_000);
    await stopped;
    expect(clock.pending, 'timers left by a stopped pipeline').toBe(0);
  }
});

function bench(settings: Partial<TokenSettings> = {}, stored: readonly Token[] = []): Bench {
  const clock = new FakeClock();
  const store = new FakeTokenStore();
  const dex = new FakeDex(clock);
  const log = keptLog();
  const told: Token[] = [];
  for (const token of stored) store.tokens.set(token.mint, token);
  const pipeline = createOpenPipeline({
    clock,
    log,
    store,
    dex,
    settings: { ...SETTINGS, ...settings },
    onTokens: (tokens) => told.push(...tokens),
  });
  running.push({ stop: () => pipeline.stop(), clock });
  return { clock, store, dex, log, told, pipeline };
}

const mints = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, n) => mintOf(from + n));
const [A, B, C] = [mintOf(1), mintOf(2), mintOf(3)];
/** Not a trade, and older than fresh: a score of 0. */
const dull = (mint: string): Pair =>
  pairOf(mint, {
    trades5m: { buys: 0, sells: 0 },
    volume5mUsd: 0,
    createdAt: NOW - 10 * 3_600_000,
  });
const activePools = (mint: string): readonly Pair[] => [
  pairOf(mint),
  pairOf(mint, { dex: 'orca', pairAddress: `${mint}-2` }),
];
const journalOf = (store: FakeTokenStore, type: string): (string | null)[] =>
  store.journal.filter((entry) => entry.type === type).map(({ subject }) => subject);

describe('adding', () => {
  it('takes good mints, counts duplicates, and refuses the others with a reason', async () => {
    const { store, pipeline, told } = bench();
    const inputs = [A, ` ${B} `, A, WRAPPED_SOL, USDC, 'x'.repeat(500), ''];
    expect(await pipeline.add(inputs, 'file')).toEqual({
      added: [A, B],
      duplicates: 1,
      rejected: [
        { input: WRAPPED_SOL, reason: 'wrapped SOL is a quote, not a token to score' },
        { input: USDC, reason: 'a stablecoin is a quote, not a token to score' },
        { input: 'x'.repeat(200), reason: 'not a Solana mint (32 bytes in base58)' },
        { input: '', reason: 'not a Solana mint (32 bytes in base58)' },
      ],
    });
    expect([...store.tokens.keys()]).toEqual([A, B]);
    expect(store.journal).toEqual(
      [A, B].map((subject) => ({
        type: 'token.discovered',
        at: NOW,
        subject,
        reason: expect.stringContaining('file') as string,
        data: { feed: 'file' },
      })),
    );
    expect(told.map(({ mint, discoveredBy }) => [mint, discoveredBy])).toEqual([
      [A, 'file'],
      [B, 'file'],
    ]);
    expect(await pipeline.add([B, C], 'boosts')).toMatchObject({ added: [C], duplicates: 1 });
    expect(pipeline.status().discoveredPerHour).toBe(3);
  });

  it('two feeds at the same time store a token once, and read it when it is stored', async () => {
    const { clock, store, dex, pipeline } = bench();
    store.delay = () => clock.sleep(3_000);
    pipeline.start();
    const results = Promise.all([pipeline.add([A, B], 'profiles'), pipeline.add([B, A, C], 'boosts')]);
    await clock.advance(2_999);
    expect(dex.reads, 'what is not stored is not read').toEqual([]);
    await clock.advance(1);
    expect((await results).map(({ added, duplicates }) => [added, duplicates])).toEqual([
      [[A, B], 0],
      [[C], 2],
    ]);
    expect(journalOf(store, 'token.discovered')).toEqual([A, B, C]);
    await clock.advance(1_000);
    expect(dex.reads.flatMap((read) => read.mints).sort()).toEqual([A, B, C].sort());
  });

  it('nothing is known that the store refused, and it works again when the store does', async () => {
    const { clock, store, dex, pipeline } = bench();
    pipeline.start();
    store.refuse = new MoonwardenError('STORE_FULL', 'the disk is full');
    await expect(pipeline.add([A, B], 'file')).rejects.toMatchObject({ code: 'STORE_FULL' });
    store.refuse = new Error('locked');
    await expect(pipeline.add([A], 'file')).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: 'locked',
    });
    await clock.advance(5_000);
    expect([pipeline.registry.size, pipeline.registry.counts.monitoring, store.tokens.size]).toEqual([
      0, 0, 0,
    ]);
    expect([dex.reads.length, pipeline.status().discoveredPerHour]).toEqual([0, 0]);
    store.refuse = null;
    expect(await pipeline.add([A, B], 'file')).toMatchObject({ added: [A, B], duplicates: 0 });
    await clock.advance(2_000);
    expect(dex.timesOf(A)).toHaveLength(1);
  });

  it('many are stored in parts, and others have their turn in between', async () => {
    const { clock, store, pipeline } = bench();
    const known: number[] = [];
    const others = (): void => {
      if (known.push(store.tokens.size) < 10) clock.schedule(0, others);
    };
    others();
    const added = pipeline.add([...mints(1_200), ...mints(10)], 'file');
    await clock.advance(0);
    expect(await added).toMatchObject({ added: mints(1_200), duplicates: 10, rejected: [] });
    const steps = known.map((count, index) => count - (known[index - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(500);
    expect(known.at(-1)).toBe(1_200);
  });

  it('what was stored before a refusal stays', async () => {
    const { clock, store, pipeline } = bench();
    store.delay = async () => {
      if (store.commits === 2) store.refuse = new Error('full');
    };
    const added = expect(pipeline.add(mints(1_200), 'file')).rejects.toThrow('full');
    await clock.advance(0);
    await added;
    expect(store.tokens.size).toBeGreaterThan(0);
    expect(store.tokens.size).toBeLessThan(1_200);
    expect(pipeline.registry.size).toBe(store.tokens.size);
  });

  it('no more than max_tokens', async () => {
    const { pipeline } = bench({ maxTokens: 2 });
    const result = await pipeline.add([A, B, A, C], 'file');
    expect(result).toMatchObject({ added: [A, B], duplicates: 1 });
    expect(result.rejected).toEqual([{ input: C, reason: 'no more than 2 tokens are taken in' }]);
  });
});

// Ten virtual minutes are many turns: on a busy machine they need more than the usual time.
describe('reading', { timeout: 60_000 }, () => {
  it('hot tokens each 10 s, cold ones each 45 s', async () => {
    const { clock, dex, pipeline } = bench({ checkIntervalMs: 1e9, activeCheckIntervalMs: 1e9 });
    const hot = mints(20, 100);
    const cold = mints(20, 200);
    dex.pairsOf = (mint) => [hot.includes(mint) ? pairOf(mint) : dull(mint)];
    await pipeline.add([...hot, ...cold], 'file');
    pipeline.start();
    await clock.advance(120_000);
    // Settled: every pool was read once in full, and each token is in its group.
    const from = clock.monotonic();
    await clock.advance(600_000);
    const timesOf = (mint: string): number[] => dex.timesOf(mint).filter((at) => at > from);
    const gaps = (mint: string): number[] => {
      const times = timesOf(mint);
      return times.slice(1).map((at, index) => at - (times[index] ?? NaN));
    };
    for (const mint of hot) {
      expect(timesOf(mint).length).toBe(60);
      expect(new Set(gaps(mint))).toEqual(new Set([10_000]));
    }
    // Cold tokens ride along in requests that are made anyway: there are no others.
    for (const mint of cold) expect(Math.max(...gaps(mint))).toBeLessThanOrEqual(45_000);
    expect(dex.reads.filter(({ kind, atMs }) => kind === 'batch' && atMs > from)).toHaveLength(60);
    expect(pipeline.status()).toMatchObject({
      hot: { count: 20, stale: 0 },
      cold: { count: 20, stale: 0 },
      backlog: 0,
    });
    expect(pipeline.status().hot.oldestMs).toBeLessThanOrEqual(10_000);
  });

  it('stays within the quota, and full reads get their share of it', async () => {
    const { clock, dex, pipeline } = bench();
    dex.limit = 60;
    dex.pairsOf = (mint) => [pairOf(mint)];
    await pipeline.add(mints(400), 'file');
    pipeline.start();
    await clock.advance(600_000);
    // Ten saved up at the start, then one a second.
    expect(dex.reads.length).toBeLessThanOrEqual(610);
    expect(dex.reads.length).toBeGreaterThan(590);
    const full = dex.reads.filter(({ kind }) => kind === 'full').length;
    expect(full / dex.reads.length).toBeGreaterThan(0.1);
    expect(full / dex.reads.length).toBeLessThan(0.2);
    // One request a turn: only what is kept from turn to turn comes to a share.
    const late = dex.reads.filter(({ atMs }) => atMs > 300_000);
    const lateFull = late.filter(({ kind }) => kind === 'full').length;
    expect(lateFull / late.length).toBeCloseTo(0.1, 2);
    const { backlog, hot } = pipeline.status();
    expect(hot.count).toBe(400);
    expect(backlog).toBeGreaterThan(100);
  });

  it('an idle time saves up ten requests and no more', async () => {
    const { clock, dex, pipeline } = bench();
    dex.limit = 60;
    pipeline.start();
    await clock.advance(600_500);
    const added = pipeline.add(mints(900), 'file');
    await clock.advance(1_000);
    await added;
    expect(dex.reads).toHaveLength(10);
    await clock.advance(3_000);
    expect(dex.reads).toHaveLength(13);
  });

  it('never reads a token twice at once, and no answer undoes another', async () => {
    const { clock, store, dex, pipeline } = bench();
    dex.delay = ({ kind }) => clock.sleep(kind === 'full' ? 100 : 250);
    store.delay = () => clock.sleep(400);
    dex.pairsOf = activePools;
    const added = pipeline.add(mints(5), 'file');
    await clock.advance(400);
    await added;
    pipeline.start();
    const open = new Map<string, number>();
    const { delay } = dex;
    dex.delay = async (read) => {
      for (const mint of read.mints) open.set(mint, (open.get(mint) ?? 0) + 1);
      expect(Math.max(...open.values())).toBe(1);
      await delay(read);
      for (const mint of read.mints) open.delete(mint);
    };
    await clock.advance(120_000);
    for (const mint of mints(5)) {
      expect(pipeline.registry.get(mint)?.status).toBe('active');
      expect(store.tokens.get(mint)).toEqual(pipeline.registry.get(mint));
    }
    expect(journalOf(store, 'token.moved')).toHaveLength(5);
    expect(pipeline.status().activatedPerHour).toBe(5);
  });

  it('tells of what changed after it is stored, and logs a move', async () => {
    const { clock, store, dex, log, told, pipeline } = bench();
    dex.pairsOf = activePools;
    await pipeline.add([A], 'file');
    told.length = 0;
    pipeline.start();
    await clock.advance(1_000);
    expect(told).toEqual([store.tokens.get(A)]);
    expect(log.lines.filter(({ level }) => level === 'info').map(({ fields }) => fields)).toEqual([
      {
        mint: A,
        from: 'monitoring',
        to: 'active',
        reason: 'MOON became active: 2 external pools with enough liquidity.',
      },
    ]);
  });

  it('takes over what is stored, with its age', async () => {
    const fresh = tokenOf(A, {
      refreshedAt: NOW - 40_000,
      checkedAt: NOW - 1_000,
      discoveredAt: NOW - 90_000,
    });
    const archived = tokenOf(B, { status: 'archived', refreshedAt: NOW - 590_000 });
    const { clock, dex, pipeline } = bench({}, [fresh, archived]);
    pipeline.start();
    await clock.advance(30_000);
    // The archived one rides along.
    expect(dex.timesOf(A)).toEqual([5_000]);
    expect(dex.timesOf(B)).toEqual([5_000]);
    expect(pipeline.registry.counts).toEqual({ monitoring: 1, active: 0, archived: 1 });
  });
});
