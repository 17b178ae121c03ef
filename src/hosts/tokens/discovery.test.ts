import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, MoonwardenError } from '../../kernel/index.ts';
import { USDC } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { createDiscovery, type Discovery, type DiscoveryPorts } from './discovery.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline } from './testing/open-pipeline.ts';
import { runJobs, type RunningJobs } from './testing/run-jobs.ts';
import { NOW, SETTINGS, keptLog, type KeptLog } from './testing/tokens.ts';

const [A, B, C] = [mintOf(1), mintOf(2), mintOf(3)];
let folder: string;
let file: string;
let clock: FakeClock;
let dex: FakeDex;
let store: FakeTokenStore;
let log: KeptLog;
let pipeline: TokenPipeline;
let discovery: Discovery | undefined;
let jobs: RunningJobs | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden-discovery-'));
  file = join(folder, 'mints.csv');
  clock = new FakeClock();
  dex = new FakeDex(clock);
  store = new FakeTokenStore();
  log = keptLog();
  pipeline = createOpenPipeline({ clock, log, store, dex, settings: SETTINGS });
});
afterEach(async () => {
  await discovery?.stop();
  await jobs?.stop();
  [discovery, jobs] = [undefined, undefined];
  expect(clock.pending, 'timers left by a stopped discovery').toBe(0);
  rmSync(folder, { recursive: true });
});

function start(settings: Partial<DiscoveryPorts['settings']>): Discovery {
  discovery = createDiscovery({
    clock,
    log,
    dex,
    pipeline,
    settings: { profiles: false, boosts: false, importFile: null, ...settings },
    askNow: () => undefined,
  });
  jobs = runJobs(clock, { discovery });
  discovery.start();
  return discovery;
}

/** Writes the file, with a time of its own: two writes may fall into one tick of the file system. */
function write(content: string, second: number): void {
  writeFileSync(file, content);
  utimesSync(file, 1_700_000_000 + second, 1_700_000_000 + second);
}

const complaints = (): unknown[] =>
  log.lines.filter(({ level }) => level === 'warning').map(({ fields }) => fields['cause']);

