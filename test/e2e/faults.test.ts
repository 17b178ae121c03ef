import { afterAll, describe, expect, test } from 'vitest';
import {
  createDexClient,
  createHttpTransport,
  dexSection,
  type DexClient,
} from '../../src/hosts/dexscreener/index.ts';
import { createRandom, systemClock } from '../../src/kernel/index.ts';
import {
  createSimulatedMarket,
  serveFaults,
  type FaultServer,
  type MarketFault,
} from '../../src/simulator/index.ts';
import { useLoopbackNames } from '../../src/simulator/testing/loopback-names.ts';
import { defaultsOf } from '../../src/warden/config/index.ts';

const READ_EACH_MS = 250;
const BATCH = 30;
const market = createSimulatedMarket({ seed: 7, tokens: 60, clock: systemClock });
const mints = market.listed(systemClock.now()).slice(0, BATCH);
const servers = new Map<string, FaultServer>();
const closing: (() => Promise<unknown>)[] = [];

const restoreNames = useLoopbackNames((name) => {
  const server = servers.get(name);
  return server !== undefined && server.source.fault?.kind !== 'unresolved';
});
// After all, because they run side by side.
afterAll(async () => {
  restoreNames();
  for (const close of closing.reverse()) await close();
});

interface Reader {
  readonly dex: DexClient;
  readonly server: FaultServer;
  /** Calls that were asked of the client, and when such calls succeeded: monotonic ms. */
  asked: number;
  readonly answeredMs: number[];
}

/** A client over real HTTP that reads a batch again and again, whatever becomes of the reads. */
async function startReader(name: string, pairsPerMinute: number, readEachMs: number): Promise<Reader> {
  const host = `${name}.test`;
  const server = await serveFaults(market, {
    clock: systemClock,
    grants: { pairs: pairsPerMinute, profiles: 60 },
  });
  servers.set(host, server);
  const transport = createHttpTransport({
    url: `http://${host}:${server.port}`,
    maxBodyBytes: 4_000_000,
    userAgent: 'moonwarden/test',
  });
  const dex = createDexClient({
    transport,
    clock: systemClock,
    random: createRandom(1),
    settings: {
      ...defaultsOf(dexSection),
      timeoutMs: 500,
      retryDelayMs: 50,
      quotaWaitMs: 100,
      coalesceMs: 0,
      pairsPerMinute,
    },
  });
  const reader: Reader = { dex, server, asked: 0, answeredMs: [] };
  let cancel = (): void => undefined;
  const read = (): void => {
    cancel = systemClock.schedule(readEachMs, read);
    reader.asked += 1;
    dex.readBatch(mints).then(
      () => reader.answeredMs.push(systemClock.monotonic()),
      () => undefined,
    );
  };
  read();
  closing.push(() => {
    cancel();
    return transport.close().then(() => server.close());
  });
  return reader;
}

/** Milliseconds until it is so; rejects when it takes over `limitMs`. */
async function until(what: string, limitMs: number, isSo: () => boolean): Promise<number> {
  const startMs = systemClock.monotonic();
  while (!isSo()) {
    if (systemClock.monotonic() - startMs > limitMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await systemClock.sleep(20);
  }
  return systemClock.monotonic() - startMs;
}

const FAULTS: [string, MarketFault][] = [
  ['storm', { kind: 'throttled' }],
  ['storm-with-retry-after', { kind: 'throttled', retryAfterS: 2 }],
  ['server-errors', { kind: 'server-error' }],
  ['down', { kind: 'down' }],
  ['slow', { kind: 'slow', delayMs: 3_000 }],
  ['challenge-200', { kind: 'challenge', status: 200 }],
  ['challenge-403', { kind: 'challenge', status: 403 }],
  ['reset-in-body', { kind: 'reset-in-body' }],
  ['unresolved', { kind: 'unresolved' }],
  ['gone', { kind: 'gone' }],
];
const FAULT_MS = 4_000;

describe('over real HTTP', () => {
  test.concurrent.each(FAULTS)('%s: is noticed, costs few requests, and reads go on', async (name, fault) => {
    const { dex, server, answeredMs } = await startReader(name, 300, READ_EACH_MS);
    await until('the first answer', 10_000, () => answeredMs.length > 0);
    await server.set(fault);
    const beganMs = systemClock.monotonic();
    await until('it is noticed', 5_000, () => dex.state().reachable === false);
    await systemClock.sleep(beganMs + FAULT_MS - systemClock.monotonic());
    const before = server.source.arrivals.times(beganMs).length;
    await server.set(null);
    const endedMs = systemClock.monotonic();
    await until('the first answer after it', 10_000, () => (answeredMs.at(-1) ?? 0) > endedMs);
    await until('the client says so', 1_000, () => dex.state().reachable === true);
    // As many as were asked for would be sixteen.
    expect(before).toBeLessThanOrEqual(12);
    expect(server.source.overQuota).toBe(0);
  });

  test.concurrent('half of the answers malformed: the other half is used', async () => {
    const { dex, server, answeredMs } = await startReader('malformed', 300, READ_EACH_MS);
    await until('the first answer', 10_000, () => answeredMs.length > 0);
    await server.set({ kind: 'malformed' });
    const beganMs = systemClock.monotonic();
    await systemClock.sleep(FAULT_MS);
    expect(answeredMs.filter((time) => time > beganMs).length).toBeGreaterThan(0);
    await server.set(null);
    const endedMs = systemClock.monotonic();
    await until('answers again', 10_000, () => (answeredMs.at(-1) ?? 0) > endedMs);
    expect(dex.state().lastError).toBeNull();
  });

  test.concurrent('whatever happens, the server never sees more than the quota', async () => {
    const quota = 40;
    const reader = await startReader('quota', quota, 50);
    const { dex, server } = reader;
    const row: (MarketFault | null)[] = [
      null,
      { kind: 'server-error' },
      null,
      { kind: 'reset-in-body' },
      { kind: 'malformed' },
      { kind: 'throttled' },
      null,
    ];
    for (const fault of row) {
      await server.set(fault);
      await systemClock.sleep(1_500);
    }
    expect(reader.asked).toBeGreaterThan(2 * quota);
    expect(server.source.arrivals.mostInMinute().pairs).toBeLessThanOrEqual(quota);
    expect(server.source.arrivals.mostInMinute().pairs).toBeGreaterThanOrEqual(quota / 2);
    expect(server.source.overQuota).toBe(0);
    expect(dex.quota('pairs').used).toBeLessThanOrEqual(quota);
  });
});
