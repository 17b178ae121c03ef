import { describe, expect, it } from 'vitest';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { checkActivation } from './activation.ts';
import { explain } from './explain.ts';
import { NOW, SETTINGS, pairOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';

const A = mintOf(1);
const PUMP = pairOf(A, { dex: 'pumpswap', pairAddress: 'pump' });
const passed = checkActivation([PUMP, pairOf(A)], SETTINGS, NOW);
const failed = checkActivation([PUMP], SETTINGS, NOW);
const nothing = checkActivation([], SETTINGS, NOW);
const critical: NonNullable<Token['quality']> = {
  level: 'critical',
  reasons: ['the price is negative.', 'no trades'],
  at: NOW,
};

describe('explain', () => {
  it.each<[string, Partial<Token>, string]>([
    ['new', {}, 'Discovered, and not read yet.'],
    [
      'refreshed only',
      { refreshedAt: NOW },
      'Its score is refreshed; its pools have not been read in full yet.',
    ],
    ['failing', { check: failed }, 'Not active yet: 0 external pools with enough liquidity, 1 needed.'],
    [
      'without pools',
      { check: nothing },
      'Not active yet: DexScreener lists no pool of this token; 0 external pools with enough liquidity, 2 needed.',
    ],
    ['about to move', { check: passed }, 'It meets the condition of activation.'],
    ['active', { status: 'active', check: passed }, 'Active: it meets the condition of activation.'],
    [
      'active by its check, whatever a step says',
      { status: 'active', check: { ...failed, passed: true } },
      'Active: it meets the condition of activation.',
    ],
    ['active, details not read yet', { status: 'active' }, 'Active: it meets the condition of activation.'],
    [
      'active, failing',
      { status: 'active', check: failed },
      'Active, but its last check did not pass: 0 external pools with enough liquidity, 1 needed.',
    ],
    [
      'active, the loss is being confirmed',
      { status: 'active', check: failed, loss: { since: NOW - 40_000, checks: 1 } },
      'Active, but for 40 s its full reads have not shown the condition of activation (1 check: 0 external pools with enough liquidity, 1 needed); that is being confirmed.',
    ],
    [
      'active, its move is held',
      {
        status: 'active',
        check: failed,
        loss: { since: NOW - 300_000, checks: 3 },
        held: { to: 'monitoring', since: NOW - 180_000, reason: '40 of 90 tokens would move at once.' },
      },
      'Active, but for 5 min its full reads have not shown the condition of activation (3 checks: 0 external pools with enough liquidity, 1 needed); that is being confirmed. Its move to monitoring has been held for 3 min: 40 of 90 tokens would move at once.',
    ],
    [
      'active, with data that is not believed',
      { status: 'active', check: passed, quality: critical, scoredAt: NOW - 200_000 },
      'Active: it meets the condition of activation. Its data cannot be believed (the price is negative; no trades), so its score is 3 min old.',
    ],
    [
      'in monitoring, with data that is not believed and no score',
      { check: failed, quality: critical },
      'Not active yet: 0 external pools with enough liquidity, 1 needed. Its data cannot be believed (the price is negative; no trades), so it has no score.',
    ],
    [
      'with doubtful data',
      { status: 'active', check: passed, quality: { ...critical, level: 'warning' } },
      'Active: it meets the condition of activation.',
    ],
    [
      'archived',
      { status: 'archived', check: failed },
      'Archived: it comes back with 300 trades in 5 min and 200 USD of liquidity.',
    ],
  ])('%s', (_what, changes, sentence) => {
    expect(explain(tokenOf(A, changes), SETTINGS, NOW)).toBe(sentence);
  });
});
