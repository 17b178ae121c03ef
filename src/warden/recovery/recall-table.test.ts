import { expect, test } from 'vitest';
import type { JournalEntry } from '../../contract/index.ts';
import { recallRecoveries, type RecoveryPast } from './recall.ts';
import { HOUR, MINUTE, SECOND } from './testing/course.ts';

const NOW = { monotonicMs: 5 * HOUR, wallMs: 1_700_000_000_000 };
type Data<T extends JournalEntry['type']> = Extract<JournalEntry, { readonly type: T }>['data'];
const at = (agoMs: number) => ({ seq: 1, at: NOW.wallMs - agoMs, subject: 'feed', reason: 'It is said.' });

const taken = (agoMs: number, data: Partial<Data<'action.taken'>> = {}): RecoveryPast['taken'][number] => ({
  ...at(agoMs),
  type: 'action.taken',
  data: { id: 'one', action: 'reset', condition: 'feed', step: 'soft', verifyBy: null, ...data },
});
const verified = (
  agoMs: number,
  data: Partial<Data<'action.verified'>> = {},
): RecoveryPast['verified'][number] => ({
  ...at(agoMs),
  type: 'action.verified',
  data: { id: 'one', action: 'reset', condition: 'feed', step: 'soft', outcome: 'did-not-work', ...data },
});
const manual = (agoMs: number, subject: string | null = 'feed'): RecoveryPast['manual'][number] => ({
  ...at(agoMs),
  subject,
  type: 'recovery.manual',
  data: { level: 'critical', evidence: null },
});
const ended = (agoMs: number, subject = 'feed'): RecoveryPast['ended'][number] => ({
  ...at(agoMs),
  subject,
  type: 'condition.ended',
  data: { level: 'critical', value: 0, durationMs: 1 },
});
const recall = (past: Partial<RecoveryPast>) =>
  recallRecoveries({ taken: [], verified: [], manual: [], ended: [], ...past }, NOW);

test.each([
  ['just within the hour', HOUR - 1, 1],
  ['an hour ago', HOUR, 0],
])('a try %s counts as %s', (_what, agoMs, count) => {
  expect(recall({ taken: [taken(agoMs)] }).past).toHaveLength(count);
});

test('what a person began for no condition counts in the budget, and on no ladder', () => {
  const state = recall({
    taken: [taken(MINUTE, { condition: null })],
    verified: [verified(SECOND, { condition: null })],
  });
  expect(state).toMatchObject({ past: [{ step: 'soft' }], ladders: {}, learned: {} });
});

test.each<[string, Partial<Data<'action.verified'>>, number, object]>([
  ['it did not work: one step up', {}, SECOND, { step: 'medium', stopped: [] }],
  ['it worked: the same step', { outcome: 'worked' }, SECOND, { step: 'soft', stopped: [] }],
  ['it made it worse: stopped', { outcome: 'made-it-worse' }, SECOND, { step: 'soft', stopped: ['reset'] }],
  ['of a step that is not known', { step: undefined }, SECOND, { step: 'soft', stopped: [] }],
  ['of a try before the last one', {}, 2 * MINUTE, { step: 'soft', stopped: [] }],
  ['at the moment of the last try', {}, MINUTE, { step: 'medium', stopped: [] }],
])('a verdict, %s', (_what, data, agoMs, ladder) => {
  const state = recall({ taken: [taken(MINUTE)], verified: [verified(agoMs, data)] });
  expect(state.ladders['feed']).toMatchObject(ladder);
  expect(Object.keys(state.learned)).toEqual(['feed reset']);
});

test('a restart without a verdict is still to be judged, with what was written of it', () => {
  const restart = {
    id: 'two',
    action: 'restart-all',
    step: 'hard',
    component: 'service',
    verifyWithinMs: MINUTE,
    by: 'ann',
  } as const;
  const others = [verified(SECOND)];
  expect(recall({ taken: [taken(MINUTE, restart)], verified: others }).pending).toEqual([
    {
      id: 'two',
      action: 'restart-all',
      condition: 'feed',
      step: 'hard',
      component: 'service',
      levelThen: 'critical',
      startedMs: NOW.monotonicMs - MINUTE,
      endedMs: NOW.monotonicMs,
      error: null,
      verifyWithinMs: MINUTE,
      by: 'ann',
    },
  ]);
  const judged = [...others, verified(SECOND, { id: 'two', step: 'hard' })];
  expect(recall({ taken: [taken(MINUTE, restart)], verified: judged }).pending).toEqual([]);
});

test.each<[string, RecoveryPast['ended'], boolean]>([
  ['nothing ended', [], true],
  ['it ended before', [ended(2 * MINUTE)], true],
  ['it ended at that moment', [ended(MINUTE)], true],
  ['another one ended since', [ended(SECOND, 'other')], true],
  ['it ended since', [ended(SECOND)], false],
])('a person was asked for, and %s', (_what, over, stands) => {
  const state = recall({ manual: [manual(MINUTE)], ended: over });
  expect(state.ladders['feed']).toEqual(
    stands
      ? {
          step: 'manual',
          stopped: [],
          lastMs: null,
          goneMs: null,
          standing: { kind: 'manual', why: 'It is said.' },
        }
      : undefined,
  );
});

test('a person was asked for about nothing in particular', () => {
  expect(recall({ manual: [manual(MINUTE, null)] }).ladders).toEqual({});
});

test('what was tried before a person was asked for is kept', () => {
  const state = recall({
    taken: [taken(MINUTE)],
    verified: [verified(SECOND, { outcome: 'made-it-worse' })],
    manual: [manual(SECOND)],
  });
  expect(state.ladders['feed']).toMatchObject({
    step: 'manual',
    stopped: ['reset'],
    lastMs: NOW.monotonicMs - MINUTE,
  });
});
