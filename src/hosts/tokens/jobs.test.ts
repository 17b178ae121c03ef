import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { TokenImportResult } from '../../contract/index.ts';
import type { RunRecord } from '../../warden/scheduler/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { createTokenPipeline } from './pipeline.ts';
import { FakeDex, type AskedRead } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { runJobs } from './testing/run-jobs.ts';
import { NOW, SETTINGS, keptLog, pairOf, tokenOf } from './testing/tokens.ts';

const ASKED = { who: 'ann', why: 'a test' };
const mints = (count: number, from: number): string[] =>
  Array.from({ length: count }, (_, n) => mintOf(from + n));
const HOT = mints(30, 100);
const COLD = mints(30, 500);

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** A pipeline with hot and cold tokens, read by jobs; hot tokens are active, and full reads are rare. */
async function bench(delay?: (read: AskedRead, clock: FakeClock) => Promise<void>) {
  const clock = new FakeClock();
  const store = new FakeTokenStore();
  const dex = new FakeDex(clock);
  const known = { refreshedAt: NOW, checkedAt: NOW, statusSince: NOW };
  for (const mint of HOT) store.tokens.set(mint, tokenOf(mint, { ...known, status: 'active' }));
  for (const mint of COLD) store.tokens.set(mint, tokenOf(mint, known));
  dex.pairsOf = (mint) =>
    HOT.includes(mint)
      ? [pairOf(mint), pairOf(mint, { dex: 'orca', pairAddress: `${mint}-2` })]
      : [pairOf(mint, { trades5m: { buys: 0, sells: 0 }, volume5mUsd: 0, createdAt: NOW - 36_000_000 })];
  if (delay) dex.delay = (read) => delay(read, clock);
  const pipeline = createTokenPipeline({ clock, log: keptLog(), store, dex, settings: SETTINGS });
  pipeline.start();
  const jobs = runJobs(clock, { pipeline });
  const { scheduler } = jobs;
  const records: RunRecord[] = [];
  scheduler.on('run_ended', (record) => records.push(record));
  await clock.settle();
  running.push(async () => {
    const stopped = pipeline.stop();
    await clock.advance(1_000);
    await stopped;
    await jobs.stop();
  });
  /** Reads of any of these tokens since a time. */
  const readsOf = (some: readonly string[], sinceMs: number): AskedRead[] =>
    dex.reads.filter(
      ({ mints: asked, atMs }) => atMs >= sinceMs && asked.some((mint) => some.includes(mint)),
    );
  return { clock, store, dex, pipeline, scheduler, records, readsOf };
}

/** The longest time between reads of one token. */
const longestGap = (times: readonly number[]): number =>
  Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));

describe('shifts', () => {
  it('follow each other without a gap, and count tokens as items', async () => {
    const { clock, dex, records } = await bench();
    await clock.advance(300_000);
    expect(longestGap(dex.timesOf(HOT[0] ?? ''))).toBeLessThanOrEqual(11_000);
    const hot = records.filter(({ job }) => job === 'hot');
    expect(hot).toHaveLength(10);
    expect(hot.every(({ outcome, itemsDone }) => outcome === 'succeeded' && itemsDone >= 30)).toBe(true);
    const cold = records.filter(({ job, itemsDone }) => job === 'cold' && itemsDone > 0);
    expect(cold.length).toBeGreaterThan(2);
    expect(records.filter(({ job }) => job === 'activation').length).toBeGreaterThan(2);
  });

  it('a failed read is a failed item and not a failed run', async () => {
    const { clock, dex, records } = await bench();
    dex.fail = new Error('reset by peer');
    await clock.advance(65_000);
    const [first] = records.filter(({ job }) => job === 'hot');
    expect(first).toMatchObject({ outcome: 'succeeded', itemsDone: 0 });
    expect(first?.itemsFailed).toBeGreaterThan(0);
  });
});

