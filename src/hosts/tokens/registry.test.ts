import { describe, expect, it } from 'vitest';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { measureFreshness } from './freshness.ts';
import { HourlyRate } from './rate.ts';
import { TokenRegistry } from './registry.ts';
import { NOW, SETTINGS, tokenOf } from './testing/tokens.ts';
import { groupOf } from './token.ts';

const [A, B, C] = [mintOf(1), mintOf(2), mintOf(3)];
const MONOTONIC = 500_000;
const filled = (): TokenRegistry => {
  const registry = new TokenRegistry(SETTINGS);
  registry.add(
    tokenOf(A, { refreshedAt: NOW - 7_000, checkedAt: NOW - 9_000, discoveredAt: NOW - 90_000 }),
    NOW,
    MONOTONIC,
  );
  registry.add(tokenOf(B, { status: 'active' }), NOW, MONOTONIC);
  return registry;
};
const names = (registry: TokenRegistry): string[] => [...registry.candidates()].map(({ mint }) => mint);

describe('registry', () => {
  it('carries stored ages over to the monotonic clock', () => {
    expect([...filled().candidates()]).toMatchObject([
      {
        mint: A,
        status: 'monitoring',
        group: 'cold',
        refreshedMs: MONOTONIC - 7_000,
        checkedMs: MONOTONIC - 9_000,
        discoveredMs: MONOTONIC - 90_000,
      },
      {
        mint: B,
        status: 'active',
        group: 'hot',
        refreshedMs: null,
        checkedMs: null,
        discoveredMs: MONOTONIC,
      },
    ]);
  });

  it('a wall clock that was set back makes ages 0, not negative', () => {
    const registry = new TokenRegistry(SETTINGS);
    registry.add(tokenOf(A, { refreshedAt: NOW, discoveredAt: NOW }), NOW - 3_600_000, MONOTONIC);
    expect([...registry.candidates()][0]).toMatchObject({ refreshedMs: MONOTONIC, discoveredMs: MONOTONIC });
  });

  it('counts by status, also when tokens move and go', () => {
    const registry = filled();
    expect([registry.size, registry.counts]).toEqual([2, { monitoring: 1, active: 1, archived: 0 }]);
    registry.update(tokenOf(A, { status: 'active' }));
    expect(registry.counts).toEqual({ monitoring: 0, active: 2, archived: 0 });
    registry.remove(B);
    registry.remove(C);
    registry.update(tokenOf(C));
    expect([registry.size, registry.counts]).toEqual([1, { monitoring: 0, active: 1, archived: 0 }]);
    expect([registry.has(A), registry.has(B), registry.get(B)]).toEqual([true, false, undefined]);
    expect([...registry.mints()]).toEqual([A]);
  });

  it('an update changes the group, and the answers of the groups with it', () => {
    const registry = filled();
    const answers = (): number[] => [
      [...registry.answers('hot')].length,
      [...registry.answers('cold')].length,
    ];
    expect(answers()).toEqual([1, 1]);
    registry.update(tokenOf(A, { smoothedScore: 0.1 }));
    expect(answers()).toEqual([2, 0]);
    registry.update(tokenOf(B, { status: 'archived', smoothedScore: 5 }));
    expect(answers()).toEqual([1, 0]);
  });

  it('what is being read is no candidate, until it ends or is given back', () => {
    const registry = filled();
    registry.begin([A, C]);
    expect(names(registry)).toEqual([B]);
    registry.giveBack([A, C]);
    expect(registry.lastReads(A)).toMatchObject({ attemptedMs: MONOTONIC - 7_000 });
    expect(names(registry)).toEqual([A, B]);
    registry.begin([A, B]);
    registry.end([A, C], 'batch', MONOTONIC + 5);
    registry.end([B], 'full', MONOTONIC + 6);
    expect(registry.lastReads(A)).toMatchObject({ attemptedMs: MONOTONIC + 5, checkedMs: MONOTONIC - 9_000 });
    expect(registry.lastReads(B)).toMatchObject({ attemptedMs: MONOTONIC + 6, checkedMs: MONOTONIC + 6 });
    expect(registry.lastReads(C)).toBeUndefined();
    expect(names(registry)).toEqual([A, B]);
  });

  it.each([
    ['monitoring', null, 'cold'],
    ['monitoring', 0.0999, 'cold'],
    ['monitoring', 0.1, 'hot'],
    ['monitoring', -0.5, 'cold'],
    ['active', null, 'hot'],
    ['active', 0, 'hot'],
    ['archived', 9, 'cold'],
  ] as const)('%s with a score of %s is %s', (status, smoothedScore, group) => {
    expect(groupOf({ status, smoothedScore }, SETTINGS)).toBe(group);
  });
});

