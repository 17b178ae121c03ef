import { describe, expect, test } from 'vitest';
import {
  BAD_REQUEST,
  CANCELLED,
  CRITICAL,
  NEVER_SENT,
  PERSISTENT,
  SYSTEM,
  THROTTLED,
  TRANSIENT,
} from './failure-classes.ts';
import { decideRetry, type RetryDecision, type RetryQuestion } from './retry-decision.ts';

const QUESTION: RetryQuestion = {
  classification: TRANSIENT,
  attempt: 1,
  maxRetries: 3,
  delayMs: 500,
  remainingMs: Infinity,
  idempotent: true,
  budgetAllows: true,
};
const yes = (afterMs: number, reason: string): RetryDecision => ({ retry: true, afterMs, reason });
const no = (
  by: (RetryDecision & { retry: false })['by'],
  reason: string,
  retryInMs?: number,
): RetryDecision => ({
  retry: false,
  by,
  reason,
  ...(retryInMs !== undefined && { retryInMs }),
});
const IN_500 = yes(500, 'attempt 1 of 4 failed; the next follows in 500 ms');
const NOT_IDEMPOTENT = no('idempotence', 'the call is not idempotent and may have reached the other side');

describe('decideRetry', () => {
  test.each<[string, Partial<RetryQuestion>, RetryDecision]>([
    ['what may pass', {}, IN_500],
    ['what was never sent', { classification: NEVER_SENT }, IN_500],
    ['a throttle without a time', { classification: THROTTLED }, IN_500],
    ['what persists', { classification: PERSISTENT }, no('kind', 'a persistent failure is not tried again')],
    ['a bad request', { classification: BAD_REQUEST }, no('kind', 'a persistent failure is not tried again')],
    ['a sick process', { classification: SYSTEM }, no('kind', 'a system failure is not tried again')],
    [
      'what needs a person',
      { classification: CRITICAL },
      no('kind', 'a critical failure is not tried again'),
    ],
    ['a cancellation', { classification: CANCELLED }, no('kind', 'a cancelled failure is not tried again')],
    [
      'what persists and says when to come back',
      { classification: { ...PERSISTENT, retryAfterMs: 9_000 } },
      no('kind', 'a persistent failure is not tried again', 9_000),
    ],
    ['what may not be done twice', { idempotent: false }, NOT_IDEMPOTENT],
    [
      'what may not be done twice and was not done',
      { idempotent: false, classification: NEVER_SENT },
      IN_500,
    ],
    [
      'what may not be done twice, throttled',
      { idempotent: false, classification: { ...THROTTLED, retryAfterMs: 1 } },
      { ...NOT_IDEMPOTENT, retryInMs: 1 } as RetryDecision,
    ],
    [
      'the last retry',
      { attempt: 3, delayMs: 0.5 },
      yes(0.5, 'attempt 3 of 4 failed; the next follows in 1 ms'),
    ],
    ['one too many', { attempt: 4 }, no('attempts', 'attempt 4 was the last')],
    ['no retries at all', { maxRetries: 0 }, no('attempts', 'attempt 1 was the last')],
    [
      'the last attempt of a throttle',
      { attempt: 4, classification: { ...THROTTLED, retryAfterMs: 7_000 } },
      no('attempts', 'attempt 4 was the last', 7_000),
    ],
    [
      'a wait that was asked for, beyond any cap',
      { classification: { ...THROTTLED, retryAfterMs: 3_600_000 } },
      yes(3_600_000, 'attempt 1 of 4 failed; the next follows in 3600000 ms, as the other side asked'),
    ],
    ['a shorter wait that was asked for', { classification: { ...THROTTLED, retryAfterMs: 499 } }, IN_500],
    ['a wait asked for that is just ours', { classification: { ...THROTTLED, retryAfterMs: 500 } }, IN_500],
    ['a wait that is no number', { classification: { ...THROTTLED, retryAfterMs: NaN } }, IN_500],
    ['a wait into the past', { classification: { ...THROTTLED, retryAfterMs: -1 } }, IN_500],
    ['time enough', { remainingMs: 500.5 }, IN_500],
    [
      'a deadline at which the next would begin',
      { remainingMs: 500 },
      no('deadline', "the next attempt is due in 500 ms and only 500 ms of the call's time are left", 500),
    ],
    [
      'a wait that was asked for beyond the deadline',
      { remainingMs: 2_999.9, classification: { ...THROTTLED, retryAfterMs: 3_000 } },
      no(
        'deadline',
        "the next attempt is due in 3000 ms and only 2999 ms of the call's time are left",
        3_000,
      ),
    ],
    [
      'a wait without end',
      { classification: { ...THROTTLED, retryAfterMs: Infinity } },
      no(
        'deadline',
        "the next attempt is due in Infinity ms and only Infinity ms of the call's time are left",
        Infinity,
      ),
    ],
    ['a spent budget', { budgetAllows: false }, no('budget', 'the retry budget is spent')],
    [
      'a spent budget, throttled',
      { budgetAllows: false, classification: { ...THROTTLED, retryAfterMs: 800 } },
      no('budget', 'the retry budget is spent', 800),
    ],
  ])('%s', (_, question, decision) => {
    expect(decideRetry({ ...QUESTION, ...question })).toEqual(decision);
  });

  test('the first thing that stands against it is the reason', () => {
    const against = { attempt: 9, remainingMs: 0, idempotent: false, budgetAllows: false };
    const by = (question: Partial<RetryQuestion>): unknown => {
      const decision = decideRetry({ ...QUESTION, ...against, ...question });
      return decision.retry ? 'retry' : decision.by;
    };
    expect(by({ classification: PERSISTENT })).toBe('kind');
    expect(by({})).toBe('idempotence');
    expect(by({ idempotent: true })).toBe('attempts');
    expect(by({ idempotent: true, attempt: 1 })).toBe('deadline');
    expect(by({ idempotent: true, attempt: 1, remainingMs: Infinity })).toBe('budget');
  });
});
