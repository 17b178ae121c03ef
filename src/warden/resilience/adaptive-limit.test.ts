import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  adaptiveLimitDefaults,
  adaptiveLimitOf,
  adaptiveLimitSettings,
  adaptiveRoundOf,
  clampAdaptiveLimit,
  startAdaptiveLimit,
  updateAdaptiveLimit,
  type AdaptiveLimitOptions,
  type AdaptiveSample,
  type AdaptiveState,
} from './adaptive-limit.ts';
import { AdaptiveLimit } from './adaptive-rounds.ts';
import { propertyRuns } from './testing/property-runs.ts';

const gradient = adaptiveLimitSettings({ adaptive: 'gradient' });
const aimd = adaptiveLimitSettings({ adaptive: 'aimd' });
const steady = (limit: number, baselineMs: number | null = 100, roundsToProbe = 50): AdaptiveState => ({
  phase: 'steady',
  limit,
  baselineMs,
  roundsToProbe,
});
const sample = (durationMs: number | null, inFlight: number, dropped = false): AdaptiveSample => ({
  durationMs,
  inFlight,
  dropped,
});

describe('gradient', () => {
  test.each([
    // At rest: it grows by a fifth of its root, whatever is tolerated.
    { limit: 25, durationMs: 100, next: 26 },
    { limit: 25, durationMs: 125, next: 26 },
    { limit: 100, durationMs: 110, next: 102 },
    // Beyond that it shrinks in proportion: 100 * 0.8 + 0.2 * (100 * 1.25 / 2 + 10).
    { limit: 100, durationMs: 200, next: 94.5 },
    { limit: 100, durationMs: 250, next: 92 },
    // But never below half at once.
    { limit: 100, durationMs: 1_000_000, next: 92 },
  ])('of $limit after $durationMs ms against 100 ms is $next', ({ limit, durationMs, next }) => {
    expect(updateAdaptiveLimit(steady(limit), sample(durationMs, limit), gradient)).toEqual(
      steady(next, 100, 49),
    );
  });

  test('calls too quick to be measured hold nobody up', () => {
    expect(updateAdaptiveLimit(steady(25, 0), sample(0, 25), gradient)).toEqual(steady(26, 0, 49));
    expect(updateAdaptiveLimit(steady(25, 1), sample(0, 25), gradient).limit).toBe(26);
  });
});

describe('aimd', () => {
  test.each([
    { limit: 20, durationMs: 100, next: 21 },
    { limit: 20, durationMs: 150, next: 21 },
    { limit: 20, durationMs: 150.1, next: 18 },
    { limit: 20, durationMs: 9_999, next: 18 },
  ])('of $limit after $durationMs ms against 100 ms is $next', ({ limit, durationMs, next }) => {
    expect(updateAdaptiveLimit(steady(limit), sample(durationMs, limit), aimd)).toEqual(
      steady(next, 100, 49),
    );
  });
});

