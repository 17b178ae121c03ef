import { describe, expect, it } from 'vitest';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { aggregate } from './metrics.ts';
import { NOW, SETTINGS, poolOf } from './testing/tokens.ts';
import type { KnownPool } from './token.ts';

const MOON = mintOf(1);
const HOUR = 3_600_000;
const of = (
  pools: readonly KnownPool[],
  firstPoolAt: number | null = null,
  now = NOW,
): ReturnType<typeof aggregate> => aggregate(pools, firstPoolAt, SETTINGS, now);
const SECOND: Partial<KnownPool> = {
  pairAddress: 'second',
  dex: 'pumpswap',
  trades5m: { buys: 30, sells: 1 },
  trades1h: { buys: 200, sells: 100 },
  volume5mUsd: 1_000,
  volume1hUsd: 9_000,
  liquidityUsd: 5_000,
};

describe('aggregate', () => {
  it('sums over the pools that count', () => {
    expect(of([poolOf(MOON), poolOf(MOON, SECOND)], NOW - 3 * HOUR)).toEqual({
      tx5m: 51,
      tx1h: 460,
      buys5m: 42,
      sells5m: 9,
      volume5mUsd: 1_420,
      volume1hUsd: 12_600,
      liquidityUsd: 30_000,
      ageHours: 3,
      pools: 2,
    });
  });

  it.each([
    ['a bonding curve', { dex: 'meteoradbc' }],
    ['an impostor SOL', { quote: { mint: mintOf(66), symbol: 'SOL', name: null } }],
    ['a foreign quote', { quote: { mint: mintOf(66), symbol: 'BONK', name: null } }],
    ['too little liquidity', { dex: 'orca', liquidityUsd: 199 }],
    ['one-sided liquidity', { dex: 'orca', liquidityBase: 0 }],
    [
      'liquidity that is not to be believed',
      { dex: 'orca', liquidityUsd: 9e9, liquidityBase: null, volume24hUsd: 1 },
    ],
    ['a pool that was not shown for over 15 min', { readAt: NOW - 15 * 60_000 - 1 }],
  ])('%s sets no score', (_what, changes) => {
    const alone = of([poolOf(MOON)]);
    expect(of([poolOf(MOON), poolOf(MOON, { ...SECOND, ...changes })])).toEqual(alone);
  });

  it('a pool counts until 15 min after it was last shown, and one from the future does, too', () => {
    for (const readAt of [NOW - 15 * 60_000, NOW + HOUR])
      expect(of([poolOf(MOON, { readAt })]).pools).toBe(1);
  });

  it('liquidity is unknown only if no pool that counts tells it', () => {
    const silent = { ...SECOND, liquidityUsd: null };
    expect(of([poolOf(MOON, silent)]).liquidityUsd).toBeNull();
    expect(of([poolOf(MOON, silent), poolOf(MOON)]).liquidityUsd).toBe(25_000);
    expect(of([poolOf(MOON, { ...SECOND, liquidityUsd: 0 })]).liquidityUsd).toBe(0);
  });

  it('without a pool that counts nothing is known but the age', () => {
    expect(of([], NOW - HOUR)).toEqual({
      tx5m: 0,
      tx1h: 0,
      buys5m: 0,
      sells5m: 0,
      volume5mUsd: 0,
      volume1hUsd: 0,
      liquidityUsd: null,
      ageHours: 1,
      pools: 0,
    });
  });

  it.each([
    [null, null],
    [NOW, 0],
    [NOW + HOUR, 0],
    [NOW - 90 * 60_000, 1.5],
    [1, (NOW - 1) / HOUR],
  ])('an oldest pool of %s is %s hours old', (firstPoolAt, ageHours) => {
    expect(of([poolOf(MOON)], firstPoolAt).ageHours).toBe(ageHours);
  });
});
