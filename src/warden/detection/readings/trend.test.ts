import { describe, expect, test } from 'vitest';
import type { TrendRule } from '../rule.ts';
import { BASE, flat, play, ramp, type Step } from '../testing/play.ts';

const rule: TrendRule = {
  ...BASE,
  kind: 'trend',
  limit: 100,
  side: 'above',
  stepMs: 60_000,
  points: 30,
  sure: 0.95,
  warning: { enter: 1_800, leave: 2_250 },
  critical: { enter: 300, leave: 450 },
};
const down: TrendRule = { ...rule, limit: 10, side: 'below' };
const zigzag = (count: number): number[] => Array.from({ length: count }, (_, n) => 90 + 9 * (n % 2));

/** One value a minute. */
const told = (judged: TrendRule, steps: readonly Step[]): readonly string[] =>
  play(judged, steps, { everyMs: 60_000 }).told;

test.each<[string, TrendRule, Step[], string[]]>([
  ['stays near the level', rule, flat(40, 99), []],
  ['goes up and down', rule, zigzag(40), []],
  ['needs ten points', rule, ramp(10, 60, 2), []],
  ['crosses within the horizon', rule, ramp(11, 60, 2), ['600s started warning']],
  ['crosses beyond it', rule, ramp(30, 0, 1), []],
  ['comes nearer', rule, ramp(30, 49, 1), ['1260s started warning']],
  ['crosses in a moment', rule, ramp(11, 60, 3), ['600s started critical']],
  ['goes away from it', rule, ramp(30, 99, -1), []],
  ['falls to a level', down, ramp(11, 50, -2), ['600s started warning']],
  ['rises from a level', down, ramp(30, 11, 1), []],
  ['is beyond it already', rule, ramp(12, 120, 2), ['600s started critical']],
  ['is missing', rule, flat(40, null), []],
  ['is no number', rule, flat(40, Number.NaN), []],
  [
    'is infinite now and then',
    rule,
    ramp(15, 60, 2).map((one, n) => (n % 5 === 3 ? Infinity : one)),
    ['720s started warning'],
  ],
  ['is reset', rule, [...ramp(12, 60, 2), ...flat(9, 0)], ['600s started warning', '900s ended warning']],
  [
    'the process stood still for long',
    rule,
    [...ramp(9, 60, 2), { value: 80, afterMs: 7_200_000 }, ...flat(9, 80)],
    [],
  ],
  [
    'the wall clock was set',
    rule,
    [...ramp(9, 60, 2), { value: 78, wallJumpMs: -7_200_000 }, 80],
    ['600s started warning'],
  ],
])('%s', (_what, judged, steps, expected) => {
  expect(told(judged, steps)).toEqual(expected);
});

describe('the reason', () => {
  test.each<[string, TrendRule, Step[], string]>([
    [
      'says when, and how sure that is',
      rule,
      ramp(11, 60, 2),
      'n rises by 2 a minute and crosses 100 in 10 min if it goes on so (between 10 min and 10 min; 99.9 % sure that it rises), under the limit of 30 min.',
    ],
    [
      'leaves more room to a rough course',
      rule,
      ramp(13, 60, 2).map((one, n) => one + 5 * Math.sin(3 * n)),
      'n rises by 2.3 a minute and crosses 100 in 5 min if it goes on so (between 4 min and 10 min; 99.9 % sure that it rises), under the limit of 30 min.',
    ],
    [
      'of a fall',
      { ...down, unit: 'bytes' },
      ramp(11, 50, -2),
      'n falls by 2 bytes a minute and crosses 10 bytes in 10 min if it goes on so (between 10 min and 10 min; 99.9 % sure that it falls), under the limit of 30 min.',
    ],
  ])('%s', (_what, judged, steps, reason) => {
    expect(play(judged, steps, { everyMs: 60_000 }).reason).toBe(reason);
  });
});

test('a trend is judged when a point is finished, not with each value', () => {
  const values = ramp(110, 60, 0.33).map((one, n) => one + Math.sin(n));
  const memories = values.map((_, n) => memoryAfter(values.slice(0, n + 1)));
  const changes = memories.filter((one, n) => one.crossing !== memories[n - 1]?.crossing);
  expect(changes.length).toBeGreaterThan(5);
  for (const { points } of changes.slice(1)) expect(points).toBeGreaterThanOrEqual(10);
  expect(new Set(changes.slice(1).map(({ points }) => points)).size).toBe(changes.length - 1);
});

const memoryAfter = (values: readonly number[]): { crossing: number | null; points: number } => {
  const [series] = play(rule, values, { everyMs: 10_000 }).last.judgement.rules[0]?.series ?? [];
  if (series?.memory?.kind !== 'trend') throw new Error('there is no trend');
  const { crossing, averages } = series.memory;
  return { crossing: crossing?.atMs ?? null, points: averages.points.length / 2 };
};
