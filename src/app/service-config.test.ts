import { afterEach, expect, test } from 'vitest';
import { FakeClock, createRandom, silentLogger } from '../kernel/index.ts';
import type { DexTransport } from '../hosts/dexscreener/index.ts';
import { createSimulatedMarket, inProcessTransport } from '../simulator/index.ts';
import { openSqliteStore } from '../storage/index.ts';
import type { LivePart } from '../warden/config/index.ts';
import { createService, type Service } from './service.ts';
import { SECTIONS, loadSettings, type Settings } from './settings.ts';

let running: { readonly service: Service; readonly clock: FakeClock } | undefined;
afterEach(async () => {
  const stopped = running?.service.stop('the test is over');
  await running?.clock.advance(60_000);
  await stopped;
  running = undefined;
});

const settingsOf = (values: Record<string, Record<string, unknown>>): Settings =>
  loadSettings({ file: null, environment: {}, flags: { source: 'a test', values } }).settings;

/** A service that works, and what brings other settings into force. */
async function start(hangsOn: RegExp = /nothing/) {
  const clock = new FakeClock();
  const inner = inProcessTransport(createSimulatedMarket({ seed: 7, tokens: 20, clock }));
  const transport: DexTransport = {
    origin: 'http://dexscreener.test',
    get: (path, signal) => (hangsOn.test(path) ? new Promise(() => undefined) : inner.get(path, signal)),
    reset: () => inner.reset(),
    close: () => inner.close(),
  };
  const parts: LivePart<Settings>[] = [];
  const service = createService({
    clock,
    random: createRandom(1),
    log: silentLogger,
    store: openSqliteStore({ clock, log: silentLogger, folder: null }),
    transport,
    marketKind: 'sim',
    discoveries: [],
    settings: settingsOf({}),
    config: {
      join: (...more) => void parts.push(...more),
      onOutcome: () => undefined,
      samples: () => [],
      report: () => {
        throw new Error('nobody asks for it');
      },
    },
    pid: null,
  });
  await service.start();
  running = { service, clock };
  return {
    clock,
    view: service.view,
    parts,
    take(values: Record<string, Record<string, unknown>>): void {
      const next = settingsOf(values);
      for (const commit of parts.map((part) => part.prepare(next))) commit();
    },
  };
}
const MINTS = ['DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263'];

test('rules act in the next turn, which comes at once, and back', async () => {
  const { clock, view, take } = await start();
  await clock.advance(5_000);
  const rule = { name: 'mine', kind: 'threshold', signal: 'backlog', warning: { enter: -1, leave: -1 } };
  take({ rules: { custom: [{ ...rule, for: '0s' }], override: { 'store.failing': { off: true } } } });
  await clock.advance(150);
  expect(view.health().conditions.map((condition) => condition.rule)).toContain('mine');
  const rules = await view.rules();
  expect(rules.items.find(({ name }) => name === 'mine')?.origin).toBe('custom');
  expect(rules.items.some(({ name }) => name === 'store.failing')).toBe(false);
  take({});
  await clock.advance(150);
  expect(view.health().conditions.map((condition) => condition.rule)).not.toContain('mine');
});

test('settings of tokens act with their next use', async () => {
  const { clock, view, take } = await start();
  await clock.advance(5_000);
  take({ tokens: { max_tokens: 1 } });
  const adding = view.importTokens(MINTS, 'a test');
  await clock.advance(1_000);
  expect((await adding).added).toEqual([]);
  take({});
  const again = view.importTokens(MINTS, 'a test');
  await clock.advance(1_000);
  expect((await again).added).toEqual(MINTS);
});

test('intervals act within a second, and rules follow them', async () => {
  const { clock, view, take } = await start();
  await clock.advance(20_000);
  const before = (await view.jobs.show('profiles', 50)).runs.length;
  take({ tokens: { feed_interval: '5s', hot_interval: '2s' } });
  await clock.advance(1_000);
  expect((await view.jobs.show('profiles', 50)).runs.length).toBe(before + 1);
  await clock.advance(10_000);
  expect((await view.jobs.show('profiles', 50)).runs.length).toBe(before + 3);
  expect(view.overview().freshness.hot.intervalMs).toBe(2_000);
  const hotLimits = async (): Promise<unknown> =>
    (await view.rules()).items.find(({ name }) => name === 'data.stale')?.levels;
  const tight = await hotLimits();
  take({});
  expect(await hotLimits()).not.toEqual(tight);
});

test('what is not changed keeps its plan when something else is', async () => {
  const { clock, view, take } = await start();
  await clock.advance(20_000);
  const before = await view.jobs.show('profiles', 1);
  take({ tokens: { max_tokens: 7 } });
  await clock.advance(1_000);
  expect((await view.jobs.show('profiles', 1)).nextStartAt).toBe(before.nextStartAt);
});

test('feeds that are switched off are asked no more, are no fault, and go on where they are on again', async () => {
  const { clock, view, take } = await start();
  await clock.advance(20_000);
  const asked = (): number | null =>
    view.overview().feeds.find(({ name }) => name === 'profiles')?.lastAt ?? null;
  const before = asked();
  take({ features: { feeds: 'off' }, tokens: { feed_interval: '5s' } });
  await clock.advance(1_200_000);
  expect(asked()).toBe(before);
  expect(view.health().conditions).toEqual([]);
  expect(view.health().features.find(({ name }) => name.includes('profiles'))).toMatchObject({
    state: 'off',
    reason: 'features.feeds is off',
  });
  expect(() => view.jobs.run('profiles', { who: 'ann', why: null })).toThrow(
    'profiles does nothing while features.feeds is off',
  );
  take({ tokens: { feed_interval: '5s' } });
  await clock.advance(6_000);
  expect(asked()).toBeGreaterThan(Number(before));
});

test('limits of jobs act on runs that begin', async () => {
  const { clock, view, take } = await start(/token-profiles/);
  take({ jobs: { discovery_stall_after: '1s', grace: '1s' } });
  await clock.advance(100_000);
  const { runs } = await view.jobs.show('profiles', 10);
  expect(runs.map(({ outcome }) => outcome)).toContain('stalled');
});

test('each section with a live setting has a part that takes it', async () => {
  const { parts } = await start();
  const sections = SECTIONS.filter(({ fields }) =>
    Object.values(fields).some(({ isLive = false }) => isLive),
  ).map(({ name }) => name);
  // The log is the process's, which brings it in.
  expect([...parts.map(({ name }) => name), 'log'].sort()).toEqual(sections.sort());
});

test('recovery takes other limits with its next turn', async () => {
  const { view, take } = await start();
  expect(view.recovery().mode).toBe('act');
  take({ recovery: { mode: 'observe' } });
  expect(view.recovery().mode).toBe('observe');
});

test('quotas of the source act at once', async () => {
  const { view, take } = await start();
  take({ dexscreener: { pairs_per_minute: 7 } });
  const limits = view.overview().dependencies.flatMap(({ quotas }) => quotas.map(({ limit }) => limit));
  expect(limits).toContain(7);
});
