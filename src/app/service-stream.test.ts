import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock, createRandom, silentLogger } from '../kernel/index.ts';
import { overview, type JournalEntry, type Overview } from '../contract/index.ts';
import {
  createPushServer,
  createSimulatedMarket,
  inProcessFeed,
  inProcessTransport,
  simulatedTape,
  type PushServer,
} from '../simulator/index.ts';
import { openSqliteStore } from '../storage/index.ts';
import { createService, type Service } from './service.ts';
import { loadSettings } from './settings.ts';

const NOW = Date.UTC(2026, 0, 1);
let clock: FakeClock;
let push: PushServer;
let service: Service;

/** A service on a market of so many tokens. */
async function start(
  size = 60,
  tokens: object = {},
  pumpportal: object = { newTokens: true },
): Promise<void> {
  const market = createSimulatedMarket({ seed: 7, tokens: size, clock });
  push = createPushServer(simulatedTape(market, clock));
  const { settings } = loadSettings({ file: null, environment: {} });
  service = createService({
    clock,
    random: createRandom(1),
    log: silentLogger,
    store: openSqliteStore({ clock, log: silentLogger, folder: null }),
    transport: inProcessTransport(market),
    stream: { transport: inProcessFeed(push), random: createRandom(7) },
    marketKind: 'sim',
    discoveries: [],
    settings: {
      ...settings,
      tokens: { ...settings.tokens, ...tokens },
      pumpportal: { ...settings.pumpportal, ...pumpportal },
    },
    pid: null,
  });
  await service.start();
}

beforeEach(() => {
  clock = new FakeClock();
});
afterEach(async () => {
  const stopped = service.stop('the test is over');
  await clock.advance(60_000);
  await stopped;
  expect([push.stats.open, clock.pending], 'connections and timers left').toEqual([0, 0]);
});

const feedOf = (name: string): Overview['feeds'][number] | undefined =>
  overview.parse(service.view.overview()).feeds.find((feed) => feed.name === name);
const stream = () => feedOf('pumpportal')?.push;
const ownFeature = () =>
  service.view.health().features.find(({ name }) => name === 'discovery by the stream');
const journalOf = async (type: string): Promise<readonly JournalEntry[]> =>
  (await service.view.journal({ type, limit: 500 })).items;
const STREAM_ALONE = { profiles: false, boosts: false };

describe('a service that listens to the stream', () => {
  test('stores what it tells of, within a second, and refuses the mint of USDC', async () => {
    await start(10_000, STREAM_ALONE);
    await clock.advance(20 * 60_000);
    const feed = feedOf('pumpportal');
    expect(feed?.found).toBeGreaterThan(30);
    expect(service.view.overview().counts.total).toBe(feed?.found);
    expect(feed?.duplicates, 'migrations of what was known since its creation').toBeGreaterThan(0);
    expect(stream()).toMatchObject({ state: 'live', since: NOW, reconnects: 0, gap: null, waiting: 0 });
    expect(stream()?.ignored.map(({ reason }) => reason)).toEqual([
      'a stablecoin is a quote, not a token to score',
    ]);
    for (const { reason } of await journalOf('token.discovered')) expect(reason).toContain('by pumpportal');
  });

  test('takes in migrations alone unless it is told otherwise', async () => {
    await start(10_000, STREAM_ALONE, {});
    await clock.advance(20 * 60_000);
    const feed = feedOf('pumpportal');
    expect(feed?.found).toBeGreaterThan(0);
    expect(feed?.rejected).toBe(0);
    expect(feed?.duplicates, 'only what the stream repeats').toBeLessThanOrEqual(2);
  });

  test('that is switched off listens to nothing', async () => {
    await start(60, {}, { enabled: false });
    await clock.advance(60_000);
    expect([feedOf('pumpportal'), push.stats.total]).toEqual([undefined, 0]);
  });
});