describe('a job that is parked by hand', () => {
  it('stops the reads of its group alone; its tokens are counted, and others go on', async () => {
    const { clock, pipeline, scheduler, readsOf } = await bench();
    scheduler.on('job_parked', () => {
      pipeline.closeShift('cold');
    });
    await clock.advance(60_000);
    scheduler.park('cold', ASKED);
    const sinceMs = clock.monotonic();
    await clock.advance(600_000);
    const cold = readsOf(COLD, sinceMs).filter(({ kind }) => kind === 'batch');
    expect(cold).toEqual([]);
    expect(pipeline.status().due.cold).toBeGreaterThan(0);
    expect(
      longestGap(
        readsOf(HOT, sinceMs)
          .filter(({ kind }) => kind === 'batch')
          .map(({ atMs }) => atMs),
      ),
    ).toBeLessThan(12_000);
    scheduler.unpark('cold', ASKED);
    await clock.advance(2_000);
    expect(readsOf(COLD, sinceMs).some(({ kind }) => kind === 'batch')).toBe(true);
  });
});

describe('reads that never come back', () => {
  it('of one group: the others go on, it is cut off within a minute, and its tokens go first', async () => {
    let hangs = true;
    const { clock, scheduler, records, readsOf } = await bench(({ kind, mints: asked }, time) =>
      hangs && kind === 'batch' && asked.some((mint) => COLD.includes(mint))
        ? new Promise<never>(() => undefined)
        : time.sleep(50),
    );
    await clock.advance(60_000);
    const since = clock.monotonic();
    await clock.advance(60_000);
    expect(records.some(({ job, outcome }) => job === 'cold' && outcome !== 'succeeded')).toBe(true);
    expect(scheduler.groups().find(({ group }) => group === 'hot')?.status).toBe('healthy');
    expect(readsOf(HOT, since).length).toBeGreaterThan(4);
    hangs = false;
    await clock.advance(60_000);
    expect(records.filter(({ job }) => job === 'cold').at(-1)?.outcome).toBe('succeeded');
    expect(records.filter(({ job }) => job === 'cold').at(-1)?.itemsDone).toBeGreaterThanOrEqual(30);
  });
});

describe('an emergency restart', () => {
  it('voids what is under way, and reads it again at once', async () => {
    const { clock, dex, store, scheduler } = await bench();
    await clock.advance(45_000);
    let late = (): void => undefined;
    dex.delay = () => new Promise((resolve) => (late = resolve));
    await clock.advance(12_000);
    const [hanging] = dex.reads.slice(-1);
    dex.delay = () => clock.sleep(50);
    void scheduler.restart({ group: 'hot' }, { ...ASKED, emergency: true });
    void scheduler.restart({ group: 'activation' }, { ...ASKED, emergency: true });
    void scheduler.restart({ group: 'cold' }, { ...ASKED, emergency: true });
    const before = dex.reads.length;
    await clock.advance(1_000);
    const again = dex.reads.slice(before).flatMap(({ mints: asked }) => asked);
    expect(again).toEqual(expect.arrayContaining([...(hanging?.mints ?? [])]));
    await clock.advance(500);
    const { commits } = store;
    late();
    await clock.settle();
    expect(store.commits).toBe(commits);
  });
});

describe('feeds', () => {
  it('what they tell of is counted: tokens that came in as done, refused ones as failed', async () => {
    const clock = new FakeClock();
    const [first = '', second = ''] = mints(2, 900);
    const ask = (): Promise<TokenImportResult> =>
      Promise.resolve({
        added: [first, second],
        duplicates: 3,
        rejected: [{ input: 'nonsense', reason: 'This is not base58 of 32 bytes.' }],
      });
    const { scheduler, stop } = runJobs(clock, { discovery: { polled: [{ name: 'file', ask }] } });
    const ended: RunRecord[] = [];
    scheduler.on('run_ended', (record) => ended.push(record));
    running.push(stop);
    await clock.advance(1_000);
    expect(ended).toMatchObject([{ job: 'import-file', outcome: 'succeeded', itemsDone: 2, itemsFailed: 1 }]);
    expect(scheduler.groups().find(({ group }) => group === 'discovery')?.itemsPerMinute).toBeGreaterThan(0);
  });

  it('one that is stopped tells of nothing, and its run has succeeded', async () => {
    const clock = new FakeClock();
    const ask = (): Promise<null> => Promise.resolve(null);
    const { scheduler, stop } = runJobs(clock, { discovery: { polled: [{ name: 'profiles', ask }] } });
    const ended: RunRecord[] = [];
    scheduler.on('run_ended', (record) => ended.push(record));
    running.push(stop);
    await clock.advance(1_000);
    expect(ended).toMatchObject([{ outcome: 'succeeded', itemsDone: 0 }]);
  });
});
