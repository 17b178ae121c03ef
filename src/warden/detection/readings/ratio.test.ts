import { expect, test } from 'vitest';
import type { RatioRule, Sample } from '../rule.ts';
import { BASE, flat, play, type Step } from '../testing/play.ts';

const rule: RatioRule = {
  ...BASE,
  kind: 'ratio',
  unit: 'ratio',
  signal: 'errors',
  to: 'calls',
  atLeast: 10,
  windowMs: 60_000,
  warning: { enter: 0.2, leave: 0.1 },
};
const now: RatioRule = { ...rule, windowMs: null };
const down: RatioRule = { ...now, side: 'below', warning: { enter: 0.5, leave: 0.6 } };
const pair = (errors: number | null, calls: number | null, more: object = {}): Step => ({
  samples: [
    { signal: 'errors', value: errors },
    { signal: 'calls', value: calls },
  ],
  ...more,
});
/** Counters that grow by so much with each step. */
const grow = (
  count: number,
  errors: number,
  calls: number,
  from: readonly [number, number] = [0, 0],
): Step[] => Array.from({ length: count }, (_, n) => pair(from[0] + n * errors, from[1] + n * calls));
const host = (name: string, errors: number): Sample[] => [
  { signal: 'errors', labels: { host: name }, value: errors },
  { signal: 'calls', labels: { host: name }, value: 100 },
];

test.each<[string, RatioRule, Step[], string[], string | null]>([
  ['nothing fails', rule, grow(20, 0, 50), [], null],
  [
    'three of ten fail',
    rule,
    grow(3, 3, 10),
    ['10s started warning'],
    'errors is 30 % of calls over 60 s, over the limit of 20 %.',
  ],
  ['one of ten fails', rule, grow(20, 1, 10), [], null],
  ['all of few fail', rule, grow(20, 1, 1), [], null],
  ['nothing is called', rule, grow(20, 0, 0), [], null],
  [
    'is over when calls succeed',
    rule,
    [...grow(4, 3, 10), ...grow(7, 0, 30, [9, 60])],
    ['10s started warning', '60s ended warning'],
    'errors is 10 % of calls over 60 s: it was over the limit of 20 %, and ends when it stays under 10 % for 0 s.',
  ],
  [
    'is over when nothing is called',
    rule,
    [...grow(4, 3, 10), ...flat(9, pair(9, 30))],
    ['10s started warning', '90s ended warning'],
    'errors is 30 % of calls over 60 s, over the limit of 20 %.',
  ],
  ['both counters are reset', rule, [...grow(10, 0, 50, [800, 9_000]), ...grow(10, 0, 50)], [], null],
  ['one counter is reset', rule, [...grow(10, 1, 50, [800, 0]), ...grow(9, 1, 50, [0, 500])], [], null],
  [
    'errors are missing',
    rule,
    [...grow(4, 3, 10), ...flat(30, pair(null, 40))],
    ['10s started warning'],
    'errors is 30 % of calls over 60 s, over the limit of 20 %.',
  ],
  ['calls are missing', rule, flat(9, pair(9, null)), [], null],
  ['neither is a number', now, [pair(Number.NaN, 100), pair(9, Number.NaN), pair(Infinity, 100)], [], null],
  [
    'the process stood still while calls failed',
    rule,
    [...grow(3, 0, 10), pair(900, 930, { afterMs: 900_000 }), ...grow(3, 0, 10, [900, 940])],
    [],
    null,
  ],
  [
    'the machine slept while calls failed',
    rule,
    [...grow(3, 0, 10), pair(900, 930, { wallJumpMs: 900_000 }), ...grow(3, 0, 10, [900, 940])],
    [],
    null,
  ],
  [
    'of values',
    now,
    [pair(25, 100)],
    ['0s started warning'],
    'errors is 25 % of calls, over the limit of 20 %.',
  ],
  ['of values, by nothing', now, [pair(25, 0)], [], null],
  [
    'too low',
    down,
    [pair(40, 100), pair(0, 5)],
    ['0s started warning', '10s ended warning'],
    'errors is 40 % of calls, under the limit of 50 %.',
  ],
  [
    'each with its own',
    now,
    [{ samples: [...host('a', 1), ...host('b', 60)] }],
    ['0s {host=b} started warning'],
    'errors{host=b} is 60 % of calls, over the limit of 20 %.',
  ],
  [
    'each with the same',
    now,
    [
      {
        samples: [host('a', 1), host('b', 60)]
          .flatMap(([errors]) => (errors ? [errors] : []))
          .concat({ signal: 'calls', value: 100 }),
      },
    ],
    ['0s {host=b} started warning'],
    'errors{host=b} is 60 % of calls, over the limit of 20 %.',
  ],
])('%s', (_what, judged, steps, told, reason) => {
  const played = play(judged, steps);
  expect([played.told, played.reason]).toEqual([told, reason]);
});
