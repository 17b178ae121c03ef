import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { parsePairs } from '../dexscreener/index.ts';
import { aggregate, type TokenMetrics } from './metrics.ts';
import { rescore } from './rescore.ts';
import { GOLDEN_SCORES } from './score.golden.ts';
import {
  TX_ACCELERATION_CAP,
  VOLUME_MOMENTUM_CAP,
  computeScore,
  freshness,
  orderFlow,
  txAcceleration,
  volumeMomentum,
  type Score,
} from './score.ts';
import { NOW, SETTINGS, tokenOf } from './testing/tokens.ts';

// Many runs: on a busy machine, and measured for coverage, they need more than the usual time.
const PATIENT_MS = 60_000;

type Row = readonly number[];
const NONE = { smoothedScore: null, smoothedComponents: null };
const KEYS = ['txAcceleration', 'volumeMomentum', 'freshness', 'orderFlow'] as const;
const rowOf = ({ components, score }: Pick<Score, 'components' | 'score'>): Row => [
  ...KEYS.map((key) => components[key]),
  score,
];
const smoothedRowOf = ({ smoothedComponents, smoothedScore }: Score): Row =>
  rowOf({ components: smoothedComponents, score: smoothedScore });

function expectSame(actual: Row, expected: Row): void {
  expect(actual).toHaveLength(5);
  // Half a unit of the sixth place, and what a double leaves of it.
  actual.forEach((value, index) => {
    expect(
      Math.abs(value - (expected[index] ?? NaN)),
      `${String(actual)} for ${String(expected)}`,
    ).toBeLessThan(5.01e-7);
  });
  expect(actual[4], 'the total, to six places').toBe(expected[4]);
}

describe('golden scores', () => {
  it('are thirty', () => {
    expect(GOLDEN_SCORES).toHaveLength(30);
    expect(new Set(GOLDEN_SCORES.map(({ name }) => name)).size).toBe(30);
  });

  it.each(GOLDEN_SCORES)('$name', ({ metrics, settings, before, expected, smoothed }) => {
    const [tx5m, tx1h, buys5m, sells5m, volume5mUsd, volume1hUsd, liquidityUsd, ageHours] = metrics;
    const previous = before
      ? {
          smoothedScore: before[4],
          smoothedComponents: {
            txAcceleration: before[0],
            volumeMomentum: before[1],
            freshness: before[2],
            orderFlow: before[3],
          },
        }
      : NONE;
    const result = computeScore(
      { tx5m, tx1h, buys5m, sells5m, volume5mUsd, volume1hUsd, liquidityUsd, ageHours, pools: 1 },
      previous,
      { ...SETTINGS, ...settings },
    );
    expectSame(rowOf(result), expected);
    expectSame(smoothedRowOf(result), smoothed ?? expected);
  });
});

// Small and huge powers of two, the least and the largest double: where sums and quotients break.
const absurd = fc.oneof(
  fc.constantFrom(0, 5e-324, 1e-310, 2.3e-308, 1e-9, 1, 1e15, 1e154, 1e300, 1e308, Number.MAX_VALUE),
  fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true }),
  fc.integer({ min: 0, max: 1_000_000 }),
);
const metricsArbitrary: fc.Arbitrary<TokenMetrics> = fc.record({
  tx5m: absurd,
  tx1h: absurd,
  buys5m: absurd,
  sells5m: absurd,
  volume5mUsd: absurd,
  volume1hUsd: absurd,
  liquidityUsd: fc.option(absurd),
  ageHours: fc.option(absurd),
  pools: fc.nat(30),
});
// Weights that sum to 1, as the settings demand.
const settingsArbitrary = fc
  .record({
    shares: fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100), fc.integer({ min: 1, max: 100 })),
    ewmaAlpha: fc.double({ min: 0.001, max: 1, noNaN: true }),
    freshnessThresholdMs: fc.integer({ min: 60_000, max: 1e12 }),
    liquidityFactorThreshold: fc.double({ min: 1, max: 1e12, noNaN: true }),
    orderflowSignificanceThreshold: fc.double({ min: 1, max: 1e9, noNaN: true }),
  })
  .map(({ shares, ...rest }) => {
    const [wTx, wVol, wFresh, wOi] = shares.map((share) => share / shares.reduce((a, b) => a + b));
    return { ...rest, wTx: wTx ?? 0, wVol: wVol ?? 0, wFresh: wFresh ?? 0, wOi: wOi ?? 0 };
  });

