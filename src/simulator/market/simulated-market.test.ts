import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { USD1, USDC, WRAPPED_SOL } from './assets.ts';
import { createSimulatedMarket, type SimulatedMarket } from './simulated-market.ts';
import type { WireBoost, WirePair } from './wire.ts';

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** A market whose time the test sets. */
function marketAt(
  nowMs = START_MS,
  { seed = 7, tokens = 60 } = {},
): { market: SimulatedMarket; clock: { nowMs: number } } {
  const clock = { nowMs };
  return { market: createSimulatedMarket({ seed, tokens, clock: { now: () => clock.nowMs } }), clock };
}

const pairsOf = (market: SimulatedMarket, path: string): WirePair[] => {
  const body = JSON.parse(market.respond(path).body) as WirePair[] | { pairs: WirePair[] | null };
  return Array.isArray(body) ? body : (body.pairs ?? []);
};

/** Asks for everything that a client can ask for at this moment. */
const everything = (market: SimulatedMarket, nowMs: number): string[] => {
  const mints = market.listed(nowMs);
  return [
    `/tokens/v1/solana/${mints.slice(0, 30).join(',')}`,
    ...mints.map((mint) => `/token-pairs/v1/solana/${mint}`),
    `/latest/dex/tokens/${WRAPPED_SOL.mint}`,
    '/latest/dex/search?q=otter',
    '/token-profiles/latest/v1',
    '/token-boosts/latest/v1',
    '/token-boosts/top/v1',
  ].map((path) => market.respond(path).body);
};

