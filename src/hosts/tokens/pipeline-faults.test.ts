import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { Pair } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline, type OpenPipeline } from './testing/open-pipeline.ts';
import { NOW, SETTINGS, keptLog, pairOf, type KeptLog } from './testing/tokens.ts';
import type { Token } from './token.ts';

interface Bench {
  readonly clock: FakeClock;
  readonly store: FakeTokenStore;
  readonly dex: FakeDex;
  readonly log: KeptLog;
  readonly pipeline: OpenPipeline;
}

const [A, B, C] = [mintOf(1), mintOf(2), mintOf(3)];

/** A running pipeline with three tokens; full reads are put off. */
async function bench(onTokens?: (tokens: readonly Token[]) => void): Promise<Bench> {
  const clock = new FakeClock();
  const store = new FakeTokenStore();
  const dex = new FakeDex(clock);
  const log = keptLog();
  const pipeline = createOpenPipeline({
    clock,
    log,
    store,
    dex,
    settings: { ...SETTINGS, checkShare: 0 },
    ...(onTokens ? { onTokens } : {}),
  });
  await pipeline.add([A, B, C], 'file');
  dex.pairsOf = (mint) => [pairOf(mint)];
  return { clock, store, dex, log, pipeline };
}

/** A pause of answers that is ended by hand. */
function gate(): { readonly wait: () => Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    wait: () => opened,
    open: () => {
      open();
    },
  };
}

const refreshed = ({ registry }: OpenPipeline): (number | null | undefined)[] =>
  [A, B, C].map((mint) => registry.get(mint)?.refreshedAt);

describe('a database that takes nothing for so long that much waits', () => {
  it('has nothing read, which is no stall; reading goes on when it takes changes again', async () => {
    const { clock, store, dex, pipeline } = await bench();
    store.heldUp = true;
    pipeline.start();
    await clock.advance(120_500);
    expect(refreshed(pipeline)).toEqual([null, null, null]);
    expect(dex.reads).toEqual([]);
    expect(pipeline.status().stalledForMs).toBe(0);
    store.heldUp = false;
    await clock.advance(2_000);
    expect(refreshed(pipeline).every((at) => typeof at === 'number')).toBe(true);
    expect(store.scores).toHaveLength(3);
  });

  it('what was read is handed over as what may wait, what a person adds is not', async () => {
    const { clock, store, pipeline } = await bench();
    pipeline.start();
    await clock.advance(2_000);
    expect(store.mayWait[0]).toBe(false);
    expect(store.mayWait.length).toBeGreaterThan(1);
    expect(store.mayWait.slice(1)).not.toContain(false);
  });
});

describe('a source that fails', () => {
  it('leaves its tokens due, and they are read in the first turn after it answers', async () => {
    const { clock, store, dex, log, pipeline } = await bench();
    dex.fail = new Error('reset by peer');
    pipeline.start();
    await clock.advance(300_500);
    expect(refreshed(pipeline)).toEqual([null, null, null]);
    expect(store.scores).toEqual([]);
    expect(pipeline.status()).toMatchObject({ stalledForMs: 300_500, refreshedPerMinute: 0 });
    expect(
      log.lines.every(({ level, fields }) => level === 'debug' && fields['cause'] === 'reset by peer'),
    ).toBe(true);
    dex.fail = null;
    await clock.advance(1_000);
    expect(new Set(refreshed(pipeline))).toEqual(new Set([NOW + 301_050]));
    expect(pipeline.status().stalledForMs).toBeLessThan(1_000);
    expect(store.scores).toHaveLength(3);
  });

  it('is not asked while it is left alone; what waits is counted', async () => {
    const { clock, dex, pipeline } = await bench();
    dex.paused = 1;
    pipeline.start();
    await clock.advance(20_000);
    expect(dex.reads).toEqual([]);
    expect(pipeline.status()).toMatchObject({ backlog: 3, stalledForMs: 20_000 });
    dex.paused = 0;
    await clock.advance(1_000);
    expect(dex.reads.length).toBeGreaterThan(0);
    expect(pipeline.status().backlog).toBe(0);
  });

  it('has at most 16 requests under way while it hangs', async () => {
    const { clock, dex, pipeline } = await bench();
    const added = pipeline.add(
      Array.from({ length: 900 }, (_, n) => mintOf(100 + n)),
      'file',
    );
    await clock.advance(0);
    await added;
    const hanging = gate();
    dex.delay = hanging.wait;
    pipeline.start();
    await clock.advance(60_000);
    expect(dex.reads).toHaveLength(16);
    hanging.open();
    await clock.advance(10_000);
    expect(dex.reads.length).toBeGreaterThan(30);
  });

  it('an empty answer never makes data look fresh', async () => {
    const { clock, dex, pipeline } = await bench();
    pipeline.start();
    await clock.advance(5_000);
    const before = refreshed(pipeline);
    dex.pairsOf = () => [];
    await clock.advance(60_000);
    expect(refreshed(pipeline)).toEqual(before);
    expect(pipeline.status().hot).toMatchObject({ count: 3, stale: 3 });
  });
});

