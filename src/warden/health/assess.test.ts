import { describe, expect, test } from 'vitest';
import type { Condition } from '../detection/index.ts';
import { assess, sentenceOf, type Health } from './assess.ts';

const condition = (rule: string, level: Condition['level'], since = 0): Condition => ({
  rule,
  labels: {},
  level,
  since,
  value: 1,
  limit: 1,
  unit: '',
  reason: `${rule} is wrong.`,
  evidence: [],
  nextSteps: [],
});
const warning = condition('w', 'warning');
const critical = condition('c', 'critical');

test.each<[string, Condition[], string[], Health['status']]>([
  ['nothing wrong', [], [], 'healthy'],
  ['something unknown', [], ['x'], 'unknown'],
  ['a warning', [warning], [], 'degraded'],
  ['a warning and something unknown', [warning], ['x'], 'degraded'],
  ['critical', [critical], [], 'critical'],
  ['both', [warning, critical], ['x'], 'critical'],
])('%s', (_, conditions, unknown, status) => {
  expect(assess(conditions, unknown, null, 5)).toMatchObject({ status, since: 5, unknown });
});

test('a status keeps its beginning, whatever its reasons, and a new one begins now', () => {
  const first = assess([warning], [], null, 10);
  const same = assess([condition('other', 'warning')], ['x'], first, 20);
  expect(same.since).toBe(10);
  const worse = assess([critical], [], same, 30);
  expect(worse.since).toBe(30);
  expect(assess([], [], worse, 40).since).toBe(40);
});

test('of what is not essential no more than degraded comes through', () => {
  const isEssential = ({ rule }: Condition): boolean => rule !== 'c';
  expect(assess([critical], [], null, 0, isEssential).status).toBe('degraded');
  expect(assess([critical, condition('d', 'critical')], [], null, 0, isEssential).status).toBe('critical');
  expect(assess([critical], [], null, 0, isEssential).conditions).toEqual([critical]);
});

test('conditions come worst first, then oldest first, and the given ones stay as they are', () => {
  const given = [
    condition('b', 'warning', 2),
    condition('a', 'warning', 1),
    condition('d', 'critical', 9),
    condition('c', 'critical', 8),
  ];
  const before = [...given];
  expect(assess(given, [], null, 0).conditions.map(({ rule }) => rule)).toEqual(['c', 'd', 'a', 'b']);
  expect(given).toEqual(before);
});

describe('the sentence', () => {
  const at = Date.UTC(2026, 0, 1, 23, 5, 59);
  const say = (conditions: Condition[], unknown: string[] = [], detail = '7 tokens.'): string =>
    sentenceOf(assess(conditions, unknown, null, 0), detail);

  test.each<[string, string, string]>([
    ['healthy', say([]), 'Healthy. 7 tokens.'],
    ['healthy without detail', say([], [], ''), 'Healthy.'],
    ['unknown', say([], ['x']), 'Starting. 7 tokens.'],
    [
      'one reason',
      say([condition('feed', 'warning', at)]),
      'Degraded since 23:05 UTC: feed is wrong. 7 tokens.',
    ],
    [
      'no detail',
      say([condition('feed', 'warning', at)], [], ''),
      'Degraded since 23:05 UTC: feed is wrong.',
    ],
    [
      'several reasons',
      say([condition('x', 'warning', at), condition('feed', 'critical', at), condition('y', 'warning', at)]),
      'Critical since 23:05 UTC: feed is wrong. (and 2 more) 7 tokens.',
    ],
  ])('%s', (_, sentence, expected) => {
    expect(sentence).toBe(expected);
  });
});
