import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import type { Sample, ThresholdRule } from './rule.ts';
import { noJudgement } from './state.ts';
import { BASE } from './testing/play.ts';

const rule: ThresholdRule = { ...BASE, kind: 'threshold', warning: { enter: 5, leave: 3 } };
const other: ThresholdRule = { ...rule, name: 'other' };
/** Throws as soon as it comes to a series that is over its limit. */
const broken: ThresholdRule = {
  ...rule,
  essential: true,
  get nextSteps(): never {
    throw new Error('torn');
  },
};
const at = (ms: number) => ({ wallMs: ms, monotonicMs: ms });
const values = (...all: number[]): Sample[] =>
  all.map((value, place) => ({ signal: 'n', labels: { place: String(place) }, value }));

test('a rule that throws stays as it was, tells nothing of its turn, and is unknown if it is essential', () => {
  const before = judge(noJudgement, values(9, 1), [rule, other], at(0));
  const after = judge(before.judgement, values(1, 9), [broken, other], at(1_000));
  expect(after.judgement.rules[0]).toBe(before.judgement.rules[0]);
  expect(after.conditions.map(({ rule: name, labels }) => [name, labels])).toEqual([
    ['r', { place: '0' }],
    ['other', { place: '1' }],
  ]);
  expect(after.changes.map(({ kind, condition }) => [kind, condition.rule])).toEqual([
    ['ended', 'other'],
    ['started', 'other'],
  ]);
  expect(after.unknown).toEqual(['n']);
  expect(after.failed).toEqual([{ rule: 'r', error: new Error('torn') }]);
});

test('it goes on where it was when it is whole again', () => {
  const first = judge(noJudgement, values(9), [rule], at(0));
  const second = judge(first.judgement, values(9), [broken], at(1_000));
  const third = judge(second.judgement, values(1), [rule], at(2_000));
  expect([third.changes, third.failed, third.unknown]).toMatchObject([
    [{ kind: 'ended', durationMs: 2_000 }],
    [],
    [],
  ]);
});

test.each<[string, () => string, string]>([
  ['throws', () => Reflect.apply(String.prototype.trim, null, []), 'The rule could not describe it: '],
  ['has no words', () => ' ', 'The rule did not describe it.'],
])('where the sentence of a rule %s, the usual one stands in for it', (_what, describe, told) => {
  const { conditions, failed } = judge(
    noJudgement,
    [{ signal: 'n', value: 9 }],
    [{ ...rule, describe }],
    at(0),
  );
  expect(conditions[0]?.reason).toContain('n is 9, over the limit of 5.');
  expect(conditions[0]?.reason).toContain(told);
  expect(failed).toEqual([]);
});
