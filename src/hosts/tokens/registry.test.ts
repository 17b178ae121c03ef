import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { measureFreshness } from './freshness.ts';
import { HourlyRate } from './rate.ts';
import { KIND } from './plan-columns.ts';
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
/** A row as a plan sees it. */
const row = ({ candidates }: TokenRegistry, mint: string): Record<string, number | undefined> => {
  const at = candidates.mints.indexOf(mint);
  const { kind, reading, refreshedMs, checkedMs, discoveredMs, promising, lossToConfirm } = candidates;
  const { refreshNotBeforeMs, checkNotBeforeMs, refreshWeight, checkWeight } = candidates;
  const columns = {
    ...{ kind, reading, refreshedMs, checkedMs, discoveredMs, promising, lossToConfirm },
    ...{ refreshNotBeforeMs, checkNotBeforeMs, refreshWeight, checkWeight },
  };
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[at]]));
};
/** What a plan may choose from. */
const names = ({ candidates }: TokenRegistry): string[] =>
  candidates.mints.filter((_, at) => candidates.kind[at] !== KIND.vacant && candidates.reading[at] === 0);

describe('registry', () => {
  it('carries stored ages over to the monotonic clock', () => {
    const registry = filled();
    expect(row(registry, A)).toMatchObject({
      kind: KIND.cold,
      refreshedMs: MONOTONIC - 7_000,
      checkedMs: MONOTONIC - 9_000,
      discoveredMs: MONOTONIC - 90_000,
    });
    expect(row(registry, B)).toMatchObject({
      kind: KIND.active,
      refreshedMs: NaN,
      checkedMs: NaN,
      discoveredMs: MONOTONIC,
    });
    expect(registry.lastReads(B)).toEqual({ attemptedMs: null, checkedMs: null });
  });

  it('a wall clock that was set back makes ages 0, not negative', () => {
    const registry = new TokenRegistry(SETTINGS);
    registry.add(tokenOf(A, { refreshedAt: NOW, discoveredAt: NOW }), NOW - 3_600_000, MONOTONIC);
    expect(row(registry, A)).toMatchObject({ refreshedMs: MONOTONIC, discoveredMs: MONOTONIC });
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

  it('an update changes the kind, and the ages of the groups with it', () => {
    const registry = filled();
    const ages = (): number[][] => [
      [...registry.agesOf('hot', NOW + 1_000)],
      [...registry.agesOf('cold', NOW + 1_000)],
    ];
    const kinds = (): (number | undefined)[] => [A, B].map((mint) => row(registry, mint)['kind']);
    expect([kinds(), ages()]).toEqual([
      [KIND.cold, KIND.active],
      [[1_000], [8_000]],
    ]);
    registry.update(tokenOf(A, { smoothedScore: 0.1, refreshedAt: NOW + 400 }));
    expect([kinds(), ages()]).toEqual([
      [KIND.hot, KIND.active],
      [[600, 1_000], []],
    ]);
    registry.update(tokenOf(B, { status: 'archived', smoothedScore: 5 }));
    expect([kinds(), ages()]).toEqual([
      [KIND.hot, KIND.archived],
      [[600], []],
    ]);
    // What answers from the future is new.
    expect([...registry.agesOf('hot', NOW)]).toEqual([0]);
    expect([...registry.candidates.counts]).toEqual([0, 0, 1, 0, 1]);
  });

  it('keeps what the plan goes by beside the times', () => {
    const registry = filled();
    expect(row(registry, A)).toMatchObject({
      refreshWeight: 1,
      checkWeight: 1,
      promising: 0,
      lossToConfirm: 0,
    });
    const metrics = {
      ...{ tx5m: 5, tx1h: 5, buys5m: 5, sells5m: 0, volume5mUsd: 5, volume1hUsd: 5 },
      ...{ liquidityUsd: 500, ageHours: 1, pools: 1 },
    };
    registry.update(tokenOf(A, { score: 0.2, smoothedScore: 0.2, metrics, refreshedAt: NOW }));
    expect(row(registry, A)).toMatchObject({ refreshWeight: Math.sqrt(2), checkWeight: 2, promising: 1 });
    const lost = tokenOf(B, { status: 'active', loss: { since: NOW, checks: 1 } });
    registry.update(lost);
    expect(row(registry, B)).toMatchObject({ lossToConfirm: 1 });
    registry.update({ ...lost, status: 'monitoring', loss: null });
    expect(row(registry, B)).toMatchObject({ lossToConfirm: 0, promising: 1 });
  });

  it('rows are used again, and more come when they are full', () => {
    const registry = filled();
    registry.begin([A]);
    registry.stepBack([A], 'batch', MONOTONIC);
    registry.remove(A);
    registry.add(tokenOf(C), NOW, MONOTONIC);
    expect([registry.candidates.size, names(registry)]).toEqual([2, [C, B]]);
    expect(row(registry, C)).toMatchObject({ refreshedMs: NaN, refreshNotBeforeMs: -Infinity, reading: 0 });
    for (let n = 10; n < 3_000; n++)
      registry.add(tokenOf(mintOf(n), { refreshedAt: NOW - n, discoveredAt: NOW - n }), NOW, MONOTONIC);
    expect(registry.candidates.size).toBe(2_992);
    for (const n of [10, 1_500, 2_999])
      expect(row(registry, mintOf(n))).toMatchObject({
        kind: KIND.cold,
        refreshedMs: MONOTONIC - n,
        refreshWeight: 1,
      });
    expect(row(registry, B)).toMatchObject({ kind: KIND.active });
    expect([...registry.agesOf('cold', NOW)].at(-1)).toBe(2_999);
  });

  it('a token that is taken in again takes the place of the old one', () => {
    const registry = filled();
    registry.add(tokenOf(A, { status: 'active' }), NOW, MONOTONIC);
    expect([registry.size, registry.candidates.size]).toEqual([2, 2]);
    expect(registry.counts).toEqual({ monitoring: 0, active: 2, archived: 0 });
    expect(row(registry, A)).toMatchObject({ kind: KIND.active, refreshedMs: NaN });
  });

  it('failed reads put off the next of their kind, each for longer, up to ten minutes', () => {
    const registry = filled();
    const backs = (kind: 'batch' | 'full', column: string): unknown[] =>
      Array.from({ length: 12 }, () => {
        registry.begin([A]);
        registry.stepBack([A, C], kind, MONOTONIC);
        return (row(registry, A)[column] ?? NaN) - MONOTONIC;
      });
    const steps = [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600].map((seconds) => seconds * 1_000);
    expect(backs('batch', 'refreshNotBeforeMs')).toEqual(steps);
    expect(row(registry, A)).toMatchObject({ checkNotBeforeMs: -Infinity, reading: 0 });
    expect(backs('full', 'checkNotBeforeMs')).toEqual(steps);
    registry.end([A], 'full', MONOTONIC);
    expect(row(registry, A)).toMatchObject({
      checkNotBeforeMs: -Infinity,
      refreshNotBeforeMs: MONOTONIC + 600_000,
    });
    registry.end([A], 'batch', MONOTONIC);
    expect(row(registry, A)).toMatchObject({ refreshNotBeforeMs: -Infinity });
    expect([backs('batch', 'refreshNotBeforeMs')[0], backs('full', 'checkNotBeforeMs')[0]]).toEqual([
      2_000, 2_000,
    ]);
  });

  it('the first failures put nothing off when they are not the tokens’ own', () => {
    const registry = filled();
    const backs = Array.from({ length: 5 }, () => {
      registry.begin([A]);
      registry.stepBack([A], 'batch', MONOTONIC, 3);
      return (row(registry, A)['refreshNotBeforeMs'] ?? NaN) - MONOTONIC;
    });
    expect(backs).toEqual([0, 0, 0, 2_000, 4_000]);
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

  it('counts some of the last minutes', () => {
    const rate = new HourlyRate();
    for (let minute = 0; minute < 120; minute++) rate.add(minute, minute * MINUTE);
    expect([rate.within(1, 119 * MINUTE), rate.within(3, 119.9 * MINUTE)]).toEqual([119, 119 + 118 + 117]);
    expect([rate.within(10, 125 * MINUTE), rate.within(10, 200 * MINUTE)]).toEqual([
      116 + 117 + 118 + 119,
      0,
    ]);
    expect(rate.within(500, 119 * MINUTE)).toBe(0);
  });

  it('starts wherever the clock stands', () => {
    const rate = new HourlyRate();
    rate.add(4, 987_654_321);
    expect([rate.perHour(987_654_321), rate.perHour(987_654_321 + 61 * MINUTE)]).toEqual([4, 0]);
  });
});

describe('freshness', () => {
  const of = (ages: readonly number[]): ReturnType<typeof measureFreshness> =>
    measureFreshness('hot', Float64Array.from(ages), 10_000);

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
  ])('%s', (_what, ages, expected) => {
    expect(of(ages)).toEqual({ group: 'hot', intervalMs: 10_000, ...expected });
  });

  it('quantiles are those of the sorted ages', () => {
    const ages = fc.array(fc.oneof(fc.nat(5), fc.nat(1_000_000)), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(ages, (list) => {
        const sorted = list.toSorted((a, b) => a - b);
        const at = (q: number): number | undefined => sorted[Math.ceil(q * sorted.length) - 1];
        expect(of(list)).toMatchObject({ medianMs: at(0.5), p95Ms: at(0.95), oldestMs: sorted.at(-1) });
      }),
    );
  });

  it('quantiles of a hundred', () => {
    const ages = Array.from({ length: 100 }, (_, index) => (((index * 37) % 100) + 1) * 100);
    expect(of(ages)).toMatchObject({ medianMs: 5_000, p95Ms: 9_500, oldestMs: 10_000 });
  });
});
