import { expect, test } from 'vitest';
import type { CompositeRule, Expression, Rule, Sample, ThresholdRule } from './rule.ts';
import { BASE, play, type Step } from './testing/play.ts';

const limit = (name: string): ThresholdRule => ({
  ...BASE,
  kind: 'threshold',
  name,
  signal: name,
  unknownForMs: 0,
  warning: { enter: 10, leave: 5 },
  critical: { enter: 20, leave: 15 },
  describe: (value) => `${name} is ${value}.`,
});
const { signal: _, ...base } = BASE;
const composite = (warning: Expression, more: Partial<CompositeRule> = {}): readonly Rule[] => [
  { ...base, kind: 'composite', by: [], warning, ...more },
  limit('a'),
  limit('b'),
  limit('c'),
];
const at = (a: number | null, b: number | null = 0, c: number | null = 0, more: object = {}): Step => ({
  samples: [
    { signal: 'a', value: a },
    { signal: 'b', value: b },
    { signal: 'c', value: c },
  ],
  ...more,
});
const own = (told: readonly string[]): string[] => told.filter((one) => !/ [abc](?:\{.*\})? /.test(one));
const [A, B, C] = [{ rule: 'a' }, { rule: 'b' }, { rule: 'c' }];
const STARTED = ['0s started warning'];

test.each<[string, readonly Rule[], Step[], string[], string | null]>([
  ['both, and one of them is', composite({ all: [A, B] }), [at(10)], [], null],
  [
    'both are',
    composite({ all: [A, B] }),
    [at(10, 11)],
    STARTED,
    '2 things hold together: a is 10. b is 11.',
  ],
  ['one of two', composite({ any: [A, B] }), [at(0, 11)], STARTED, 'b is 11.'],
  ['none of two', composite({ any: [A, B] }), [at(9, 9)], [], null],
  ['one without the other', composite({ all: [A, { not: B }] }), [at(10)], STARTED, 'a is 10.'],
  ['one with the other, which forbids it', composite({ all: [A, { not: B }] }), [at(10, 10)], [], null],
  [
    'only a negation',
    composite({ not: A }),
    [at(0)],
    STARTED,
    'What it looks for holds, by what is not wrong.',
  ],
  ['a level that is not reached', composite({ rule: 'a', level: 'critical' }), [at(12)], [], null],
  ['a level that is reached', composite({ rule: 'a', level: 'critical' }), [at(20)], STARTED, 'a is 20.'],
  [
    'deep',
    composite({ any: [{ all: [A, { not: { any: [B, C] } }] }, { all: [B, C] }] }),
    [at(0, 10, 10)],
    STARTED,
    '2 things hold together: b is 10. c is 10.',
  ],
  [
    'an own expression for a graver level',
    composite(A, { critical: { all: [A, B] } }),
    [at(10), at(10, 10), at(10), at(0)],
    ['0s started warning', '10s warning->critical', '20s critical->warning', '30s ended warning'],
    'a is 10.',
  ],
  ['one is missing, and decides', composite({ all: [A, B] }), [at(10, null)], [], null],
  ['one is missing, and does not decide', composite({ any: [A, B] }), [at(10, null)], STARTED, 'a is 10.'],
  ['the negation of what is missing', composite({ not: A }), [at(null)], [], null],
  [
    'one is missing while it holds: it stays',
    composite({ all: [A, B] }),
    [at(10, 10), at(null, 10), at(10, 10)],
    STARTED,
    '2 things hold together: a is 10. b is 10.',
  ],
  ['no number', composite({ any: [A, B] }), [at(Number.NaN, Infinity)], [], null],
  ['a rule that there is not', composite({ all: [A, { rule: 'z' }] }), [at(10)], [], null],
  [
    'holds for its time',
    composite(A, { forMs: 20_000, keepForMs: 10_000 }),
    [at(10), at(10), at(10), at(0), at(0)],
    ['20s started warning', '40s ended warning'],
    'a is 10.',
  ],
  [
    'the process stood still',
    composite(A, { forMs: 20_000 }),
    [at(10), at(10, 0, 0, { afterMs: 9e6 })],
    [],
    null,
  ],
  [
    'the wall clock was set',
    composite(A, { forMs: 20_000 }),
    [at(10), at(10), at(10, 0, 0, { wallJumpMs: 9e6 })],
    [],
    null,
  ],
])('%s', (_what, rules, steps, told, reason) => {
  const played = play(rules, steps);
  expect(own(played.told)).toEqual(told);
  const condition = played.last.conditions.find(({ rule }) => rule === 'r');
  if (condition) expect(condition.reason).toBe(reason);
});

const door = (signal: string, name: string, value: number): Sample => ({
  signal,
  labels: { door: name },
  value,
});

test('apart for each label, where a series without it stands for all', () => {
  const rules = composite({ all: [A, B, { not: C }] }, { by: ['door'] });
  const samples = [
    door('a', 'x', 10),
    door('a', 'y', 10),
    door('b', 'x', 0),
    door('b', 'y', 10),
    { signal: 'c', value: 0 },
  ];
  const played = play(rules, [{ samples }]);
  expect(own(played.told)).toEqual(['0s {door=y} started warning']);
  expect(played.last.conditions.find(({ rule }) => rule === 'r')).toMatchObject({
    labels: { door: 'y' },
    value: 1,
    limit: 1,
    reason: '2 things hold together for {door=y}: a is 10. b is 10.',
  });
});

test('of composite rules each comes after those that it looks at; a circle is unknown, and ends', () => {
  const rule = (name: string, warning: Expression): Rule => ({
    ...base,
    kind: 'composite',
    name,
    by: [],
    warning,
  });
  const chain = [rule('r', { rule: 's' }), rule('s', A), limit('a')];
  expect(play(chain, [at(10)]).told).toEqual([
    '0s a started warning',
    '0s s started warning',
    '0s started warning',
  ]);
  const circle = [rule('r', { rule: 's' }), rule('s', { rule: 'r' })];
  expect(play(circle, [at(10), at(10)]).told).toEqual([]);
});
