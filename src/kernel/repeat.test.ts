import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RepeatFilter } from './repeat.ts';

test.each<[string, [string, number][], (number | null)[]]>([
  ['a first line', [['a', 0]], [0]],
  [
    'other lines',
    [
      ['a', 0],
      ['b', 0],
      ['c', 0],
    ],
    [0, 0, 0],
  ],
  [
    'the same within 30 s',
    [
      ['a', 0],
      ['a', 1],
      ['a', 29_999],
    ],
    [0, null, null],
  ],
  [
    'the same after 30 s, with what was held',
    [
      ['a', 0],
      ['a', 1],
      ['a', 2],
      ['a', 30_000],
    ],
    [0, null, null, 2],
  ],
  [
    '30 s are counted from the line that was written',
    [
      ['a', 0],
      ['a', 29_999],
      ['a', 30_000],
      ['a', 59_999],
      ['a', 60_000],
    ],
    [0, null, 1, null, 1],
  ],
  [
    'one does not hold back another',
    [
      ['a', 0],
      ['a', 1],
      ['b', 2],
      ['b', 3],
      ['a', 30_000],
    ],
    [0, null, 0, null, 1],
  ],
])('%s', (_, lines, admitted) => {
  const filter = new RepeatFilter();
  expect(lines.map(([key, at]) => filter.admit(key, at))).toEqual(admitted);
});

test('what was held back is told once, when its time is over', () => {
  const filter = new RepeatFilter();
  for (const key of ['a', 'a', 'a', 'b']) filter.admit(key, 0);
  expect(filter.expired(29_999)).toEqual([]);
  expect(filter.expired(30_000)).toEqual([{ key: 'a', count: 2 }]);
  expect(filter.expired(60_000)).toEqual([]);
  // Forgotten, so it is new.
  expect(filter.admit('a', 30_001)).toBe(0);
});

test('of many lines the oldest are forgotten first, and what they held back is told', () => {
  const filter = new RepeatFilter();
  for (let line = 0; line < 210; line++) {
    filter.admit(`line ${line}`, line);
    if (line < 12) filter.admit(`line ${line}`, line);
  }
  expect(filter.expired(300).map(({ key }) => key)).toEqual(
    Array.from({ length: 10 }, (_, line) => `line ${line}`),
  );
  expect(filter.admit('line 209', 300)).toBeNull();
  expect(filter.admit('line 0', 300)).toBe(0);
});

test('a line that was written again is as young as that', () => {
  const filter = new RepeatFilter();
  filter.admit('again', 0);
  filter.admit('old', 29_000);
  filter.admit('again', 30_000);
  for (let line = 0; line < 199; line++) filter.admit(`line ${line}`, 30_001);
  filter.expired(30_002);
  expect(filter.admit('again', 30_003)).toBeNull();
  expect(filter.admit('old', 30_003)).toBe(0);
});

test('no line is lost: written, told as repeated, or still held', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 20_000 }), fc.boolean())),
      (steps) => {
        const filter = new RepeatFilter();
        let accounted = 0;
        let now = 0;
        for (const [key, gapMs, looks] of steps) {
          now += gapMs;
          const repeated = filter.admit(key, now);
          if (repeated !== null) accounted += 1 + repeated;
          if (looks) for (const { count } of filter.expired(now)) accounted += count;
        }
        for (const { count } of filter.expired(Infinity)) accounted += count;
        expect(accounted).toBe(steps.length);
      },
    ),
  ));