describe('the simulated market', () => {
  it('is the same for one who asked all day and one who asks for the first time', () => {
    const diligent = marketAt();
    for (let hour = 0; hour < 30; hour++) {
      diligent.clock.nowMs = START_MS + hour * 3_600_000 + hour * 7_001;
      everything(diligent.market, diligent.clock.nowMs);
    }
    const laterMs = START_MS + 30 * 3_600_000;
    diligent.clock.nowMs = laterMs;
    const fresh = marketAt(laterMs);
    expect(everything(diligent.market, laterMs)).toEqual(everything(fresh.market, laterMs));
  });

  it('is the same whatever is asked first, and when the clock jumped back', () => {
    const { market, clock } = marketAt();
    const before = everything(market, START_MS);
    clock.nowMs = START_MS + 3 * DAY_MS;
    everything(market, clock.nowMs);
    clock.nowMs = START_MS;
    expect(everything(market, START_MS)).toEqual(before);

    const backwards = marketAt().market;
    const paths = market.listed(START_MS).map((mint) => `/token-pairs/v1/solana/${mint}`);
    const bodies = [...paths].reverse().map((path) => backwards.respond(path).body);
    expect(bodies.reverse()).toEqual(paths.map((path) => market.respond(path).body));
  });

  it('differs by seed', () => {
    const one = marketAt(START_MS, { seed: 1 }).market.listed(START_MS);
    const other = marketAt(START_MS, { seed: 2 }).market.listed(START_MS);
    expect(new Set([...one, ...other]).size).toBe(one.length + other.length);
  });

  it('moves from minute to minute, and not within one', () => {
    const { market, clock } = marketAt();
    const path = `/tokens/v1/solana/${market.listed(START_MS).slice(-30).join(',')}`;
    const body = market.respond(path).body;
    clock.nowMs += 59_999;
    expect(market.respond(path).body).toBe(body);
    clock.nowMs += 1;
    expect(market.respond(path).body).not.toBe(body);
  });

  it.each([0, -1, 1.5, NaN])('refuses %s tokens', (tokens) => {
    expect(() => marketAt(START_MS, { tokens })).toThrow(RangeError);
  });

  it('works with a single token, and at any time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 2_000_000_000_000 }),
        (tokens, nowMs) => {
          const { market } = marketAt(nowMs, { tokens });
          for (const mint of market.listed(nowMs)) {
            expect(pairsOf(market, `/token-pairs/v1/solana/${mint}`).length).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('its endpoints', () => {
  const { market } = marketAt();
  const mints = market.listed(START_MS);
  const unknown = '8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR9';

  it('answer a batch with one pair a token, the first of its pools', () => {
    const batch = pairsOf(market, `/tokens/v1/solana/${mints.slice(0, 30).join(',')}`);
    const firsts = mints.slice(0, 30).map((mint) => pairsOf(market, `/token-pairs/v1/solana/${mint}`)[0]);
    expect(batch).toHaveLength(30);
    expect(batch).toEqual(firsts);
  });

  it('name a token once that was asked for twice, and leave out what nobody knows', () => {
    expect(pairsOf(market, `/tokens/v1/solana/${mints[0]},${mints[0]},${unknown},nonsense,`)).toHaveLength(1);
  });

  it('take 30 addresses and refuse 31', () => {
    expect(market.respond(`/tokens/v1/solana/${mints.slice(0, 30).join('%2C')}`).status).toBe(200);
    expect(market.respond(`/tokens/v1/solana/${mints.slice(0, 31).join(',')}`).status).toBe(400);
    expect(market.respond(`/latest/dex/tokens/${mints.slice(0, 31).join(',')}`).status).toBe(400);
  });

  it('cap every list at 30', () => {
    // The first long-lived token has 36 pools or more.
    const large = mints[48] as string;
    expect(market.truth(large, START_MS)?.pools.length).toBeGreaterThan(30);
    expect(pairsOf(market, `/token-pairs/v1/solana/${large}`)).toHaveLength(30);
    expect(pairsOf(market, `/latest/dex/tokens/${mints.slice(0, 30).join(',')}`)).toHaveLength(30);
    expect(pairsOf(market, '/latest/dex/search?q=o')).toHaveLength(30);
    for (const feed of ['/token-profiles/latest/v1', '/token-boosts/latest/v1', '/token-boosts/top/v1']) {
      expect(pairsOf(market, feed).length).toBeLessThanOrEqual(30);
    }
  });

  it('order pools by what is in them and what is traded', () => {
    const pairs = pairsOf(market, `/token-pairs/v1/solana/${mints[48]}`);
    const relevance = pairs.map(({ liquidity, volume }) => (liquidity?.usd ?? 0) + volume.h24);
    expect(relevance).toEqual([...relevance].sort((a, b) => b - a));
  });

  it('give pools that are quoted in money when asked for money', () => {
    for (const { mint } of [WRAPPED_SOL, USDC, USD1]) {
      const pairs = pairsOf(market, `/token-pairs/v1/solana/${mint}`);
      expect(pairs.length).toBeGreaterThan(0);
      expect(pairs.every(({ quoteToken }) => quoteToken.address === mint)).toBe(true);
      expect(pairsOf(market, `/tokens/v1/solana/${mint}`)).toEqual(pairs.slice(0, 1));
    }
  });

  it.each([
    [`/tokens/v1/solana/${unknown}`, '[]'],
    [`/tokens/v1/base/${mints[0]}`, '[]'],
    [`/token-pairs/v1/solana/${unknown}`, '[]'],
    [`/token-pairs/v1/base/${mints[0]}`, '[]'],
    [`/latest/dex/tokens/${unknown}`, '{"schemaVersion":"1.0.0","pairs":null}'],
    ['/latest/dex/search?q=', '{"schemaVersion":"1.0.0","pairs":[]}'],
    ['/latest/dex/search?q=qqqqqq', '{"schemaVersion":"1.0.0","pairs":[]}'],
  ])('have nothing at %s', (path, body) => {
    expect(market.respond(path)).toEqual({
      status: 200,
      contentType: 'application/json; charset=utf-8',
      body,
    });
  });

  it.each([
    '/',
    '',
    '/tokens/v1',
    '/tokens/v1/solana',
    '/tokens/v2/solana/x',
    '/token-pairs/v1/solana',
    '/latest/dex/search/x?q=a',
    '/latest/dex/pairs/solana/x',
    '/token-profiles/latest/v2',
    '/token-boosts/top/v1/x',
    '/token-boosts/worst/v1',
    '/orders/v1/solana/x',
  ])('do not exist at "%s"', (path) => {
    expect(market.respond(path).status).toBe(404);
  });

  it('answer any path at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webPath(),
          fc.string().map((text) => `/tokens/v1/solana/${text}`),
        ),
        (path) => {
          expect([200, 400, 404]).toContain(market.respond(path).status);
        },
      ),
    );
  });

  it('tell of new tokens first, of other chains too, and of one boost twice', () => {
    const profiles = JSON.parse(market.respond('/token-profiles/latest/v1').body) as WireBoost[];
    const onSolana = profiles
      .filter(({ chainId }) => chainId === 'solana')
      .map(({ tokenAddress }) => tokenAddress);
    expect(onSolana).toEqual(mints.slice(0, onSolana.length));
    expect(profiles.length).toBeGreaterThan(onSolana.length);
    const boosts = JSON.parse(market.respond('/token-boosts/latest/v1').body) as WireBoost[];
    expect(new Set(boosts.map(({ tokenAddress }) => tokenAddress)).size).toBeLessThan(boosts.length);
    expect(boosts.some(({ amount }) => amount === undefined)).toBe(true);
  });

  it('let a client that polls the feeds for ten minutes know every token', () => {
    const { market: polled, clock } = marketAt();
    const known = new Set<string>();
    for (let minute = 0; minute < 10; minute++, clock.nowMs += 60_000) {
      for (const feed of ['/token-profiles/latest/v1', '/token-boosts/latest/v1']) {
        for (const { tokenAddress } of JSON.parse(polled.respond(feed).body) as WireBoost[])
          known.add(tokenAddress);
      }
    }
    expect(mints.filter((mint) => !known.has(mint))).toEqual([]);
  });

  it('find by part of the name, with a copy on another chain among the first', () => {
    const name = market.truth(mints[0] as string, START_MS)?.symbol.trim() ?? '';
    const found = pairsOf(market, `/latest/dex/search?q=${encodeURIComponent(name.toLowerCase())}`);
    expect(found[0]?.chainId).toBe('solana');
    expect(found[1]?.chainId).toBe('base');
  });
});
