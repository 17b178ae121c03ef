import { afterEach, describe, expect, test, vi } from 'vitest';
import { MINUTE_MS, closeScenes, openScene } from './testing/scene.ts';
import { eligible, ineligible, json, mintOf, mints, pool } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

const busy = json({ error: 'Too Many Requests' }, { status: 429, retryAfter: '7' });

describe('scenario 8: a storm of 429', () => {
  // The breaker opened and never closed again; for hours the cache was served as if it were fresh.
  test('calls pause for as long as is asked, go on by themselves, and nothing was tried in between', async () => {
    const all = mints(50);
    const { market, pass, conditions, health, token, journal, service } = await openScene({
      watch: all,
      script: (market) => market.list(all, eligible),
    });
    await pass(2 * MINUTE_MS);
    market.fault = () => busy;
    const before = market.asked.length;
    await pass(MINUTE_MS);
    expect(health().status).not.toBe('healthy');
    // It is there: it asks for fewer, and nothing is heard of it but that.
    expect(conditions()).toEqual(['source.throttled', 'data.stale']);
    // One try at a time, none of them within the seven seconds; feeds and pairs share the address.
    const tries = market.asked.slice(before).map(({ atMs }) => atMs);
    expect(tries.length).toBeLessThan(25);
    expect(service.view.overview().market).toMatchObject({ reachable: false });
    market.fault = () => undefined;
    await pass(MINUTE_MS);
    // The rate that 429 has halved grows back slowly, and that is said.
    expect(conditions()).toEqual(['source.throttled']);
    await pass(MINUTE_MS);
    expect(health()).toMatchObject({ status: 'healthy', conditions: [] });
    for (const mint of all) expect(token(mint).status).toBe('active');
    expect((await journal({ type: 'source.regained' })).length).toBe(1);
  });

  test('an answer out of a cache is as old as its data: shown so, and a condition when it grows old', async () => {
    const [mint = ''] = mints(1);
    const { market, pass, token, clock, conditions, service } = await openScene({
      watch: [mint],
      script: (market) => market.list([mint], eligible),
    });
    await pass(2 * MINUTE_MS);
    market.headers = { age: '20' };
    await pass(2 * MINUTE_MS);
    expect(clock.now() - (token(mint).refreshedAt ?? 0)).toBeGreaterThanOrEqual(20_000);
    market.headers = { age: '300' };
    await pass(10 * MINUTE_MS);
    expect(clock.now() - (token(mint).refreshedAt ?? 0)).toBeGreaterThanOrEqual(300_000);
    expect(service.view.overview().freshness.hot.stale).toBe(1);
    expect(conditions()).toEqual(['data.stale']);
  });

  test('an older answer takes nothing back that a newer one has shown', async () => {
    const [mint = ''] = mints(1);
    const { market, pass, token } = await openScene({
      watch: [mint],
      script: (market) => market.list([mint], eligible),
    });
    await pass(2 * MINUTE_MS);
    // The light reads are fresh and show a new price; a cache gives the full reads 50 s old data.
    const repriced = (price: string) => (one: string) =>
      eligible(one).map((pair) => ({ ...pair, priceUsd: price }));
    market.list([mint], repriced('0.003'));
    market.fault = ({ endpoint }) =>
      endpoint === 'pools' ? json(repriced('0.0025')(mint), { age: '50' }) : undefined;
    await pass(MINUTE_MS);
    for (let elapsedMs = 0; elapsedMs < 10 * MINUTE_MS; elapsedMs += 1_000) {
      await pass(1_000);
      expect(token(mint).priceUsd).toBe(0.003);
    }
    expect(token(mint).status).toBe('active');
  });

  test('old data tells nothing against a token', async () => {
    const all = mints(4);
    const { market, pass, token, journal } = await openScene({
      watch: all,
      script: (market) => market.list(all, eligible),
    });
    await pass(2 * MINUTE_MS);
    market.list(all, ineligible);
    market.headers = { age: '90' };
    await pass(30 * MINUTE_MS);
    for (const mint of all) expect(token(mint).status).toBe('active');
    expect((await journal({ type: 'moves.held' })).length).toBe(0);
  });
});