describe('a source of which a good part of the answers is bad', () => {
  it('is asked again in the next turn: it is not the tokens that are bad', async () => {
    const { clock, dex, pipeline } = await bench();
    const added = pipeline.add(
      Array.from({ length: 120 }, (_, n) => mintOf(100 + n)),
      'file',
    );
    await clock.advance(0);
    await added;
    let asked = 0;
    const failed: { readonly mint: string; readonly atMs: number }[] = [];
    dex.delay = async ({ kind, mints, atMs }) => {
      await clock.sleep(50);
      if (kind !== 'batch' || asked++ % 2 === 1) return;
      failed.push({ mint: mints[0] ?? '', atMs });
      throw new Error('not what was asked for');
    };
    pipeline.start();
    await clock.advance(300_000);
    const again = failed
      .filter(({ atMs }) => atMs > 100_000 && atMs < 290_000)
      .map(({ mint, atMs }) => (dex.timesOf(mint).find((time) => time > atMs) ?? NaN) - atMs);
    expect(again.length).toBeGreaterThan(1);
    expect(again.toSorted((a, b) => a - b)[Math.floor(again.length / 2)]).toBeLessThanOrEqual(1_000);
  });
});

describe('tokens that always fail while others are answered', () => {
  it('step back, so that the others get nearly all full reads', async () => {
    const { clock, dex, pipeline } = await bench();
    const all = Array.from({ length: 1_000 }, (_, n) => mintOf(100 + n));
    const added = pipeline.add(all, 'file');
    await clock.advance(0);
    await added;
    const broken = new Set(all.slice(0, 30));
    dex.delay = async ({ kind, mints }) => {
      await clock.sleep(50);
      if (kind === 'full' && mints.some((mint) => broken.has(mint))) throw new Error('only for these');
    };
    pipeline.start();
    await clock.advance(600_000);
    const full = dex.reads.filter(({ kind }) => kind === 'full');
    const wasted = full.filter(({ mints }) => mints.some((mint) => broken.has(mint)));
    expect(full.length).toBeGreaterThan(500);
    expect(wasted.length / full.length).toBeLessThan(0.35);
    // They are not forgotten either.
    expect(wasted.length).toBeGreaterThan(30 * 5);
  });
});

