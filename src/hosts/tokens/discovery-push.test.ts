import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, MoonwardenError } from '../../kernel/index.ts';
import { journalDraft, type JournalDraft } from '../../contract/index.ts';
import { USDC } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { createDiscovery, type Discovery, type DiscoveryPorts, type PushStatus } from './discovery.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import { FakeDex } from './testing/fake-dex.ts';
import { FakePushFeed } from './testing/fake-push.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline } from './testing/open-pipeline.ts';
import { runJobs, type RunningJobs } from './testing/run-jobs.ts';
import { NOW, SETTINGS, keptLog, tokenOf, type KeptLog } from './testing/tokens.ts';
import { jobOfFeed } from './jobs.ts';

const [A, B, C] = [mintOf(1), mintOf(2), mintOf(3)];
let clock: FakeClock;
let dex: FakeDex;
let store: FakeTokenStore;
let log: KeptLog;
let pipeline: TokenPipeline;
let push: FakePushFeed;
let journal: JournalDraft[];
let discovery: Discovery;
let jobs: RunningJobs;

beforeEach(() => {
  clock = new FakeClock();
  dex = new FakeDex(clock);
  store = new FakeTokenStore();
  log = keptLog();
  pipeline = createOpenPipeline({ clock, log, store, dex, settings: SETTINGS });
  push = new FakePushFeed();
  journal = [];
});
afterEach(async () => {
  await discovery.stop();
  await pipeline.stop();
  await jobs.stop();
  expect(push.stops).toBe(1);
  expect(clock.pending, 'timers left by a stopped discovery').toBe(0);
});

function start(settings: Partial<DiscoveryPorts['settings']> = {}): void {
  discovery = createDiscovery({
    clock,
    log,
    dex,
    pipeline,
    push,
    note: (entry) => journal.push(journalDraft.parse(entry)),
    settings: { profiles: true, boosts: true, importFile: null, ...settings },
    askNow: (feed) => void jobs.scheduler.runNow(jobOfFeed(feed), { who: 'discovery', why: 'a gap' }),
  });
  jobs = runJobs(clock, { discovery });
  discovery.start();
}

/** Starts, and closes the gap that each start is. */
async function startLive(settings?: Partial<DiscoveryPorts['settings']>): Promise<void> {
  start(settings);
  push.listener?.onLive();
  await clock.advance(0);
  dex.asked.length = 0;
  expect(status().gap).toBeNull();
}

const status = (): PushStatus => discovery.feeds()[0]?.push as PushStatus;
const told = (): unknown[] => journal.map(({ type, reason }) => [type, reason]);

describe('a feed that tells by itself', () => {
  it('stands beside the others, and its tokens are stored once, whoever was first', async () => {
    dex.feeds.profiles = [B];
    await startLive();
    push.tell(A, A, B, USDC);
    await clock.advance(250);
    expect([...store.tokens.values()].map(({ mint, discoveredBy }) => [mint, discoveredBy])).toEqual([
      [B, 'profiles'],
      [A, 'stream'],
    ]);
    push.tell(C);
    await clock.advance(250);
    dex.feeds.profiles = [B, C];
    await clock.advance(60_000);
    expect(
      discovery.feeds().map(({ name, found, duplicates, rejected }) => [name, found, duplicates, rejected]),
    ).toEqual([
      ['stream', 2, 2, 1],
      ['profiles', 1, 2, 0],
      ['boosts', 0, 0, 0],
    ]);
  });

  it('shows its connection, when it last told anything, and what it could not use', async () => {
    await startLive();
    push.status = {
      ...push.status,
      since: NOW - 5,
      lastFrameAt: NOW - 720_000,
      reconnects: 3,
      ignored: new Map([
        ['not JSON', 4],
        ['no mint', 1],
      ]),
    };
    expect(discovery.feeds()[0]).toEqual({
      name: 'stream',
      lastAt: NOW - 720_000,
      found: 0,
      duplicates: 0,
      rejected: 5,
      push: {
        state: 'live',
        since: NOW - 5,
        lastFrameAt: NOW - 720_000,
        reconnects: 3,
        lastError: null,
        nextTryAt: null,
        gap: null,
        waiting: 0,
        overflow: 0,
        ignored: [
          { reason: 'not JSON', count: 4 },
          { reason: 'no mint', count: 1 },
        ],
      },
    });
  });

  it('stores at the stop what was told just before', async () => {
    await startLive();
    push.tell(A);
    await discovery.stop();
    expect([...store.tokens.keys()]).toEqual([A]);
    push.stops = 0;
  });
});

