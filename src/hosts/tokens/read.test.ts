import { describe, expect, it } from 'vitest';
import type { JournalDraft } from '../../contract/index.ts';
import type { Pair, TokenRead } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { aggregate } from './metrics.ts';
import { applyBatchRead, applyFullRead, type JudgeContext, type ReadOutcome } from './read.ts';
import { NOW, SETTINGS, pairOf, poolOf, tokenOf } from './testing/tokens.ts';
import type { Token } from './token.ts';

const MOON = mintOf(1);
const LATER = NOW + 10_000;
const PUMP = pairOf(MOON, { dex: 'pumpswap', pairAddress: 'pump' });
const SOUND = pairOf(MOON, { pairAddress: 'sound' });
const SOUND_2 = pairOf(MOON, { dex: 'orca', pairAddress: 'sound-2' });
const POOR = pairOf(MOON, { dex: 'orca', pairAddress: 'poor', liquidityUsd: 5 });

const answer = (at: number, ...pairs: readonly Pair[]): TokenRead => ({
  mint: MOON,
  pairs,
  source: 'asked',
  asQuote: 0,
  rejected: [],
  at,
});
const CONTEXT: JudgeContext = { sourceShowsPools: true, admit: () => true };
const batch = (token: Token, pairs: readonly Pair[], now = LATER): ReadOutcome =>
  applyBatchRead(token, answer(now, ...pairs), now, SETTINGS);
const full = (token: Token, pairs: readonly Pair[], now = LATER): ReadOutcome =>
  applyFullRead(token, answer(now, ...pairs), now, SETTINGS, CONTEXT);
const kinds = ({ changes }: ReadOutcome): string[] =>
  changes.map((change) => (change.kind === 'journal' ? change.entry.type : change.kind));
const entries = ({ changes }: ReadOutcome): JournalDraft[] =>
  changes.flatMap((change) => (change.kind === 'journal' ? [change.entry] : []));
const addresses = ({ token }: ReadOutcome): string[] => token.pools.map(({ pairAddress }) => pairAddress);

const KNOWN = tokenOf(MOON, {
  symbol: 'MOON',
  name: 'Moon',
  pools: [poolOf(MOON, { ...SOUND, readAt: NOW }), poolOf(MOON, { ...PUMP, readAt: NOW })],
  refreshedAt: NOW,
  firstPoolAt: NOW - 3 * 3_600_000,
});

describe('a batch read', () => {
  it('renews the pool that it shows, keeps the others, and scores over all of them', () => {
    const shown = { ...PUMP, volume5mUsd: 9_999 };
    const outcome = batch(KNOWN, [shown]);
    expect(addresses(outcome)).toEqual(['sound', 'pump']);
    expect(outcome.token.pools.map(({ readAt, volume5mUsd }) => [readAt, volume5mUsd])).toEqual([
      [NOW, 420],
      [LATER, 9_999],
    ]);
    expect(outcome.token.metrics).toMatchObject({ pools: 2, volume5mUsd: 10_419 });
    expect(kinds(outcome)).toEqual(['token.refreshed', 'score.recorded']);
    expect(outcome.token).toMatchObject({ refreshedAt: LATER, checkedAt: null, check: null, symbol: 'MOON' });
  });

  it('adds a pool that was not known', () => {
    expect(addresses(batch(KNOWN, [SOUND_2]))).toEqual(['sound', 'pump', 'sound-2']);
  });

  it('judges no activation, however good its pools', () => {
    const outcome = batch(tokenOf(MOON), [PUMP, SOUND, SOUND_2]);
    expect(outcome.token).toMatchObject({ status: 'monitoring', check: null, checkedAt: null });
    expect(entries(outcome)).toEqual([]);
  });

  it('what it stores is what it knows', () => {
    const { token, changes } = batch(KNOWN, [PUMP]);
    expect(changes).toEqual([
      { kind: 'token.refreshed', token },
      {
        kind: 'score.recorded',
        mint: MOON,
        tick: LATER / 10_000,
        at: LATER,
        score: token.score,
        smoothedScore: token.smoothedScore,
        liquidityUsd: 50_000,
        priceUsd: SOUND.priceUsd,
      },
    ]);
  });
});

