import { describe, expect, it } from 'vitest';
import { createSimulatedMarket } from './simulated-market.ts';
import type { TokenTruth } from './truth.ts';
import type { WirePair } from './wire.ts';

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const clock = { nowMs: START_MS };
const market = createSimulatedMarket({ seed: 7, tokens: 60, clock: { now: () => clock.nowMs } });

/** The truth of every listed token every ten minutes of two days. */
const history = new Map<string, TokenTruth[]>();
for (let nowMs = START_MS; nowMs < START_MS + 48 * HOUR_MS; nowMs += HOUR_MS / 6) {
  for (const mint of market.listed(nowMs)) {
    const truth = market.truth(mint, nowMs);
    if (truth) history.set(mint, [...(history.get(mint) ?? []), truth]);
  }
}
const lives = [...history.values()];
const soundExternals = ({ pools }: TokenTruth): number =>
  pools.filter(
    ({ venue, oddity, realLiquidityUsd }) => venue === 'external' && !oddity && realLiquidityUsd >= 200,
  ).length;
const during = (test: (truth: TokenTruth) => boolean): number =>
  lives.filter((life) => life.some(test)).length;

describe('two days of sixty tokens', () => {
  it('keep about sixty in the feeds while about one an hour is born', () => {
    expect(market.listed(START_MS).length).toBeGreaterThanOrEqual(56);
    expect(market.listed(START_MS + 48 * HOUR_MS).length).toBeLessThanOrEqual(64);
    const born = lives.filter(([first]) => first !== undefined && first.bornAtMs >= START_MS).length;
    expect(born).toBeGreaterThanOrEqual(44);
    expect(born).toBeLessThanOrEqual(52);
  });

  it('see births, migrations, new pools, rugs and deaths', () => {
    const inTime = (atMs: number | undefined): boolean =>
      atMs !== undefined && atMs >= START_MS && atMs < START_MS + 48 * HOUR_MS;
    expect(lives.filter(([first]) => inTime(first?.migratesAtMs)).length).toBeGreaterThanOrEqual(15);
    expect(lives.filter(([first]) => inTime(first?.ruggedAtMs)).length).toBeGreaterThanOrEqual(3);
    expect(during((truth) => soundExternals(truth) >= 2)).toBeGreaterThanOrEqual(20);
    for (const phase of ['curve', 'pump', 'quiet', 'fading', 'rugged', 'dead'] as const) {
      expect(
        during((truth) => truth.phase === phase),
        phase,
      ).toBeGreaterThanOrEqual(3);
    }
  });

  it('have about a third of the tokens busy at any time', () => {
    for (let hour = 0; hour < 48; hour += 6) {
      const truths = market
        .listed(START_MS + hour * HOUR_MS)
        .map((mint) => market.truth(mint, START_MS + hour * HOUR_MS));
      const busy = truths.filter((truth) => (truth?.tradesM5 ?? 0) > 0).length;
      expect(busy).toBeGreaterThanOrEqual(truths.length * 0.18);
      expect(busy).toBeLessThanOrEqual(truths.length * 0.5);
    }
  });

  it('take the liquidity away within minutes in a rug, and slowly in a death', () => {
    const rugged = lives.filter(([first]) => (first?.ruggedAtMs ?? 0) > START_MS + HOUR_MS);
    for (const [first] of rugged) {
      const { mint, ruggedAtMs = 0 } = first as TokenTruth;
      const before = market.truth(mint, ruggedAtMs - 60_000)?.liquidityUsd ?? NaN;
      expect(market.truth(mint, ruggedAtMs + 300_000)?.liquidityUsd).toBeLessThan(before * 0.2);
    }
    const dead = lives.filter((life) => life.at(-1)?.phase === 'dead');
    expect(dead.every((life) => (life.at(-1)?.tradesH1 ?? NaN) < 10)).toBe(true);
    expect(dead.filter((life) => soundExternals(life.at(-1) as TokenTruth) > 0).length).toBeLessThan(
      dead.length * 0.4,
    );
  });

  it('never move the long-lived ones out of the feeds', () => {
    const stay = market.listed(START_MS).slice(-12);
    expect(market.listed(START_MS + 30 * 24 * HOUR_MS).slice(-12)).toEqual(stay);
    expect(stay.every((mint) => (market.truth(mint, START_MS)?.bornAtMs ?? START_MS) < START_MS)).toBe(true);
  });

  it('know nothing of a token before its birth, nor of strangers', () => {
    const [newest = ''] = market.listed(START_MS + 48 * HOUR_MS);
    const { bornAtMs = 0 } = market.truth(newest, START_MS + 48 * HOUR_MS) ?? {};
    expect(market.truth(newest, bornAtMs)).toBeUndefined();
    expect(market.truth(newest, bornAtMs + 60_000)?.pools).toHaveLength(1);
    clock.nowMs = bornAtMs - 60_000;
    expect(market.respond(`/tokens/v1/solana/${newest}`).body).toBe('[]');
    expect(market.truth('8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR9', START_MS)).toBeUndefined();
  });
});

