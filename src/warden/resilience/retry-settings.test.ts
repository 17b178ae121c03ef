import { describe, expect, test } from 'vitest';
import { PERSISTENT, TRANSIENT } from './failure-classes.ts';
import { giveUpOf } from './give-up.ts';
import { RetryBudget } from './retry-budget.ts';
import { createRetry, type RetryEvents } from './retry.ts';
import { httpError, playRetry, systemError } from './testing/play-retry.ts';

const RESET = systemError('ECONNRESET');
const FORBIDDEN = httpError(403);

describe('the budget', () => {
  test('is one of 10 % and a floor of 3', async () => {
    const { after, call, retry } = playRetry();
    const ended = Array.from({ length: 5 }, () => call([RESET, 'answer']));
    const results = await after(
      500,
      Promise.all(ended).then((all) => all.join()),
    );
    expect(results).toBe('answer 2,answer 2,answer 2,Error: read ECONNRESET,Error: read ECONNRESET');
    expect(retry.budget).toMatchObject({ ratio: 0.1, floor: 3, windowMs: 10_000 });
  });

  test('is not counted by attempts that never began', async () => {
    const { call, clock, retry } = playRetry();
    const controller = new AbortController();
    const ended = call([RESET], { signal: controller.signal });
    await clock.settle();
    expect([retry.budget?.left(0), retry.budget?.waiting]).toEqual([2, 1]);
    controller.abort();
    await ended;
    expect([retry.budget?.left(0), retry.budget?.waiting]).toEqual([3, 0]);
  });

  test('is shared by those who are handed the same', async () => {
    const budget = new RetryBudget({ floor: 1 });
    const first = playRetry({ budget });
    const second = playRetry({ budget });
    expect(first.retry.budget).toBe(budget);
    const ended = [first.call([RESET, 'answer']), second.call([RESET, 'answer'])];
    await first.clock.advance(500);
    expect(await Promise.all(ended)).toEqual(['answer 2', 'Error: read ECONNRESET']);
  });

  test('may be made of options, or be none', async () => {
    expect(playRetry({ budget: { floor: 7 } }).retry.budget?.floor).toBe(7);
    const { after, call, retry } = playRetry({ budget: false, maxRetries: 50, backoff: { capMs: 500 } });
    expect(retry.budget).toBeNull();
    const fails = Array.from({ length: 50 }, () => RESET);
    expect(await after(50_000, call(fails))).toBe('answer 51');
  });

  test('that was spent while a call waited is the reason to give up', async () => {
    const { after, call, ranAt, retry } = playRetry();
    const error = systemError('ECONNRESET');
    const ended = call([error, 'answer']);
    await after(0, Promise.resolve(''));
    retry.budget?.configure({ floor: 0 });
    expect(await after(500, ended)).toBe('Error: read ECONNRESET');
    expect(giveUpOf(error)).toMatchObject({
      attempts: 1,
      by: 'budget',
      reason: 'the retry budget was spent while it waited',
    });
    expect([ranAt, retry.budget?.waiting]).toEqual([[0], 0]);
  });

  test('counts a call once', async () => {
    const { after, call, retry } = playRetry({ budget: { ratio: 1, floor: 0 } });
    await after(9_000, call([RESET, 'answer']));
    expect(retry.budget?.left(9_000)).toBe(0);
  });

  test('a call that is not made is none', async () => {
    const { call, retry } = playRetry({ budget: { ratio: 1, floor: 0 } });
    await call([], { signal: AbortSignal.abort() });
    await call([], { deadlineMs: 0 });
    expect(retry.budget?.left(0)).toBe(0);
  });
});

