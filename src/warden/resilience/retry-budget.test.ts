import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';
import { propertyRuns } from './testing/property-runs.ts';

const calls = (budget: RetryBudget, count: number, nowMs: number): void => {
  for (let call = 0; call < count; call++) budget.noteCall(nowMs);
};
/** How many of `asked` retries may start. */
const retries = (budget: RetryBudget, asked: number, nowMs: number): number =>
  Array.from({ length: asked }, () => budget.tryRetry(nowMs)).filter(Boolean).length;

describe('a retry budget', () => {
  test('has a floor for idle times', () => {
    const budget = new RetryBudget();
    expect([budget.ratio, budget.floor, budget.windowMs]).toEqual([0.1, 3, 10_000]);
    expect(budget.left(0)).toBe(3);
    expect(retries(budget, 5, 0)).toBe(3);
    expect(budget.left(0)).toBe(0);
  });

  test.each([
    [0, 3],
    [30, 3],
    [39, 3],
    [40, 4],
    [49, 4],
    [1_000, 100],
  ])('beside %d calls it lets %d retries start', (count, allowed) => {
    const budget = new RetryBudget();
    calls(budget, count, 5_000);
    expect(budget.left(5_000)).toBe(allowed);
    expect(retries(budget, 200, 5_000)).toBe(allowed);
  });

  test('29 % of 100 are 29, though 0.29 * 100 is less', () => {
    const budget = new RetryBudget({ ratio: 0.29 });
    calls(budget, 100, 0);
    expect(budget.left(0)).toBe(29);
  });

  test('retries count until they have surely left the window, calls only while they surely are in it', () => {
    const budget = new RetryBudget({ floor: 0 });
    calls(budget, 100, 100);
    expect(retries(budget, 20, 199)).toBe(10);
    expect(budget.left(9_999)).toBe(0);
    calls(budget, 10, 9_999);
    expect(budget.left(9_999)).toBe(1);
    // The bucket of 200 ms with the 100 calls lies in the window only in part now.
    expect(budget.left(10_000)).toBe(0);
    calls(budget, 100, 10_100);
    expect(budget.left(10_199)).toBe(1);
    expect(budget.left(10_200)).toBe(11);
  });

  test('an idle hour empties it', () => {
    const budget = new RetryBudget();
    calls(budget, 1_000, 100);
    expect(retries(budget, 50, 100)).toBe(50);
    expect(budget.left(3_600_100)).toBe(3);
    expect(retries(budget, 50, 3_600_100)).toBe(3);
    calls(budget, 40, 3_600_100);
    expect(budget.left(3_600_100)).toBe(1);
  });

  test('an idle window and a bit empties it too', () => {
    const budget = new RetryBudget({ floor: 0 });
    calls(budget, 1_000, 0);
    expect(budget.left(9_999)).toBe(100);
    expect(budget.left(20_199)).toBe(0);
    calls(budget, 100, 20_200);
    expect(budget.left(20_200)).toBe(10);
    expect(budget.left(30_399)).toBe(0);
  });

  test('a window without anything leaves the oldest retries in it', () => {
    const budget = new RetryBudget();
    expect(retries(budget, 3, 100)).toBe(3);
    expect(budget.left(10_199)).toBe(0);
    expect(budget.left(10_200)).toBe(3);
  });

  test('works from any origin of time', () => {
    const budget = new RetryBudget({ floor: 0 });
    calls(budget, 100, -50_000);
    expect(retries(budget, 20, -49_000)).toBe(10);
    expect(budget.left(-30_000)).toBe(0);
  });

  test('whoever waits holds a place, and gives it back', () => {
    const budget = new RetryBudget();
    expect([budget.reserve(0), budget.reserve(0), budget.reserve(0), budget.reserve(0)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect([budget.waiting, budget.left(0)]).toEqual([3, 0]);
    budget.release();
    expect([budget.waiting, budget.left(0)]).toEqual([2, 1]);
    expect(budget.tryRetry(0)).toBe(true);
    budget.release();
    budget.release();
    expect([budget.waiting, budget.left(0)]).toEqual([0, 2]);
  });

  test('new settings keep what was counted', () => {
    const budget = new RetryBudget();
    calls(budget, 100, 0);
    expect(retries(budget, 7, 0)).toBe(7);
    budget.configure({ ratio: 0.5 });
    expect([budget.ratio, budget.floor, budget.left(0)]).toEqual([0.5, 3, 43]);
    budget.configure({ ratio: 0, floor: 8 });
    expect(budget.left(0)).toBe(1);
    budget.configure({ floor: 0 });
    expect([budget.left(0), budget.tryRetry(0)]).toEqual([0, false]);
    expect(() => {
      budget.configure({ ratio: 0.9, floor: -1 });
    }).toThrow(RangeError);
    expect([budget.ratio, budget.floor]).toEqual([0, 0]);
  });

  test.each([
    [{ ratio: -0.01 }, 'budget.ratio must be a number from 0 to 1, not -0.01'],
    [{ ratio: 1.01 }, 'budget.ratio must be a number from 0 to 1, not 1.01'],
    [{ floor: 1.5 }, 'budget.floor must be a whole number of at least 0, not 1.5'],
    [{ windowMs: 49 }, 'budget.windowMs must be a number of at least 50, not 49'],
  ])('%j is refused', (options, message) => {
    expect(() => new RetryBudget(options)).toThrow(new RangeError(message));
  });

  test('takes what lies on the edge', () => {
    expect(new RetryBudget({ ratio: 1, floor: 0, windowMs: 50 }).windowMs).toBe(50);
  });
});

const WINDOW_MS = 1_000;
/** A time that passes, then calls, then retries that ask. */
const steps = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 1_200 }) },
      { weight: 1, arbitrary: fc.constantFrom(20, 980, 1_000, 1_020, 1_040, 5_000, 3_600_000) },
    ),
    fc.nat({ max: 40 }),
    fc.nat({ max: 12 }),
  ),
  { maxLength: 60 },
);

