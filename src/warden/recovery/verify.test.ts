import { expect, test } from 'vitest';
import type { Condition } from '../detection/index.ts';
import type { PendingRecovery } from './decide.ts';
import { verify } from './verify.ts';

type Level = Condition['level'];
const feed = (level: Level, rule = 'feed'): Condition => ({
  rule,
  level,
  since: 0,
  value: 1,
  limit: 1,
  unit: '',
  reason: '',
  nextSteps: [],
});
const recovery = (levelThen: Level, condition = 'feed'): PendingRecovery => ({
  remedy: 'reconnect',
  condition,
  levelThen,
  startedMs: 0,
  verifyByMs: 1_000,
});

test.each<[string, Level, Condition[], number, string | null]>([
  ['gone', 'warning', [], 1, 'worked'],
  ['gone, late', 'warning', [], 5_000, 'worked'],
  ['gone, while another one is there', 'critical', [feed('critical', 'other')], 1, 'worked'],
  ['still there, in time', 'warning', [feed('warning')], 999, null],
  ['still there, and the time is over', 'warning', [feed('warning')], 1_000, 'did-not-work'],
  ['worse', 'warning', [feed('critical')], 1, 'made-it-worse'],
  ['worse, late', 'warning', [feed('critical')], 5_000, 'made-it-worse'],
  ['as critical as before', 'critical', [feed('critical')], 999, null],
  ['as critical as before, and the time is over', 'critical', [feed('critical')], 1_000, 'did-not-work'],
  ['better, but there', 'critical', [feed('warning')], 999, null],
  ['better, but there, and the time is over', 'critical', [feed('warning')], 1_000, 'did-not-work'],
])('%s', (_, levelThen, conditions, monotonicMs, outcome) => {
  const begun = recovery(levelThen);
  const past = { reconnect: [0] };
  const { state, verdicts } = verify({ pending: [begun], past }, conditions, { wallMs: 9e12, monotonicMs });
  expect(verdicts).toEqual(outcome === null ? [] : [{ recovery: begun, outcome }]);
  expect(state).toEqual({ pending: outcome === null ? [begun] : [], past });
});

test('each is looked at on its own', () => {
  const [gone, there] = [recovery('warning', 'a'), recovery('warning', 'b')];
  const { state, verdicts } = verify({ pending: [gone, there], past: {} }, [feed('warning', 'b')], {
    wallMs: 0,
    monotonicMs: 5,
  });
  expect(verdicts.map((verdict) => verdict.recovery)).toEqual([gone]);
  expect(state.pending).toEqual([there]);
});