function expectBounded({ score, smoothedScore, components, smoothedComponents }: Score): void {
  const highest = [TX_ACCELERATION_CAP, VOLUME_MOMENTUM_CAP, 1, 1];
  for (const parts of [components, smoothedComponents]) {
    KEYS.forEach((key, index) => {
      expect(parts[key], key).toBeGreaterThanOrEqual(key === 'orderFlow' ? -1 : 0);
      expect(parts[key], key).toBeLessThanOrEqual(highest[index] ?? 0);
    });
  }
  for (const total of [score, smoothedScore]) {
    expect(total).toBeGreaterThanOrEqual(-1);
    expect(total).toBeLessThanOrEqual(VOLUME_MOMENTUM_CAP);
  }
}

describe('whatever comes in', { timeout: PATIENT_MS }, () => {
  it('a score is finite and bounded for any numbers that are not negative', () => {
    fc.assert(
      fc.property(metricsArbitrary, metricsArbitrary, settingsArbitrary, (first, second, settings) => {
        const before = computeScore(first, NONE, settings);
        expectBounded(before);
        expectBounded(computeScore(second, before, settings));
      }),
      { numRuns: 3_000 },
    );
  });

  const part = fc.record({ buys: absurd, sells: absurd });
  const wire = fc.record({
    chainId: fc.constant('solana'),
    dexId: fc.constantFrom('raydium', 'pumpswap', 'orca'),
    pairAddress: fc.string({ minLength: 1 }),
    baseToken: fc.constant({ address: mintOf(1) }),
    quoteToken: fc.constant({ address: 'So11111111111111111111111111111111111111112' }),
    priceUsd: fc.option(absurd.map(String)),
    txns: fc.record({ m5: part, h1: part }),
    volume: fc.record({ m5: absurd, h1: absurd, h24: absurd }),
    liquidity: fc.option(fc.record({ usd: absurd, base: absurd, quote: absurd })),
    pairCreatedAt: fc.option(absurd),
  });

  it('a score is finite and bounded for the sums of any pairs that parse', () => {
    // Nothing is set aside, so that every absurd number is summed.
    const lenient = {
      ...SETTINGS,
      minLiquidityUsd: 0,
      oneSidedShare: 0,
      implausibleLiquidityUsd: Number.MAX_VALUE,
    };
    let summed = 0;
    fc.assert(
      fc.property(fc.array(wire, { maxLength: 6 }), fc.option(absurd), (items, firstPoolAt) => {
        const { pairs } = parsePairs(JSON.parse(JSON.stringify(items)));
        const metrics = aggregate(
          pairs.map((pair) => ({ ...pair, readAt: NOW })),
          firstPoolAt,
          lenient,
          NOW,
        );
        summed += metrics.pools;
        for (const [name, value] of Object.entries(metrics)) {
          if (value !== null) expect(Number.isFinite(value), name).toBe(true);
        }
        expectBounded(computeScore(metrics, NONE, SETTINGS));
      }),
      { numRuns: 1_000 },
    );
    expect(summed).toBeGreaterThan(1_000);
  });

  it('a score is finite and bounded over the whole path: outliers, doubtful data, answer upon answer', () => {
    const answer = fc.tuple(fc.array(wire, { maxLength: 6 }), fc.integer({ min: 0, max: 200_000 }));
    const seen = { scored: 0, critical: 0, warning: 0 };
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 4 }), (answers) => {
        let token = tokenOf(mintOf(1));
        let now = NOW;
        for (const [items, restMs] of answers) {
          const { pairs, dropped } = parsePairs(
            JSON.parse(JSON.stringify(items.map((item, n) => ({ ...item, pairAddress: `p${n}` })))),
          );
          const read = {
            mint: token.mint,
            pairs,
            source: 'asked' as const,
            asQuote: 0,
            rejected: dropped.map(({ reason }) => reason),
            at: now,
          };
          ({ token } = rescore(
            token,
            pairs.map((pair) => ({ ...pair, readAt: now })),
            read,
            now,
            SETTINGS,
          ));
          if (token.quality?.level === 'critical') seen.critical += 1;
          if (token.quality?.level === 'warning') seen.warning += 1;
          const { score, smoothedScore, components, smoothedComponents } = token;
          if (score !== null && smoothedScore !== null && components && smoothedComponents) {
            seen.scored += 1;
            expectBounded({ score, smoothedScore, components, smoothedComponents });
          }
          now += restMs;
        }
      }),
      { numRuns: 1_000 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(100);
  });

  it('smoothed values stay within the range of what went in', () => {
    const sane = fc.integer({ min: 0, max: 100_000 });
    const chain = fc.array(
      fc.record({
        tx5m: sane,
        tx1h: sane,
        buys5m: sane,
        sells5m: sane,
        volume5mUsd: sane,
        volume1hUsd: sane,
        liquidityUsd: fc.option(sane),
        ageHours: fc.option(fc.double({ min: 0, max: 8, noNaN: true })),
        pools: fc.constant(1),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(chain, settingsArbitrary, (all, settings) => {
        let last: Score | undefined;
        const seen: Row[] = [];
        for (const metrics of all) {
          last = computeScore(metrics, last ?? NONE, settings);
          seen.push(rowOf(last));
          smoothedRowOf(last).forEach((value, index) => {
            const column = seen.map((row) => row[index] ?? NaN);
            expect(value).toBeGreaterThanOrEqual(Math.min(...column) - 5.01e-7);
            expect(value).toBeLessThanOrEqual(Math.max(...column) + 5.01e-7);
          });
        }
      }),
    );
  });
});

