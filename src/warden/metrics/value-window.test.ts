import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { ValueWindow } from './value-window.ts';

const NOTHING = { count: 0, sum: 0, min: null, max: null, p50: null, p95: null, p99: null };

describe('values of a moving window', () => {
  test('knows nothing without values', () => {
    const window = new ValueWindow({ windowMs: 60_000, lowest: 1, highest: 10 });
    expect(window.figures(0)).toEqual({ windowMs: 60_000, ...NOTHING });
  });

  test('knows quantiles of 1..100', () => {
    const window = new ValueWindow({ windowMs: 60_000, lowest: 1, highest: 1_000 });
    for (let value = 1; value <= 100; value++) window.record(0, value);
    const { count, sum, min, max, p50, p95, p99 } = window.figures(0);
    expect({ count, sum, min, max }).toEqual({ count: 100, sum: 5_050, min: 1, max: 100 });
    // The middle of the step of each: 16 steps an octave.
    expect([p50, p95, p99]).toEqual([51, 94, 98]);
  });

  test('forgets part by part, and all of it after an idle hour', () => {
    const window = new ValueWindow({ windowMs: 60_000, lowest: 0.1, highest: 1_000, slices: 6 });
    window.record(0, 100);
    window.record(30_000, 300);
    expect(window.figures(59_999)).toMatchObject({ count: 2, sum: 400, min: 100, max: 300 });
    expect(window.figures(60_000)).toMatchObject({
      count: 1,
      sum: 300,
      min: 300,
      max: 300,
      p50: 300,
      p99: 300,
    });
    window.record(3_600_000, 7);
    expect(window.figures(3_600_000)).toMatchObject({ count: 1, sum: 7, min: 7, max: 7 });
    expect(window.figures(3_660_000)).toEqual({ windowMs: 60_000, ...NOTHING });
  });

  test('beyond its range it tells min and max', () => {
    const window = new ValueWindow({ windowMs: 60_000, lowest: 1, highest: 10 });
    for (const value of [0, 0.25, 0.5]) window.record(0, value);
    expect(window.figures(0)).toMatchObject({ min: 0, max: 0.5, p50: 0, p99: 0 });
    for (const value of [1e3, 1e300, 1e300, 1e300]) window.record(0, value);
    expect(window.figures(0)).toMatchObject({ min: 0, max: 1e300, p50: 1e300, p99: 1e300 });
  });

  test('a range that is too wide loses its lower end', () => {
    const window = new ValueWindow({ windowMs: 60_000, lowest: 1e-300, highest: 1e300 });
    for (const value of [1e-300, 1, 1.5e290]) window.record(0, value);
    expect(window.figures(0)).toMatchObject({ min: 1e-300, p50: 1e-300 });
    for (let times = 0; times < 5; times++) window.record(0, 1.5e290);
    expect((window.figures(0).p50 ?? 0) / 1.5e290).toBeCloseTo(1, 1);
  });

  test('time that seems to stand changes nothing', () => {
    const window = new ValueWindow({ windowMs: 6, lowest: 1, highest: 10 });
    for (let times = 0; times < 1_000; times++) window.record(5.999, 2);
    expect(window.figures(5.999)).toMatchObject({ count: 1_000, sum: 2_000, p50: 2, p99: 2 });
  });
});

test('is what a list of the values says (property)', () => {
  const value = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
  const step = fc.record({ waitMs: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constant(10_000)), value });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
      const window = new ValueWindow({ windowMs: 600, lowest: 1e-3, highest: 1e6, slices: 6 });
      const all: { slice: number; value: number }[] = [];
      let nowMs = 0;
      for (const { waitMs, value: next } of steps) {
        nowMs += waitMs;
        window.record(nowMs, next);
        all.push({ slice: Math.floor(nowMs / 100), value: next });
        const newest = Math.floor(nowMs / 100);
        const inside = all.filter(({ slice }) => slice > newest - 6).map((one) => one.value);
        const sorted = inside.toSorted((a, b) => a - b);
        const figures = window.figures(nowMs);
        expect(figures).toMatchObject({ count: sorted.length, min: sorted[0], max: sorted.at(-1) });
        expect(figures.sum / sorted.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
        for (const [share, found] of [
          [0.5, figures.p50],
          [0.95, figures.p95],
          [0.99, figures.p99],
        ] as const) {
          const truth = sorted[Math.ceil(share * sorted.length) - 1] as number;
          expect(Math.abs((found ?? NaN) - truth)).toBeLessThanOrEqual(0.032 * truth);
        }
      }
    }),
    { numRuns: inject('propertyRuns') || 300 },
  );
});
