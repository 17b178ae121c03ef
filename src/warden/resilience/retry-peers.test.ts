import { describe, expect, test } from 'vitest';
import { httpError, listenersOf, playRetry, systemError, type PlayedRetry } from './testing/play-retry.ts';

const RESET = systemError('ECONNRESET');

describe('cockatiel', () => {
  test('waits out a backoff of 1.5 s after the abort: this ends it at once', async () => {
    const { call, clock, ranAt } = playRetry({ backoff: { firstMs: 1_500, jitter: 'none' } });
    const controller = new AbortController();
    const ended = call([RESET, 'answer'], { signal: controller.signal });
    await clock.advance(1);
    controller.abort();
    expect(await ended).toBe('AbortedError: Market was aborted');
    expect([clock.monotonic(), clock.pending, listenersOf(controller.signal)]).toEqual([1, 0, 0]);
    await clock.advance(2_000);
    expect(ranAt).toEqual([0]);
  });

  test('runs the call with a signal that has aborted already: this does not', async () => {
    const { call, clock, ranAt, retry } = playRetry();
    const signal = AbortSignal.abort('gone');
    expect(await call(['answer'], { signal, what: 'GET /x' })).toBe('AbortedError: GET /x was aborted');
    expect([ranAt, clock.pending, listenersOf(signal)]).toEqual([[], 0, 0]);
    expect(retry.budget?.left(0)).toBe(3);
  });
});

describe('undici', () => {
  test.each([
    ['a minute, where its cap is 30 s', 60_000],
    ['a moment over the cap', 30_001],
    ['less than the backoff', 1],
  ])('undercuts Retry-After: this does not, for %s', async (_, retryAfterMs) => {
    const { after, call, ranAt } = playRetry({ backoff: { capMs: 30_000, jitter: 'none' } });
    expect(await after(100_000, call([httpError(429, retryAfterMs), 'answer']))).toBe('answer 2');
    expect(ranAt).toEqual([0, Math.max(500, retryAfterMs)]);
  });

  test('undercuts a Retry-After that is a date, when the clock here is wrong: this goes by the answer’s own', async () => {
    const { after, call, clock, ranAt } = playRetry();
    clock.jumpWall(86_400_000);
    const error = Object.assign(new Error('answered 503'), {
      statusCode: 503,
      headers: {
        date: 'Thu, 01 Jan 2026 00:00:00 GMT',
        'retry-after': 'Thu, 01 Jan 2026 00:00:50 GMT',
      },
    });
    expect(await after(100_000, call([error, 'answer']))).toBe('answer 2');
    expect(ranAt).toEqual([0, 50_000]);
  });
});

describe('none of them has a retry budget', () => {
  /** A second of an outage: 100 calls that fail, with three retries each if they could. */
  const outage = async ({ call, clock, ranAt }: PlayedRetry): Promise<number> => {
    const ended: Promise<string>[] = [];
    for (let ms = 0; ms < 1_000; ms += 10) {
      ended.push(call(Array.from({ length: 4 }, () => RESET)));
      await clock.advance(10);
    }
    await clock.advance(60_000);
    await Promise.all(ended);
    return ranAt.length;
  };

  test('so an outage makes them send four times as much: this sends a tenth more', async () => {
    expect(await outage(playRetry({ budget: false }))).toBe(400);
    expect(await outage(playRetry())).toBe(110);
  });

  test('so all of a crowd wait: here those who will get nothing fail at once', async () => {
    const { call, clock, ranAt } = playRetry();
    let failed = 0;
    const throttled = httpError(429, 60_000);
    for (let one = 0; one < 100; one++) {
      void call([throttled, 'answer']).then((end) => {
        if (end.startsWith('Error')) failed += 1;
      });
    }
    await clock.settle();
    // The 10 that wait find that their calls have left the window, and the floor lets 3 through.
    expect(failed).toBe(90);
    await clock.advance(60_000);
    expect([failed, ranAt.length, clock.pending]).toEqual([97, 103, 0]);
  });
});
