import { expect, test } from 'vitest';
import type { RecoveryReport } from '../../contract/index.ts';
import { actionRows, recoveryLines } from './recovery-text.ts';

const report: RecoveryReport = {
  at: 100_000,
  mode: 'act',
  noRestart: 'Nobody would start it again.',
  budget: { perHour: 5, used: 2, hardPerHour: 3, hardUsed: 1 },
  pending: [
    {
      id: 'r-1',
      action: 'reconnect',
      step: 'soft',
      condition: 'source.unreachable',
      by: 'service',
      startedAt: 90_000,
      verifyBy: 121_400,
    },
    {
      id: 'r-2',
      action: 'tidy',
      step: 'soft',
      condition: null,
      by: 'ada',
      startedAt: 90_000,
      verifyBy: null,
    },
  ],
  conditions: [
    { condition: 'source.unreachable', step: 'soft', state: 'recovering', why: null, lastAt: 90_000 },
    {
      condition: 'data.stale',
      step: 'soft',
      state: 'waiting',
      why: 'It waits for the source.',
      lastAt: null,
    },
    { condition: 'store.failing', step: 'manual', state: 'manual', why: 'Nothing is left.', lastAt: 1 },
  ],
  actions: [
    {
      name: 'reconnect',
      step: 'soft',
      component: 'source',
      ends: ['source.unreachable', 'feed.silent'],
      verifyWithinMs: 30_000,
      outcomes: [
        { condition: 'source.unreachable', worked: 3, didNotWork: 1, madeItWorse: 0 },
        { condition: 'feed.silent', worked: 1, didNotWork: 1, madeItWorse: 1 },
      ],
    },
  ],
};

test('tells what is being done, what waits and why, and who is needed', () => {
  expect(recoveryLines(report)).toEqual([
    'In this hour 2 of 5 tries were made, 1 of 3 restarts among them.',
    'Nobody would start it again.',
    'reconnect for source.unreachable has run; what it did is known in 21 s at the latest.',
    'tidy, asked for by ada, runs.',
    'data.stale is not recovered now. It waits for the source.',
    'store.failing needs a person. Nothing is left.',
  ]);
});

test('says so where there is nothing to do, or nothing may be done', () => {
  expect(recoveryLines({ ...report, mode: 'observe', noRestart: null, pending: [], conditions: [] })).toEqual(
    [
      'The service only observes: it says what it would do, and does nothing by itself.',
      'Nothing is wrong that the service could heal.',
    ],
  );
});

test('counts what helped over all conditions', () => {
  expect(actionRows(report)).toEqual([['reconnect', 'soft', 'source.unreachable, feed.silent', '4', '3']]);
});