describe('a stream that goes wrong', () => {
  test('cut off, it is back within a second, and the gap is closed by the other feeds', async () => {
    await start();
    await clock.advance(90_000);
    push.cutAll();
    await clock.advance(1_000);
    expect(stream()).toMatchObject({ state: 'live', reconnects: 1, gap: null });
    expect(await journalOf('feed.lost')).toMatchObject([
      { subject: 'pumpportal', data: { cause: 'closed by the other side' } },
    ]);
    const [gap] = await journalOf('feed.gap_closed');
    expect(gap).toMatchObject({ data: { asked: ['profiles', 'boosts'] } });
    expect(await journalOf('feature.changed'), 'of a second').toEqual([]);
  });

  test('scenario 10: connected and silent, it is found within 40 s, and the gap stays open until it is back', async () => {
    await start();
    await clock.advance(90_000);
    push.faults.isSilent = true;
    await clock.advance(40_000);
    expect(stream()?.state).not.toBe('live');
    expect(stream()?.gap).toMatchObject({ to: null });
    await clock.advance(3 * 60_000);
    const { gap, lastError, lastFrameAt } = stream() ?? {};
    expect(lastError).toBe('no acknowledgement within 10 s');
    expect(gap?.from).toBeGreaterThanOrEqual(NOW + 60_000);
    expect(gap?.from).toBeLessThanOrEqual(NOW + 90_000);
    expect(lastFrameAt ?? 0).toBeLessThanOrEqual(NOW + 90_000);
    push.faults.isSilent = false;
    await clock.advance(45_000);
    expect(stream()).toMatchObject({ state: 'live', gap: null });
    const [closed] = await journalOf('feed.gap_closed');
    expect(closed?.data).toMatchObject({ from: gap?.from, asked: ['profiles', 'boosts'] });
  });

  test('refused for minutes, the service works on without it', async () => {
    await start();
    await clock.advance(10_000);
    push.faults.refuses = true;
    push.cutAll();
    const { total } = push.stats;
    await clock.advance(4 * 60_000);
    expect(service.view.health().status).toBe('healthy');
    await clock.advance(75_000);
    expect(push.stats.total).toBe(total);
    expect(service.view.health().conditions).toMatchObject([
      { rule: 'feed.silent', labels: { feed: 'pumpportal' }, level: 'warning' },
    ]);
    expect(feedOf('profiles')?.lastAt).toBeGreaterThan(clock.now() - 61_000);
    expect(ownFeature()).toMatchObject({
      state: 'off',
      reason: expect.stringMatching(/^PumpPortal is not/) as string,
    });
    expect(service.view.health().dependencies[1]).toMatchObject({
      name: 'PumpPortal',
      kind: 'stream',
      state: 'open',
      healthy: false,
      nextTryAt: expect.any(Number) as number,
    });
    push.faults.refuses = false;
    await clock.advance(30_000);
    expect(stream()).toMatchObject({ state: 'live', gap: null });
    expect(ownFeature()?.state).toBe('on');
    expect(service.view.health().status).toBe('healthy');
    expect(service.view.health().dependencies[1]).toMatchObject({ state: 'closed', healthy: true });
    const changes = await service.view.journal({ subject: 'discovery by the stream', limit: 50 });
    expect(changes.items.map(({ reason }) => reason)).toEqual([
      'Discovery by the stream is on again.',
      expect.stringMatching(/^Discovery by the stream is off: PumpPortal is not connected: /) as string,
    ]);
  });

  test('cutting off whoever subscribes, it is not hammered', async () => {
    await start();
    push.faults.cutsAfterSubscribe = true;
    push.cutAll();
    await clock.advance(10 * 60_000);
    expect(push.stats.total).toBeGreaterThan(10 * 2);
    expect(push.stats.total).toBeLessThan(10 * 4 * 1.5);
  });

  test('garbage is counted and does no harm', async () => {
    await start();
    await clock.advance(1_000);
    const before = service.view.overview().counts.total;
    for (const text of ['', '<html>', '[]', '{"mint":5,"txType":"create"}', 'x'.repeat(100_000)])
      push.say(text);
    await clock.advance(1_000);
    expect(stream()).toMatchObject({ state: 'live', reconnects: 0 });
    expect(stream()?.ignored).toEqual([
      { reason: 'not JSON', count: 3 },
      { reason: 'not an object', count: 1 },
      { reason: 'no mint', count: 1 },
    ]);
    expect(service.view.overview().counts.total).toBeGreaterThanOrEqual(before);
  });

  test('a frame over 1 MiB costs the connection, and no more', async () => {
    await start();
    await clock.advance(90_000);
    push.say('x'.repeat(2_000_000));
    await clock.advance(2_000);
    expect(stream()).toMatchObject({ state: 'live', reconnects: 1 });
  });
});