describe('a gap', () => {
  it('scenario 10: is open while the feed is silent, looked into at once when it is back, and journaled', async () => {
    await startLive();
    await clock.advance(30_000);
    push.listener?.onLost(25_000, 'no answer to a ping within 20 s');
    expect(status().gap).toEqual({ from: NOW + 5_000, to: null });
    await clock.advance(10_000);
    expect(dex.asked, 'the others are asked as always').toEqual([]);
    dex.feeds.profiles = [A];
    dex.feeds.boosts = [B, A];
    push.listener?.onLive();
    expect(status().gap).toEqual({ from: NOW + 5_000, to: NOW + 40_000 });
    await clock.advance(0);
    expect(dex.asked).toEqual(['profiles', 'boosts']);
    expect(status().gap).toBeNull();
    expect([...store.tokens.keys()]).toEqual([A, B]);
    expect(told()).toEqual([
      ['feed.lost', 'stream does not tell of tokens any more: no answer to a ping within 20 s.'],
      [
        'feed.gap_closed',
        'stream may have missed tokens for 35 s; profiles and boosts looked into it and brought 2.',
      ],
    ]);
    expect(journal[1]).toMatchObject({
      subject: 'stream',
      data: {
        from: NOW + 5_000,
        to: NOW + 40_000,
        lengthMs: 35_000,
        found: 2,
        asked: ['profiles', 'boosts'],
      },
    });
  });

  it('stays open, and is tried again soon, until every other feed has answered', async () => {
    await startLive();
    const listings = dex.listings.bind(dex);
    let boostsAnswer = false;
    dex.listings = (feed) =>
      feed === 'boosts' && !boostsAnswer ? Promise.reject(new Error('503')) : listings(feed);
    push.listener?.onLost(0, 'reset');
    await clock.advance(2_000);
    push.listener?.onLive();
    await clock.advance(14_000);
    expect(status().gap).toEqual({ from: NOW, to: NOW + 2_000 });
    expect(dex.asked, 'the one that answered is left in peace').toEqual(['profiles']);
    boostsAnswer = true;
    await clock.advance(1_000);
    expect([status().gap, journal.at(-1)?.type]).toEqual([null, 'feed.gap_closed']);
  });

  it('stays open while the store refuses what the others bring', async () => {
    await startLive();
    dex.feeds.profiles = [A];
    store.refuse = new MoonwardenError('STORE_FULL', 'the disk is full');
    push.listener?.onLost(0, 'reset');
    await clock.advance(2_000);
    push.listener?.onLive();
    await clock.advance(20_000);
    expect(status().gap).not.toBeNull();
    store.refuse = null;
    await clock.advance(5_000);
    expect([status().gap, [...store.tokens.keys()]]).toEqual([null, [A]]);
  });

  it('is not closed by an answer that was asked for before it ended', async () => {
    await startLive();
    const listings = dex.listings.bind(dex);
    dex.listings = async (feed) => {
      await clock.sleep(3_000);
      return listings(feed);
    };
    await clock.advance(59_000);
    push.listener?.onLost(0, 'reset');
    await clock.advance(2_000);
    push.listener?.onLive();
    await clock.advance(2_000);
    expect(dex.asked, 'asked a second before the end').toEqual(['profiles', 'boosts']);
    expect(status().gap).not.toBeNull();
    await clock.advance(3_000);
    expect(dex.asked).toHaveLength(4);
    expect(status().gap).toBeNull();
  });

  it('that no other feed can look into is said to be one', async () => {
    await startLive({ profiles: false, boosts: false });
    push.listener?.onLost(0, 'reset');
    await clock.advance(9_000);
    push.listener?.onLive();
    expect(status().gap).toBeNull();
    expect(told()[1]).toEqual([
      'feed.gap_closed',
      'stream may have missed tokens for 9 s; no other feed is on that could look into it.',
    ]);
  });

  it('is each start, from the last discovery that was stored: what a killed service had not stored is looked for', async () => {
    const old = tokenOf(A, { discoveredAt: NOW - 300_000 });
    store.tokens.set(A, old);
    store.tokens.set(B, tokenOf(B, { discoveredAt: NOW - 900_000 }));
    pipeline.start();
    dex.feeds.profiles = [C];
    start();
    expect(status().gap).toEqual({ from: NOW - 300_000, to: null });
    await clock.advance(4_000);
    expect(status().gap, 'asking before it is live does not close it').not.toBeNull();
    dex.asked.length = 0;
    push.listener?.onLive();
    await clock.advance(0);
    expect(dex.asked).toEqual(['profiles', 'boosts']);
    expect(status().gap).toBeNull();
    expect(told()).toEqual([
      [
        'feed.gap_closed',
        'stream may have missed tokens for 304 s; profiles and boosts looked into it and brought 0.',
      ],
    ]);
  });

  it('that is shorter than a second is looked into and not told', async () => {
    await startLive();
    push.listener?.onLost(0, 'reset');
    await clock.advance(500);
    push.listener?.onLive();
    await clock.advance(0);
    expect([status().gap, dex.asked.length, told().length]).toEqual([null, 2, 1]);
  });
});

describe('a store that refuses', () => {
  it('loses nothing that has room, and what has none is counted, complained of and a gap', async () => {
    await startLive();
    store.refuse = new MoonwardenError('STORE_FULL', 'the disk is full');
    await clock.advance(10_000);
    push.tell(...Array.from({ length: 10_003 }, (_, n) => mintOf(n)));
    await clock.advance(60_000);
    expect(status()).toMatchObject({ waiting: 10_000, overflow: 3, gap: { from: NOW + 10_000, to: null } });
    expect(store.tokens.size).toBe(0);
    const levels = log.lines.map(({ level, fields }) => [level, fields['cause'] ?? fields['feed']]);
    expect(levels).toContainEqual(['error', 'stream']);
    expect(levels.filter(([level]) => level === 'error')).toHaveLength(1);
    store.refuse = null;
    await clock.advance(31_000);
    expect(store.tokens.size).toBe(10_000);
    expect(status()).toMatchObject({ waiting: 0, overflow: 3, gap: null });
    expect(journal.at(-1)?.type).toBe('feed.gap_closed');
  });
});