describe.each([gradient, aimd])('both: $adaptive', (settings) => {
  test('a limit that was not reached does not grow, but may shrink', () => {
    expect(updateAdaptiveLimit(steady(20.9), sample(100, 19), settings).limit).toBe(20.9);
    expect(updateAdaptiveLimit(steady(20.9), sample(100, 20), settings).limit).toBeGreaterThan(20.9);
    expect(updateAdaptiveLimit(steady(20), sample(300, 19), settings).limit).toBeLessThan(20);
  });

  test('few calls say nothing about the limit, but all about the baseline', () => {
    expect(updateAdaptiveLimit(steady(20, 100, 7), sample(110, 10), settings)).toEqual(steady(20, 105, 50));
    expect(updateAdaptiveLimit(steady(20, 100, 7), sample(140, 10), settings)).toEqual(steady(20, 120, 50));
    expect(updateAdaptiveLimit(steady(20, 100, 7), sample(142, 10), settings)).toEqual(steady(20, 121, 10));
    expect(updateAdaptiveLimit(steady(20, 100, 7), sample(50, 10), settings)).toEqual(steady(20, 75, 10));
    expect(updateAdaptiveLimit(steady(20, null, 7), sample(50, 10), settings)).toEqual(steady(20, 50, 10));
    expect(updateAdaptiveLimit(steady(20, 100, 7), sample(110, 11), settings)).toMatchObject({
      baselineMs: 100,
      roundsToProbe: 6,
    });
  });

  test('the baseline follows a server that has become quicker also under load, never a slower one', () => {
    expect(updateAdaptiveLimit(steady(20), sample(50, 20), settings).baselineMs).toBe(90);
    expect(updateAdaptiveLimit(steady(20), sample(100.1, 20), settings).baselineMs).toBe(100);
    expect(updateAdaptiveLimit(steady(20, null), sample(70, 20), settings).baselineMs).toBe(70);
  });

  test('at the least limit the baseline follows slower ones too, so that it can grow again', () => {
    const least = { ...settings, min: 4 };
    const state = updateAdaptiveLimit(steady(4.9), sample(300, 4), least);
    expect(state).toMatchObject({ phase: 'steady', baselineMs: 200, roundsToProbe: 10 });
    expect(state.limit).toBeGreaterThanOrEqual(4);
    // Yet not without being used.
    expect(updateAdaptiveLimit(steady(4.9), sample(100, 3), least).limit).toBe(4.9);
  });

  test('calls that were lost take a tenth off, whatever the phase, and teach nothing else', () => {
    for (const durationMs of [null, 10, 500]) {
      expect(updateAdaptiveLimit(steady(20, 100, 7), sample(durationMs, 3, true), settings)).toEqual(
        steady(18, 100, 7),
      );
    }
    const probing: AdaptiveState = { phase: 'probing', limit: 20, baselineMs: 100, loadedMs: 130 };
    expect(updateAdaptiveLimit(probing, sample(100, 10, true), settings)).toEqual({ ...probing, limit: 18 });
    expect(updateAdaptiveLimit(steady(20), sample(null, 20), settings)).toEqual(steady(20));
  });

  test('a probe drains first, then measures with half the calls', () => {
    const loaded = updateAdaptiveLimit(steady(20, 100, 1), sample(100, 20), settings);
    expect(loaded).toEqual({ phase: 'draining', limit: loaded.limit, baselineMs: 100, loadedMs: 100 });
    expect(updateAdaptiveLimit(steady(20, 100, 2), sample(100, 20), settings)).toMatchObject({
      phase: 'steady',
      roundsToProbe: 1,
    });
    const draining: AdaptiveState = { phase: 'draining', limit: 21, baselineMs: 100, loadedMs: 130 };
    const probing = updateAdaptiveLimit(draining, sample(500, 21), settings);
    expect(probing).toEqual({ ...draining, phase: 'probing' });
    expect([adaptiveLimitOf(draining, settings), adaptiveLimitOf(probing, settings)]).toEqual([10, 10]);
    expect([adaptiveRoundOf(draining, settings), adaptiveRoundOf(probing, settings)]).toEqual([21, 20]);
    // 100 + 0.8 * 10, and the limit is as before.
    expect(updateAdaptiveLimit(probing, sample(110, 10), settings)).toEqual(steady(21, 108, 50));
  });

  test.each([
    { why: 'it moved', durationMs: 126, loadedMs: 126, rounds: 10 },
    { why: 'it moved down', durationMs: 70, loadedMs: 70, rounds: 10 },
    { why: 'a queue may still be there', durationMs: 100, loadedMs: 167, rounds: 10 },
    { why: 'it is sure', durationMs: 100, loadedMs: 166, rounds: 50 },
    { why: 'it is sure', durationMs: 120, loadedMs: 200, rounds: 50 },
  ])('after a probe comes the next one in $rounds rounds: $why', ({ durationMs, loadedMs, rounds }) => {
    const probing: AdaptiveState = { phase: 'probing', limit: 20, baselineMs: 100, loadedMs };
    expect(updateAdaptiveLimit(probing, sample(durationMs, 10), settings)).toMatchObject({
      phase: 'steady',
      roundsToProbe: rounds,
    });
  });

  test('it begins where it is told, with a probe soon', () => {
    expect(startAdaptiveLimit({ ...settings, initial: 7 })).toEqual(steady(7, null, 2));
  });

  test('a round is as many calls as may run, and ten at least', () => {
    expect([9, 10, 37.9].map((limit) => adaptiveRoundOf(steady(limit), settings))).toEqual([10, 10, 37]);
    expect([1, 9.99, 37.9].map((limit) => adaptiveLimitOf(steady(limit), settings))).toEqual([1, 9, 37]);
    const small: AdaptiveState = { phase: 'probing', limit: 3, baselineMs: 1, loadedMs: 1 };
    expect([adaptiveLimitOf(small, settings), adaptiveRoundOf(small, settings)]).toEqual([1, 20]);
    expect(adaptiveLimitOf(small, { ...settings, min: 2 })).toBe(2);
  });

  test('other bounds hold at once', () => {
    const state = steady(20);
    expect(clampAdaptiveLimit(state, { ...settings, max: 10 })).toEqual(steady(10));
    expect(clampAdaptiveLimit(state, { ...settings, min: 30 })).toEqual(steady(30));
    expect(clampAdaptiveLimit(state, settings)).toEqual(state);
  });

  test(
    'whatever is measured: within bounds, no growth that was not used, and no growth from losses',
    () =>
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 20 }),
          fc.integer({ min: 0, max: 200 }),
          fc.array(
            fc.record({
              durationMs: fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constant(null)),
              inFlight: fc.integer({ min: 1, max: 250 }),
              dropped: fc.boolean(),
            }),
            { maxLength: 60, size: 'max' },
          ),
          (min, more, samples) => {
            const bounds = adaptiveLimitSettings({ adaptive: settings.adaptive, min, max: min + more });
            let state = startAdaptiveLimit(bounds);
            for (const one of samples) {
              const before = state.limit;
              state = updateAdaptiveLimit(state, one, bounds);
              expect(state.limit).toBeGreaterThanOrEqual(min);
              expect(state.limit).toBeLessThanOrEqual(min + more);
              expect(adaptiveLimitOf(state, bounds)).toBeGreaterThanOrEqual(min);
              if (one.dropped || one.inFlight < Math.floor(before)) {
                expect(state.limit).toBeLessThanOrEqual(before);
              }
            }
          },
        ),
        { numRuns: propertyRuns(300) },
      ),
    600_000,
  );
});

