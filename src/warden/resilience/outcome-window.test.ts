import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutcomeWindow } from './outcome-window.ts';

const BUCKET_MS = 15_000;

test.each<[string, [number, boolean][], number, number | null]>([
  ['nothing', [], 0, null],
  ['one success', [[0, true]], 0, 0],
  ['one failure', [[0, false]], 0, 1],
  [
    'both',
    [
      [0, false],
      [1_000, true],
      [20_000, true],
      [40_000, true],
    ],
    60_000,
    0.25,
  ],
  ['what is nearly five minutes old', [[0, false]], 299_999, 1],
  ['what is five minutes old', [[0, false]], 300_000, null],
  ['what has left before a long pause', [[15_000, false]], 600_000, null],
  [
    'an hour without calls',
    [
      [0, false],
      [5_000, false],
    ],
    3_600_000,
    null,
  ],
  [
    'a call after an idle hour',
    [
      [0, false],
      [3_600_000, true],
    ],
    3_600_000,
    0,
  ],
  ['a first call long after the start', [[1e9, false]], 1e9 + 5, 1],
])('%s', (_, calls, now, ratio) => {
  const window = new OutcomeWindow();
  for (const [at, success] of calls) window.record(at, success);
  expect(window.failureRatio(now)).toBe(ratio);
});

test('is the share of failures in the twenty buckets up to now, whenever one looks', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 120_000 }), fc.boolean(), fc.boolean()), { maxLength: 60 }),
      (steps) => {
        const window = new OutcomeWindow();
        const calls: { bucket: number; success: boolean }[] = [];
        let now = 0;
        for (const [gapMs, success, looks] of steps) {
          now += gapMs;
          const bucket = Math.floor(now / BUCKET_MS);
          window.record(now, success);
          calls.push({ bucket, success });
          if (!looks) continue;
          const seen = calls.filter((call) => call.bucket > bucket - 20);
          expect(window.failureRatio(now)).toBe(seen.filter((call) => !call.success).length / seen.length);
        }
      },
    ),
  ));
