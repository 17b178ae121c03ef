import { describe, expect, it, test } from 'vitest';
import type { JudgedRule } from '../../../src/contract/index.ts';
import { byVerdict, incidentStanding, isNotWell, levelWords, limitsOf, rulesSentence } from './words.ts';

type Verdict = JudgedRule['verdict'];

const rule = (verdict: Verdict, name: string = verdict): JudgedRule => ({
  name,
  kind: 'threshold',
  runbook: null,
  origin: 'default',
  signal: 'x',
  unit: 's',
  essential: false,
  levels: [],
  verdict,
  reason: '',
  series: 1,
  gravest: [],
  nextSteps: [],
  remedy: null,
});

it.each<[Verdict, boolean]>([
  ['well', false],
  ['waiting', false],
  ['unknown', true],
  ['warning', true],
  ['error', true],
  ['critical', true],
])('a rule that is %s is not well: %s', (verdict, expected) => expect(isNotWell({ verdict })).toBe(expected));

test('the gravest come first, equals as they are listed', () => {
  const list = [
    rule('well', 'a'),
    rule('waiting'),
    rule('critical'),
    rule('well', 'b'),
    rule('warning'),
    rule('error'),
  ];
  expect(byVerdict(list).map(({ name }) => name)).toEqual([
    'critical',
    'error',
    'warning',
    'waiting',
    'a',
    'b',
  ]);
});

describe('all rules in one sentence', () => {
  test.each<[readonly Verdict[], string]>([
    [['well'], 'One rule finds nothing wrong.'],
    [['well', 'well', 'waiting'], '2 rules find nothing wrong; 1 has nothing to judge yet.'],
    [['well', 'critical'], '1 of 2 rules is not well.'],
    [['warning', 'unknown', 'waiting', 'waiting'], '2 of 4 rules are not well; 2 have nothing to judge yet.'],
  ])('%j', (verdicts, expected) => expect(rulesSentence(verdicts.map((each) => rule(each)))).toBe(expected));
});

describe('levels', () => {
  const level = { level: 'warning' as const, enter: 30, leave: 20, forMs: 0, keepForMs: 10_000 };
  test.each<[JudgedRule['levels'][number], string, string]>([
    [level, 's', 'Warning at 30 s at once; ends at 20 s after 10 s.'],
    [
      { ...level, enter: 0.75, leave: 0.7, forMs: 120_000 },
      'ratio',
      'Warning at 75.0 % after 2 min; ends at 70.0 % after 10 s.',
    ],
    [{ ...level, enter: null, leave: null }, '', 'Warning at once; ends after 10 s.'],
  ])('%j', (one, unit, expected) => expect(levelWords(one, unit)).toBe(expected));

  test('on one line', () => {
    const critical = { ...level, level: 'critical' as const, enter: 120 };
    expect(limitsOf({ levels: [level, critical], unit: 's' })).toBe('warning 30 s, critical 2 min');
    expect(limitsOf({ levels: [{ ...critical, enter: null }], unit: '' })).toBe('critical');
  });
});

it.each([
  ['open', 'critical', 'critical', 'Open'],
  ['open', 'error', 'degraded', 'Open'],
  ['ended', 'critical', 'unknown', 'Just ended'],
  ['closed', 'critical', 'healthy', 'Closed'],
] as const)('an incident that is %s and was %s', (state, level, mark, words) => {
  expect(incidentStanding({ state, level })).toEqual({ state: mark, words });
});
