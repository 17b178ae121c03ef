import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secondsUntilFull } from './capacity.ts';

const line = (count: number, value: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => ({ atMs: i * 60_000, value: value(i) }));

test.each<[string, ReturnType<typeof line>, number, number | null]>([
  ['grows 10 a minute, 100 are left', line(10, (i) => 10 * i), 190, 600],
  ['two wild points change nothing', line(20, (i) => (i === 5 || i === 11 ? 5_000 : 10 * i)), 290, 600],
  ['a wild last point changes nothing', line(20, (i) => (i === 19 ? 100 : 10 * i)), 290, 600],
  ['only the last 60 points count', line(200, (i) => (i < 140 ? 0 : 10 * (i - 140))), 690, 600],
  ['stays', line(10, () => 5), 100, null],
  ['shrinks', line(10, (i) => 100 - i), 200, null],
  ['goes up and down', line(20, (i) => [3, 1, 4, 1, 5, 9, 2, 6, 5, 3][i % 10] ?? 0), 100, null],
  ['too few points', line(4, (i) => 10 * i), 100, null],
  ['is full', line(1, () => 100), 100, 0],
  ['no limit', line(10, (i) => i), Infinity, null],
  ['all at one moment', line(10, (i) => i).map(({ value }) => ({ atMs: 0, value })), 100, null],
  ['nothing', [], 100, null],
])('%s', (_name, points, limit, seconds) => {
  const found = secondsUntilFull(points, limit);
  if (seconds === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(seconds, 6);
});

test('a straight line is followed exactly, whatever its scale', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 5, max: 80 }),
      fc.double({ min: 0.01, max: 1e9, noNaN: true }),
      fc.double({ min: 1, max: 1e6, noNaN: true }),
      (count, perMinute, minutesLeft) => {
        const points = line(count, (i) => perMinute * i);
        const seconds = secondsUntilFull(points, perMinute * (count - 1 + minutesLeft));
        expect((seconds ?? 0) / (60 * minutesLeft)).toBeCloseTo(1, 4);
      },
    ),
  );
});

test('nothing runs full both upwards and downwards', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 5, maxLength: 60 }),
      (values) => {
        const up = secondsUntilFull(
          line(values.length, (i) => values[i] ?? 0),
          1e6,
        );
        const down = secondsUntilFull(
          line(values.length, (i) => -(values[i] ?? 0)),
          1e6,
        );
        expect(up === null || down === null).toBe(true);
      },
    ),
  );
});