describe('scenario 45: a page instead of JSON', () => {
  // A challenge page with status 200 or 403 was parsed as an answer without pairs.
  test.each([
    [
      '403 and a challenge page',
      403,
      'text/html; charset=UTF-8',
      '<html><title>Just a moment...</title></html>',
    ],
    ['200 and a page', 200, 'text/html', '<!DOCTYPE html><p>Ray ID: 1</p>'],
    ['200, JSON by its name and broken', 200, 'application/json', '{"pairs":[{"chainId":"sol'],
    ['200 and another JSON', 200, 'application/json', '{"message":"maintenance"}'],
  ])('%s is a fault of the source, never an empty answer', async (_, status, contentType, body) => {
    const all = mints(3);
    const { market, pass, token, conditions, service } = await openScene({
      watch: all,
      script: (market) => market.list(all, eligible),
    });
    await pass(MINUTE_MS);
    const before = token(all[0] ?? '').refreshedAt;
    market.fault = () => ({ status, contentType, body });
    await pass(2 * MINUTE_MS);
    expect(conditions()).toEqual(expect.arrayContaining(['source.unreachable', 'data.stale']));
    expect(service.view.overview().market.lastError).toMatch(
      /answered 403|instead of JSON|broken JSON|neither a list/,
    );
    expect(token(all[0] ?? '')).toMatchObject({ status: 'active', refreshedAt: before });
    market.fault = () => undefined;
    await pass(2 * MINUTE_MS);
    expect(conditions()).toEqual([]);
  });
});

describe('scenario 46: duplicate boosts', () => {
  // A token that was boosted twice was stored twice.
  test('a token that is listed twice is found once, and the repetition is counted', async () => {
    const [mint = ''] = mints(1);
    const boost = { url: 'https://dexscreener.com', chainId: 'solana', tokenAddress: mint, totalAmount: 500 };
    const { pass, journal, service } = await openScene({
      script: (market) => {
        market.list([mint], eligible);
        market.boosts = [boost, { ...boost, amount: 10 }];
        market.profiles = [{ url: 'https://dexscreener.com', chainId: 'solana', tokenAddress: mint }];
      },
    });
    await pass(3 * MINUTE_MS);
    const { counts, feeds, droppedPairs } = service.view.overview();
    expect(droppedPairs.map(({ reason }) => reason)).toEqual(['duplicate']);
    expect(counts.total).toBe(1);
    expect((await journal({ type: 'token.discovered' })).length).toBe(1);
    expect(feeds.reduce((sum, { found }) => sum + found, 0)).toBe(1);
    expect(feeds.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBeGreaterThan(2);
    expect(service.view.token(mint)?.status).toBe('active');
  });
});

describe('scenario 47: money among the new tokens', () => {
  // Frames of new tokens carried the address of USDC as the mint, and it was scored.
  test('USDC, wrapped SOL and what is no mint are refused with their reason, whatever names them', async () => {
    const usdc = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
    const sol = 'So11111111111111111111111111111111111111112';
    const good = mintOf(5);
    const { pass, service, add } = await openScene({
      script: (market) => {
        market.boosts = [usdc, sol, good].map((tokenAddress) => ({ chainId: 'solana', tokenAddress }));
        market.list([good], (mint) => [pool(mint, 1)]);
      },
    });
    await pass(10_000);
    const boosts = service.view.overview().feeds.find(({ name }) => name === 'boosts');
    expect(boosts).toMatchObject({ found: 1, rejected: 2 });
    expect(await add([usdc, ` ${good} `, 'USDC', '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'])).toEqual({
      added: [],
      duplicates: 1,
      rejected: [
        { input: usdc, reason: 'a stablecoin is a quote, not a token to score' },
        { input: 'USDC', reason: 'not a Solana mint (32 bytes in base58)' },
        {
          input: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
          reason: 'not a Solana mint (32 bytes in base58)',
        },
      ],
    });
    expect(service.view.overview().counts.total).toBe(1);
  });
});
