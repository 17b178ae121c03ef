import { expect, test } from 'vitest';
import type { PastSample } from '../inputs.ts';
import type { PastRule } from '../rule.ts';
import { BASE, flat, play, type Step } from '../testing/play.ts';

const rule: PastRule = {
  ...BASE,
  kind: 'past',
  side: 'below',
  windowMs: 300_000,
  daysAtLeast: 3,
  warning: { enter: 0.5, leave: 0.3 },
};
const above: PastRule = { ...rule, side: 'above' };
const DAYS = [90, 100, 110, 100];
const LOW =
  'n is 40 on average; at this hour of other days it was 100, so it is 60 % lower than usual, over the limit of 50 %.';
const door = (name: string, value: number): Step => ({
  samples: [{ signal: 'n', labels: { door: name }, value }],
});

test.each<[string, PastRule, readonly number[], Step[], string[], string | null]>([
  ['as on other days', rule, DAYS, flat(20, 95), [], null],
  ['lower than on any of them', rule, DAYS, flat(8, 40), ['300s started warning'], LOW],
  ['not known before the window is full', rule, DAYS, flat(5, 40), [], null],
  ['lower, but not by half', rule, DAYS, flat(20, 60), [], null],
  ['higher, which is not bad', rule, DAYS, flat(20, 900), [], null],
  [
    'higher, which is bad',
    above,
    DAYS,
    flat(6, 180),
    ['300s started warning'],
    'n is 180 on average; at this hour of other days it was 100, so it is 80 % higher than usual, over the limit of 50 %.',
  ],
  ['lower, as it was on one of them', rule, [30, 100, 100, 110], flat(20, 40), [], null],
  ['too few days', rule, [100, 100], flat(20, 40), [], null],
  ['no other day', rule, [], flat(20, 40), [], null],
  ['days without a number', rule, [100, Number.NaN, Infinity, 100], flat(20, 40), [], null],
  ['nothing on other days', rule, [0, 0, 0], flat(20, 40), [], null],
  ['missing for a while', rule, DAYS, [...flat(6, 40), ...flat(9, null), 40], ['300s started warning'], LOW],
  ['no number', rule, DAYS, flat(20, Number.NaN), [], null],
  ['infinite', rule, DAYS, flat(20, -Infinity), [], null],
  [
    'usual again',
    rule,
    DAYS,
    [...flat(6, 40), ...flat(5, 100)],
    ['300s started warning', '540s ended warning'],
    'n is 64 on average; at this hour of other days it was 100, so it is 36 % lower than usual: it was over the limit of 50 %, and ends when it stays under 30 % for 0 s.',
  ],
  ['a counter that was reset, for a moment', rule, DAYS, [...flat(10, 100), 0, ...flat(10, 100)], [], null],
  [
    'the process stood still',
    rule,
    DAYS,
    [...flat(4, 40), { value: 40, afterMs: 9e6 }, ...flat(4, 40)],
    [],
    null,
  ],
  [
    'the wall clock was set',
    rule,
    DAYS,
    [...flat(4, 40), { value: 40, wallJumpMs: -9e6 }, ...flat(4, 40)],
    [],
    null,
  ],
])('%s', (_what, judged, values, steps, told, reason) => {
  const past: PastSample[] = [{ signal: 'n', labels: {}, values }];
  const played = play(judged, steps, { everyMs: 60_000, past });
  expect([played.told, played.reason]).toEqual([told, reason]);
});

test('each series is compared with its own past', () => {
  const past: PastSample[] = [
    { signal: 'n', labels: { door: 'a' }, values: DAYS },
    { signal: 'n', labels: { door: 'b' }, values: [1, 2, 3] },
  ];
  const steps = ['a', 'b'].map((name) => door(name, 40)).map((step) => flat(6, step));
  expect(steps.map((some) => play(rule, some, { everyMs: 60_000, past }).told)).toEqual([
    ['300s {door=a} started warning'],
    [],
  ]);
});
