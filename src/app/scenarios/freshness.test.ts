import { afterEach, describe, expect, test, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS, closeScenes, openScene } from './testing/scene.ts';
import { eligible, ineligible, json, mints, pool, type WirePair } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

const failing = json({ error: 'internal' }, { status: 500 });
/** A token that nobody trades: its score is 0, so it is cold. */
const idle = (mint: string): readonly WirePair[] => [
  pool(mint, 1, {
    txns: { m5: { buys: 0, sells: 0 }, h1: { buys: 1, sells: 0 } },
    volume: { h24: 900, h1: 5, m5: 0 },
    priceChange: {},
    pairCreatedAt: Date.UTC(2025, 10, 1),
  }),
];

describe('scenario 1: all green while tokens are stale', () => {
  // Tokens were stale for hours while every health check answered 200: no check looked at the age of the data.
  test('a source that fails is a condition within 10 s, and old data one within 45 s', async () => {
    const [mint = ''] = mints(1);
    const { market, pass, health, conditions, service } = await openScene({
      watch: [mint],
      script: (market) => market.list([mint], eligible),
    });
    await pass(MINUTE_MS);
    expect(health().status).toBe('healthy');
    market.fault = () => failing;
    await pass(10_000);
    expect(conditions()).toEqual(['source.unreachable']);
    await pass(35_000);
    expect(conditions()).toContain('data.stale');
    await pass(3 * HOUR_MS);
    expect(health().status).toBe('critical');
    expect(health().sentence).toMatch(
      /^Critical since 00:0\d UTC: http:\/\/dexscreener\.test has not answered/,
    );
    expect(service.view.overview().freshness.hot).toMatchObject({ count: 1, stale: 1 });
    market.fault = () => undefined;
    await pass(2 * MINUTE_MS);
    expect(health()).toMatchObject({ status: 'healthy', conditions: [] });
  });

  test('answers come, all of them empty: the source is well, and the old data is a condition within 60 s', async () => {
    const all = mints(5);
    const { market, pass, health, conditions, token } = await openScene({
      watch: all,
      script: (market) => market.list(all, eligible),
    });
    await pass(MINUTE_MS);
    market.show = () => [];
    await pass(MINUTE_MS);
    expect(conditions()).toEqual(['data.stale']);
    expect(health().status).not.toBe('healthy');
    await pass(10 * MINUTE_MS);
    expect(health()).toMatchObject({ status: 'critical' });
    for (const mint of all) expect(token(mint).status).toBe('active');
  });

  test('only the hot tokens are stale, a few among many: they are judged by themselves', async () => {
    const cold = mints(60);
    const hot = mints(3, 100);
    const { market, pass, conditions, service } = await openScene({
      watch: [...cold, ...hot],
      script: (market) => {
        market.list(cold, idle);
        market.list(hot, eligible);
      },
    });
    await pass(3 * MINUTE_MS);
    expect(service.view.overview().freshness).toMatchObject({ hot: { count: 3 }, cold: { count: 60 } });
    expect(conditions()).toEqual([]);
    market.show = (pools, mint) => (hot.includes(mint) ? [] : pools);
    await pass(MINUTE_MS);
    expect(conditions()).toEqual(['data.stale']);
    expect(service.view.overview().freshness.cold).toMatchObject({ stale: 0 });
  });

  test('only cold tokens are there and none is read: a condition after ten of their intervals', async () => {
    const all = mints(20);
    const { market, pass, conditions } = await openScene({
      watch: all,
      script: (market) => market.list(all, idle),
    });
    await pass(2 * MINUTE_MS);
    expect(conditions()).toEqual([]);
    market.show = () => [];
    await pass(10 * 45_000 + 30_000);
    expect(conditions()).toEqual(['data.cold_stale']);
  });
});

describe('scenario 2: one group never runs', () => {
  // The hot group ran every 10 s; the cold group was scheduled and never started.
  test('with a quota that the hot tokens could use up alone, every cold token is read in time', async () => {
    const hot = mints(60);
    const cold = mints(30, 1_000);
    const { pass, token, market, clock } = await openScene({
      watch: [...hot, ...cold],
      dexscreener: { pairsPerMinute: 12 },
      tokens: { checkIntervalMs: 20 * MINUTE_MS, activeCheckIntervalMs: 20 * MINUTE_MS },
      script: (market) => {
        market.list(hot, eligible);
        market.list(cold, idle);
      },
    });
    await pass(15 * MINUTE_MS);
    const from = clock.monotonic();
    await pass(10 * MINUTE_MS);
    for (const mint of cold) {
      expect(token(mint).group).toBe('cold');
      expect(clock.now() - (token(mint).refreshedAt ?? 0), mint).toBeLessThan(10 * 45_000);
      expect(market.timesOf(mint).filter((atMs) => atMs >= from).length, mint).toBeGreaterThan(1);
    }
    for (const mint of hot)
      expect(market.timesOf(mint).filter((atMs) => atMs >= from).length).toBeGreaterThan(3);
  });
});

