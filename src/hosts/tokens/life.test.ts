import { describe, expect, it } from 'vitest';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { checkActivation } from './activation.ts';
import { belowAfter, judgeLife, judgeReturn, type LifeVerdict } from './life.ts';
import { NOW, SETTINGS, pairOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';

const MOON = mintOf(1);
const HOUR = 3_600_000;
const MET = checkActivation(
  [pairOf(MOON, { dex: 'pumpswap', pairAddress: 'p' }), pairOf(MOON, { pairAddress: 'e' })],
  SETTINGS,
  NOW,
);
const UNMET = checkActivation([pairOf(MOON)], SETTINGS, NOW);

interface Row {
  readonly what: string;
  readonly token: Partial<Token>;
  readonly met?: boolean;
  readonly believable?: boolean;
  readonly credible?: boolean;
  readonly expected: { readonly move: string | null; readonly against: boolean; readonly loss?: unknown };
}

const active = { status: 'active', statusSince: NOW - 5 * HOUR } as const;
const first = { since: NOW - 60_000, checks: 1 };
const rows: readonly Row[] = [
  {
    what: 'in monitoring, meets the condition',
    token: {},
    met: true,
    expected: { move: 'active condition_met', against: false },
  },
  {
    what: 'in monitoring, meets it in an answer that is not whole: nothing tells against it',
    token: {},
    met: true,
    believable: false,
    expected: { move: 'active condition_met', against: false },
  },
  {
    what: 'in monitoring, meets it in data that is not credible',
    token: {},
    met: true,
    credible: false,
    expected: { move: null, against: false },
  },
  { what: 'in monitoring, does not meet it', token: {}, expected: { move: null, against: false } },
  {
    what: 'in monitoring for a millisecond less than the limit',
    token: { statusSince: NOW - 12 * HOUR + 1 },
    expected: { move: null, against: false },
  },
  {
    what: 'in monitoring for as long as the limit',
    token: { statusSince: NOW - 12 * HOUR },
    expected: { move: 'archived monitoring_timeout', against: true },
  },
  {
    what: 'in monitoring for as long, but the data is not believed',
    token: { statusSince: NOW - 12 * HOUR },
    believable: false,
    expected: { move: null, against: false },
  },
  {
    what: 'in monitoring for as long, and meets it at last',
    token: { statusSince: NOW - 13 * HOUR },
    met: true,
    expected: { move: 'active condition_met', against: false },
  },
  { what: 'active and well', token: active, met: true, expected: { move: null, against: false, loss: null } },
  {
    what: 'active, first check without the condition',
    token: active,
    expected: { move: null, against: true, loss: { since: NOW, checks: 1 } },
  },
  {
    what: 'active, second check too soon',
    token: { ...active, loss: { since: NOW - 59_999, checks: 1 } },
    expected: { move: null, against: true, loss: { since: NOW - 59_999, checks: 2 } },
  },
  {
    what: 'active, second check 60 s later',
    token: { ...active, loss: first },
    expected: { move: 'monitoring condition_lost', against: true },
  },
  {
    what: 'active, second check on data that is not believed: it counts for nothing',
    token: { ...active, loss: first },
    believable: false,
    expected: { move: null, against: false, loss: first },
  },
  {
    what: 'active, the condition is back in between',
    token: { ...active, loss: first },
    met: true,
    expected: { move: null, against: false, loss: null },
  },
  {
    what: 'active, score below for a millisecond less than the limit',
    token: { ...active, belowMs: 12 * HOUR - 1 },
    met: true,
    expected: { move: null, against: false },
  },
  {
    what: 'active, score below for as long as the limit',
    token: { ...active, belowMs: 12 * HOUR },
    met: true,
    expected: { move: 'archived low_score', against: true },
  },
  {
    what: 'active, score below for as long, data not believed',
    token: { ...active, belowMs: 12 * HOUR },
    met: true,
    believable: false,
    expected: { move: null, against: false },
  },
  {
    what: 'archived, meets the condition: only trades bring it back',
    token: { status: 'archived' },
    met: true,
    expected: { move: null, against: false },
  },
];

describe('a full read', () => {
  it.each(rows)('$what', ({ token, met = false, credible = true, believable = credible, expected }) => {
    const verdict: LifeVerdict = judgeLife(
      tokenOf(MOON, { symbol: 'MOON', ...token }),
      met ? MET : UNMET,
      { credible, believable },
      NOW,
      SETTINGS,
    );
    expect(verdict.move === null ? null : `${verdict.move.to} ${verdict.move.cause}`).toBe(expected.move);
    expect(verdict.against).toBe(expected.against);
    if (expected.loss !== undefined) expect(verdict.loss).toEqual(expected.loss);
  });

  it('tells why, with what was seen', () => {
    const judge = (token: Partial<Token>, check = UNMET): string | undefined =>
      judgeLife(
        tokenOf(MOON, { symbol: 'MOON', ...token }),
        check,
        { credible: true, believable: true },
        NOW,
        SETTINGS,
      ).move?.reason;
    expect(judge({ ...active, loss: first })).toBe(
      'MOON went back to monitoring: 1 external pool with enough liquidity, 2 needed; seen by 2 full reads in a row over 60 s.',
    );
    expect(judge({ ...active, belowMs: 12.5 * HOUR }, MET)).toBe(
      'MOON was archived: its score stayed below 0.1 for 12.5 h.',
    );
    expect(judge({ statusSince: NOW - 12 * HOUR })).toBe(
      'MOON was archived: in monitoring for 12 h without meeting the condition (1 external pool with enough liquidity, 2 needed).',
    );
  });
});

describe('an archived token', () => {
  it.each([
    [300, 200, true],
    [299, 200, false],
    [300, 199, false],
    [300, null, false],
    [5_000, 90_000, true],
  ])('with %d trades in 5 min and %s USD comes back: %s', (tx5m, liquidityUsd, back) => {
    const archived = tokenOf(MOON, { status: 'archived', symbol: 'MOON' });
    expect(judgeReturn(archived, { tx5m, liquidityUsd }, SETTINGS)?.to).toBe(back ? 'monitoring' : undefined);
    const watched = tokenOf(MOON, { status: 'monitoring' });
    expect(judgeReturn(watched, { tx5m, liquidityUsd }, SETTINGS)).toBeNull();
  });
});

describe('the time below the limit', () => {
  const low = { score: 0.05, smoothedScore: 0.09 };
  it.each([
    ['adds up from score to score', { belowMs: 5_000, scoredAt: NOW - 45_000 }, low, 50_000],
    ['begins at the first score', { belowMs: 0, scoredAt: null }, low, 0],
    ['an outage counts for half an hour at most', { belowMs: 0, scoredAt: NOW - 13 * HOUR }, low, HOUR / 2],
    ['a clock set back takes nothing away', { belowMs: 7, scoredAt: NOW + HOUR }, low, 7],
    [
      'the smoothed score at the limit ends it',
      { belowMs: 9, scoredAt: NOW - 1 },
      { score: 0, smoothedScore: 0.1 },
      0,
    ],
    [
      'the score itself at the limit ends it',
      { belowMs: 9, scoredAt: NOW - 1 },
      { score: 0.1, smoothedScore: 0 },
      0,
    ],
  ])('%s', (_, token, scored, expected) => {
    expect(belowAfter(token, scored, NOW, SETTINGS)).toBe(expected);
  });
});
