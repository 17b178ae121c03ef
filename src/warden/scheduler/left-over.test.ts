import { expect, test } from 'vitest';
import { LeftOver } from './left-over.ts';
import type { RunRecord, UnfinishedRun } from './ledger.ts';

const open = (runId: string, job: string, startedAt: number): UnfinishedRun => ({
  ...{ runId, job, group: 'cold', plannedAt: 0, startedAt, askedBy: 'plan', who: null, why: null },
  ...{ itemsDone: 2, itemsFailed: 1 },
});
const ended = (runId: string, job: string): RunRecord => ({
  ...open(runId, job, 0),
  ...{ endedAt: 5, durationMs: 5, outcome: 'succeeded', abandoned: false, cause: null },
});
const NOTHING = { items: [], last: null, cutOff: false };

test('runs that were cut off are recorded, and each job is given what it left, once', () => {
  const leftOver = new LeftOver();
  const records = leftOver.take(
    {
      unfinished: [open('1', 'a', 100), open('2', 'a', 900), open('3', 'b', 2_000)],
      items: new Map([
        ['a', ['x', 'y']],
        ['c', ['z']],
      ]),
      latest: new Map([
        ['a', ended('0', 'a')],
        ['d', ended('4', 'd')],
      ]),
    },
    1_000,
  );
  const interrupted = {
    endedAt: 1_000,
    outcome: 'interrupted',
    abandoned: false,
    cause: 'its process ended',
  };
  expect(records).toEqual([
    { ...open('1', 'a', 100), ...interrupted, durationMs: 900 },
    { ...open('2', 'a', 900), ...interrupted, durationMs: 100 },
    { ...open('3', 'b', 2_000), ...interrupted, durationMs: 0 },
  ]);
  expect(leftOver.claim('a')).toEqual({ items: ['x', 'y'], last: records[1], cutOff: true });
  expect(leftOver.claim('a')).toEqual(NOTHING);
  expect(leftOver.claim('b')).toEqual({ items: [], last: records[2], cutOff: true });
  expect(leftOver.claim('c')).toEqual({ items: ['z'], last: null, cutOff: false });
  expect(leftOver.claim('d')).toEqual({ items: [], last: ended('4', 'd'), cutOff: false });
});

test('a job that is removed leaves what it had for the next of its name', () => {
  const leftOver = new LeftOver();
  const left = { items: ['x'], last: ended('1', 'a'), cutOff: false };
  leftOver.leave('a', left);
  expect(leftOver.claim('b')).toEqual(NOTHING);
  expect(leftOver.claim('a')).toEqual(left);
});
