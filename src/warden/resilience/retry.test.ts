import { describe, expect, test } from 'vitest';
import { FakeClock, createRandom } from '../../kernel/index.ts';
import { RefusedError } from './call.ts';
import { PERSISTENT, TRANSIENT } from './failure-classes.ts';
import { giveUpOf } from './give-up.ts';
import { createRetry } from './retry.ts';
import { httpError, playRetry, refusal, systemError, type Play } from './testing/play-retry.ts';

const RESET = systemError('ECONNRESET');
const REFUSED_CONNECTION = systemError('ECONNREFUSED', 'connect');
const FORBIDDEN = httpError(403);

describe('one call', () => {
  test.each<[string, Play[], string, number[]]>([
    ['an answer', ['answer'], 'answer 1', [0]],
    ['a late answer', [700], 'answer 1', [0]],
    ['a failure that passes', [RESET, 'answer'], 'answer 2', [0, 500]],
    ['three that pass', [RESET, RESET, RESET, 'answer'], 'answer 4', [0, 500, 1_500, 3_500]],
    [
      'a failure that stays',
      [RESET, RESET, RESET, RESET, 'answer'],
      'Error: read ECONNRESET',
      [0, 500, 1_500, 3_500],
    ],
    ['one that persists', [FORBIDDEN, 'answer'], 'Error: answered 403', [0]],
    ['one that passes and one that persists', [RESET, FORBIDDEN, 'answer'], 'Error: answered 403', [0, 500]],
    ['a throttle', [httpError(429, 40_000), 'answer'], 'answer 2', [0, 40_000]],
    ['a throttle without a time', [httpError(429), 'answer'], 'answer 2', [0, 500]],
    [
      'a refusal',
      [refusal('Market is left alone', 60_000), 'answer'],
      'RefusedError: Market is left alone',
      [0],
    ],
    [
      'a failure, then a refusal',
      [RESET, refusal('Market is left alone', 60_000), 'answer'],
      'Error: read ECONNRESET',
      [0, 500],
    ],
  ])('%s', async (_, plays, end, ranAt) => {
    const played = playRetry();
    expect(await played.after(100_000, played.call(plays))).toBe(end);
    expect(played.ranAt).toEqual(ranAt);
    expect(played.clock.pending).toBe(0);
  });

  test('throws the very error of the last attempt, as it was', async () => {
    const { retry } = playRetry();
    const error = Object.freeze(new Error('mine'));
    const thrown: unknown = await retry
      .execute(() => Promise.reject(error), { idempotent: false })
      .catch((reason: unknown) => reason);
    expect(thrown).toBe(error);
    expect(giveUpOf(error)).toMatchObject({ attempts: 1, by: 'idempotence', error });
  });

  test('a thrown value that is no object goes through', async () => {
    const { clock, retry } = playRetry({ maxRetries: 0 });
    const thrown = retry.execute(() => Promise.reject('text')).catch((reason: unknown) => reason);
    await clock.advance(0);
    expect(await thrown).toBe('text');
    expect([giveUpOf('text'), giveUpOf(null), giveUpOf(undefined), giveUpOf({})]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([null, undefined, 5, Object.assign(() => undefined, { mine: true })])(
    '%s may be thrown',
    async (value) => {
      const { clock, retry } = playRetry({ maxRetries: 0 });
      const thrown = retry.execute(() => Promise.reject(value)).catch((reason: unknown) => reason);
      await clock.advance(0);
      expect(await thrown).toBe(value);
      expect(giveUpOf(value)?.by).toBe(typeof value === 'function' ? 'attempts' : undefined);
    },
  );

  test('work that throws at once is as work that rejects', async () => {
    const { clock, retry } = playRetry();
    let runs = 0;
    const answer = retry.execute(() => {
      runs += 1;
      if (runs < 3) throw RESET;
      return runs;
    });
    await clock.advance(1_500);
    expect(await answer).toBe(3);
  });

  test('not idempotent is tried again only if it was never sent', async () => {
    const { after, call, ranAt } = playRetry();
    const once = { idempotent: false };
    expect(await after(9_999, call([RESET, 'answer'], once))).toBe('Error: read ECONNRESET');
    expect(await after(500, call([REFUSED_CONNECTION, 'answer'], once))).toBe('answer 2');
    expect(ranAt).toEqual([0, 9_999, 10_499]);
  });

  test('a call that asks for no retry is not tried again, though it was never sent', async () => {
    const { after, call, ranAt } = playRetry();
    expect(await after(9_999, call([REFUSED_CONNECTION, 'answer'], { retry: false }))).toMatch(
      /ECONNREFUSED/,
    );
    expect(ranAt).toEqual([0]);
  });

  test('the context tells the attempt', async () => {
    const { after, call, contexts } = playRetry();
    await after(9_999, call([RESET, RESET, 'answer']));
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(contexts.map((context) => context.remainingMs())).toEqual([Infinity, Infinity, Infinity]);
  });

  test('nothing of one call hangs on another, also where nothing can end them', async () => {
    const { after, call, contexts } = playRetry();
    await after(9_999, call([RESET, 10]));
    await after(9_999, call([10]));
    const signals = contexts.flatMap((context) => [context.signal, context.signal]);
    expect(new Set(signals).size).toBe(6);
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
  });

  test('by default delays carry chance', async () => {
    const clock = new FakeClock();
    const retry = createRetry({ clock, random: createRandom(7), maxRetries: 1 });
    const delays: number[] = [];
    retry.on('retry', ({ delayMs }) => delays.push(delayMs));
    for (let call = 0; call < 3; call++) {
      retry.execute(() => Promise.reject(RESET)).catch(() => undefined);
      await clock.advance(1_000);
    }
    expect(new Set(delays).size).toBe(3);
    for (const delayMs of delays) expect(delayMs >= 250 && delayMs < 500).toBe(true);
  });
});

const expectThrottled = {
  kind: 'throttled',
  retry: true,
  countsForBreaker: 'persisting',
  severity: 'warning',
} as const;

describe('when it gives up', () => {
  test('at a wait beyond the deadline it fails at once and says when to come back', async () => {
    const { after, call, clock, ranAt } = playRetry({ deadlineMs: 10_000 });
    const error = httpError(429, 30_000);
    expect(await after(0, call([error, 'answer']))).toBe('Error: answered 429');
    expect(giveUpOf(error)).toEqual({
      error,
      attempts: 1,
      classification: { ...expectThrottled, retryAfterMs: 30_000 },
      by: 'deadline',
      reason: "the next attempt is due in 30000 ms and only 10000 ms of the call's time are left",
      retryInMs: 30_000,
    });
    expect([ranAt, clock.pending]).toEqual([[0], 0]);
  });

  test('after a refused attempt it tells of the failure, and when the refusal ends', async () => {
    const { after, call } = playRetry();
    const error = systemError('ECONNRESET');
    await after(9_999, call([error, refusal('Market is left alone', 7_000)]));
    expect(giveUpOf(error)).toMatchObject({
      error,
      attempts: 2,
      by: 'refused',
      reason: 'attempt 2 was refused: Market is left alone',
      retryInMs: 7_000,
    });
  });

  test('a refused first attempt is what is thrown', async () => {
    const { after, call } = playRetry();
    const error = refusal('Market is left alone', 7_000);
    await after(0, call([error]));
    expect(giveUpOf(error)).toMatchObject({ attempts: 1, by: 'kind', retryInMs: 7_000 });
  });

  test('who wants to can wait for a refusal to end', async () => {
    const { after, call, ranAt } = playRetry({
      classify: (error) =>
        error instanceof RefusedError ? { ...TRANSIENT, retryAfterMs: error.retryInMs } : PERSISTENT,
    });
    expect(
      await after(
        120_000,
        call([refusal('Market is left alone', 60_000), refusal('Market is left alone', 60_000), 'answer']),
      ),
    ).toBe('answer 3');
    expect(ranAt).toEqual([0, 60_000, 120_000]);
  });
});
