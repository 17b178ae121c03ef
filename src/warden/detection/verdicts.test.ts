import { expect, test } from 'vitest';
import type { Rule } from './rule.ts';
import { noJudgement } from './state.ts';
import { BASE, flat, play, ramp, type Step } from './testing/play.ts';
import { verdictsOf } from './verdicts.ts';

const rule: Rule = { ...BASE, kind: 'threshold', unit: 's', warning: { enter: 5, leave: 3 }, forMs: 20_000 };
const trend: Rule = {
  ...BASE,
  kind: 'trend',
  limit: 100,
  side: 'above',
  stepMs: 60_000,
  points: 30,
  sure: 0.95,
  warning: { enter: 60, leave: 90 },
};
const absence: Rule = { ...BASE, kind: 'absence', unchanged: false, warning: { enter: 60, leave: 1 } };
const ratio: Rule = {
  ...BASE,
  kind: 'ratio',
  unit: 'ratio',
  to: 'm',
  atLeast: 10,
  windowMs: null,
  warning: { enter: 0.2, leave: 0.1 },
};
const both = (n: number, m: number): Step => ({
  samples: [
    { signal: 'n', value: n },
    { signal: 'm', value: m },
  ],
});

test.each<[string, Rule, Step[], string, number | null, string]>([
  ['well', rule, [2], 'well', 2, 'n is 2 s; the warning level begins at 5 s.'],
  ['about to begin', rule, [9, 9], 'well', 9, 'n has called for warning for 10 s; it starts after 20 s.'],
  ['begun', rule, flat(3, 9), 'warning', 9, 'n is 9 s, over the limit of 5 s.'],
  [
    'begun, and no longer measured',
    rule,
    [9, 9, 9, null, null],
    'warning',
    null,
    'n is 9 s, over the limit of 5 s. It has not been known for 10 s now.',
  ],
  ['not measured yet', rule, [null, null], 'waiting', null, 'Nothing is known of n yet.'],
  ['missing for long', rule, flat(32, null), 'unknown', null, 'n has not been known for 5 min.'],
  [
    'never measured',
    rule,
    flat(32, { samples: [] }),
    'unknown',
    null,
    'n was never measured: the name may be wrong, or what measures it is off.',
  ],
  [
    'no trend',
    trend,
    flat(12, { value: 1, afterMs: 60_000 }),
    'well',
    null,
    'n gives no cause for complaint; the warning level begins at 60 s.',
  ],
  [
    'a trend',
    trend,
    ramp(13, 10, 1).map((value) => ({ value, afterMs: 60_000 })),
    'well',
    4680,
    'n would cross 100 in 78 min; the warning level begins at 60 s.',
  ],
  [
    'present',
    absence,
    [1, null, null],
    'well',
    20,
    'n was measured 20 s ago; the warning level begins at 60 s.',
  ],
  [
    'a share',
    ratio,
    [both(1, 20)],
    'well',
    0.05,
    'The figure of n (ratio) is 5 %; the warning level begins at 20 %.',
  ],
  [
    'a share of too little',
    ratio,
    [both(1, 20), both(1, 2)],
    'well',
    null,
    'n gives no cause for complaint; the warning level begins at 20 %.',
  ],
])('%s', (_what, judged, steps, verdict, value, reason) => {
  const { last } = play(judged, steps);
  expect(verdictsOf(judged, last.judgement)).toMatchObject([{ verdict, value, reason }]);
});

test('the gravest series come first, each with its labels and its beginning', () => {
  const all: Rule = { ...rule, forMs: 0, critical: { enter: 9, leave: 8 } };
  const samples = ['a', 'b', 'c', 'd'].map((name, place) => ({
    signal: 'n',
    labels: { name },
    value: [1, 9, null, 6][place] ?? null,
  }));
  const { last } = play(all, [{ samples }, { samples }]);
  const verdicts = verdictsOf(all, last.judgement);
  expect(verdicts.map(({ labels, verdict, since }) => [labels['name'], verdict, since !== null])).toEqual([
    ['b', 'critical', true],
    ['d', 'warning', true],
    ['c', 'waiting', false],
    ['a', 'well', false],
  ]);
});

test('rules that look at other rules say what they look for', () => {
  const composite: Rule = { ...BASE, kind: 'composite', name: 'both', by: [], warning: { rule: 'r' } };
  const count: Rule = {
    ...BASE,
    kind: 'count',
    name: 'often',
    windowMs: 60_000,
    occurrence: { of: 'starts', rule: 'r' },
    warning: { enter: 3, leave: 1 },
  };
  const { last } = play([rule, composite, count], [1, 1]);
  expect(verdictsOf(composite, last.judgement)).toMatchObject([
    { verdict: 'well', reason: 'What it looks for does not hold.' },
  ]);
  expect(verdictsOf(count, last.judgement)).toMatchObject([
    { verdict: 'well', reason: 'The figure of the rule r (count) is 0; the warning level begins at 3.' },
  ]);
  expect(verdictsOf(rule, noJudgement)).toEqual([]);
});
