import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountWindow } from './count-window.ts';
import { propertyRuns } from './testing/property-runs.ts';

describe('counts over a moving window', () => {
  it('keeps things apart, and the sum since the start beside the window', () => {
    const window = new CountWindow(2, 20_000);
    window.add(0, 0);
    window.add(0, 1, 5);
    window.add(19_999, 0);
    expect([window.recent(19_999, 0), window.recent(19_999, 1)]).toEqual([2, 5]);
    expect([window.recent(20_000, 0), window.recent(20_000, 1)]).toEqual([1, 0]);
    expect([window.total(0), window.total(1)]).toEqual([2, 5]);
  });

  it('is empty after an idle hour', () => {
    const window = new CountWindow(1, 60_000);
    for (let ms = 0; ms < 60_000; ms += 500) window.add(ms, 0);
    expect(window.recent(3_660_000, 0)).toBe(0);
    window.add(3_660_000, 0);
    expect(window.recent(3_660_000, 0)).toBe(1);
  });

  it('counts what a list of all events would (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 7_000 }), fc.nat({ max: 2 })), { maxLength: 80 }),
        (steps) => {
          const window = new CountWindow(3, 20_000, 10);
          const events: { bucket: number; index: number }[] = [];
          let nowMs = 0;
          for (const [waitMs, index] of steps) {
            nowMs += waitMs;
            window.add(nowMs, index);
            events.push({ bucket: Math.floor(nowMs / 2_000), index });
            const oldest = Math.floor(nowMs / 2_000) - 9;
            for (const asked of [0, 1, 2]) {
              const expected = events.filter((event) => event.index === asked && event.bucket >= oldest);
              expect(window.recent(nowMs, asked)).toBe(expected.length);
            }
          }
        },
      ),
      { numRuns: propertyRuns(300) },
    );
  });
});
