import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookOn, newPatience, PATIENCE_LOOK_MS } from './patience.ts';
import type { ThreadLook } from './thread-use.ts';

const look = (atMs: number, cpuMs: number, waits: boolean, ofThread = true): ThreadLook => ({
  atMs,
  cpuMs,
  waits,
  ofThread,
});
const first = look(1_000, 500, false);
const countedAt = (...looks: readonly ThreadLook[]): number =>
  looks.reduce(lookOn, newPatience(first)).countedMs;

describe('how long the main thread has not answered', () => {
  test.each([
    ['a thread that runs counts the CPU time that it got', look(1_010, 508, false), 8],
    ['one that wants to run and gets no time counts nothing', look(1_010, 500, false), 0],
    ['one that waits counts the time that passed', look(1_010, 500, true), 10],
    ['where only the process is known, time counts', look(1_010, 600, false, false), 10],
    ['a late look at one that waits counts little more than its wait', look(1_400, 500, true), 15],
    ['a late look at one that runs, too', look(1_400, 900, false), 15],
    ['a clock that went back counts nothing', look(900, 500, true), 0],
    ['CPU time that went back counts nothing', look(1_010, 400, false), 0],
  ])('%s', (_what, seen, expected) => {
    expect(countedAt(seen)).toBe(expected);
  });

  test('looks add up, each from the one before', () => {
    expect(countedAt(look(1_010, 500, true), look(1_020, 505, false), look(1_030, 505, true))).toBe(25);
  });

  test('it never goes back, and no look adds more than one and a half waits', () => {
    const anyLook = fc.record({
      atMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      cpuMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      waits: fc.boolean(),
      ofThread: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyLook, { maxLength: 30 }), (looks) => {
        let patience = newPatience(first);
        for (const seen of looks) {
          const next = lookOn(patience, seen);
          expect(next.countedMs).toBeGreaterThanOrEqual(patience.countedMs);
          expect(next.countedMs - patience.countedMs).toBeLessThanOrEqual(1.5 * PATIENCE_LOOK_MS + 1e-9);
          patience = next;
        }
      }),
    );
  });
});
