import { describe, expect, it, test } from 'vitest';
import type { Condition, JudgedRule, RecoveryReport } from '../../../src/contract/index.ts';
import { conditionId, healingSentence, totals, treatments, type Pending, type Treated } from './healing.ts';

const condition = (rule: string, over: Partial<Condition> = {}): Condition => ({
  rule,
  labels: {},
  level: 'warning',
  since: 1_000,
  value: 2,
  limit: 1,
  unit: 's',
  reason: `${rule} is 2 s.`,
  nextSteps: [],
  evidence: [],
  ...over,
});

const ladder = (
  id: string,
  state: RecoveryReport['conditions'][number]['state'],
): RecoveryReport['conditions'][number] => ({
  condition: id,
  step: 'soft',
  state,
  why: `${state}.`,
  lastAt: null,
});

const pending = (of: string | null): Pending => ({
  id: 'x',
  action: 'reconnect',
  step: 'soft',
  condition: of,
  by: 'service',
  startedAt: 0,
  verifyBy: null,
});

const rule = (name: string, remedy: string | null): JudgedRule => ({
  name,
  kind: 'threshold',
  runbook: null,
  origin: 'default',
  signal: 'x',
  unit: 's',
  essential: false,
  levels: [],
  verdict: 'warning',
  reason: '',
  series: 1,
  gravest: [],
  nextSteps: [],
  remedy,
});

it.each([
  [{}, 'jobs.late'],
  [{ group: 'hot' }, 'jobs.late{group=hot}'],
  [{ job: 'b', group: 'hot' }, 'jobs.late{group=hot,job=b}'],
])('a condition with %j is %s', (labels, id) => expect(conditionId({ rule: 'jobs.late', labels })).toBe(id));

describe('what is done about conditions', () => {
  const shown = (list: readonly Treated[]) => list.map(({ id, standing }) => [id, standing.kind]);

  test('what needs a person comes first and what waits last; what runs stands with its action', () => {
    const conditions = [condition('waits'), condition('manual'), condition('runs'), condition('none')];
    const report = {
      conditions: [ladder('waits', 'waiting'), ladder('manual', 'manual'), ladder('runs', 'recovering')],
      pending: [pending('runs')],
    };
    expect(shown(treatments(conditions, report, []))).toEqual([
      ['manual', 'manual'],
      ['none', 'none'],
      ['waits', 'waiting'],
    ]);
  });

  test('of a rule with labels each condition is its own', () => {
    const conditions = [
      condition('jobs.late', { labels: { group: 'hot' } }),
      condition('jobs.late', { labels: { group: 'cold' } }),
    ];
    const report = { conditions: [ladder('jobs.late{group=cold}', 'waiting')], pending: [] };
    expect(shown(treatments(conditions, report, []))).toEqual([
      ['jobs.late{group=hot}', 'none'],
      ['jobs.late{group=cold}', 'waiting'],
    ]);
  });

  test('what the service does all the same is said by the rule; one that is over is kept without it', () => {
    const [first, second] = treatments(
      [condition('source.slow')],
      { conditions: [ladder('gone', 'waiting')], pending: [] },
      [rule('source.slow', 'asks for less')],
    );
    expect(first?.standing).toEqual({ kind: 'none', remedy: 'asks for less' });
    expect(second).toMatchObject({ id: 'gone', condition: null });
  });
});

test('outcomes are added up', () => {
  const outcomes = [
    { condition: 'a', worked: 2, didNotWork: 1, madeItWorse: 0 },
    { condition: 'b', worked: 1, didNotWork: 0, madeItWorse: 4 },
  ];
  expect(totals(outcomes)).toEqual({ worked: 3, didNotWork: 1, madeItWorse: 4 });
  expect(totals([])).toEqual({ worked: 0, didNotWork: 0, madeItWorse: 0 });
});

describe('the sentence', () => {
  const of = (kind: Treated['standing']['kind']): Treated => ({
    id: kind,
    condition: null,
    lastAt: null,
    standing: kind === 'none' ? { kind, remedy: null } : { kind, why: null },
  });

  test.each<[readonly Treated[], readonly Pending[], string]>([
    [[], [], 'Nothing has to be healed.'],
    [[], [pending(null)], '1 recovery running or being verified.'],
    [[of('manual')], [], '1 condition needs a person.'],
    [
      [of('manual'), of('manual'), of('waiting'), of('none')],
      [pending('a'), pending('b')],
      '2 conditions need a person, 2 recoveries running or being verified, 1 waiting, 1 without an action of the service.',
    ],
  ])('%j', (treated, running, expected) =>
    expect(healingSentence({ pending: [...running], mode: 'act' }, treated)).toBe(expected),
  );
});
