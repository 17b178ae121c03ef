import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { FakeClock, silentLogger, createRandom } from '../kernel/index.ts';
import {
  failedList,
  flowReport,
  healthReport,
  journalPage,
  marketsExport,
  overview,
  scoreHistory,
  stuckList,
  tokenDetail,
  tokenPage,
  tokenQuery,
  tokenStory,
} from '../contract/index.ts';
import type { DexTransport } from '../hosts/dexscreener/index.ts';
import { inProcessTransport, openRecordedMarket } from '../simulator/index.ts';
import { openSqliteStore, type SqliteStore } from '../storage/index.ts';
import { createService, type Service } from './service.ts';
import { loadSettings } from './settings.ts';

const FIXTURES = fileURLToPath(new URL('../../test/fixtures', import.meta.url));
const MOON_OTTER = 'FixtureMoonotterzzzzzzzzzzzzzzzzzzzzzzzzzzz';
const OCTOBER_2026 = Date.UTC(2026, 9, 10);

interface Scene {
  readonly clock: FakeClock;
  readonly service: Service;
  /** Switches the source off with a cause, or on again with null. */
  readonly cut: (cause: string | null) => void;
  readonly resets: () => number;
  /** Lets virtual time pass. */
  readonly pass: (ms: number) => Promise<void>;
}

let running: Scene | undefined;
afterEach(async () => {
  if (!running) return;
  const stopped = running.service.stop('the test is over');
  await running.clock.advance(60_000);
  await stopped;
  running = undefined;
});

async function start(keptStore?: SqliteStore, cutFirst: string | null = null): Promise<Scene> {
  const clock = new FakeClock({ wallMs: OCTOBER_2026 });
  const market = openRecordedMarket(FIXTURES);
  const inner = inProcessTransport(market);
  let cause = cutFirst;
  let resets = 0;
  const transport: DexTransport = {
    origin: 'http://dexscreener.test',
    get: (path, signal) => (cause === null ? inner.get(path, signal) : Promise.reject(new Error(cause))),
    reset: () => {
      resets += 1;
      return Promise.resolve();
    },
    close: () => inner.close(),
  };
  const service = createService({
    clock,
    random: createRandom(1),
    log: silentLogger,
    store: keptStore ?? openSqliteStore({ clock, log: silentLogger, folder: null }),
    transport,
    marketKind: 'recorded',
    discoveries: market.discoveries(),
    settings: loadSettings({ file: null, environment: {} }).settings,
    pid: null,
  });
  await service.start();
  running = {
    clock,
    service,
    cut: (next) => void (cause = next),
    resets: () => resets,
    pass: (ms) => clock.advance(ms),
  };
  return running;
}

const journalOf = async (
  service: Service,
  type: string,
): Promise<readonly { reason: string; at: number; subject: string | null }[]> =>
  (await service.view.journal({ type, limit: 500 })).items;

test('a token of a recorded answer is scored and activated as computed by hand', async () => {
  const { service, pass } = await start();
  await pass(30_000);
  const token = tokenDetail.parse(service.view.token(MOON_OTTER));
  // Three pools count: pumpswap/SOL, raydium/USDC, meteora/USD1 at 212.40 USD; the bonding curve does not.
  expect(token.metrics).toMatchObject({
    tx5m: 39,
    tx1h: 396,
    buys5m: 24,
    sells5m: 15,
    volume5mUsd: 2331,
    volume1hUsd: 19844.35,
    liquidityUsd: 79212.4,
    pools: 3,
  });
  // ln(1 + 39/5) / ln(1 + 396/60) = 2.174752 / 2.028148
  expect(token.components?.txAcceleration).toBeCloseTo(1.072284, 5);
  // 2331 / (19844.35/12) * sqrt(79212.4/100000) = 1.409570 * 0.890013
  expect(token.components?.volumeMomentum).toBeCloseTo(1.254536, 5);
  expect(token.components?.freshness).toBe(0);
  // (24 - 15)/39 * 39/500
  expect(token.components?.orderFlow).toBeCloseTo(0.018, 6);
  // 0.25 * (1.072284 + 1.254536 + 0 + 0.018)
  expect(token.score).toBeCloseTo(0.586205, 5);
  expect(token).toMatchObject({ status: 'active', group: 'hot', symbol: 'MOTTER' });
  expect(token.check?.steps.map(({ name, value, passed }) => [name, value, passed])).toEqual([
    ['pools_listed', 4, true],
    ['pump_pool', 1, true],
    ['external_pools', 2, true],
  ]);
});

