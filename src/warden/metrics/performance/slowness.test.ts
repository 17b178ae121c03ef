import { describe, expect, it } from 'vitest';
import { slowness } from './slowness.ts';
import type { TimingFigures } from './timing-series.ts';

const figures = (count: number, averageMs: number | null): TimingFigures => ({
  count,
  failed: 0,
  successShare: null,
  averageMs,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  maxMs: null,
  perMinute: 0,
});
/** An hour in which `recent` is contained. */
const hourOf = (recent: readonly [number, number], before: readonly [number, number]): TimingFigures =>
  figures(recent[0] + before[0], (recent[0] * recent[1] + before[0] * before[1]) / (recent[0] + before[0]));

describe('what has become slower', () => {
  it.each([
    ['three times as long', [100, 300], [900, 100], { ratio: 3, recentMs: 300, usualMs: 100 }],
    ['just 20 % longer', [100, 120.001], [900, 100], { ratio: 1.20001, recentMs: 120.001, usualMs: 100 }],
    ['19 % longer', [100, 119], [900, 100], null],
    ['as long', [100, 100], [900, 100], null],
    ['quicker', [100, 50], [900, 100], null],
    ['ten times as long, of next to nothing', [100, 5], [900, 0.5], null],
    ['5 ms more', [100, 6], [900, 1], { ratio: 6, recentMs: 6, usualMs: 1 }],
    ['few of late', [9, 300], [900, 100], null],
    ['ten of late', [10, 300], [900, 100], { ratio: 3, recentMs: 300, usualMs: 100 }],
    ['few before', [100, 300], [9, 100], null],
    ['ten before', [100, 300], [10, 100], { ratio: 3, recentMs: 300, usualMs: 100 }],
  ] as const)('%s', (_, recent, before, found) => {
    const result = slowness(figures(recent[0], recent[1]), hourOf(recent, before));
    if (found === null) expect(result).toBeNull();
    else
      for (const key of ['ratio', 'recentMs', 'usualMs'] as const)
        expect(result?.[key]).toBeCloseTo(found[key]);
  });

  it('nothing is known of nothing', () => {
    expect(slowness(figures(0, null), figures(0, null))).toBeNull();
    expect(slowness(figures(20, null), figures(40, null))).toBeNull();
  });

  it('what took no time before is taken for the shortest time there is', () => {
    expect(slowness(figures(10, 20), hourOf([10, 20], [10, 0]))?.ratio).toBe(20_000);
  });
});
