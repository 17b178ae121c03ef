import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import type { Rule, ThresholdRule } from './rule.ts';
import { noJudgement, type Judgement } from './state.ts';

const lag: ThresholdRule = {
  kind: 'threshold',
  name: 'lag',
  signal: 'lag_s',
  unit: 's',
  warning: { enter: 10, leave: 8 },
  forMs: 2_000,
  keepForMs: 2_000,
  essential: false,
  nextSteps: [],
};
const depth: ThresholdRule = { ...lag, name: 'depth', signal: 'depth' };

/** Turns with one list of rules after the other, and the same figures. */
function play(lists: readonly (readonly Rule[])[], figures: { lag_s: number; depth: number }) {
  let judgement: Judgement = noJudgement;
  return lists.map((rules, turn) => {
    const samples = Object.entries(figures).map(([signal, value]) => ({ signal, value }));
    const now = { wallMs: 1_000 * turn, monotonicMs: 1_000 * turn };
    const judged = judge(judgement, samples, rules, now);
    ({ judgement } = judged);
    return {
      changes: judged.changes.map(({ kind, condition }) => `${condition.rule} ${kind}`),
      conditions: judged.conditions.map(({ rule }) => rule),
      reasons: judged.changes.map(({ condition }) => condition.reason),
    };
  });
}
const bad = { lag_s: 20, depth: 20 };
const last = <T>(all: readonly T[]): T | undefined => all.at(-1);

test('a rule that stays keeps how far it is, also where the list and its order are others', () => {
  const other: Rule = { ...lag };
  const turns = play([[depth, lag], [depth, lag], [other]], bad);
  expect(last(turns)).toMatchObject({ conditions: ['lag'] });
  expect(turns.flatMap(({ changes }) => changes)).toContain('lag started');
});

test('other limits act in the next turn, on what is known already', () => {
  const strict = { ...lag, warning: { enter: 30, leave: 25 }, keepForMs: 0 };
  const turns = play([[lag], [lag], [lag], [strict], [strict]], bad);
  expect(turns.map(({ conditions }) => conditions.length)).toEqual([0, 0, 1, 0, 0]);
  expect(turns[3]?.changes).toEqual(['lag ended']);
});

test('the condition of a rule that is taken away ends, once, and says why', () => {
  const turns = play([[lag, depth], [lag, depth], [lag, depth], [depth], [depth]], bad);
  expect(turns.map(({ changes }) => changes)).toEqual([
    [],
    [],
    ['lag started', 'depth started'],
    ['lag ended'],
    [],
  ]);
  expect(turns[3]?.reasons[0]).toContain('The rule that found it is gone');
});

test('a rule of the same name that looks at something else begins anew', () => {
  const another = { ...lag, signal: 'depth' };
  const turns = play([[lag], [lag], [lag], [another], [another], [another]], bad);
  expect(turns.map(({ changes }) => changes)).toEqual([
    [],
    [],
    ['lag started'],
    ['lag ended'],
    [],
    ['lag started'],
  ]);
});
