import { describe, expect, it } from 'vitest';
import { createSimulatedMarket } from './simulated-market.ts';
import { trueScore } from './true-score.ts';
import type { WirePair } from './wire.ts';

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const clock = { nowMs: START_MS };
const market = createSimulatedMarket({
  seed: 11,
  tokens: 60,
  longLived: 4,
  birthsPerDay: 60,
  clock: { now: () => clock.nowMs },
});
const mints = market.listed(START_MS);
const END_MS = START_MS + 6 * 60 * MINUTE_MS;
const MONEY = [
  'So11111111111111111111111111111111111111112',
  'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  'USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB',
];
const CURVES = ['pumpfun', 'launchlab', 'meteoradbc'];

/** The same by what is answered: pools with two believable sides, in real money. */
function answeredPools(mint: string): { pump: number; external: number; busiest: number } {
  const pairs = (JSON.parse(market.respond(`/token-pairs/v1/solana/${mint}`).body) as WirePair[]).filter(
    ({ dexId, baseToken, quoteToken, liquidity, priceUsd }) =>
      !CURVES.includes(dexId) &&
      baseToken.address === mint &&
      MONEY.includes(quoteToken.address) &&
      (dexId === 'pumpswap' ||
        (liquidity !== undefined &&
          liquidity.usd >= 200 &&
          liquidity.base * Number(priceUsd) < 0.98 * liquidity.usd)),
  );
  const pump = pairs.filter(({ dexId }) => dexId === 'pumpswap').length;
  return {
    pump,
    external: pairs.length - pump,
    busiest: Math.max(0, ...pairs.map(({ txns: { m5 } }) => m5.buys + m5.sells)),
  };
}

describe('the timeline of a token', () => {
  it('agrees with what is answered, minute by minute, in eligibility and trade', () => {
    let eligible = 0;
    let busy = 0;
    let changes = 0;
    for (const mint of mints.filter((_, index) => index % 8 === 0)) {
      const timeline = market.timeline(mint, START_MS);
      const spans = timeline?.eligible(START_MS, END_MS) ?? [];
      const bursts = timeline?.busy(300, START_MS, END_MS) ?? [];
      changes += spans.length;
      for (let atMs = START_MS; atMs < END_MS; atMs += MINUTE_MS) {
        clock.nowMs = atMs;
        const { pump, external, busiest } = answeredPools(mint);
        const isIn = (list: typeof spans): boolean =>
          list.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
        expect(isIn(spans), `${mint} at ${(atMs - START_MS) / MINUTE_MS}`).toBe(
          external >= (pump > 0 ? 1 : 2),
        );
        expect(isIn(bursts)).toBe(busiest >= 300);
        if (isIn(spans)) eligible += 1;
        if (isIn(bursts)) busy += 1;
      }
    }
    expect(eligible).toBeGreaterThan(500);
    expect(busy).toBeGreaterThan(10);
    expect(changes).toBeGreaterThan(5);
  });

  it('knows when the score is high enough: for young ones by their age, for old ones by their trades', () => {
    const [newest = ''] = mints;
    const timeline = market.timeline(newest, START_MS);
    const bornAtMs = timeline?.bornAtMs ?? NaN;
    const [first] = timeline?.scoreAtLeast(0.1, bornAtMs, bornAtMs + 10 * 3_600_000) ?? [];
    expect(first?.fromMs).toBe(bornAtMs);
    expect((first?.toMs ?? NaN) - bornAtMs).toBeGreaterThanOrEqual(3.6 * 3_600_000);
    const dead = mints.filter((mint) => market.truth(mint, START_MS)?.phase === 'dead');
    const lengths = dead.map((mint) =>
      (market.timeline(mint, START_MS)?.scoreAtLeast(0.1, START_MS, END_MS) ?? []).reduce(
        (sum, { fromMs, toMs }) => sum + toMs - fromMs,
        0,
      ),
    );
    expect(dead.length).toBeGreaterThan(20);
    expect(Math.max(...lengths)).toBeLessThan(END_MS - START_MS);
  });

  it('is not there before the birth, nor for strangers', () => {
    const [newest = ''] = mints;
    const bornAtMs = market.timeline(newest, START_MS)?.bornAtMs ?? NaN;
    expect(market.timeline(newest, bornAtMs)).toBeUndefined();
    expect(market.timeline('8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR9', START_MS)).toBeUndefined();
  });
});

describe('the true score', () => {
  const none = {
    buys5m: 0,
    sells5m: 0,
    trades1h: 0,
    volume5mUsd: 0,
    volume1hUsd: 0,
    liquidityUsd: 0,
    ageHours: 9,
  };
  // By hand: ln 19 / ln 19 = 1, 1 * sqrt(0.25) = 0.5; ln 2 / ln 2 = 1 and 0.5 of the age.
  it.each([
    [{}, 0],
    [{ ageHours: 3 }, 0.125],
    [
      { buys5m: 45, sells5m: 45, trades1h: 1_080, volume5mUsd: 1, volume1hUsd: 12, liquidityUsd: 25_000 },
      0.375,
    ],
    [{ buys5m: 5, sells5m: 0, trades1h: 60, ageHours: 3 }, 0.3775],
    [{ buys5m: 1, trades1h: 1 }, 0.25 * 10 + 0.25 / 500],
  ])('of %j is %d', (activity, expected) => {
    expect(trueScore({ ...none, ...activity })).toBeCloseTo(expected, 6);
  });
});