describe('scenario 3: the same tokens for ever', () => {
  // The same 20 tokens were checked in every round: those that failed stayed first in the queue.
  test('of 200 tokens 30 fail whenever all their pools are asked for: all others are read, again and again', async () => {
    const all = mints(200);
    const broken = new Set(all.slice(0, 30));
    const { market, pass, token, clock, health } = await openScene({
      watch: all,
      script: (market) => {
        market.list(all, ineligible);
        market.fault = ({ endpoint, mints: asked }) =>
          endpoint === 'pools' && asked.some((mint) => broken.has(mint)) ? failing : undefined;
      },
    });
    await pass(7 * MINUTE_MS);
    const from = clock.monotonic();
    await pass(3 * MINUTE_MS);
    for (const mint of all) {
      const { refreshedAt, checkedAt } = token(mint);
      expect(clock.now() - (refreshedAt ?? 0), mint).toBeLessThan(MINUTE_MS);
      if (!broken.has(mint)) expect(clock.now() - (checkedAt ?? 0), mint).toBeLessThan(5 * MINUTE_MS);
    }
    // They are not forgotten, and they do not eat the share of the others.
    const full = market.asked.filter(({ endpoint, atMs }) => endpoint === 'pools' && atMs >= from);
    const wasted = full.filter(({ mints: [mint = ''] }) => broken.has(mint));
    expect(wasted.length).toBeGreaterThan(20);
    expect(wasted.length / full.length).toBeLessThan(0.25);
    expect(health().conditions.map(({ rule }) => rule)).not.toContain('data.stale');
  });

  test('200 tokens that are always due: no two of them are read a round apart', async () => {
    const all = mints(200);
    const { market, pass } = await openScene({
      watch: all,
      dexscreener: { pairsPerMinute: 20 },
      script: (market) => market.list(all, eligible),
    });
    await pass(20 * MINUTE_MS);
    const counts = all.map((mint) => market.timesOf(mint).length);
    expect(Math.min(...counts)).toBeGreaterThan(10);
    expect(Math.max(...counts)).toBeLessThan(3 * Math.min(...counts));
  });
});

describe('scenario 4: an unchanged score looks stale', () => {
  // The timestamp was written only when the score had changed, so that quiet tokens looked stale and were archived.
  test('the same answer for two hours: refreshed all the time, scored once a tick, still active', async () => {
    const [mint = ''] = mints(1);
    const { pass, token, clock, conditions, journal } = await openScene({
      watch: [mint],
      script: (market) =>
        // Too old to have a freshness that falls: everything stays as it is.
        market.list([mint], (one) =>
          eligible(one).map((pair) => ({ ...pair, pairCreatedAt: Date.UTC(2025, 10, 1) })),
        ),
    });
    await pass(10 * MINUTE_MS);
    const before = token(mint);
    await pass(2 * HOUR_MS);
    const after = token(mint);
    expect(after.score).toBe(before.score);
    expect(after.smoothedScore).toBe(before.smoothedScore);
    expect(after).toMatchObject({ status: 'active', statusSince: before.statusSince });
    expect(clock.now() - (after.refreshedAt ?? 0)).toBeLessThan(15_000);
    expect(clock.now() - (after.scoredAt ?? 0)).toBeLessThan(15_000);
    expect(conditions()).toEqual([]);
    expect((await journal({ type: 'token.moved' })).length).toBe(1);
  });
});

describe('scenario 11: the backlog grows while the rate looks fine', () => {
  // An unbounded queue grew for days: tokens a minute were as ever, and nobody measured what waited.
  test('more tokens than the quota carries: what waits is counted and shown, and the wait becomes a condition', async () => {
    const all = mints(1_500);
    const { pass, service, conditions, health } = await openScene({
      dexscreener: { pairsPerMinute: 6 },
      script: (market) => market.list(all, idle),
      watch: all,
    });
    await pass(MINUTE_MS);
    const early = service.view.overview();
    expect(early.backlog).toBeGreaterThan(1_000);
    expect(early.rates.refreshedPerMinute).toBeGreaterThan(50);
    await pass(10 * MINUTE_MS);
    expect(conditions()).toContain('data.cold_stale');
    expect(health().status).not.toBe('healthy');
    const late = service.view.overview();
    expect(late.backlog).toBeGreaterThan(1_000);
    expect(late.series['backlog']?.length).toBeGreaterThan(8);
    expect(late.freshness.cold.stale).toBeGreaterThan(500);
  });
});
