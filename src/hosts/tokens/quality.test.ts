import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { assessQuality, fadingScore, type QualityInput } from './quality.ts';
import { NOW, SETTINGS, poolOf } from './testing/tokens.ts';
import type { KnownPool } from './token.ts';

const MOON = mintOf(1);
const POOL = poolOf(MOON, { pairAddress: 'a' });
const judge = (input: Partial<QualityInput>) =>
  assessQuality({ shown: [POOL], known: [], rejected: [], previous: null, now: NOW, ...input }, SETTINGS);
const still = { trades5m: { buys: 150, sells: 60 }, priceChange5m: 0.05 };
const quiet = { trades5m: { buys: 0, sells: 0 }, trades1h: { buys: 0, sells: 0 }, volume5mUsd: 0 };
const old = (changes: Partial<KnownPool>): readonly KnownPool[] => [
  poolOf(MOON, { pairAddress: 'a', readAt: NOW - 45_000, ...changes }),
];

describe('the quality of data', () => {
  it.each<[string, Partial<QualityInput>, string, RegExp | null]>([
    ['sound data', {}, 'ok', null],
    ['a negative number', { rejected: ['negative_number'] }, 'critical', /negative number/],
    ['a pool that could not be read', { rejected: ['malformed'] }, 'warning', /1 of its pools/],
    ['much liquidity without trades', { shown: [{ ...POOL, ...quiet }] }, 'warning', /no trade for an hour/],
    ['little liquidity without trades', { shown: [{ ...POOL, ...quiet, liquidityUsd: 10_000 }] }, 'ok', null],
    ['many trades without movement', { shown: [{ ...POOL, ...still }] }, 'warning', /did not move/],
    ['as many trades with movement', { shown: [{ ...POOL, ...still, priceChange5m: -0.1 }] }, 'ok', null],
    ['trades without volume', { shown: [{ ...POOL, volume5mUsd: 0 }] }, 'warning', /without volume/],
    [
      'a price that jumped up by more than three times',
      { known: old({ priceUsd: 0.0025 / 3.01 }) },
      'critical',
      /the price of the raydium pool jumped from 0.000831 USD to 0.00250 USD/,
    ],
    ['a price that rose three times', { known: old({ priceUsd: 0.0025 / 3 }) }, 'ok', null],
    ['liquidity that fell off', { known: old({ liquidityUsd: 80_000 }) }, 'critical', /liquidity of the/],
    ['a jump since long ago', { known: old({ liquidityUsd: 1, readAt: NOW - 121_000 }) }, 'ok', null],
    ['a pool that was not known', { known: [] }, 'ok', null],
    [
      'a jump of dust',
      { shown: [{ ...POOL, liquidityUsd: 90 }], known: old({ liquidityUsd: 9 }) },
      'ok',
      null,
    ],
  ])('%s', (_, input, level, reason) => {
    const { quality } = judge(input);
    expect(quality.level).toBe(level);
    if (reason === null) expect(quality.reasons).toEqual([]);
    else expect(quality.reasons.join('; ')).toMatch(reason);
  });

  it('believes a jump that the next answer confirms, and not one that it takes back', () => {
    const known = old({ liquidityUsd: 250_000 });
    const first = judge({ known }).quality;
    expect(first.level).toBe('critical');
    const confirmed = judge({ known, previous: first, shown: [{ ...POOL, liquidityUsd: 24_000 }] });
    expect(confirmed.quality).toMatchObject({
      level: 'warning',
      reasons: [expect.stringMatching(/confirmed/)],
    });
    const elsewhere = judge({ known, previous: first, shown: [{ ...POOL, liquidityUsd: 2_000 }] });
    expect(elsewhere.quality.level).toBe('critical');
    const other = judge({ known, previous: first, shown: [{ ...POOL, pairAddress: 'b' }] }).quality;
    expect(other.level, 'another pool').toBe('ok');
    expect(judge({ known, previous: other }).quality.level, 'and then this one again').toBe('warning');
    const back = judge({ known, previous: first, shown: [{ ...POOL, liquidityUsd: 249_000 }] });
    expect(back.quality).toMatchObject({ level: 'ok', reasons: [] });
  });

  it('sets a pool aside whose price stands apart from at least two others', () => {
    const at = (pairAddress: string, priceUsd: number): KnownPool => ({
      ...POOL,
      pairAddress,
      priceUsd,
      liquidityBase: null,
    });
    expect(judge({ shown: [at('a', 1), at('b', 1.1), at('c', 3.4)] }).outliers).toEqual(new Set(['c']));
    expect(judge({ shown: [at('a', 1), at('b', 1.1), at('c', 3.2)] }).outliers).toEqual(new Set());
    expect(judge({ shown: [at('a', 1), at('b', 9)] }).outliers).toEqual(new Set());
    // After a crash each pool may show the price of its own last trade: nobody can tell which is right.
    expect(judge({ shown: [at('a', 1), at('b', 9), at('c', 90)] }).outliers).toEqual(new Set());
    const silent = { ...at('c', 9), trades1h: { buys: 0, sells: 0 }, liquidityUsd: 900 };
    expect(judge({ shown: [at('a', 1), at('b', 1), silent] }).outliers).toEqual(new Set());
    expect(judge({ shown: [at('a', 1), at('b', 1), at('d', 1.5), at('c', 9)] }).outliers).toEqual(
      new Set(['c']),
    );
    expect(judge({ shown: [at('a', 1), at('b', 1), at('c', 9)] }).quality.level).toBe('warning');
  });

  it('comes to a level with bounded reasons for any pools', () => {
    const amount = fc.oneof(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), fc.constant(0));
    const pool = fc
      .record({
        pairAddress: fc.constantFrom('a', 'b', 'c'),
        priceUsd: fc.option(amount),
        liquidityUsd: fc.option(amount),
        volume5mUsd: amount,
        priceChange5m: fc.option(fc.double({ noNaN: true })),
        readAt: fc.integer({ min: NOW - 500_000, max: NOW + 500_000 }),
      })
      .map((changes) => poolOf(MOON, changes));
    const pools = fc.uniqueArray(pool, { maxLength: 3, selector: ({ pairAddress }) => pairAddress });
    fc.assert(
      fc.property(pools, pools, (shown, known) => {
        const { quality } = judge({ shown, known });
        expect(['ok', 'warning', 'critical']).toContain(quality.level);
        expect(quality.reasons.length).toBeLessThanOrEqual(5);
        expect(quality.level === 'ok').toBe(quality.reasons.length === 0);
        // What is confirmed by the same answer once more is never critical.
        expect(judge({ shown, known, previous: quality }).quality.level).not.toBe('critical');
      }),
    );
  });
});

describe('a score without new data', () => {
  it.each([
    [0, 0.8],
    [600_000, 0.8],
    [600_000 + 1_800_000, 0.4],
    [600_000 + 3_600_000, 0.2],
  ])('after %d ms of 0.8 is %d', (ageMs, expected) => {
    expect(fadingScore(0.8, ageMs)).toBeCloseTo(expected, 12);
  });
});
