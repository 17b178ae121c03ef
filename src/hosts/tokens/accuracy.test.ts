import { describe, expect, it } from 'vitest';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { AccuracyLog, isAccurate } from './accuracy.ts';
import { NOW, SETTINGS, poolOf, tokenOf } from './testing/tokens.ts';
import type { KnownPool } from './token.ts';

const MOON = mintOf(1);
const pool = (pairAddress: string, changes: Partial<KnownPool> = {}): KnownPool =>
  poolOf(MOON, { pairAddress, ...changes });
const judge = (known: readonly KnownPool[], shown: readonly KnownPool[], scoredAt: number | null = NOW) =>
  isAccurate(tokenOf(MOON, { pools: known, scoredAt }), shown, NOW, SETTINGS);

describe('a score by light reads', () => {
  it.each<[string, readonly KnownPool[], readonly KnownPool[], boolean]>([
    ['nothing has changed', [pool('a'), pool('b')], [pool('a'), pool('b')], true],
    [
      'only the shown pool has changed',
      [pool('a'), pool('b')],
      [pool('a', { volume5mUsd: 2_000 }), pool('b')],
      true,
    ],
    [
      'a pool that light reads do not show has changed much',
      [pool('a'), pool('b')],
      [pool('a'), pool('b', { volume5mUsd: 2_000 })],
      false,
    ],
    ['a pool was missed', [pool('a')], [pool('a'), pool('b', { trades5m: { buys: 400, sells: 1 } })], false],
  ])('agrees if %s', (_, known, shown, expected) => {
    expect(judge(known, shown)).toBe(expected);
  });

  it('is not compared without one, or without pools', () => {
    expect(judge([pool('a')], [pool('a')], null)).toBeNull();
    expect(judge([], [pool('a')])).toBeNull();
    expect(judge([pool('a')], [])).toBeNull();
  });
});

describe('the share of accurate scores', () => {
  it('is that of the last 24 hours', () => {
    const log = new AccuracyLog();
    expect(log.over24h(0)).toEqual({ share: null, compared: 0 });
    const hour = 3_600_000;
    log.add(false, 0);
    log.add(true, hour);
    log.add(true, 2 * hour);
    expect(log.over24h(23 * hour)).toEqual({ share: 2 / 3, compared: 3 });
    expect(log.over24h(24 * hour)).toEqual({ share: 1, compared: 2 });
    log.add(false, 40 * hour);
    expect(log.over24h(40 * hour)).toEqual({ share: 0, compared: 1 });
  });
});