describe('ten days of three hundred births', () => {
  const many = createSimulatedMarket({
    seed: 5,
    tokens: 60,
    longLived: 1,
    birthsPerDay: 300,
    clock: { now: () => START_MS },
  });
  const mints = [START_MS, START_MS + 48 * HOUR_MS].flatMap((nowMs) => many.listed(nowMs));

  it('bring each birth within the hour, and keep it in the feeds for two days', () => {
    expect(mints.length).toBeGreaterThan(1_190);
    expect(new Set(mints).size).toBeGreaterThan(mints.length - 3);
    expect(() =>
      createSimulatedMarket({ seed: 5, tokens: 60, birthsPerDay: 0, clock: { now: () => START_MS } }),
    ).toThrow(RangeError);
    expect(() =>
      createSimulatedMarket({ seed: 5, tokens: 60, longLived: 0.5, clock: { now: () => START_MS } }),
    ).toThrow(RangeError);
  });

  it('see the dead come back days later, with liquidity and over 300 trades in 5 minutes, for hours', () => {
    // A part of them, by the hour: each look at the truth costs.
    const some = mints.filter((_, index) => index % 3 === 0);
    const revived = some.flatMap((mint) => {
      const states = Array.from({ length: 8 * 24 }, (_, step) =>
        many.truth(mint, START_MS + step * HOUR_MS),
      ).filter((truth) => truth?.phase === 'revival' && truth.tradesM5 >= 300 && truth.liquidityUsd > 1_000);
      return states.length === 0 ? [] : [states.length];
    });
    expect(revived.length).toBeGreaterThan(3);
    expect(revived.length).toBeLessThan(some.length * 0.08);
    expect(Math.max(...revived)).toBeLessThan(8);
    expect(revived.filter((hours) => hours >= 2).length).toBeGreaterThan(0);
  });

  it('see hot symbols copied in bursts', () => {
    const symbols = mints.map((mint) => many.truth(mint, START_MS + 48 * HOUR_MS)?.symbol);
    const runs = symbols.filter((symbol, index) => symbol === symbols[index - 1]).length;
    expect(runs).toBeGreaterThan(mints.length * 0.02);
    expect(runs).toBeLessThan(mints.length * 0.2);
  });
});

describe('the odd ones', () => {
  const large = createSimulatedMarket({ seed: 7, tokens: 600, clock: { now: () => START_MS } });
  const pairs = large.listed(START_MS).flatMap((mint) =>
    (JSON.parse(large.respond(`/token-pairs/v1/solana/${mint}`).body) as WirePair[]).map((pair) => ({
      mint,
      pair,
    })),
  );

  it('show implausible liquidity now and then, over 10 M USD and 100 times the volume', () => {
    const implausible = pairs.filter(
      ({ pair: { liquidity, volume } }) => (liquidity?.usd ?? 0) > Math.max(1e7, 100 * volume.h24),
    );
    expect(implausible.length).toBeGreaterThan(0);
    // Not the pools whose last trade was before a rug: their price is old, not garbage.
    const garbage = pairs.filter(({ mint, pair }) => {
      const truth = large.truth(mint, START_MS);
      const pool = truth?.pools.find(({ pairAddress }) => pairAddress === pair.pairAddress);
      return pool?.oddity === 'one-sided' && Number(pair.priceUsd) > 1_000 * (truth?.priceUsd ?? NaN);
    });
    expect(garbage.length).toBeGreaterThan(3);
  });
});
