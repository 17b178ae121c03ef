import { afterEach, describe, expect, test } from 'vitest';
import { FakeClock, createRandom, silentLogger, type CancelTimer, type Logger } from '../../kernel/index.ts';
import { openSqliteStore, type SqliteStore } from '../../storage/index.ts';
import { createService } from '../service.ts';
import { loadSettings } from '../settings.ts';
import { hangingStore } from './testing/hanging-store.ts';
import { MINUTE_MS, closeScenes, openScene } from './testing/scene.ts';
import { ScriptedMarket, eligible, mints, pool, type WirePair } from './testing/scripted-market.ts';

afterEach(closeScenes);

// As many as a batch holds, so that none has tokens of both.
const HOT = mints(30);
const COLD = mints(30, 100);
const DAY_MS = 86_400_000;

/** Not a trade, and old: a score of 0. */
const dull = (mint: string): readonly WirePair[] => [
  pool(mint, 1, {
    txns: { m5: { buys: 0, sells: 0 }, h1: { buys: 0, sells: 0 } },
    volume: { m5: 0, h1: 0, h24: 10 },
    pairCreatedAt: Date.UTC(2026, 0, 1) - DAY_MS,
  }),
];

describe('scenario 7: the cold job never fires while the hot one does', () => {
  test('is a condition within 60 s and started anew; once it can, it works, and nothing is lost', async () => {
    const store = hangingStore(COLD);
    const scene = await openScene({
      watch: [...HOT, ...COLD],
      tokens: { checkIntervalMs: DAY_MS },
      store: store.open,
      script: (market) => {
        market.list(HOT, eligible);
        market.list(COLD, dull);
      },
    });
    const { pass, conditions, journal, token, clock } = scene;
    await pass(2 * MINUTE_MS);
    expect(conditions()).toEqual([]);
    for (const mint of COLD) expect(token(mint).group).toBe('cold');
    store.hangs = true;
    let noticedMs: number | null = null;
    for (let second = 0; second < 150; second++) {
      await pass(1_000);
      if (conditions().includes('jobs.cold.stalled')) noticedMs ??= clock.monotonic();
    }
    expect((noticedMs ?? Infinity) - (store.sinceMs ?? 0)).toBeLessThanOrEqual(60_000);
    const cutOff = (await journal({ type: 'job.cut_off' })).map(({ subject }) => subject);
    expect(cutOff).toContain('cold');
    expect(cutOff).not.toContain('hot');
    for (const mint of HOT) expect(clock.now() - (token(mint).refreshedAt ?? 0)).toBeLessThan(15_000);
    store.hangs = false;
    await pass(2 * MINUTE_MS);
    for (const mint of COLD) expect(clock.now() - (token(mint).refreshedAt ?? 0)).toBeLessThan(60_000);
    expect(conditions()).toEqual([]);
  });
});

test('a limit of seconds is one: a run that gets on with nothing is cut off as soon as the settings say', async () => {
  const store = hangingStore(COLD);
  const scene = await openScene({
    watch: [...HOT, ...COLD],
    tokens: { checkIntervalMs: DAY_MS },
    jobs: { coldStallAfterMs: 3_000, graceMs: 1_000, checkIntervalMs: 1_000 },
    store: store.open,
    script: (market) => {
      market.list(HOT, eligible);
      market.list(COLD, dull);
    },
  });
  await scene.pass(2 * MINUTE_MS);
  store.hangs = true;
  let endedMs: number | null = null;
  for (let second = 0; second < 90 && endedMs === null; second++) {
    await scene.pass(1_000);
    const cutOff = await scene.journal({ type: 'job.cut_off' });
    if (cutOff.some(({ subject }) => subject === 'cold')) endedMs = scene.clock.monotonic();
  }
  // The first that nobody gets an answer to is one of several in flight: the last of them counts.
  expect((endedMs ?? Infinity) - (store.sinceMs ?? 0)).toBeLessThanOrEqual(15_000);
});

/** The service with everything that watches it broken from the start. */
async function startWith(clock: FakeClock, store: SqliteStore, market: ScriptedMarket, log: Logger) {
  const { settings } = loadSettings({ file: null, environment: {} });
  const service = createService({
    clock,
    random: createRandom(1),
    log,
    store,
    transport: market,
    marketKind: 'sim',
    discoveries: HOT,
    settings,
    pid: null,
    resources: {
      start: () => undefined,
      stop: () => undefined,
      report: () => {
        throw new Error('no report');
      },
      samples: () => {
        throw new Error('no samples');
      },
    },
  });
  const started = service.start();
  await clock.advance(0);
  await started;
  return service;
}

