import { describe, expect, it } from 'vitest';
import { bounds, chartData, limitsOf, withGaps, type Row } from './chart-data.ts';

const row = (at: number, avg = 1): Row => ({ at, min: avg - 1, max: avg + 1, avg, p95: avg, count: 1 });

describe('gaps', () => {
  it.each([
    ['nothing', [], []],
    ['one point', [0], [0]],
    ['one after the other', [0, 60, 120], [0, 60, 120]],
    ['a little late', [0, 60, 209], [0, 60, 209]],
    ['a hole', [0, 60, 240], [0, 60, null, 240]],
    ['two holes', [0, 600, 1_200], [0, null, 600, null, 1_200]],
  ])('%s', (_, times, expected) => {
    const points = withGaps(
      times.map((at) => row(at)),
      60,
    );
    expect(points.map((point) => point?.at ?? null)).toEqual(expected);
  });
});

it('columns are of one length, in seconds, rising also over a hole, and empty in it', () => {
  const data = chartData(withGaps([row(0, 2), row(60_000, 3), row(600_000, 4)], 60_000), 60_000, [5]);
  expect(data).toEqual([
    [0, 60, 120, 600],
    [3, 4, null, 5],
    [1, 2, null, 3],
    [2, 3, null, 4],
    [5, 5, 5, 5],
  ]);
});

describe('limits', () => {
  const limit = (value: number, labels: Record<string, string> = {}) => ({
    rule: 'r',
    level: 'warning' as const,
    value,
    labels,
  });
  it('are those of the series, and far ones are not drawn', () => {
    const all = [limit(10), limit(500), limit(8, { group: 'hot' }), limit(9, { group: 'cold' })];
    const { drawn, far } = limitsOf(all, { group: 'hot' }, [row(0, 4)]);
    expect(drawn.map(({ value }) => value)).toEqual([10, 8]);
    expect(far.map(({ value }) => value)).toEqual([500]);
  });
  it('none is drawn over a line at zero', () => {
    expect(limitsOf([limit(150)], {}, [row(0, -1)]).drawn).toEqual([]);
  });
});

it.each([
  [0, 10, [0, 11]],
  [0, 0, [0, 1]],
  [4, 10, [0, 11]],
  [90, 100, [88, 102]],
  [100, 100, [98, 102]],
  [-10, 10, [-13, 13]],
  [1e-9, 1e-9, [0.98e-9, 1.02e-9]],
])('the axis of %s to %s', (low, high, [from, to]) => {
  const [begin, end] = bounds(low, high);
  expect(begin).toBeCloseTo(from as number, 12);
  expect(end).toBeCloseTo(to as number, 12);
});
