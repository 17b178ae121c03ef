import { expect, test } from 'vitest';
import { TimeoutError } from '../../kernel/index.ts';
import { decideAfterSend, pauseAfter, type AfterSend } from './after-send.ts';
import { RefusedError } from './call.ts';
import type { Classification, FailureKind } from './classify.ts';
import { offlineQueueDefaults } from './offline-options.ts';

const error = new Error('no');
const unreached = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
const late = new TimeoutError('sending', 5);
const refused = (retryInMs: number): RefusedError =>
  new RefusedError({
    dependency: 'd',
    by: 'breaker',
    reason: 'open',
    state: 'open',
    since: 0,
    nextTryAt: null,
    retryInMs,
    lastCause: null,
  });
const kind =
  (of: FailureKind, more: Partial<Classification> = {}) =>
  (): Classification => ({
    kind: of,
    retry: of === 'transient' || of === 'throttled',
    countsForBreaker: true,
    severity: 'error',
    ...more,
  });
const broken = (): never => {
  throw new Error('mine');
};

test.each<[string, unknown, number, boolean, (() => Classification) | undefined, AfterSend]>([
  ['unknown, for the first time', error, 0, false, undefined, { next: 'later', ms: 1_000, reason: 'no' }],
  ['for the third', error, 2, false, undefined, { next: 'later', ms: 4_000, reason: 'no' }],
  ['for the seventh', error, 6, false, undefined, { next: 'later', ms: 60_000, reason: 'no' }],
  ['for the ninth', error, 8, false, undefined, { next: 'later', ms: 60_000, reason: 'no' }],
  ['for the tenth', error, 9, false, undefined, { next: 'dead', reason: 'given up after 10 attempts: no' }],
  ['persistent', error, 0, false, kind('persistent'), { next: 'dead', reason: 'no' }],
  ['not to be retried', error, 0, false, kind('transient', { retry: false }), { next: 'dead', reason: 'no' }],
  [
    'persistent, whatever it says',
    error,
    0,
    false,
    kind('persistent', { retry: true }),
    { next: 'dead', reason: 'no' },
  ],
  [
    'that names its time',
    error,
    0,
    false,
    kind('transient', { retryAfterMs: 1_001 }),
    { next: 'later', ms: 1_001, reason: 'no' },
  ],
  [
    'that names a short time',
    error,
    0,
    false,
    kind('transient', { retryAfterMs: 999 }),
    { next: 'later', ms: 1_000, reason: 'no' },
  ],
  [
    'throttled',
    error,
    9,
    false,
    kind('throttled', { retryAfterMs: 7_000 }),
    { next: 'pause', ms: 7_000, reason: 'no' },
  ],
  [
    'throttled without a time',
    error,
    9,
    false,
    kind('throttled'),
    { next: 'pause', ms: 1_000, reason: 'no' },
  ],
  ['of this process', error, 9, false, kind('system'), { next: 'pause', ms: 5_000, reason: 'no' }],
  ['for a person', error, 9, false, kind('critical'), { next: 'pause', ms: 5_000, reason: 'no' }],
  [
    'for a person, with a time',
    error,
    9,
    false,
    kind('critical', { retryAfterMs: 5_001 }),
    { next: 'pause', ms: 5_001, reason: 'no' },
  ],
  ['refused', refused(9_000), 9, false, kind('persistent'), { next: 'pause', ms: 9_000, reason: 'open' }],
  ['refused for a moment', refused(0), 9, false, undefined, { next: 'pause', ms: 1_000, reason: 'open' }],
  ['not reached', unreached, 9, false, kind('persistent'), { next: 'gone', reason: 'x (ECONNREFUSED)' }],
  ['late', late, 0, false, kind('persistent'), { next: 'later', ms: 1_000, reason: late.message }],
  ['late while the network is gone', late, 9, true, undefined, { next: 'gone', reason: late.message }],
  ['another while it is gone', error, 0, true, undefined, { next: 'later', ms: 1_000, reason: 'no' }],
  ['that cannot be told', error, 0, false, broken, { next: 'later', ms: 1_000, reason: 'no' }],
])('a failure %s', (_, thrown, failures, gone, classify, after) => {
  expect(decideAfterSend(thrown, failures, gone, classify, offlineQueueDefaults)).toEqual(after);
});

test.each([
  [1, 100],
  [2, 200],
  [4, 800],
  [5, 1_000],
  [5_000, 1_000],
])('the pause after %d failures is %d ms', (failures, ms) => {
  expect(pauseAfter(failures, 100, 1_000)).toBe(ms);
});
