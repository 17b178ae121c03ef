import { base58 } from '@scure/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSimulatedMarket, type SimulatedMarket } from './simulated-market.ts';
import { minuteOf, MINUTE_MS } from './time.ts';
import { WINDOWS, type WirePair } from './wire.ts';

const START_MS = Date.UTC(2026, 0, 1);
const clock = { nowMs: START_MS };
const market: SimulatedMarket = createSimulatedMarket({
  seed: 3,
  tokens: 60,
  clock: { now: () => clock.nowMs },
});
const pairsOf = (mint: string): WirePair[] =>
  JSON.parse(market.respond(`/token-pairs/v1/solana/${mint}`).body) as WirePair[];

/** Any pool of any listed token, at any minute of a month. */
const anyMoment = fc.record({ minutes: fc.nat(30 * 1440), which: fc.nat(59) });
const forEveryPair = (judge: (pair: WirePair, mint: string) => void): void => {
  fc.assert(
    fc.property(anyMoment, ({ minutes, which }) => {
      clock.nowMs = START_MS + minutes * MINUTE_MS;
      const listed = market.listed(clock.nowMs);
      const mint = listed[which % listed.length] as string;
      for (const pair of pairsOf(mint)) judge(pair, mint);
    }),
    { numRuns: 150 },
  );
};

describe('a simulated pair', () => {
  it('has addresses of 32 bytes, and the token that was asked for', () => {
    forEveryPair(({ pairAddress, baseToken, quoteToken, url }, mint) => {
      for (const address of [pairAddress, baseToken.address, quoteToken.address]) {
        expect(base58.decode(address)).toHaveLength(32);
      }
      expect([baseToken.address, quoteToken.address]).toContain(mint);
      expect(url).toBe(`https://dexscreener.com/solana/${pairAddress.toLowerCase()}`);
    });
  });

  it('has windows that nest, of whole and positive counts', () => {
    forEveryPair(({ txns, volume }) => {
      const inOrder = WINDOWS.map(([window]) => window);
      for (const [index, window] of inOrder.entries()) {
        const longer = inOrder[index + 1] ?? window;
        expect(Number.isInteger(txns[window].buys) && txns[window].buys >= 0).toBe(true);
        expect(Number.isInteger(txns[window].sells) && txns[window].sells >= 0).toBe(true);
        expect(volume[window]).toBeGreaterThanOrEqual(0);
        expect(txns[longer].buys).toBeGreaterThanOrEqual(txns[window].buys);
        expect(txns[longer].sells).toBeGreaterThanOrEqual(txns[window].sells);
        expect(volume[longer]).toBeGreaterThanOrEqual(volume[window]);
      }
    });
  });

  it('has a change of price only in windows in which somebody traded, and never one of 0', () => {
    let shown = 0;
    let traded = 0;
    forEveryPair(({ txns, priceChange }) => {
      for (const [window] of WINDOWS) {
        if (txns[window].buys + txns[window].sells > 0) traded += 1;
        const change = priceChange[window];
        if (change === undefined) continue;
        shown += 1;
        expect(txns[window].buys + txns[window].sells).toBeGreaterThan(0);
        expect(change).not.toBe(0);
        expect(change).toBeGreaterThanOrEqual(-100);
      }
    });
    expect(shown).toBeGreaterThan(0.8 * traded);
  });

  it('has equal windows as long as it is younger than they are, and no future', () => {
    forEveryPair(({ pairCreatedAt = NaN, txns, volume, priceChange }) => {
      const ageMinutes = minuteOf(clock.nowMs) - minuteOf(pairCreatedAt);
      expect(pairCreatedAt).toBeLessThanOrEqual(clock.nowMs);
      expect(pairCreatedAt).toBeGreaterThan(Date.UTC(2024, 0, 1));
      if (ageMinutes > 60) return;
      expect([txns.h6, volume.h6, priceChange.h6]).toEqual([txns.h1, volume.h1, priceChange.h1]);
      expect([txns.h24, volume.h24, priceChange.h24]).toEqual([txns.h1, volume.h1, priceChange.h1]);
    });
  });

  it('has liquidity that is the sum of its sides, except on a bonding curve', () => {
    forEveryPair(({ dexId, liquidity, priceUsd, priceNative }) => {
      const curve = ['pumpfun', 'launchlab', 'meteoradbc'].includes(dexId);
      if (curve || priceUsd === undefined) {
        expect(liquidity).toBeUndefined();
        return;
      }
      const { usd, base, quote } = liquidity ?? { usd: NaN, base: NaN, quote: NaN };
      const sum = base * Number(priceUsd) + (quote * Number(priceUsd)) / Number(priceNative);
      expect(Math.abs(usd - sum)).toBeLessThan(0.02 + usd * 0.01);
    });
  });

  it('writes prices as plain decimals', () => {
    forEveryPair(({ priceNative, priceUsd = '1' }) => {
      expect(priceNative).toMatch(/^\d+(\.\d+)?$/);
      expect(priceUsd).toMatch(/^\d+(\.\d+)?$/);
      expect(Number(priceNative)).toBeGreaterThan(0);
    });
  });

  it('has a price that stands still where nobody trades', () => {
    let stood = 0;
    forEveryPair((pair, mint) => {
      const { m5, h24 } = pair.txns;
      if (m5.buys + m5.sells > 0 || h24.buys + h24.sells === 0) return;
      const nowMs = clock.nowMs;
      clock.nowMs = nowMs - 5 * MINUTE_MS;
      const before = pairsOf(mint).find(({ pairAddress }) => pairAddress === pair.pairAddress);
      clock.nowMs = nowMs;
      if (before === undefined) return;
      stood += 1;
      expect(pair.priceUsd).toBe(before.priceUsd);
    });
    expect(stood).toBeGreaterThan(50);
  });

  it('has changes of price that agree with what was answered before', () => {
    let compared = 0;
    forEveryPair((pair, mint) => {
      const nowMs = clock.nowMs;
      clock.nowMs = nowMs - 60 * MINUTE_MS;
      const before = pairsOf(mint).find(({ pairAddress }) => pairAddress === pair.pairAddress);
      clock.nowMs = nowMs;
      const change = pair.priceChange.h1;
      if (before?.priceUsd === undefined || pair.priceUsd === undefined || change === undefined) return;
      compared += 1;
      const growth = Number(pair.priceUsd) / Number(before.priceUsd);
      expect(Math.abs(1 + change / 100 - growth)).toBeLessThan(0.01 * Math.max(1, growth));
    });
    expect(compared).toBeGreaterThan(100);
  });
});
