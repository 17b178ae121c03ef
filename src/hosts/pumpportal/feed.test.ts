import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, createRandom, type LogFields, type Logger } from '../../kernel/index.ts';
import { defaultsOf } from '../../warden/config/index.ts';
import { USDC } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import type { PushFeed } from '../tokens/index.ts';
import { createPumpPortalFeed } from './feed.ts';
import { pumpPortalSection, type PumpPortalSettings } from './settings.ts';
import { FakeFeedTransport } from './testing/fake-transport.ts';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
let clock: FakeClock;
let transport: FakeFeedTransport;
let feed: PushFeed;
let told: unknown[];
let lines: { level: string; msg: string; fields: LogFields }[];

const migrate = (n: number): object => ({
  signature: 's',
  mint: mintOf(n),
  txType: 'migrate',
  pool: 'pump-amm',
});
const create = (mint: string): object => ({ signature: 's', mint, txType: 'create', pool: 'pump' });
const warnings = (): unknown[] =>
  lines.filter(({ level }) => level === 'warning').map(({ fields }) => fields['cause']);

beforeEach(() => {
  clock = new FakeClock();
  transport = new FakeFeedTransport();
  told = [];
  lines = [];
});
afterEach(async () => {
  const stopped = feed.stop();
  await clock.advance(1_000);
  await stopped;
  expect(clock.pending, 'timers left by a stopped feed').toBe(0);
  expect(transport.open, 'connections left by a stopped feed').toEqual([]);
});

async function start(changes: Partial<PumpPortalSettings> = {}): Promise<void> {
  const at =
    (level: string) =>
    (msg: string, fields: LogFields = {}): void => {
      lines.push({ level, msg, fields });
    };
  const log: Logger = {
    debug: at('debug'),
    info: at('info'),
    warning: at('warning'),
    error: at('error'),
    critical: at('critical'),
    child: () => log,
  };
  const settings = { ...defaultsOf(pumpPortalSection), ...changes };
  feed = createPumpPortalFeed({ clock, log, random: createRandom(7), transport, settings });
  feed.start({
    onMint: (mint) => told.push(mint),
    onLive: () => told.push('live'),
    onLost: (provenAgoMs, cause) => told.push(`lost after ${provenAgoMs}: ${cause}`),
  });
  await clock.settle();
}

describe('a feed that works', () => {
  it('subscribes, is live, and tells of each migration', async () => {
    await start();
    expect(transport.connections.map(({ sent }) => sent)).toEqual([['{"method":"subscribeMigration"}']]);
    await clock.advance(5_000);
    transport.say(migrate(1));
    transport.say({ data: migrate(2) });
    expect(told).toEqual(['live', mintOf(1), mintOf(2)]);
    expect(feed.link()).toEqual({
      state: 'live',
      since: NOW,
      lastFrameAt: NOW + 5_000,
      reconnects: 0,
      lastError: null,
      nextTryAt: null,
      ignored: new Map(),
    });
  });

  it('with new tokens subscribes to both, and is live when both are acknowledged', async () => {
    transport.acknowledges = false;
    await start({ newTokens: true });
    expect(transport.connections[0]?.sent).toEqual([
      '{"method":"subscribeMigration"}',
      '{"method":"subscribeNewToken"}',
    ]);
    transport.say({ message: "Subscribed to 'migration' events." });
    expect(feed.link().state).toBe('connecting');
    transport.say({ message: 'Successfully subscribed to token creation events.' });
    expect(feed.link().state).toBe('live');
    transport.say(create(mintOf(1)));
    expect(told).toEqual(['live', mintOf(1)]);
  });

  it('counts what it was not asked for, and what makes no sense', async () => {
    await start();
    transport.say(create(mintOf(1)));
    transport.say('<html>');
    transport.say('<html>');
    transport.say({ ...migrate(1), txType: 'buy' });
    expect(told).toEqual(['live']);
    expect([...feed.link().ignored]).toEqual([
      ['not subscribed to', 1],
      ['not JSON', 2],
      ['another txType', 1],
    ]);
  });

  it('scenario 47: creations with the mint of USDC are refused and counted', async () => {
    await start({ newTokens: true });
    for (let n = 1; n <= 197; n++) transport.say(create(n <= 10 ? USDC : mintOf(n)));
    expect(told).toHaveLength(1 + 187);
    expect(told).not.toContain(USDC);
    expect([...feed.link().ignored]).toEqual([['a stablecoin is a quote, not a token to score', 10]]);
  });

  it('logs a notice of the server once', async () => {
    await start();
    transport.say({ message: 'Maintenance at 12:00' });
    transport.say({ message: 'Maintenance at 13:00' });
    expect(lines.filter(({ msg }) => msg === 'The feed says something.')).toHaveLength(1);
  });

  it('takes minutes of silence for normal as long as pings are answered, and shows how long it was', async () => {
    await start();
    transport.say(migrate(1));
    await clock.advance(12 * MINUTE);
    expect(feed.link()).toMatchObject({ state: 'live', since: NOW, lastFrameAt: NOW, reconnects: 0 });
    expect(transport.connections[0]?.pings).toBe(36);
  });

  it('lives on frames alone, where pongs do not come', async () => {
    transport.pongs = false;
    await start();
    for (let n = 0; n < 60; n++) {
      await clock.advance(10_000);
      transport.say(migrate(n));
    }
    expect(feed.link()).toMatchObject({ state: 'live', reconnects: 0 });
  });
});