describe('a store that refuses', () => {
  it('nothing is known that is not stored; the reads are made again', async () => {
    const { clock, store, dex, pipeline } = await bench();
    pipeline.start();
    store.refuse = new Error('locked');
    await clock.advance(5_000);
    expect(refreshed(pipeline)).toEqual([null, null, null]);
    expect(pipeline.registry.get(A)).toEqual(store.tokens.get(A));
    expect(dex.timesOf(A)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(pipeline.status().stalledForMs).toBe(5_000);
    store.refuse = null;
    await clock.advance(1_000);
    for (const mint of [A, B, C]) {
      expect(pipeline.registry.get(mint)?.refreshedAt).not.toBeNull();
      expect(store.tokens.get(mint)).toEqual(pipeline.registry.get(mint));
    }
  });
});

describe('a token that breaks the judgement', () => {
  it('keeps its state and is logged; the others of its batch are scored', async () => {
    const { clock, store, dex, log, pipeline } = await bench();
    const broken: Pair = {
      ...pairOf(B),
      get dex(): string {
        throw new TypeError('what dex?');
      },
    };
    dex.pairsOf = (mint) => [mint === B ? broken : pairOf(mint)];
    pipeline.start();
    await clock.advance(1_000);
    expect(refreshed(pipeline).map((at) => at !== null)).toEqual([true, false, true]);
    expect(store.scores.map(({ mint }) => mint).sort()).toEqual([A, C].sort());
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([
      { level: 'error', msg: 'A token could not be judged.', fields: { mint: B, cause: 'what dex?' } },
    ]);
  });
});

describe('planning that breaks', () => {
  it('is logged, and the next turn tries again', async () => {
    const { clock, dex, log, pipeline } = await bench();
    const { quota } = dex;
    dex.quota = () => {
      throw new Error('no quota');
    };
    pipeline.start();
    await clock.advance(2_000);
    expect(log.lines.map(({ level, msg }) => [level, msg])).toEqual(
      Array.from({ length: 3 }, () => ['error', 'Planning failed; the next turn tries again.']),
    );
    expect(pipeline.status().stalledForMs).toBe(2_000);
    dex.quota = quota.bind(dex);
    await clock.advance(1_000);
    expect(dex.reads.length).toBeGreaterThan(0);
  });
});

describe('restart', () => {
  it('voids the answers under way: what comes late is not stored', async () => {
    const { clock, store, dex, pipeline } = await bench();
    const late = gate();
    dex.delay = late.wait;
    pipeline.start();
    await clock.advance(400_000);
    const [asked] = dex.reads;
    expect(pipeline.status().stalledForMs).toBe(400_000);
    pipeline.restart();
    // Nothing has been processed yet: a remedy must not look as if it had worked.
    expect(pipeline.status().stalledForMs).toBe(400_000);
    const price = 7;
    dex.delay = () => clock.sleep(50);
    dex.pairsOf = (mint) => [pairOf(mint, { priceUsd: price })];
    await clock.advance(2_000);
    expect(dex.reads.slice(1).flatMap(({ mints }) => mints)).toEqual(
      expect.arrayContaining([...(asked?.mints ?? [])]),
    );
    const { commits } = store;
    const known = pipeline.registry.get(A);
    expect(known?.pools[0]?.priceUsd).toBe(price);
    dex.pairsOf = (mint) => [pairOf(mint, { priceUsd: 1 })];
    late.open();
    await clock.settle();
    expect(store.commits).toBe(commits);
    expect(pipeline.registry.get(A)).toBe(known);
  });

  it('a late failure gives nothing back that is being read anew', async () => {
    const { clock, dex, pipeline } = await bench();
    const failures: (() => void)[] = [];
    dex.delay = () =>
      new Promise((_, reject) => {
        failures.push(() => {
          reject(new Error('late'));
        });
      });
    pipeline.start();
    await clock.settle();
    const late = failures.splice(0);
    pipeline.restart();
    await clock.advance(1_000);
    const reads = dex.reads.length;
    expect([late.length, reads]).toEqual([failures.length, 2 * late.length]);
    for (const fail of late) fail();
    await clock.advance(5_000);
    expect(dex.reads).toHaveLength(reads);
  });
});

describe('stop', () => {
  it('waits for the reads under way, stores them, and plans no more', async () => {
    const { clock, store, dex, pipeline } = await bench();
    const slow = gate();
    dex.delay = slow.wait;
    pipeline.start();
    await clock.advance(500);
    const asked = dex.reads.length;
    let stopped = false;
    const stopping = pipeline.stop().then(() => {
      stopped = true;
    });
    await clock.advance(30_000);
    expect([stopped, dex.reads.length]).toEqual([false, asked]);
    slow.open();
    await stopping;
    expect(store.tokens.get(A)?.refreshedAt).toBe(NOW + 30_500);
    await clock.advance(60_000);
    expect(dex.reads).toHaveLength(asked);
    expect(clock.pending).toBe(0);
  });
});

it('a listener that throws spoils nothing of what is stored', async () => {
  const { clock, store, pipeline } = await bench((tokens) => {
    if (tokens.some(({ refreshedAt }) => refreshedAt !== null)) throw new Error('the page is gone');
  });
  pipeline.start();
  await clock.advance(30_000);
  expect(store.tokens.get(A)).toEqual(pipeline.registry.get(A));
  expect(new Set(store.scores.filter(({ mint }) => mint === A).map(({ tick }) => tick)).size).toBe(3);
});