describe('rounds', () => {
  const settings = adaptiveLimitSettings({ adaptive: 'aimd', initial: 20 });

  test('are closed by as many calls as may run, and take the mean of those that were not lost', () => {
    const limit = new AdaptiveLimit(settings);
    for (let call = 0; call < 19; call++) limit.record(call < 10 ? 50 : 150, 20, false);
    expect(limit.state).toEqual(steady(20, null, 2));
    limit.record(150, 3, false);
    expect([limit.state, limit.limit]).toEqual([steady(21, 100, 1), 21]);
    for (let call = 0; call < 21; call++) limit.record(100, 21, false);
    expect([limit.state, limit.limit]).toEqual([
      { phase: 'draining', limit: 22, baselineMs: 100, loadedMs: 100 },
      11,
    ]);
  });

  test('with a twentieth of lost calls count as lost, with less they do not', () => {
    const few = new AdaptiveLimit({ ...settings, initial: 40 });
    const many = new AdaptiveLimit({ ...settings, initial: 40 });
    for (let call = 0; call < 40; call++) {
      few.record(call === 3 ? 9_999 : 100, 40, call === 3);
      many.record(100, 40, call < 2);
    }
    expect([few.state, many.state]).toEqual([steady(41, 100, 1), steady(36, null, 2)]);
  });

  test('that lost all calls still count', () => {
    const limit = new AdaptiveLimit(settings);
    for (let call = 0; call < 20; call++) limit.record(5_000, 20, true);
    expect(limit.state).toEqual(steady(18, null, 2));
    for (let call = 0; call < 18; call++) limit.record(100, 18, false);
    expect(limit.state).toEqual(steady(19, 100, 1));
  });

  test('go on under other bounds', () => {
    const limit = new AdaptiveLimit(settings);
    limit.record(5, 20, true);
    limit.configure({ ...settings, max: 10 });
    expect(limit.limit).toBe(10);
    for (let call = 0; call < 10; call++) limit.record(100, 9, false);
    expect(limit.state).toEqual(steady(10, 100, 1));
  });
});

describe('settings', () => {
  test('have defaults for each kind', () => {
    expect([gradient, aimd]).toEqual([
      { adaptive: 'gradient', min: 1, max: 200, initial: 10, tolerance: 1.25 },
      { adaptive: 'aimd', min: 1, max: 200, initial: 10, tolerance: 1.5 },
    ]);
    expect(adaptiveLimitDefaults.initial).toBe(10);
    expect(adaptiveLimitSettings({ adaptive: 'aimd', min: 20 }).initial).toBe(20);
    expect(adaptiveLimitSettings({ adaptive: 'aimd', max: 5 }).initial).toBe(5);
    expect(adaptiveLimitSettings({ adaptive: 'aimd', tolerance: 1.9, max: 100_000, min: 1 }).tolerance).toBe(
      1.9,
    );
    expect(adaptiveLimitSettings({ adaptive: 'aimd', tolerance: 1 }).tolerance).toBe(1);
  });

  test.each<[object, string]>([
    [{ adaptive: 'vegas' }, 'limit.adaptive must be gradient or aimd, not vegas'],
    [{ adaptive: 'constructor' }, 'limit.adaptive must be gradient or aimd, not constructor'],
    [{ adaptive: 'aimd', max: 100_001 }, 'limit.max must be a whole number from 1 to 100000, not 100001'],
    [{ adaptive: 'aimd', max: 0 }, 'limit.max must be a whole number from 1 to 100000, not 0'],
    [{ adaptive: 'aimd', min: 0 }, 'limit.min must be a whole number from 1 to 200, not 0'],
    [{ adaptive: 'aimd', initial: 201 }, 'limit.initial must be a whole number from 1 to 200, not 201'],
    [{ adaptive: 'aimd', tolerance: 0.9 }, 'limit.tolerance must be a number from 1 to 1.9, not 0.9'],
    [{ adaptive: 'aimd', tolerance: 2 }, 'limit.tolerance must be a number from 1 to 1.9, not 2'],
  ])('%o is refused: %s', (options, message) => {
    expect(() => adaptiveLimitSettings(options as AdaptiveLimitOptions)).toThrow(new RangeError(message));
  });
});
