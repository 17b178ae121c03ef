import { expect, test } from 'vitest';
import type { DegradationRule } from '../rule.ts';
import { BASE, flat, play, type Step } from '../testing/play.ts';

const rule: DegradationRule = {
  ...BASE,
  kind: 'degradation',
  side: 'above',
  windowMs: 300_000,
  baselineMs: 1_800_000,
  pointsAtLeast: 10,
  warning: { enter: 0.2, leave: 0.1 },
};
const down: DegradationRule = { ...rule, side: 'below' };
/** One value in 20 s, which is one point. */
const minutes = (count: number, value: Step): Step[] => flat(3 * count, value);
const started = (played: { readonly told: readonly string[] }): string[] =>
  played.told.map((one) => one.replace(/^\d+s /, ''));
const WORSE =
  'n has a median of 130 over 5 min; before that it was 100, so it is 30 % higher, over the limit of 20 %.';

test.each<[string, DegradationRule, Step[], string[], string | null]>([
  ['as before', rule, minutes(60, 100), [], null],
  ['worse by 30 %', rule, [...minutes(20, 100), ...minutes(4, 130)], ['started warning'], WORSE],
  ['worse by 15 %', rule, [...minutes(20, 100), ...minutes(20, 115)], [], null],
  ['better', rule, [...minutes(20, 100), ...minutes(20, 10)], [], null],
  [
    'lower, which is worse',
    down,
    [...minutes(20, 100), ...minutes(4, 70)],
    ['started warning'],
    'n has a median of 70 over 5 min; before that it was 100, so it is 30 % lower, over the limit of 20 %.',
  ],
  ['worse for a minute', rule, [...minutes(20, 100), ...minutes(1, 900), ...minutes(20, 100)], [], null],
  ['too little is known of before', rule, [...minutes(4, 100), ...minutes(4, 130)], [], null],
  ['nothing before', rule, [...minutes(20, 0), ...minutes(20, 130)], [], null],
  [
    'an incident of two hours does not end by being long',
    rule,
    [...minutes(20, 100), ...minutes(120, 130)],
    ['started warning'],
    WORSE,
  ],
  [
    'over when it is as before',
    rule,
    [...minutes(20, 100), ...minutes(30, 130), ...minutes(5, 100)],
    ['started warning', 'ended warning'],
    WORSE,
  ],
  [
    'what lasts for most of a day is how it is now',
    rule,
    [...minutes(20, 100), ...minutes(60 * 7, 130)],
    ['started warning', 'ended warning'],
    WORSE,
  ],
  ['missing for a while', rule, [...minutes(20, 100), ...minutes(4, null), ...minutes(2, 100)], [], null],
  ['no number', rule, [...minutes(20, 100), ...minutes(20, Number.NaN)], [], null],
  ['infinite', rule, [...minutes(20, 100), ...minutes(20, Infinity)], [], null],
  ['reset to zero', rule, [...minutes(20, 100), ...minutes(4, 0), ...minutes(2, 100)], [], null],
  [
    'the process stood still, and all is slow when it wakes up',
    rule,
    [...minutes(20, 100), { value: 900, afterMs: 7_200_000 }, ...minutes(6, 130)],
    [],
    null,
  ],
  [
    'the machine slept',
    rule,
    [...minutes(20, 100), { value: 900, wallJumpMs: 7_200_000 }, ...minutes(6, 130)],
    [],
    null,
  ],
])('%s', (_what, judged, steps, told, reason) => {
  const played = play(judged, steps, { everyMs: 20_000 });
  expect(started(played)).toEqual(told);
  if (told.length < 2) expect(played.reason).toBe(reason);
});