describe('scenario 8: monitoring code that throws stops the pipeline', () => {
  test('a listener, a probe and the log throw all the time, and tokens are read all the same', async () => {
    const broken = (): never => {
      throw new Error('the disk of the log is full');
    };
    const log: Logger = {
      debug: broken,
      info: broken,
      warning: broken,
      error: broken,
      critical: broken,
      child: () => log,
    };
    const clock = new FakeClock();
    const market = new ScriptedMarket(clock);
    market.list(HOT, eligible);
    const store = openSqliteStore({ clock, log: silentLogger, folder: null });
    const service = await startWith(clock, store, market, log);
    service.view.subscribe({ onJournal: broken, onState: broken, onTokens: broken });
    await clock.advance(5 * MINUTE_MS);
    for (const mint of HOT) {
      const token = service.view.token(mint);
      expect(token?.status).toBe('active');
      expect(clock.now() - (token?.refreshedAt ?? 0)).toBeLessThan(15_000);
    }
    const stopped = service.stop('the test is over');
    await clock.advance(MINUTE_MS);
    await stopped;
  });
});

describe('a process that is killed', () => {
  test('leaves runs that the next one records as interrupted, and reads first what was being read', async () => {
    const store = openSqliteStore({ clock: new FakeClock(), log: silentLogger, folder: null });
    const first = new FakeClock();
    const slow = new ScriptedMarket(first);
    slow.list(HOT, eligible);
    await startWith(first, store, slow, silentLogger);
    await first.advance(MINUTE_MS + 500);
    slow.hang = () => true;
    // Its clock never moves again.
    await first.advance(12_000);
    const before = await store.runs.load();
    expect(before.unfinished.length).toBeGreaterThanOrEqual(4);
    const inFlight = [...before.items.values()].flat();
    expect(inFlight.length).toBeGreaterThan(0);

    const clock = new FakeClock({ wallMs: first.now() + 5_000 });
    const market = new ScriptedMarket(clock);
    market.list(HOT, eligible);
    const service = await startWith(clock, store, market, silentLogger);
    await clock.advance(1_000);
    const asked = market.asked.flatMap(({ mints: some }) => some);
    expect(asked.slice(0, inFlight.length)).toEqual(expect.arrayContaining(inFlight));
    const runs = await store.runs.last('hot', 5);
    expect(runs.find(({ outcome }) => outcome === 'interrupted')).toMatchObject({
      cause: 'its process ended',
    });
    const stopped = service.stop('the test is over');
    await clock.advance(MINUTE_MS);
    await stopped;
  });
});

/** In a stack: the scheduler itself sets its alarm. */
const SETS_ALARM = /\.set \([^\n]*kernel\/clock[^\n]*\n[^\n]*warden\/scheduler\/scheduler/;

/** A clock that forgets the alarms of the scheduler while it is told to. */
class ForgetfulClock extends FakeClock {
  forgets = false;

  override schedule(delayMs: number, fn: () => void): CancelTimer {
    if (this.forgets && SETS_ALARM.test(new Error('who asks').stack ?? '')) return () => undefined;
    return super.schedule(delayMs, fn);
  }
}

test('a start that is missing where starts are kept is noticed within a minute, and the groups start anew', async () => {
  const clock = new ForgetfulClock();
  const scene = await openScene({
    clock,
    watch: [...HOT, ...COLD],
    tokens: { checkIntervalMs: DAY_MS },
    script: (market) => {
      market.list(HOT, eligible);
      market.list(COLD, dull);
    },
  });
  const { pass, conditions, journal, token } = scene;
  await pass(2 * MINUTE_MS);
  expect(conditions()).toEqual([]);
  clock.forgets = true;
  const lostMs = clock.monotonic();
  let noticedMs: number | null = null;
  for (let second = 0; second < 150; second++) {
    await pass(1_000);
    if (conditions().some((name) => /^jobs\.\w+\.not_run$/.test(name))) noticedMs ??= clock.monotonic();
  }
  // The start that is missed first is at most half a minute off, and is missed for a minute at most.
  expect((noticedMs ?? Infinity) - lostMs).toBeLessThanOrEqual(90_000);
  clock.forgets = false;
  expect((await journal({ type: 'jobs.restarted' })).length).toBeGreaterThan(0);
  await pass(2 * MINUTE_MS);
  expect(conditions()).toEqual([]);
  for (const mint of HOT) expect(clock.now() - (token(mint).refreshedAt ?? 0)).toBeLessThan(15_000);
  for (const mint of COLD) expect(clock.now() - (token(mint).refreshedAt ?? 0)).toBeLessThan(60_000);
});
