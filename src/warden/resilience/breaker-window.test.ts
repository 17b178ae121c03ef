import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutcomeRing, WINDOW_PARTS } from './breaker-window.ts';
import { propertyRuns } from './testing/property-runs.ts';

const PART_MS = 10;
const WINDOW_MS = PART_MS * WINDOW_PARTS;

const counted = (ring: OutcomeRing, nowMs: number): [number, number, number] => {
  ring.advance(nowMs);
  return [ring.calls, ring.failures, ring.slow];
};

test.each<[string, [number, boolean, boolean][], number, [number, number, number]]>([
  ['nothing', [], 0, [0, 0, 0]],
  [
    'one of each',
    [
      [0, false, false],
      [0, true, false],
      [0, false, true],
      [0, true, true],
    ],
    0,
    [4, 2, 2],
  ],
  ['what is in the last of sixty parts', [[9, true, true]], 599, [1, 1, 1]],
  ['what has just left', [[9, true, true]], 600, [0, 0, 0]],
  ['nothing that is as old as the window', [[0, true, false]], 600, [0, 0, 0]],
  [
    'an hour without calls',
    [
      [5, true, true],
      [6, true, false],
    ],
    3_600_000,
    [0, 0, 0],
  ],
  [
    'a call after an idle hour',
    [
      [5, true, true],
      [3_600_000, false, false],
    ],
    3_600_000,
    [1, 0, 0],
  ],
  ['the first call long after the start', [[1e9, true, false]], 1e9 + 599, [1, 1, 0]],
])('%s', (_, calls, nowMs, expected) => {
  const ring = new OutcomeRing(WINDOW_MS);
  for (const [at, failed, slow] of calls) ring.record(at, failed, slow);
  expect(counted(ring, nowMs)).toEqual(expected);
});

test('memory does not grow and counting does not slow down: a part is three numbers, whatever it counts', () => {
  const ring = new OutcomeRing(WINDOW_MS);
  for (let call = 0; call < 200_000; call++) ring.record(call / 100, call % 2 === 0, false);
  expect(ring.parts(1_999).length).toBe(WINDOW_PARTS);
  expect(ring.failures).toBe(ring.calls / 2);
});

test('counts what the last sixty parts hold, whenever one looks', () => {
  const gap = fc.oneof(fc.nat(4), fc.nat(40), fc.nat(2_000));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(gap, fc.boolean(), fc.boolean(), fc.boolean()), { maxLength: 100 }),
      (steps) => {
        const ring = new OutcomeRing(WINDOW_MS);
        const calls: { part: number; failed: boolean; slow: boolean }[] = [];
        let nowMs = 0;
        for (const [gapMs, failed, slow, looks] of steps) {
          nowMs += gapMs;
          const part = Math.floor(nowMs / PART_MS);
          ring.record(nowMs, failed, slow);
          calls.push({ part, failed, slow });
          if (!looks) continue;
          const held = calls.filter((call) => call.part > part - WINDOW_PARTS);
          const expected = [
            held.length,
            held.filter((call) => call.failed).length,
            held.filter((call) => call.slow).length,
          ];
          expect(counted(ring, nowMs)).toEqual(expected);
          const parts = ring.parts(nowMs);
          const sum = (field: 'calls' | 'failures' | 'slow'): number =>
            parts.reduce((total, each) => total + each[field], 0);
          expect([sum('calls'), sum('failures'), sum('slow')]).toEqual(expected);
        }
      },
    ),
    { numRuns: propertyRuns(200) },
  );
});

describe('parts', () => {
  test('are told oldest first, with the age of their beginning, and only those that counted something', () => {
    const ring = new OutcomeRing(WINDOW_MS);
    ring.record(12, true, false);
    ring.record(19, false, true);
    ring.record(35, false, false);
    expect(ring.parts(47)).toEqual([
      { ageMs: 37, calls: 2, failures: 1, slow: 1 },
      { ageMs: 17, calls: 1, failures: 0, slow: 0 },
    ]);
  });

  test('go into another window at the same age, also before the beginning of its time', () => {
    const ring = new OutcomeRing(WINDOW_MS);
    ring.record(500, false, false);
    ring.add(505, [
      { ageMs: 594, calls: 5, failures: 4, slow: 3 },
      { ageMs: 595, calls: 7, failures: 7, slow: 7 },
      { ageMs: 596, calls: 9, failures: 9, slow: 9 },
      { ageMs: 5, calls: 1, failures: 1, slow: 0 },
      { ageMs: 0, calls: 1, failures: 0, slow: 0 },
    ]);
    // -90 ms is the beginning of the oldest part.
    expect(counted(ring, 505)).toEqual([5 + 7 + 3, 4 + 7 + 1, 3 + 7]);
    expect(ring.parts(505).map(({ ageMs }) => ageMs)).toEqual([595, 5]);
    expect(counted(ring, 510)).toEqual([3, 1, 0]);
  });

  test('that are too old are left out', () => {
    const ring = new OutcomeRing(WINDOW_MS);
    ring.add(1_000, [
      { ageMs: 590, calls: 1, failures: 0, slow: 0 },
      { ageMs: 591, calls: 1, failures: 1, slow: 1 },
    ]);
    expect(counted(ring, 1_000)).toEqual([1, 0, 0]);
  });

  test('are gone when it is cleared, and it goes on counting', () => {
    const ring = new OutcomeRing(WINDOW_MS);
    ring.record(0, true, true);
    ring.clear();
    expect([counted(ring, 0), ring.parts(0)]).toEqual([[0, 0, 0], []]);
    ring.record(0, true, false);
    expect(counted(ring, 599)).toEqual([1, 1, 0]);
    expect(counted(ring, 600)).toEqual([0, 0, 0]);
  });
});