describe('whatever comes', () => {
  const within = (times: readonly number[], fromMs: number, toMs: number): number =>
    times.filter((ms) => ms > fromMs && ms <= toMs).length;

  test('retries are at most 10 % of the calls of the window that ends with them, or the floor', () => {
    fc.assert(
      fc.property(
        steps,
        fc.nat({ max: 4 }),
        fc.integer({ min: -9_999, max: 9_999 }),
        (played, floor, originMs) => {
          const budget = new RetryBudget({ floor, windowMs: WINDOW_MS });
          const callsAt: number[] = [];
          const retriesAt: number[] = [];
          let nowMs = originMs;
          for (const [passMs, callCount, asked] of played) {
            nowMs += passMs;
            for (let call = 0; call < callCount; call++) {
              budget.noteCall(nowMs);
              callsAt.push(nowMs);
            }
            for (let ask = 0; ask < asked; ask++) {
              const left = budget.left(nowMs);
              const started = budget.tryRetry(nowMs);
              expect(started).toBe(left > 0);
              if (started) retriesAt.push(nowMs);
            }
            const began = within(callsAt, nowMs - WINDOW_MS, nowMs);
            const retried = within(retriesAt, nowMs - WINDOW_MS, nowMs);
            if (retriesAt.at(-1) === nowMs) {
              expect(retried).toBeLessThanOrEqual(Math.max(floor, 0.1 * began + 1e-9));
            }
            // It is not stricter than it says either: a bucket more of retries, a bucket less of calls.
            const surely = Math.floor(0.1 * within(callsAt, nowMs - WINDOW_MS + 20, nowMs) + 1e-9);
            const perhaps = within(retriesAt, nowMs - WINDOW_MS - 20, nowMs);
            expect(budget.left(nowMs)).toBeGreaterThanOrEqual(Math.max(floor, surely) - perhaps);
          }
          // And in any window whatever, of the calls of this one and the one before.
          for (const endMs of [...callsAt, ...retriesAt].slice(0, 200)) {
            const retried = within(retriesAt, endMs - WINDOW_MS, endMs);
            const began = within(callsAt, endMs - 2 * WINDOW_MS, endMs);
            expect(retried).toBeLessThanOrEqual(Math.max(floor, 0.1 * began + 1e-9));
          }
        },
      ),
      { numRuns: propertyRuns(300) },
    );
  });
});
