import { describe, expect, it } from 'vitest';
import type { Pair } from '../dexscreener/index.ts';
import { USDC } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { checkActivation } from './activation.ts';
import { NOW, SETTINGS, pairOf } from './testing/tokens.ts';
import { compareReads } from './verification.ts';

const MOON = mintOf(1);
const pool = (pairAddress: string, changes: Partial<Pair> = {}): Pair =>
  pairOf(MOON, { pairAddress, ...changes });
const compare = (here: readonly Pair[], there: readonly Pair[]) =>
  compareReads(here, there, checkActivation(there, SETTINGS, NOW), NOW);

describe('the other endpoint', () => {
  it('shows the same', () => {
    expect(compare([pool('a')], [pool('a', { liquidityUsd: 20_000 })])).toEqual({
      at: NOW,
      onlyHere: [],
      onlyThere: [],
      differs: [],
      passed: false,
      sentence: 'It does not meet the condition by the other endpoint either: both show the same pools.',
    });
  });

  it('shows a pool that was left out, with which the token meets the condition', () => {
    const verification = compare([pool('a')], [pool('a'), pool('b')]);
    expect(verification).toMatchObject({ onlyThere: ['b'], onlyHere: [], passed: true });
    expect(verification.sentence).toBe('By the other endpoint it meets the condition: 1 pool only there.');
  });

  it.each([
    ['liquidity', { liquidityUsd: 18_700 }, 25_000, 18_700],
    ['liquidity', { liquidityUsd: null }, 25_000, null],
    ['quote', { quote: { mint: USDC, symbol: 'USDC', name: null } }, pool('a').quote.mint, USDC],
  ] as const)('differs in %s', (field, changes, here, there) => {
    expect(compare([pool('a'), pool('x')], [pool('a', changes)])).toMatchObject({
      onlyHere: ['x'],
      differs: [{ pairAddress: 'a', field, here, there }],
    });
  });

  it('a pool beyond the cap of both answers is no difference worth a word', () => {
    const many = (from: number): Pair[] => Array.from({ length: 30 }, (_, n) => pool(`p${from + n}`));
    expect(compare(many(0), many(1)).sentence).toMatch(/both show the same pools/);
  });
});
