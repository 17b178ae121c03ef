import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffDefaults, nextDelay, resolveBackoff, type Jitter } from './backoff.ts';
import { propertyRuns } from './testing/property-runs.ts';

const ALMOST_1 = 1 - 2 ** -32;

describe('nextDelay', () => {
  test.each<[Jitter, number, number, number, number]>([
    ['none', 1, 0, 0.5, 500],
    ['none', 2, 500, 0.5, 1_000],
    ['none', 6, 8_000, 0.5, 16_000],
    ['none', 7, 16_000, 0.5, 30_000],
    ['none', 5_000, 30_000, 0.5, 30_000],
    ['equal', 1, 0, 0, 250],
    ['equal', 1, 0, 0.5, 375],
    ['equal', 2, 375, 0, 500],
    ['equal', 2, 375, 0.75, 875],
    ['equal', 7, 0, 0, 15_000],
    ['equal', 7, 0, 0.5, 22_500],
    ['full', 1, 0, 0, 0],
    ['full', 1, 0, 0.5, 250],
    ['full', 3, 0, 0.25, 500],
    ['full', 9, 0, 0.5, 15_000],
    ['decorrelated', 1, 0, 0, 500],
    ['decorrelated', 1, 0, 0.5, 1_000],
    ['decorrelated', 9, 1_000, 0.5, 1_750],
    ['decorrelated', 2, 20_000, 0.25, 15_375],
    ['decorrelated', 2, 20_000, 0.9, 30_000],
  ])(
    '%s: attempt %d after %d ms with chance %d waits %d ms',
    (jitter, attempt, previousMs, random, delayMs) => {
      expect(nextDelay({ ...backoffDefaults, jitter }, attempt, previousMs, random)).toBe(delayMs);
    },
  );

  test('no first delay is no delay, however often it doubles', () => {
    const backoff = resolveBackoff({ firstMs: 0, jitter: 'none' });
    expect([1, 5, 5_000].map((attempt) => nextDelay(backoff, attempt, 0, 0.5))).toEqual([0, 0, 0]);
  });

  test('a factor of 1 keeps them alike', () => {
    const backoff = resolveBackoff({ factor: 1, jitter: 'none' });
    expect([1, 2, 50].map((attempt) => nextDelay(backoff, attempt, 0, 0.5))).toEqual([500, 500, 500]);
  });

  test('by default delays increase up to the cap, whatever chance does', () => {
    const chances = fc.array(fc.double({ min: 0, max: ALMOST_1, noNaN: true }), {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(
      fc.property(chances, (chance) => {
        let previousMs = 0;
        for (const [index, random] of chance.entries()) {
          const delayMs = nextDelay(backoffDefaults, index + 1, previousMs, random);
          expect(delayMs).toBeGreaterThanOrEqual(previousMs);
          expect(delayMs).toBeGreaterThanOrEqual(250 * 2 ** index);
          expect(delayMs).toBeLessThan(500 * 2 ** index);
          previousMs = delayMs;
        }
      }),
      { numRuns: propertyRuns(300) },
    );
  });

  test('is between 0 and the cap for any options', () => {
    const options = fc.record({
      firstMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      factor: fc.double({ min: 1, max: 1e3, noNaN: true }),
      jitter: fc.constantFrom<Jitter>('equal', 'full', 'decorrelated', 'none'),
    });
    fc.assert(
      fc.property(
        options,
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: ALMOST_1, noNaN: true }),
        (given, overMs, attempt, previousMs, random) => {
          const backoff = resolveBackoff({ ...given, capMs: given.firstMs + overMs });
          const delayMs = nextDelay(backoff, attempt, previousMs, random);
          expect(delayMs).toBeGreaterThanOrEqual(given.jitter === 'decorrelated' ? given.firstMs : 0);
          expect(delayMs).toBeLessThanOrEqual(backoff.capMs);
        },
      ),
      { numRuns: propertyRuns(300) },
    );
  });
});

describe('resolveBackoff', () => {
  test('fills in the defaults', () => {
    expect(resolveBackoff()).toEqual({ firstMs: 500, factor: 2, capMs: 30_000, jitter: 'equal' });
    expect(resolveBackoff({ factor: 3 }, { firstMs: 1, factor: 2, capMs: 4, jitter: 'full' })).toEqual({
      firstMs: 1,
      factor: 3,
      capMs: 4,
      jitter: 'full',
    });
  });

  test('takes what lies on the edge', () => {
    expect(resolveBackoff({ firstMs: 0, factor: 1, capMs: 0 })).toMatchObject({ firstMs: 0, capMs: 0 });
  });

  test.each([
    [{ firstMs: -1 }, 'backoff.firstMs must be a number of at least 0, not -1'],
    [{ firstMs: NaN }, 'backoff.firstMs must be a number of at least 0, not NaN'],
    [{ firstMs: Infinity }, 'backoff.firstMs must be a number of at least 0, not Infinity'],
    [{ factor: 0.99 }, 'backoff.factor must be a number of at least 1, not 0.99'],
    [{ capMs: 499 }, 'backoff.capMs must be a number of at least 500, not 499'],
    [{ jitter: 'some' as Jitter }, 'backoff.jitter must be one of equal, full, decorrelated, none, not some'],
  ])('%j is refused', (options, message) => {
    expect(() => resolveBackoff(options)).toThrow(new RangeError(message));
  });
});
