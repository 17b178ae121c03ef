import { expect, test } from 'vitest';
import type { AbsenceRule, Sample } from '../rule.ts';
import { BASE, flat, play, ramp, type Step } from '../testing/play.ts';

const rule: AbsenceRule = {
  ...BASE,
  kind: 'absence',
  unit: 's',
  unchanged: false,
  warning: { enter: 30, leave: 1 },
  critical: { enter: 60, leave: 1 },
};
const stuck: AbsenceRule = { ...rule, unchanged: true };
const pair = (a: number | null, b: number | null): Step => ({
  samples: (
    [
      ['a', a],
      ['b', b],
    ] as const
  ).map(([feed, value]): Sample => ({ signal: 'n', labels: { feed }, value })),
});

test.each<[string, AbsenceRule, Step[], string[], string | null]>([
  ['is measured', rule, flat(20, 1), [], null],
  ['is measured in time', rule, [1, null, null, 1, null, null, 1], [], null],
  [
    'is missing',
    rule,
    [1, ...flat(4, null)],
    ['30s started warning'],
    'n has not been measured for 40 s, over the limit of 30 s.',
  ],
  [
    'is missing for longer',
    rule,
    [1, ...flat(6, null)],
    ['30s started warning', '60s warning->critical'],
    'n has not been measured for 60 s, at the limit of 60 s.',
  ],
  [
    'comes back',
    rule,
    [1, ...flat(4, null), 1],
    ['30s started warning', '50s ended warning'],
    'n has not been measured for 40 s, over the limit of 30 s.',
  ],
  [
    'was never measured',
    rule,
    flat(4, {}),
    ['30s started warning'],
    'n has not been measured for 30 s, at the limit of 30 s.',
  ],
  [
    'is no number',
    rule,
    [1, ...flat(3, Number.NaN)],
    ['30s started warning'],
    'n has not been measured for 30 s, at the limit of 30 s.',
  ],
  [
    'is infinite',
    rule,
    [1, ...flat(3, Infinity)],
    ['30s started warning'],
    'n has not been measured for 30 s, at the limit of 30 s.',
  ],
  ['stays the same, which is well', rule, flat(20, 7), [], null],
  [
    'stays the same, which is not',
    stuck,
    flat(4, 7),
    ['30s started warning'],
    'n has stayed at 7, or not been measured, for 30 s, at the limit of 30 s.',
  ],
  ['changes', stuck, ramp(20, 0, 1), [], null],
  ['starts from zero again', stuck, [5, 5, 5, 0, 0, 0], [], null],
  ['the process stood still', rule, [1, { value: 1, afterMs: 900_000 }, 1], [], null],
  [
    'the process stood still while it was missing',
    rule,
    [1, null, { value: null, afterMs: 900_000 }, null],
    [],
    null,
  ],
  ['the wall clock was set', rule, [1, { value: null, wallJumpMs: 7_200_000 }, 1], [], null],
  [
    'one of two is missing',
    rule,
    [pair(1, 1), ...flat(3, pair(1, null))],
    ['30s {feed=b} started warning'],
    'n{feed=b} has not been measured for 30 s, at the limit of 30 s.',
  ],
  [
    'one of two is not even mentioned',
    rule,
    [pair(1, 1), ...flat(3, { samples: [{ signal: 'n', labels: { feed: 'a' }, value: 1 }] })],
    ['30s {feed=b} started warning'],
    'n{feed=b} has not been measured for 30 s, at the limit of 30 s.',
  ],
])('%s', (_what, judged, steps, told, reason) => {
  const played = play(judged, steps);
  expect([played.told, played.reason]).toEqual([told, reason]);
  expect(played.last.missing).toEqual([]);
});