describe('feeds', () => {
  it('are asked at once and each minute, and say what they brought', async () => {
    dex.feeds.profiles = [A, B, USDC];
    dex.feeds.boosts = [B, C, C];
    const { feeds } = start({ profiles: true, boosts: true });
    expect(feeds()).toEqual(
      ['profiles', 'boosts'].map((name) => ({ name, lastAt: null, found: 0, duplicates: 0, rejected: 0 })),
    );
    await clock.advance(0);
    expect(feeds()).toEqual([
      { name: 'profiles', lastAt: NOW, found: 2, duplicates: 0, rejected: 1 },
      { name: 'boosts', lastAt: NOW, found: 1, duplicates: 2, rejected: 0 },
    ]);
    expect([...store.tokens.values()].map(({ mint, discoveredBy }) => [mint, discoveredBy])).toEqual([
      [A, 'profiles'],
      [B, 'profiles'],
      [C, 'boosts'],
    ]);
    await clock.advance(59_999);
    expect(dex.asked).toEqual(['profiles', 'boosts']);
    await clock.advance(1);
    expect(dex.asked).toHaveLength(4);
    expect(feeds()[0]).toEqual({
      name: 'profiles',
      lastAt: NOW + 60_000,
      found: 2,
      duplicates: 2,
      rejected: 2,
    });
  });

  it.each([
    [{ profiles: true }, ['profiles']],
    [{ boosts: true }, ['boosts']],
    [{}, []],
  ])('%j asks %j', async (settings, asked) => {
    start(settings);
    await clock.advance(1_000);
    expect(dex.asked).toEqual(asked);
    expect(discovery?.feeds().map(({ name }) => name)).toEqual(asked);
  });

  it('one that fails is asked every 5 s, afterwards each minute again', async () => {
    dex.fail = new Error('down');
    start({ profiles: true });
    await clock.advance(14_999);
    expect(dex.asked).toHaveLength(3);
    dex.fail = null;
    await clock.advance(1);
    expect(dex.asked).toHaveLength(4);
    await clock.advance(44_999);
    expect(dex.asked).toHaveLength(4);
    await clock.advance(60_001);
    expect(dex.asked).toHaveLength(6);
  });

  it('one that fails for five minutes is parked, and asked again once the source answers', async () => {
    dex.fail = new Error('down');
    start({ profiles: true });
    await clock.advance(300_000);
    expect(jobs?.scheduler.job('profiles').state).toBe('parked');
    dex.fail = null;
    dex.asked.length = 0;
    await clock.advance(35_000);
    expect(jobs?.scheduler.job('profiles').state).toBe('idle');
    expect(dex.asked).toHaveLength(1);
  });

  it('one that fails does not hold up the other', async () => {
    const listings = dex.listings.bind(dex);
    dex.listings = (feed) => (feed === 'profiles' ? Promise.reject(new Error('403')) : listings(feed));
    dex.feeds.boosts = [A];
    start({ profiles: true, boosts: true });
    await clock.advance(1_000);
    expect(discovery?.feeds().map(({ lastAt }) => lastAt)).toEqual([null, NOW]);
  });

  it('complain once about each cause, also when it counts along, and anew after it has worked', async () => {
    let failures = 2;
    dex.listings = () => Promise.reject(new Error(`left alone after ${++failures} failures`));
    start({ profiles: true });
    await clock.advance(20_000);
    expect(failures).toBeGreaterThan(5);
    expect(complaints()).toEqual(['left alone after 3 failures']);
    dex.listings = () => Promise.reject(new Error('403'));
    await clock.advance(20_000);
    expect(complaints()).toEqual(['left alone after 3 failures', '403']);
    dex.listings = () => Promise.resolve({ mints: [], dropped: [] });
    await clock.advance(5_000);
    dex.listings = () => Promise.reject(new Error('403'));
    await clock.advance(180_000);
    expect(complaints()).toEqual(['left alone after 3 failures', '403', '403']);
    expect(log.lines.at(-1)?.fields['feed']).toBe('profiles');
  });

  it('ask nothing after the stop, and do not complain of it', async () => {
    let fail = (): void => undefined;
    dex.listings = (feed) => {
      dex.asked.push(feed);
      return new Promise((_, reject) => {
        fail = () => {
          reject(new Error('stopped'));
        };
      });
    };
    const { stop } = start({ profiles: true });
    await clock.advance(1_000);
    await stop();
    fail();
    await clock.advance(300_000);
    expect(dex.asked).toEqual(['profiles']);
    expect(complaints()).toEqual([]);
  });
});

describe('the file', () => {
  it('is read when it is new or has changed, and not otherwise', async () => {
    write(`mint\n${A}\n`, 0);
    const { feeds } = start({ importFile: file });
    await clock.advance(0);
    expect(feeds()).toEqual([{ name: 'file', lastAt: NOW, found: 1, duplicates: 0, rejected: 0 }]);
    await clock.advance(120_000);
    expect(feeds()).toMatchObject([{ lastAt: NOW + 120_000, found: 1, duplicates: 0 }]);
    write(`${A}\n${B}\nhello\n`, 1);
    await clock.advance(60_000);
    expect(feeds()).toMatchObject([{ found: 2, duplicates: 1, rejected: 1 }]);
    write(C, -100);
    await clock.advance(60_000);
    expect([...store.tokens.keys()], 'an older time is a change, too').toEqual([A, B, C]);
  });

  it('that is not there is complained of once, and read when it comes', async () => {
    start({ importFile: file });
    await clock.advance(30_000);
    expect(complaints()).toHaveLength(1);
    expect(complaints()[0]).toMatch(/^cannot read .*mints\.csv: ENOENT/);
    write(A, 0);
    await clock.advance(5_000);
    expect([...store.tokens.keys()]).toEqual([A]);
  });

  it('that cannot be understood is read again when it has been mended', async () => {
    write('["abc"', 0);
    start({ importFile: file });
    await clock.advance(30_000);
    expect(complaints()).toHaveLength(1);
    write(`["${A}"]`, 1);
    await clock.advance(5_000);
    expect([...store.tokens.keys()]).toEqual([A]);
  });

  it('is not taken for read while the store refuses its mints', async () => {
    write(`${A}\n${B}`, 0);
    store.refuse = new MoonwardenError('STORE_FULL', 'the disk is full');
    start({ importFile: file });
    await clock.advance(1_000);
    expect([store.tokens.size, complaints()]).toEqual([0, ['the disk is full']]);
    store.refuse = null;
    await clock.advance(5_000);
    expect([...store.tokens.keys()]).toEqual([A, B]);
  });
});