describe('rate', () => {
  const MINUTE = 60_000;

  it('counts the last hour by the minute', () => {
    const rate = new HourlyRate();
    rate.add(3, 0);
    rate.add(2, 59_999);
    rate.add(5, MINUTE);
    expect(rate.perHour(2 * MINUTE)).toBe(10);
    expect(rate.perHour(60 * MINUTE - 1)).toBe(10);
    expect(rate.perHour(60 * MINUTE)).toBe(5);
    expect(rate.perHour(61 * MINUTE)).toBe(0);
  });

  it('an idle time of any length leaves nothing behind', () => {
    for (const idleMs of [60 * MINUTE, 61 * MINUTE, 1e12]) {
      const rate = new HourlyRate();
      for (let minute = 0; minute < 60; minute++) rate.add(1, minute * MINUTE);
      rate.add(7, 59 * MINUTE + idleMs);
      expect(rate.perHour(59 * MINUTE + idleMs)).toBe(7);
    }
  });

  it('a minute is what runs and the share of the last one that is not over', () => {
    const rate = new HourlyRate();
    rate.add(60, 30_000);
    expect(rate.perMinute(59_999)).toBe(60);
    expect(rate.perMinute(MINUTE)).toBe(60);
    expect(rate.perMinute(MINUTE + 15_000)).toBe(45);
    rate.add(20, MINUTE + 30_000);
    expect(rate.perMinute(MINUTE + 30_000)).toBe(50);
    expect(rate.perMinute(2 * MINUTE)).toBe(20);
    expect(rate.perMinute(3 * MINUTE)).toBe(0);
  });

  it('starts wherever the clock stands', () => {
    const rate = new HourlyRate();
    rate.add(4, 987_654_321);
    expect([rate.perHour(987_654_321), rate.perHour(987_654_321 + 61 * MINUTE)]).toEqual([4, 0]);
  });
});

describe('freshness', () => {
  const at = (...ages: (number | null)[]): { refreshedAt: number | null; discoveredAt: number }[] =>
    ages.map((age) => ({ refreshedAt: age === null ? null : NOW - age, discoveredAt: NOW - 31_000 }));
  const of = (ages: readonly (number | null)[]): ReturnType<typeof measureFreshness> =>
    measureFreshness('hot', at(...ages), 10_000, NOW);

  it.each([
    ['none', [], { count: 0, medianMs: null, p95Ms: null, oldestMs: null, stale: 0 }],
    ['one', [4_000], { count: 1, medianMs: 4_000, p95Ms: 4_000, oldestMs: 4_000, stale: 0 }],
    [
      'three in any order',
      [9, 100_000, 10],
      { count: 3, medianMs: 10, p95Ms: 100_000, oldestMs: 100_000, stale: 1 },
    ],
    [
      'exactly three intervals',
      [30_000],
      { count: 1, medianMs: 30_000, p95Ms: 30_000, oldestMs: 30_000, stale: 0 },
    ],
    ['one ms more', [30_001], { count: 1, medianMs: 30_001, p95Ms: 30_001, oldestMs: 30_001, stale: 1 }],
    [
      'never read: as old as its discovery',
      [null],
      { count: 1, medianMs: 31_000, p95Ms: 31_000, oldestMs: 31_000, stale: 1 },
    ],
    [
      'an answer from the future is new',
      [-5_000],
      { count: 1, medianMs: 0, p95Ms: 0, oldestMs: 0, stale: 0 },
    ],
  ])('%s', (_what, ages, expected) => {
    expect(of(ages)).toEqual({ group: 'hot', intervalMs: 10_000, ...expected });
  });

  it('quantiles of a hundred', () => {
    const ages = Array.from({ length: 100 }, (_, index) => (((index * 37) % 100) + 1) * 100);
    expect(of(ages)).toMatchObject({ medianMs: 5_000, p95Ms: 9_500, oldestMs: 10_000 });
  });
});
