import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { Priority, Refusal } from './call.ts';
import type { RateLimitTuning } from './rate-limit-options.ts';
import { RateLimiter } from './rate-limiter.ts';

const WALL_MS = Date.UTC(2026, 0, 1);

const play = (tuning: RateLimitTuning) => {
  const clock = new FakeClock({ wallMs: WALL_MS });
  const limiter = new RateLimiter('Market', clock, { windowMs: 1_000, ...tuning });
  const ask = (): unknown => limiter.acquire('normal', undefined, Infinity, clock.monotonic());
  const refusalNow = (priority: Priority, maxWaitMs: number): Refusal | null => {
    const answer = limiter.acquire(priority, undefined, maxWaitMs, clock.monotonic());
    return answer === true || answer instanceof Promise ? null : answer;
  };
  return { clock, limiter, ask, refusalNow };
};

describe('a refusal says', () => {
  test('that the quota is spent, since when, and when the next call can start', async () => {
    const { clock, ask, refusalNow } = play({ limit: 2, windowMs: 60_000 });
    ask();
    await clock.advance(500);
    ask();
    await clock.advance(250);
    expect(refusalNow('normal', 1_000)).toEqual({
      dependency: 'Market',
      by: 'quota',
      reason: 'Market: the quota of 2 calls in 60 s is spent; the next call can start in 59.3 s',
      state: 'spent',
      since: WALL_MS + 500,
      nextTryAt: WALL_MS + 60_000,
      retryInMs: 59_250,
      lastCause: null,
    });
    expect(refusalNow('low', 1_000)).toMatchObject({
      reason:
        'Market: the quota of 1 calls of low priority in 60 s is spent; the next call can start in 59.8 s',
      since: WALL_MS,
      retryInMs: 59_750,
    });
  });

  test('that the other side asked for less', async () => {
    const { clock, limiter, refusalNow } = play({ limit: 4, windowMs: 500 });
    await clock.advance(100);
    limiter.throttled(100, 30_000, 0);
    await clock.advance(1_000);
    expect(refusalNow('normal', 0)).toEqual({
      dependency: 'Market',
      by: 'quota',
      reason: 'Market: it asked for less, so the quota is 2 calls in 500 ms; the next call can start in 29 s',
      state: 'throttled',
      since: WALL_MS + 100,
      nextTryAt: WALL_MS + 30_100,
      retryInMs: 29_000,
      lastCause: 'it asked for less (429)',
    });
  });

  test('the same while the rate is small, and when the pause comes from a snapshot', () => {
    const { limiter, refusalNow } = play({ limit: 2 });
    const snapshot = { ...limiter.core.snapshot(0, 0), blockedForMs: 50 };
    limiter.core.restore(snapshot, 0, 0);
    expect(refusalNow('normal', 0)).toMatchObject({ state: 'throttled', since: WALL_MS, retryInMs: 50 });
  });

  test('that the queue is full, since when, and what a wait would be', async () => {
    const { clock, ask, refusalNow } = play({ limit: 1, maxQueue: 2 });
    ask();
    ask();
    await clock.advance(30);
    ask();
    await clock.advance(20);
    expect(refusalNow('low', Infinity)).toEqual({
      dependency: 'Market',
      by: 'quota',
      reason: 'Market: 2 calls already wait for the quota',
      state: 'full',
      since: WALL_MS + 30,
      nextTryAt: WALL_MS + 3_000,
      retryInMs: 2_950,
      lastCause: null,
    });
  });
});