describe('an empty answer', () => {
  it.each([
    ['batch', batch],
    ['full', full],
  ])('in a %s read about a token that had pools changes nothing but the time of the check', (kind, read) => {
    const active = { ...KNOWN, status: 'active', score: 0.5, smoothedScore: 0.4, scoredAt: NOW } as const;
    const outcome = read(active, []);
    expect(outcome.token).toEqual({
      ...active,
      checkedAt: kind === 'full' ? LATER : null,
      quality: {
        level: 'warning',
        reasons: ['the answer showed none of its pools'],
        at: LATER,
        lastGood: 0.4,
      },
    });
    expect(kinds(outcome)).toEqual(['token.refreshed']);
  });

  it('about a token that never had a pool is news: it has none', () => {
    const outcome = batch(tokenOf(MOON), []);
    expect(outcome.token).toMatchObject({ refreshedAt: LATER, score: null, metrics: null });
    expect(kinds(outcome)).toEqual(['token.refreshed']);
    const checked = full(tokenOf(MOON), []);
    expect(checked.token).toMatchObject({ refreshedAt: LATER, checkedAt: LATER, status: 'monitoring' });
    expect(checked.token.check).toMatchObject({ passed: false, pools: [] });
    expect(kinds(checked)).toEqual(['token.checked', 'check.recorded', 'token.checked']);
  });
});

describe('an empty answer about a token whose pools are not at hand', () => {
  const metrics = aggregate(KNOWN.pools, KNOWN.firstPoolAt, SETTINGS, NOW);
  const since = LATER - SETTINGS.monitoringTimeoutMs;
  const seen = tokenOf(MOON, { refreshedAt: NOW, metrics, statusSince: since });
  const scored: Token = { ...seen, scoredAt: NOW, score: 0.5, smoothedScore: 0.4 };

  it.each([
    ['batch, scored', batch, scored],
    ['full, scored', full, scored],
    ['batch, seen while it was archived', batch, seen],
    ['full, seen while it was archived', full, seen],
  ])('proves nothing against it: %s', (_what, read, token) => {
    const outcome = read(token, []);
    expect(outcome.token).toMatchObject({ status: 'monitoring', refreshedAt: NOW });
    expect(outcome.token.quality?.reasons).toEqual(['the answer showed none of its pools']);
    expect(kinds(outcome)).toEqual(['token.refreshed']);
  });

  it('archives it at its time when no answer ever showed a pool', () => {
    const outcome = full(tokenOf(MOON, { refreshedAt: NOW, statusSince: since }), []);
    expect(outcome.token).toMatchObject({ status: 'archived', refreshedAt: LATER });
  });

  it.each([
    ['scored once', scored, NOW],
    ['seen while it was archived', seen, NOW],
    ['never shown', tokenOf(MOON, { refreshedAt: NOW }), LATER],
  ])('an archived one is refreshed only if it never had any: %s', (_what, token, refreshedAt) => {
    expect(batch({ ...token, status: 'archived' }, []).token.refreshedAt).toBe(refreshedAt);
  });
});

describe('a full read', () => {
  it('replaces the pools by those of the answer', () => {
    const outcome = full(KNOWN, [SOUND_2, SOUND]);
    expect(addresses(outcome)).toEqual(['sound-2', 'sound']);
    expect(outcome.token.pools.map(({ readAt }) => readAt)).toEqual([LATER, LATER]);
  });

  it('activates, and stores the move with its evidence beside the check', () => {
    const outcome = full(KNOWN, [PUMP, SOUND]);
    expect(outcome.token).toMatchObject({ status: 'active', statusSince: LATER, checkedAt: LATER });
    expect(kinds(outcome)).toEqual([
      'token.checked',
      'score.recorded',
      'check.recorded',
      'token.checked',
      'token.moved',
      'token.moved',
    ]);
    const why = 'a pump pool and 1 external pool with enough liquidity.';
    const { check } = outcome.token;
    expect(check?.passed).toBe(true);
    expect(entries(outcome)).toEqual([
      {
        type: 'token.checked',
        at: LATER,
        subject: MOON,
        reason: `MOON meets the condition of activation: ${why}`,
        data: { check },
      },
      {
        type: 'token.moved',
        at: LATER,
        subject: MOON,
        reason: `MOON became active: ${why}`,
        data: { from: 'monitoring', to: 'active', cause: 'condition_met', dwellMs: 10_000, check },
      },
    ]);
    expect(outcome.changes[0]).toEqual({ kind: 'token.checked', token: outcome.token });
  });

  it('says what fails', () => {
    const outcome = full(tokenOf(MOON), [PUMP, POOR]);
    expect(outcome.token.status).toBe('monitoring');
    expect(entries(outcome).map(({ type, reason }) => [type, reason])).toEqual([
      [
        'token.checked',
        'MOON does not meet the condition of activation: 0 external pools with enough liquidity, 1 needed.',
      ],
    ]);
  });

  it('a check with the same steps is no new entry, but its pools are kept', () => {
    const first = full(tokenOf(MOON), [PUMP, POOR]);
    const second = full(first.token, [PUMP, { ...POOR, liquidityUsd: 7 }], LATER + 60_000);
    expect(entries(second)).toEqual([]);
    expect(second.token.check?.pools[1]?.liquidityUsd).toBe(7);
    const third = full(second.token, [PUMP, SOUND], LATER + 120_000);
    expect(entries(third).map(({ type }) => type)).toEqual(['token.checked', 'token.moved']);
  });

  it('stores pools and check when they are news, and every ten minutes', () => {
    const first = full(tokenOf(MOON), [PUMP, POOR], NOW);
    const kindOf = (pairs: readonly Pair[], now: number): string =>
      kinds(full(first.token, pairs, now))[0] ?? '';
    expect(kinds(first)[0]).toBe('token.checked');
    expect(kindOf([PUMP, POOR], NOW + 60_000), 'nothing new').toBe('token.refreshed');
    expect(kindOf([PUMP, SOUND_2], NOW + 60_000), 'another step').toBe('token.checked');
    expect(kindOf([POOR, PUMP], NOW + 60_000), 'another order').toBe('token.checked');
    expect(kindOf([PUMP, POOR], NOW + 599_999)).toBe('token.refreshed');
    expect(kindOf([PUMP, POOR], NOW + 600_000)).toBe('token.checked');
  });

  it.each([
    ['active', [PUMP, SOUND], 'active'],
    ['active', [POOR], 'active'],
    ['archived', [PUMP, SOUND], 'archived'],
  ] as const)('moves no token that is %s', (status, pairs, after) => {
    const outcome = full(tokenOf(MOON, { status, statusSince: 5 }), pairs);
    expect(outcome.token).toMatchObject({ status: after, statusSince: 5 });
    expect(kinds(outcome)).not.toContain('token.moved');
  });
});

