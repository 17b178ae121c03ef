import { expect, test } from 'vitest';
import type { CountRule, Rule, ThresholdRule } from '../rule.ts';
import { BASE, flat, play, ramp, type Step } from '../testing/play.ts';

const { signal, ...base } = BASE;
const rule: CountRule = {
  ...base,
  kind: 'count',
  windowMs: 120_000,
  occurrence: { of: 'changes', signal },
  warning: { enter: 3, leave: 1 },
};
const crossings: CountRule = { ...rule, occurrence: { of: 'crossings', signal, at: 50, side: 'above' } };
const increase: CountRule = { ...rule, occurrence: { of: 'increase', signal } };
const hot: ThresholdRule = { ...BASE, kind: 'threshold', name: 'hot', warning: { enter: 50, leave: 40 } };
const starts: readonly Rule[] = [{ ...rule, occurrence: { of: 'starts', rule: 'hot' } }, hot];
const own = (played: { told: readonly string[] }): string[] =>
  played.told.filter((one) => !one.includes('hot'));
const both = (a: number, b: number): Step => ({
  samples: [
    { signal, labels: { door: 'a' }, value: a },
    { signal, labels: { door: 'b' }, value: b },
  ],
});

test.each<[string, Rule | readonly Rule[], Step[], string[], string | null]>([
  ['never changes', rule, flat(30, 1), [], null],
  ['changes twice', rule, [0, 1, 0, ...flat(9, 0)], [], null],
  ['flaps', rule, [0, 1, 0, 1], ['30s started warning'], 'n changed 3 times in 2 min, at the limit of 3.'],
  ['flaps slowly', rule, [0, ...flat(9, 1), ...flat(9, 0), ...flat(9, 1)], [], null],
  [
    'flapped, and is calm now',
    rule,
    [0, 1, 0, 1, ...flat(12, 1)],
    ['30s started warning', '150s ended warning'],
    'n changed 1 time in 2 min: it was over the limit of 3, and ends when it stays under 1 for 0 s.',
  ],
  [
    'goes over a number',
    crossings,
    [0, 60, 0, 60, 70, 0, 60],
    ['60s started warning'],
    'n went above 50 3 times in 2 min, at the limit of 3.',
  ],
  ['stays over a number', crossings, flat(20, 60), [], null],
  [
    'counts up at once',
    increase,
    [0, 5],
    ['10s started warning'],
    'n counted 5 in 2 min, over the limit of 3.',
  ],
  ['counts from what nobody saw', increase, flat(5, 900), [], null],
  ['is reset to zero', increase, [...flat(3, 900), ...flat(3, 0)], [], null],
  [
    'is reset, and has counted since',
    increase,
    [...flat(3, 900), 4],
    ['30s started warning'],
    'n counted 4 in 2 min, over the limit of 3.',
  ],
  [
    'is missing between changes',
    rule,
    [0, null, 1, null, 0, Number.NaN, 1],
    ['60s started warning'],
    'n changed 3 times in 2 min, at the limit of 3.',
  ],
  ['is no number', rule, [Number.NaN, Infinity, Number.NaN, Infinity], [], null],
  [
    'the process stood still while it counted',
    increase,
    [0, { value: 900, afterMs: 900_000 }, 900, 900],
    [],
    null,
  ],
  [
    'the machine slept while it counted',
    increase,
    [0, { value: 900, wallJumpMs: 900_000 }, 900, 900],
    [],
    null,
  ],
  ['each series by itself', rule, [both(0, 0), both(1, 0), both(1, 1), both(0, 1)], [], null],
  [
    'one of them flaps',
    rule,
    [both(0, 0), both(1, 0), both(0, 0), both(1, 0)],
    ['30s {door=a} started warning'],
    'n{door=a} changed 3 times in 2 min, at the limit of 3.',
  ],
  [
    'a condition starts again and again',
    starts,
    [60, 0, 60, 0, 60],
    ['40s started warning'],
    'The condition hot started 3 times in 2 min, at the limit of 3.',
  ],
  ['a condition lasts', starts, flat(20, 60), [], null],
  ['no such condition', starts.slice(0, 1), ramp(20, 0, 50), [], null],
])('%s', (_what, judged, steps, told, reason) => {
  const played = play(judged, steps);
  expect(own(played)).toEqual(told);
  if (reason !== null)
    expect(played.last.conditions.map((one) => one.reason).concat(played.reason ?? '')).toContain(reason);
});
