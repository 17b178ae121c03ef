import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyWindow } from './latency.ts';

describe('durations of a moving window', () => {
  it('knows nothing without durations', () => {
    const window = new LatencyWindow({ windowMs: 60_000 });
    expect([window.count(0), window.mean(0), window.quantile(0, 0.5)]).toEqual([0, null, null]);
  });

  it.each([
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('quantile %d of 1..100 is near %d', (q, expected) => {
    const window = new LatencyWindow({ windowMs: 60_000 });
    for (let ms = 1; ms <= 100; ms++) window.record(0, ms);
    const found = window.quantile(0, q) ?? 0;
    expect(Math.abs(found - expected) / expected).toBeLessThanOrEqual(0.033);
    expect(window.mean(0)).toBeCloseTo(50.5);
  });

  it('any quantile is within 3.3 % of the true one (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 2_000_000, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (durations, q) => {
          const window = new LatencyWindow({ windowMs: 1_000 });
          for (const ms of durations) window.record(5, ms);
          const sorted = durations.toSorted((a, b) => a - b);
          const truth = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] as number;
          expect(Math.abs((window.quantile(5, q) as number) - truth)).toBeLessThanOrEqual(
            truth * 0.033 + 0.001,
          );
        },
      ),
    );
  });

  it('forgets part by part, and all of it after an idle hour', () => {
    const window = new LatencyWindow({ windowMs: 60_000, slices: 6 });
    window.record(0, 100);
    window.record(30_000, 300);
    expect(window.count(59_999)).toBe(2);
    expect(window.count(60_000)).toBe(1);
    expect(window.quantile(60_000, 0.5)).toBeCloseTo(300, -1);
    expect(window.mean(60_000)).toBe(300);
    window.record(3_600_000, 7);
    expect([window.count(3_600_000), window.mean(3_600_000)]).toEqual([1, 7]);
  });

  it('tells the newest apart from the rest', () => {
    const minute = { spanMs: 60_000, atLeast: 0 };
    const window = new LatencyWindow({ windowMs: 300_000, slices: 10 });
    expect(window.newest(0, minute, 0.95)).toEqual({ count: 0, ms: null });
    for (let n = 0; n < 100; n++) window.record(100_000, 6_000);
    for (let n = 0; n < 40; n++) window.record(170_000, 100);
    expect(window.quantile(170_000, 0.95)).toBeCloseTo(6_000, -3);
    // The part in which the minute began counts as well.
    expect(window.newest(179_999, minute, 0.95).count).toBe(140);
    const { count, ms } = window.newest(180_000, minute, 0.95);
    expect(count).toBe(40);
    expect(Math.abs((ms ?? 0) - 100)).toBeLessThanOrEqual(3.3);
    expect(window.newest(180_000, { spanMs: 900_000, atLeast: 0 }, 0.5).count).toBe(140);
    expect(window.newest(180_000, { ...minute, atLeast: 40 }, 0.5).count).toBe(40);
    expect(window.newest(180_000, { ...minute, atLeast: 41 }, 0.5).count).toBe(140);
    expect(window.newest(3_600_000, { ...minute, atLeast: 9 }, 0.5)).toEqual({ count: 0, ms: null });
  });

  it('what is over 35 minutes or below nothing is kept at the edge', () => {
    const window = new LatencyWindow({ windowMs: 60_000 });
    window.record(0, 1e12);
    expect(window.quantile(0, 1)).toBeCloseTo(2 ** 31 / 1_000, -5);
    window.record(0, -5);
    expect(window.quantile(0, 0)).toBe(0);
  });

  it('says how far back it reaches: all of its parts but what is left of the newest', () => {
    const window = new LatencyWindow({ windowMs: 60_000 });
    expect(window.reachMs(600_000)).toBe(50_000);
    expect(window.reachMs(609_999)).toBe(59_999);
    expect(window.reachMs(610_000)).toBe(50_000);
  });
});