describe('a feed that is lost', () => {
  it('scenario 10: connected and silent is found by ping, told with its length, and mended', async () => {
    await start();
    await clock.advance(30_000);
    transport.pongs = false;
    await clock.advance(29_999);
    expect(feed.link().state).toBe('live');
    await clock.advance(1);
    expect(transport.connections[0]?.end).toBe('terminated');
    // The pong at 20 s was the last proof.
    expect(told).toEqual(['live', 'lost after 40000: no answer to a ping within 20 s']);
    expect(feed.link()).toMatchObject({ state: 'waiting', since: NOW + 60_000 });
    transport.pongs = true;
    await clock.advance(1_000);
    expect(told.at(-1)).toBe('live');
    expect(transport.connections[1]?.sent).toEqual(['{"method":"subscribeMigration"}']);
    expect(feed.link()).toMatchObject({ state: 'live', reconnects: 1, lastError: null });
  });

  it('subscribes again after each reconnect, one connection at a time', async () => {
    await start();
    for (let round = 1; round <= 5; round++) {
      transport.cut();
      expect(transport.open).toHaveLength(0);
      await clock.advance(30_000);
      expect(transport.open).toHaveLength(1);
      expect(transport.connections.at(-1)?.sent).toEqual(['{"method":"subscribeMigration"}']);
    }
    expect(feed.link().reconnects).toBe(5);
  });

  it('a subscription that is not acknowledged is a dead socket', async () => {
    transport.acknowledges = false;
    await start();
    await clock.advance(9_999);
    expect(feed.link().state).toBe('connecting');
    await clock.advance(1);
    expect(transport.connections[0]?.end).toBe('terminated');
    expect(feed.link()).toMatchObject({ state: 'waiting', lastError: 'no acknowledgement within 10 s' });
    expect(told, 'it was never live, so it was not lost').toEqual([]);
  });

  it('what opens after it was given up is closed', async () => {
    transport.opening = () => clock.sleep(10_500);
    await start();
    await clock.advance(10_000);
    expect(feed.link().lastError).toBe('not open within 10 s');
    transport.opening = async () => {};
    await clock.advance(30_000);
    expect(transport.connections.map(({ end }) => end).toSorted()).toEqual(['open', 'terminated']);
    expect(feed.link().state).toBe('live');
  });

  it('frames of a connection that was given up are not told: they lie in the gap', async () => {
    await start();
    const [first] = transport.connections;
    transport.pongs = false;
    await clock.advance(40_000);
    first?.events.onMessage(JSON.stringify(migrate(1)));
    expect(told).toEqual(['live', expect.stringContaining('lost')]);
  });

  it('without a network it stays calm: one line, quiet tries, never more than 30 s apart', async () => {
    transport.refuse = new Error('getaddrinfo ENOTFOUND feed.example');
    await start();
    await clock.advance(60 * MINUTE);
    expect(warnings()).toEqual(['getaddrinfo ENOTFOUND feed.example']);
    expect(lines).toHaveLength(1);
    expect(transport.attempts).toBeGreaterThan(60 * 2);
    // On average half of the longest wait.
    expect(transport.attempts).toBeLessThan(60 * 4 * 1.3);
    const { state, since, nextTryAt, lastError } = feed.link();
    expect({ state, since, lastError }).toEqual({
      state: 'waiting',
      since: NOW,
      lastError: 'getaddrinfo ENOTFOUND feed.example',
    });
    expect(nextTryAt).toBeGreaterThan(clock.now());
    expect(nextTryAt).toBeLessThanOrEqual(clock.now() + 30_000);
  });

  it('a server that flaps is not hammered, and complained of once', async () => {
    await start();
    for (let second = 0; second < 30 * 60; second++) {
      transport.cut('flapping');
      await clock.advance(1_000);
    }
    expect(transport.attempts).toBeLessThan(30 * 4 * 1.3);
    expect(warnings()).toEqual(['flapping']);
  });

  it('after it was well for a minute a loss is news again, and the wait short', async () => {
    await start();
    for (let round = 0; round < 3; round++) {
      transport.cut('reset');
      await clock.advance(1_000);
      expect(feed.link().state).toBe('live');
      await clock.advance(60_000);
    }
    expect(warnings()).toEqual(['reset', 'reset', 'reset']);
  });

  it('tells of the time for which the machine slept', async () => {
    await start();
    await clock.advance(5_000);
    transport.say(migrate(1));
    clock.jumpWall(3_600_000);
    transport.cut();
    expect(told.at(-1)).toBe('lost after 3600000: reset');
  });

  it('tells of no negative time when the clock was set back', async () => {
    await start();
    await clock.advance(5_000);
    clock.jumpWall(-3_600_000);
    transport.cut();
    expect(told.at(-1)).toBe('lost after 5000: reset');
  });
});

describe('the stop', () => {
  it('closes a live connection politely', async () => {
    await start();
    await feed.stop();
    expect(transport.connections[0]?.end).toBe('closed');
    expect(feed.link().state).toBe('stopped');
    transport.say(migrate(1));
    await clock.advance(60 * MINUTE);
    expect([told, transport.attempts]).toEqual([['live'], 1]);
  });

  it('does not wait for a server that does not answer', async () => {
    transport.closes = false;
    await start();
    let isStopped = false;
    const stopped = feed.stop().then(() => (isStopped = true));
    await clock.advance(999);
    expect(isStopped).toBe(false);
    await clock.advance(1);
    await stopped;
    expect(transport.connections[0]?.end).toBe('terminated');
  });

  it('while it connects leaves nothing open', async () => {
    transport.opening = () => clock.sleep(500);
    await start();
    await feed.stop();
    await clock.advance(500);
    expect(transport.connections.map(({ end }) => end)).toEqual(['terminated']);
  });

  it('in a wait ends the tries', async () => {
    transport.refuse = new Error('no');
    await start();
    await feed.stop();
    await clock.advance(60 * MINUTE);
    expect(transport.attempts).toBe(1);
  });
});
