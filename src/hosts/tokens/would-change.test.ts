import { describe, expect, it } from 'vitest';
import { USDC } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { checkActivation } from './activation.ts';
import type { StuckToken } from '../../contract/index.ts';
import { NOW, SETTINGS, pairOf, poolOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';
import { wouldChange } from './would-change.ts';

const A = mintOf(1);
const HOUR = 3_600_000;
const pump = { dex: 'pumpswap', pairAddress: 'pump' };
const small = { pairAddress: 'small', liquidityUsd: 150, liquidityBase: null, liquidityQuote: null };
const left = 'If nothing changes, it is archived in 12 h.';
const floor = 'with at least 200 USD against SOL, USDC or USD1';
type Pool = Parameters<typeof poolOf>[1];

const withPools = (...pools: readonly Pool[]): Partial<Token> => ({
  check: checkActivation(
    pools.map((pool) => pairOf(A, pool)),
    SETTINGS,
    NOW,
  ),
  pools: pools.map((pool) => poolOf(A, pool)),
});
const stuckBy = (fault: StuckToken['fault']): StuckToken => ({
  mint: A,
  symbol: null,
  kind: fault === 'market' ? 'not_eligible' : 'ours',
  fault,
  monitoringSince: NOW,
  step: null,
  failingSince: null,
  lastCheckedAt: null,
  nextCheckAt: null,
  sentence: '',
});
const of = (changes: Partial<Token>, fault: StuckToken['fault'] | null = null, now = NOW) =>
  wouldChange(tokenOf(A, changes), fault && stuckBy(fault), SETTINGS, now);

describe('what would change the status of a token', () => {
  it.each<[string, Partial<Token>, readonly string[]]>([
    ['not read yet', {}, [left]],
    ['no pool', withPools(), [`Two external pools ${floor}, or one such pool and a pump pool.`, left]],
    ['one external pool', withPools({}), [`One more external pool ${floor}, or a pump pool.`, left]],
    ['a pump pool alone', withPools(pump), [`One external pool ${floor}.`, left]],
    [
      'a pool that nearly counts',
      withPools(pump, small),
      [
        `One external pool ${floor}.`,
        'The pool small (raydium) has 150 USD: 50 USD more would make it count.',
        left,
      ],
    ],
    [
      'several that nearly count: the nearest three, unknown ones last',
      withPools(
        { pairAddress: 'unknown', liquidityUsd: null },
        { ...small, pairAddress: 'a', liquidityUsd: 10 },
        {
          ...small,
          pairAddress: 'b',
          liquidityUsd: 199.5,
          quote: { mint: USDC, symbol: 'USDC', name: null },
        },
        { ...small, pairAddress: 'curve', dex: 'pumpfun', liquidityUsd: 190 },
        { ...small, pairAddress: 'c' },
      ),
      [
        `Two external pools ${floor}, or one such pool and a pump pool.`,
        'The pool b (raydium) has 199 USD: 1 USD more would make it count.',
        'The pool c (raydium) has 150 USD: 50 USD more would make it count.',
        'The pool a (raydium) has 10 USD: 190 USD more would make it count.',
        left,
      ],
    ],
    [
      'a pool of unknown liquidity',
      withPools({}, { pairAddress: 'unknown', liquidityUsd: null }),
      [
        `One more external pool ${floor}, or a pump pool.`,
        'The pool unknown (raydium) would count if its liquidity were known and enough.',
        left,
      ],
    ],
    ['enough pools', withPools({}, { pairAddress: 'b' }), [left]],
    [
      'held',
      { held: { to: 'archived', since: NOW, reason: 'x' } },
      [
        'Its move to archived is made when fewer tokens would move at once, after a while, or by `moonwarden tokens release`.',
        left,
      ],
    ],
    [
      'active',
      { status: 'active' },
      [
        'Full reads that lack the condition, two in a row and 60 s apart, take it back to monitoring.',
        'A score below 0.1 for 12 h archives it.',
      ],
    ],
    [
      'active, losing both ways',
      { status: 'active', loss: { since: NOW, checks: 1 }, belowMs: 3 * HOUR },
      [
        'Another full read without the condition, 60 s after the first, takes it back to monitoring; one with it keeps it active.',
        'Its score has been below 0.1 for 3 h; at 12 h it is archived.',
      ],
    ],
    [
      'archived',
      {
        status: 'archived',
        metrics: {
          tx5m: 12,
          tx1h: 0,
          buys5m: 6,
          sells5m: 6,
          volume5mUsd: 0,
          volume1hUsd: 0,
          liquidityUsd: 1_500,
          ageHours: null,
          pools: 1,
        },
      },
      [
        'At least 300 trades in 5 min with 200 USD of liquidity or more bring it back to monitoring (last seen: 12 trades, 1,500 USD).',
      ],
    ],
    [
      'archived, never measured',
      { status: 'archived' },
      ['At least 300 trades in 5 min with 200 USD of liquidity or more bring it back to monitoring.'],
    ],
  ])('%s', (_what, changes, expected) => {
    expect(of(changes)).toEqual(expected);
  });

  it.each([
    ['queue', 'A full read of its pools, which is due.'],
    ['quota', 'which waits for the quota'],
    ['fetch', 'A full read of its pools that succeeds'],
    ['rule', 'This is a fault of the service'],
  ] as const)('names first what is up to us: %s', (fault, words) => {
    expect(of({}, fault)[0]).toContain(words);
  });

  it('says nothing of ours where the market is at fault, and counts down to the archive', () => {
    expect(of({}, 'market', NOW + 3 * HOUR)).toEqual(['If nothing changes, it is archived in 9 h.']);
    expect(of({}, null, NOW + 12 * HOUR)).toEqual([
      'If its next full read does not show the condition, it is archived.',
    ]);
  });
});