describe('who listens', () => {
  const listen = (options = {}) => {
    const played = playRetry(options);
    const retries: RetryEvents['retry'][] = [];
    const giveUps: RetryEvents['give_up'][] = [];
    const stops = [
      played.retry.on('retry', (event) => retries.push(event)),
      played.retry.on('give_up', (event) => giveUps.push(event)),
    ];
    return { ...played, retries, giveUps, stops };
  };

  test('is told of each retry, and of giving up', async () => {
    const { after, call, retries, giveUps } = listen({ maxRetries: 1 });
    await after(500, call([RESET, FORBIDDEN], { what: 'GET /x' }));
    expect(retries).toEqual([
      {
        what: 'GET /x',
        attempt: 1,
        error: RESET,
        classification: TRANSIENT,
        delayMs: 500,
        reason: 'attempt 1 of 2 failed; the next follows in 500 ms',
      },
    ]);
    expect(giveUps).toEqual([
      {
        what: 'GET /x',
        attempts: 2,
        error: FORBIDDEN,
        classification: PERSISTENT,
        by: 'kind',
        reason: 'a persistent failure is not tried again',
        retryInMs: undefined,
      },
    ]);
  });

  test('is told nothing of a success', async () => {
    const { after, call, retries, giveUps } = listen();
    await after(0, call(['answer']));
    expect([retries, giveUps]).toEqual([[], []]);
  });

  test('may stop, also twice', async () => {
    const { after, call, retries, giveUps, stops } = listen();
    stops[0]?.();
    stops[0]?.();
    await after(500, call([RESET, FORBIDDEN]));
    expect([retries.length, giveUps.length]).toEqual([0, 1]);
    expect(giveUps[0]?.what).toBe('Market');
    stops[1]?.();
    await after(500, call([FORBIDDEN]));
    expect(giveUps).toHaveLength(1);
  });

  test('and throws changes neither result nor state', async () => {
    const thrown: unknown[] = [];
    const { after, call, retry } = playRetry({ onListenerError: (error) => thrown.push(error) });
    retry.on('retry', () => {
      throw new Error('of the listener');
    });
    retry.on('give_up', () => {
      throw new Error('of the other');
    });
    expect(await after(500, call([RESET, 'answer']))).toBe('answer 2');
    expect(await after(0, call([FORBIDDEN]))).toBe('Error: answered 403');
    expect(thrown).toEqual([new Error('of the listener'), new Error('of the other')]);
    expect(retry.budget?.waiting).toBe(0);
  });

  test('a classification that throws loses nothing', async () => {
    const thrown: unknown[] = [];
    const { after, call } = playRetry({
      classify: () => {
        throw new Error('of classify');
      },
      onListenerError: (error) => thrown.push(error),
    });
    expect(await after(500, call([RESET, FORBIDDEN]))).toBe('Error: answered 403');
    expect(thrown).toEqual([new Error('of classify'), new Error('of classify')]);
  });
});

describe('settings', () => {
  test('change for calls under way, and keep budget and waiters', async () => {
    const { after, call, clock, ranAt, retry } = playRetry();
    const budget = retry.budget;
    const ended = call([RESET, RESET, RESET, 'answer']);
    await clock.advance(400);
    retry.configure({ maxRetries: 2, backoff: { firstMs: 100 } });
    expect(await after(9_999, ended)).toBe('Error: read ECONNRESET');
    expect(ranAt).toEqual([0, 500, 700]);
    expect(retry.budget).toBe(budget);
  });

  test('a new deadline holds for new calls', async () => {
    const { after, call, clock, retry } = playRetry();
    const ended = call([5_000]);
    retry.configure({ deadlineMs: 1_000 });
    expect(await after(5_000, ended)).toBe('answer 1');
    expect(await after(1_000, call(['hang']))).toBe('TimeoutError: Market took longer than 1000 ms');
    expect(clock.pending).toBe(0);
  });

  test('a bad one changes nothing', async () => {
    const { after, call, retry } = playRetry();
    expect(() => {
      retry.configure({ maxRetries: 0, deadlineMs: -1 });
    }).toThrow(new RangeError('deadlineMs must be a number over 0, not -1'));
    expect(await after(500, call([RESET, 'answer']))).toBe('answer 2');
  });

  test.each([
    [{ maxRetries: -1 }, 'maxRetries must be a whole number from 0 to 1000, not -1'],
    [{ maxRetries: 1_001 }, 'maxRetries must be a whole number from 0 to 1000, not 1001'],
    [{ maxRetries: 1.5 }, 'maxRetries must be a whole number from 0 to 1000, not 1.5'],
    [{ maxRetries: Infinity }, 'maxRetries must be a whole number from 0 to 1000, not Infinity'],
    [{ deadlineMs: 0 }, 'deadlineMs must be a number over 0, not 0'],
    [{ deadlineMs: NaN }, 'deadlineMs must be a number over 0, not NaN'],
    [{ backoff: { firstMs: -1 } }, 'backoff.firstMs must be a number of at least 0, not -1'],
    [{ budget: { ratio: 2 } }, 'budget.ratio must be a number from 0 to 1, not 2'],
  ])('%j is refused at once', (options, message) => {
    expect(() => createRetry(options)).toThrow(new RangeError(message));
  });

  test('none are needed: the machine’s clock and chance', async () => {
    const retry = createRetry({ backoff: { firstMs: 0 } });
    let runs = 0;
    expect(
      await retry.execute(() => {
        runs += 1;
        if (runs === 1) throw RESET;
        return runs;
      }),
    ).toBe(2);
  });
});
