import { expect, test } from 'vitest';
import type { RateRule } from '../rule.ts';
import { BASE, flat, play, ramp, type Step } from '../testing/play.ts';

const rule: RateRule = {
  ...BASE,
  kind: 'rate',
  windowMs: 60_000,
  perMs: 60_000,
  counter: false,
  warning: { enter: 12, leave: 6 },
};
const counter: RateRule = { ...rule, counter: true };
const down: RateRule = { ...rule, side: 'below', warning: { enter: -12, leave: -6 } };
const OVER = 'n changes by 18 in 60 s, over the limit of 12.';

test.each<[string, RateRule, Step[], string[], string | null]>([
  ['does not change', rule, flat(20, 100), [], null],
  ['is known when half of the window was seen', rule, ramp(4, 0, 3), ['30s started warning'], OVER],
  ['is not known before', rule, ramp(3, 0, 3), [], null],
  [
    'exactly the limit',
    rule,
    ramp(10, 0, 2),
    ['30s started warning'],
    'n changes by 12 in 60 s, at the limit of 12.',
  ],
  ['changes slowly', rule, ramp(20, 0, 1.9), [], null],
  ['falls, which is not bad', rule, ramp(20, 0, -9), [], null],
  [
    'falls, which is bad',
    down,
    ramp(10, 0, -3),
    ['30s started warning'],
    'n changes by -18 in 60 s, under the limit of -12.',
  ],
  [
    'is over when it stays',
    rule,
    [...ramp(10, 0, 3), ...flat(10, 27)],
    ['30s started warning', '140s ended warning'],
    'n changes by 6 in 60 s: it was over the limit of 12, and ends when it stays under 6 for 0 s.',
  ],
  [
    'a counter that is reset goes on',
    counter,
    [...ramp(10, 500, 3), ...ramp(10, 3, 3)],
    ['30s started warning'],
    OVER,
  ],
  ['a counter that is reset and stays has not fallen', counter, [...flat(10, 900), ...flat(10, 5)], [], null],
  [
    'a value that falls to zero has fallen',
    down,
    [...flat(10, 900), ...flat(2, 0)],
    ['100s started warning'],
    'n changes by -900 in 60 s, under the limit of -12.',
  ],
  [
    'is missing for a while',
    rule,
    [...ramp(10, 0, 3), ...flat(9, null), ...ramp(3, 57, 3)],
    ['30s started warning'],
    OVER,
  ],
  [
    'is no number for a while',
    rule,
    [...ramp(10, 0, 3), Number.NaN, Infinity, -Infinity, ...ramp(3, 39, 3)],
    ['30s started warning'],
    OVER,
  ],
  [
    'the process stood still while it rose',
    counter,
    [...flat(10, 0), { value: 9_000, afterMs: 600_000 }, ...flat(9, 9_000)],
    [],
    null,
  ],
  [
    'the machine slept while it rose',
    counter,
    [...flat(10, 0), { value: 9_000, wallJumpMs: 3_600_000 }, ...flat(9, 9_000)],
    [],
    null,
  ],
  [
    'the wall clock was set back',
    counter,
    [...ramp(6, 0, 1), { value: 6, wallJumpMs: -3_600_000 }, ...ramp(9, 7, 1)],
    [],
    null,
  ],
])('%s', (_what, judged, steps, told, reason) => {
  const played = play(judged, steps);
  expect([played.told, played.reason]).toEqual([told, reason]);
});

test('a year of seconds is remembered in no more room than an hour', () => {
  const size = (count: number): number =>
    JSON.stringify(play(rule, ramp(count, 0, 1), { everyMs: 1_000 }).last.judgement).length;
  expect(size(3_000)).toBeLessThan(1.2 * size(300));
});
