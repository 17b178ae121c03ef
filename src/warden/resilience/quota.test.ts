import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Quota } from './quota.ts';

/** The most starts in any window, wherever it begins. A window holds its beginning and not its end. */
const fullestWindow = (starts: readonly number[], windowMs: number): number =>
  Math.max(0, ...starts.map((from) => starts.filter((at) => at >= from && at < from + windowMs).length));

const options = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  windowMs: fc.integer({ min: 1, max: 50 }),
});
// Zero is frequent: bursts are what breaks a quota.
const gap = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 120 }));

describe('no window ever holds more calls than the limit', () => {
  test('of calls that start at once or not at all, which are let through whenever there is room', () =>
    fc.assert(
      fc.property(options, fc.array(gap, { maxLength: 120 }), ({ limit, windowMs }, gaps) => {
        const quota = new Quota({ limit, windowMs });
        const starts: number[] = [];
        let now = 0;
        for (const gapMs of gaps) {
          now += gapMs;
          const used = starts.filter((at) => at > now - windowMs).length;
          expect(quota.used(now)).toBe(used);
          expect(quota.available(now)).toBe(limit - used);
          const startMs = quota.take(now, 0);
          expect(startMs).toBe(used < limit ? now : null);
          if (startMs !== null) starts.push(startMs);
        }
        expect(fullestWindow(starts, windowMs)).toBeLessThanOrEqual(limit);
      }),
    ));

  test('of calls that wait, which start in order, as told, and no later than needed', () =>
    fc.assert(
      fc.property(
        options,
        fc.array(fc.tuple(gap, fc.nat(150)), { maxLength: 120 }),
        ({ limit, windowMs }, calls) => {
          const quota = new Quota({ limit, windowMs });
          const starts: number[] = [];
          let now = 0;
          for (const [gapMs, longestWaitMs] of calls) {
            now += gapMs;
            // The call that must leave its window first, and the one before in the queue.
            const earliest = Math.max(now, (starts.at(-limit) ?? -Infinity) + windowMs, starts.at(-1) ?? 0);
            expect(quota.waitMs(now)).toBe(earliest - now);
            const startMs = quota.take(now, longestWaitMs);
            expect(startMs).toBe(earliest - now > longestWaitMs ? null : earliest);
            if (startMs !== null) starts.push(startMs);
            expect(quota.used(now)).toBe(starts.filter((at) => at <= now && at > now - windowMs).length);
          }
          expect(starts).toEqual(starts.toSorted((a, b) => a - b));
          expect(fullestWindow(starts, windowMs)).toBeLessThanOrEqual(limit);
        },
      ),
    ));

  test('also when some that wait are given back', () =>
    fc.assert(
      fc.property(
        options,
        fc.array(fc.tuple(gap, fc.boolean()), { maxLength: 120 }),
        ({ limit, windowMs }, calls) => {
          const quota = new Quota({ limit, windowMs });
          let starts: number[] = [];
          let now = 0;
          for (const [gapMs, givesBack] of calls) {
            now += gapMs;
            const startMs = quota.take(now, Infinity);
            if (startMs !== null) starts.push(startMs);
            const waiting = starts.filter((at) => at > now);
            const regretted = waiting[Math.floor(waiting.length / 2)];
            if (!givesBack || regretted === undefined) continue;
            quota.giveBack(regretted);
            starts = starts.toSpliced(starts.lastIndexOf(regretted), 1);
          }
          expect(fullestWindow(starts, windowMs)).toBeLessThanOrEqual(limit);
          expect(starts).toEqual(starts.toSorted((a, b) => a - b));
        },
      ),
    ));
});

test('a call leaves its window after exactly that time', () => {
  const quota = new Quota({ limit: 1, windowMs: 100 });
  expect(quota.take(5, 0)).toBe(5);
  expect([quota.waitMs(5), quota.waitMs(104)]).toEqual([100, 1]);
  expect([quota.take(104, 0), quota.take(104, 0.9), quota.waitMs(105), quota.take(105, 0)]).toEqual([
    null,
    null,
    0,
    105,
  ]);
});

test('who comes later does not overtake who waits', () => {
  const quota = new Quota({ limit: 1, windowMs: 100 });
  expect([quota.take(0, 0), quota.take(10, 500), quota.take(20, 500)]).toEqual([0, 100, 200]);
  expect(quota.take(100, 0)).toBeNull();
  expect(quota.take(100, 200)).toBe(300);
  expect([quota.used(100), quota.available(100)]).toEqual([1, 0]);
});

test('what is given back from the middle of the queue lets nobody overtake its end', () => {
  const quota = new Quota({ limit: 3, windowMs: 10 });
  expect([0, 1, 2].map((now) => quota.take(now, 0))).toEqual([0, 1, 2]);
  expect([3, 3, 3].map((now) => quota.take(now, 50))).toEqual([10, 11, 12]);
  quota.giveBack(10);
  quota.giveBack(11);
  expect(quota.take(4, 50)).toBe(12);
});

test('a call that is given back makes room for another; one that nobody took changes nothing', () => {
  const quota = new Quota({ limit: 2, windowMs: 100 });
  quota.take(0, 0);
  quota.take(1, 0);
  quota.giveBack(77);
  expect(quota.take(2, 0)).toBeNull();
  quota.giveBack(1);
  expect(quota.used(2)).toBe(1);
  expect(quota.take(2, 0)).toBe(2);
});