test('everything that is shown fits the contract', async () => {
  const { service, pass } = await start();
  await pass(200_000);
  const { view } = service;
  overview.parse(view.overview());
  healthReport.parse(view.health());
  journalPage.parse(await view.journal({ limit: 500 }));
  scoreHistory.parse(await view.history(MOON_OTTER, '2h'));
  const page = tokenPage.parse(await view.tokens(tokenQuery.parse({})));
  expect(page.total).toBe(view.overview().counts.total);
  expect(page.items.length).toBeGreaterThan(5);
  for (const { mint } of page.items) tokenDetail.parse(view.token(mint));
  expect(view.overview()).toMatchObject({ status: 'healthy', errorRate: 0, market: { reachable: true } });
});

test('a source that goes away is told, healed once, and told again when it is back', async () => {
  const { service, cut, pass, resets } = await start();
  await pass(30_000);
  cut('getaddrinfo ENOTFOUND dexscreener.test');
  await pass(20_000);
  expect(service.view.health()).toMatchObject({
    status: 'degraded',
    conditions: [{ rule: 'source.unreachable', level: 'warning' }],
  });
  expect(service.view.health().sentence).toMatch(
    /^Degraded since 00:00 UTC: http:\/\/dexscreener\.test has not answered for/,
  );
  expect(resets()).toBe(1);
  await pass(60_000);
  expect(service.view.health().status).toBe('critical');
  expect(service.view.overview().market).toMatchObject({
    reachable: false,
    lastError: 'getaddrinfo ENOTFOUND dexscreener.test',
  });
  // What was known stays known.
  expect(service.view.token(MOON_OTTER)?.status).toBe('active');

  cut(null);
  await pass(60_000);
  expect(service.view.health()).toMatchObject({ status: 'healthy', conditions: [] });
  expect(await journalOf(service, 'source.lost')).toHaveLength(1);
  expect(await journalOf(service, 'source.regained')).toHaveLength(1);
  const conditions = await service.view.journal({ subject: 'source.unreachable', limit: 50 });
  expect(conditions.items.map(({ type }) => type).reverse()).toEqual([
    'condition.started',
    'action.taken',
    'action.verified',
    'recovery.waiting',
    'condition.changed',
    'condition.ended',
  ]);
});

test('what changed reaches those who listen: entries, rows and the state', async () => {
  const { service, pass } = await start();
  const seen = { entries: 0, rows: new Set<string>(), states: 0 };
  const leave = service.view.subscribe({
    onJournal: (entries) => void (seen.entries += entries.length),
    onTokens: (rows) => rows.forEach(({ mint }) => seen.rows.add(mint)),
    onState: () => void (seen.states += 1),
  });
  await pass(30_000);
  expect(seen.states).toBeGreaterThanOrEqual(29);
  expect(seen.rows).toContain(MOON_OTTER);
  expect(seen.entries).toBeGreaterThan(0);
  leave();
  const { states } = seen;
  await pass(5_000);
  expect(seen.states).toBe(states);
});

test('mints can be added by hand, each told what became of it', async () => {
  const { service, pass } = await start();
  await pass(5_000);
  const fresh = 'DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263';
  const result = await service.view.importTokens([fresh, MOON_OTTER, 'nonsense', fresh], 'a person');
  expect(result).toMatchObject({ added: [fresh], duplicates: 2, rejected: [{ input: 'nonsense' }] });
  expect((await service.view.journal({ subject: fresh, limit: 5 })).items[0]).toMatchObject({
    type: 'token.discovered',
    data: { feed: 'a person' },
  });
});

