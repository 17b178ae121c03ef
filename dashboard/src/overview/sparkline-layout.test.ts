import { describe, expect, it } from 'vitest';
import { layOut, nearest, spanOf } from './sparkline-layout.ts';

const hour = 59 * 60_000;
const minute = 60_000;

describe('layOut', () => {
  it('spans the hour and holds the limit', () => {
    const { line, limitY, x } = layOut(
      [
        [0, 0],
        [hour, 5],
      ],
      10,
      hour,
      100,
      48,
    );
    expect(line).toBe('M0 46L100 25.63');
    expect(limitY).toBeCloseTo(5.26, 2);
    expect(x(hour / 2)).toBe(50);
  });
  it('breaks the line at a gap', () => {
    const series = [0, 1, 2, 30, 31].map((at) => [at * minute, 1] as [number, number]);
    expect(layOut(series, undefined, hour, 100, 48).line.match(/M/g)).toHaveLength(2);
  });
  it('draws zeros on the floor', () => {
    expect(
      layOut(
        [
          [0, 0],
          [hour, 0],
        ],
        undefined,
        hour,
        100,
        48,
      ).line,
    ).toBe('M0 46L100 46');
  });
});

describe('spanOf', () => {
  it.each([
    [
      'an hour',
      [
        [0, 1],
        [hour, 1],
      ],
      hour,
      hour,
    ],
    [
      'more than an hour',
      [
        [-hour, 1],
        [hour, 1],
      ],
      hour,
      hour,
    ],
    [
      'a few minutes',
      [
        [50 * minute, 1],
        [54 * minute, 1],
      ],
      54 * minute,
      4 * minute,
    ],
    ['nothing', [], hour, minute],
  ] as [string, [number, number][], number, number][])('%s', (_, series, until, spanMs) => {
    expect(spanOf(series, until).spanMs).toBe(spanMs);
  });
});

it('nearest finds the point under the pointer', () => {
  const series = [0, 20, 59].map((at) => [at * minute, at] as [number, number]);
  expect(nearest(series, hour, 0.3)?.[1]).toBe(20);
  expect(nearest([], hour, 0.3)).toBeUndefined();
});