describe('monotone', () => {
  const inOrder = fc.tuple(absurd, absurd).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

  it('freshness never rises with age, and falls within the six hours', () => {
    fc.assert(
      fc.property(inOrder, ([young, old]) => {
        expect(freshness({ ageHours: old }, SETTINGS)).toBeLessThanOrEqual(
          freshness({ ageHours: young }, SETTINGS),
        );
      }),
    );
    expect(freshness({ ageHours: 5.9 }, SETTINGS)).toBeLessThan(freshness({ ageHours: 5.8 }, SETTINGS));
  });

  it('volume momentum never falls with liquidity or with the volume of five minutes', () => {
    fc.assert(
      fc.property(inOrder, absurd, absurd, ([low, high], volume5mUsd, volume1hUsd) => {
        const by = (liquidityUsd: number): number =>
          volumeMomentum({ volume5mUsd, volume1hUsd, liquidityUsd }, SETTINGS);
        expect(by(high)).toBeGreaterThanOrEqual(by(low));
        const of = (amount: number): number =>
          volumeMomentum({ volume5mUsd: amount, volume1hUsd, liquidityUsd: 1e5 }, SETTINGS);
        expect(of(high)).toBeGreaterThanOrEqual(of(low));
      }),
    );
  });

  it('order flow never falls with buys, never rises with sells, and turns its sign with them', () => {
    const trades = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(trades, trades, trades, (a, b, other) => {
        const flow = (buys5m: number, sells5m: number): number => orderFlow({ buys5m, sells5m }, SETTINGS);
        const [few, many] = [Math.min(a, b), Math.max(a, b)];
        expect(flow(many, other)).toBeGreaterThanOrEqual(flow(few, other) - 1e-12);
        expect(flow(other, many)).toBeLessThanOrEqual(flow(other, few) + 1e-12);
        expect(flow(a, b) + flow(b, a)).toBeCloseTo(0, 12);
      }),
    );
  });

  it('acceleration falls with the trades of the hour', () => {
    const trades = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(trades, trades, trades, (tx5m, a, b) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)];
        expect(txAcceleration({ tx5m, tx1h: many })).toBeLessThanOrEqual(txAcceleration({ tx5m, tx1h: few }));
      }),
    );
  });
});