test('the figures and curves of the last hour outlive a restart', async () => {
  const clock = new FakeClock({ wallMs: OCTOBER_2026 });
  const store = openSqliteStore({ clock, log: silentLogger, folder: null });
  const kept: SqliteStore = { ...store, close: () => Promise.resolve() };
  const first = await start(kept);
  await first.pass(150_000);
  const before = first.service.view.overview();
  const stopped = first.service.stop('a restart');
  await first.clock.advance(60_000);
  await stopped;

  const second = await start(kept);
  await second.pass(2_000);
  const after = second.service.view.overview();
  expect(before.rates.discoveredPerHour).toBe(before.counts.total);
  expect(after.rates).toMatchObject({
    discoveredPerHour: before.rates.discoveredPerHour,
    activatedPerHour: before.rates.activatedPerHour,
  });
  expect(after.counts).toEqual(before.counts);
  expect(after.series['quota_used']?.length).toBeGreaterThanOrEqual(2);
});

test('a source that has never answered is not healthy for a moment', async () => {
  const { service, pass } = await start(undefined, 'getaddrinfo ENOTFOUND dexscreener.test');
  const seen = new Set<string>();
  for (let elapsedMs = 0; elapsedMs < 5_000; elapsedMs += 250) {
    await pass(250);
    seen.add(service.view.health().status);
  }
  expect([...seen]).toEqual(['unknown', 'degraded']);
});

test('says why tokens are where they are, of stored facts and of what is in memory', async () => {
  const { service, pass } = await start();
  await pass(30_000);
  const { view } = service;
  const failed = failedList.parse(await view.failed({ limit: 500 }));
  expect(failed.items.length).toBeGreaterThan(0);
  const story = tokenStory.parse(await view.story(failed.items[0]?.mint ?? ''));
  expect(story.events[0]).toMatchObject({ type: 'token.discovered' });
  expect(story.sentence).toMatch(/^Not active yet: /);
  expect(await view.story('nobody')).toBeUndefined();
  // Nothing is stuck before three minutes; then what is still in monitoring is, and none of it by our fault.
  expect(stuckList.parse(await view.stuck({ limit: 10 }))).toMatchObject({ ours: 0, notEligible: 0 });
  await pass(180_000);
  const stuck = stuckList.parse(await view.stuck({ limit: 500 }));
  const { monitoring } = overview.parse(view.overview()).counts;
  expect(stuck).toMatchObject({ ours: 0, notEligible: monitoring });
  expect(stuck.items.every(({ sentence }) => sentence.startsWith('Not eligible yet: '))).toBe(true);
  const flow = flowReport.parse(await view.flow({ hours: 2 }));
  expect(flow.now).toMatchObject({ monitoring, stuckNotEligible: monitoring, stuckOurs: 0, unread: 0 });
  expect(flow.byHour.reduce((sum, { discovered }) => sum + discovered, 0)).toBe(view.overview().counts.total);
  expect(marketsExport.parse(await view.markets({ minScore: 0 })).total).toBe(view.overview().counts.active);
  expect(await view.releaseHeld('me', 'a test')).toEqual({ released: 0 });
});

test('calls it a fault of ours when the source stays away', async () => {
  const { service, cut, pass } = await start();
  await pass(30_000);
  cut('refused');
  await pass(400_000);
  const { ours, items } = stuckList.parse(await service.view.stuck({ limit: 1 }));
  expect(ours).toBeGreaterThan(0);
  expect(items[0]).toMatchObject({ kind: 'ours', fault: 'fetch' });
  expect(items[0]?.sentence).toMatch(/^Not checked: the source has not answered for \d+ min; last checked/);
});