describe('scores', () => {
  it('one a tick of the hot interval, whichever read comes first', () => {
    const first = batch(KNOWN, [PUMP], LATER);
    const again = full(first.token, [PUMP, SOUND], LATER + 9_999);
    expect(kinds(again)).not.toContain('score.recorded');
    expect(again.token).toMatchObject({ score: first.token.score, refreshedAt: LATER + 9_999 });
    const next = batch(again.token, [PUMP], LATER + 10_000);
    expect(kinds(next)).toContain('score.recorded');
    expect(next.token.scoredTick).toBe(LATER / 10_000 + 1);
  });

  it('the smoothed score follows the one before it', () => {
    const before = { txAcceleration: 0, volumeMomentum: 0, freshness: 0, orderFlow: 0 };
    const { token } = batch({ ...KNOWN, smoothedScore: 0, smoothedComponents: before }, [PUMP]);
    expect(token.score).toBeGreaterThan(0.1);
    expect(token.smoothedScore).toBeCloseTo(0.3 * (token.score ?? NaN), 5);
    expect(token.smoothedComponents?.freshness).toBeCloseTo(0.3 * (token.components?.freshness ?? NaN), 5);
  });
});

describe('the oldest pool', () => {
  it.each([
    ['none known, none told', null, [null], null],
    ['told for the first time', null, [NOW - 5], NOW - 5],
    ['an older one', NOW - 5, [NOW - 9, NOW - 1], NOW - 9],
    ['a younger one', NOW - 5, [NOW - 1], NOW - 5],
    ['the oldest is gone', NOW - 5, [null], NOW - 5],
    ['a time of zero is none', null, [0], null],
    ['a time before the chain began is none', NOW - 5, [Date.UTC(1975, 0, 1)], NOW - 5],
  ])('%s', (_what, firstPoolAt, times, expected) => {
    const pairs = times.map((createdAt, index) => ({ ...SOUND, pairAddress: `p${index}`, createdAt }));
    for (const read of [batch, full])
      expect(read(tokenOf(MOON, { firstPoolAt }), pairs).token.firstPoolAt).toBe(expected);
  });

  it('counts although the pool itself does not: the token is as old as its bonding curve', () => {
    const curve = { ...POOR, dex: 'pumpfun', createdAt: NOW - 7 * 3_600_000 };
    expect(full(tokenOf(MOON), [SOUND, curve]).token.components?.freshness).toBe(0);
  });
});

describe('names', () => {
  it('are those of the first pool, and stay when an answer has none', () => {
    const old = { ...KNOWN, symbol: 'OLD', name: null };
    expect(full(old, [SOUND]).token).toMatchObject({ symbol: 'MOON', name: 'Moon' });
    const nameless = { ...SOUND, base: { mint: MOON, symbol: null, name: null } };
    expect(full(old, [nameless]).token.symbol).toBe('OLD');
  });
});
