import { describe, expect, test } from 'vitest';
import { createRandom, AbortedError, FakeClock, TimeoutError } from '../../kernel/index.ts';
import { RefusedError, type CallContext } from './call.ts';
import { giveUpOf } from './give-up.ts';
import { createRetry, type RetryEvents } from './retry.ts';
import { RetryBudget } from './retry-budget.ts';
import { PERSISTENT, TRANSIENT } from './failure-classes.ts';
import { httpError, listenersOf, playRetry, systemError, type Play } from './testing/play-retry.ts';

const RESET = systemError('ECONNRESET');
const REFUSED_CONNECTION = systemError('ECONNREFUSED', 'connect');
const FORBIDDEN = httpError(403);

const refusal = (retryInMs = 60_000): RefusedError =>
  new RefusedError({
    dependency: 'Market',
    by: 'breaker',
    reason: 'Market is left alone',
    state: 'open',
    since: 0,
    nextTryAt: retryInMs,
    retryInMs,
    lastCause: null,
  });

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
    ['a refusal', [refusal(), 'answer'], 'RefusedError: Market is left alone', [0]],
    ['a failure, then a refusal', [RESET, refusal(), 'answer'], 'Error: read ECONNRESET', [0, 500]],
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
    await after(9_999, call([error, refusal(7_000)]));
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
    const error = refusal(7_000);
    await after(0, call([error]));
    expect(giveUpOf(error)).toMatchObject({ attempts: 1, by: 'kind', retryInMs: 7_000 });
  });

  test('who wants to can wait for a refusal to end', async () => {
    const { after, call, ranAt } = playRetry({
      classify: (error) =>
        error instanceof RefusedError ? { ...TRANSIENT, retryAfterMs: error.retryInMs } : PERSISTENT,
    });
    expect(await after(120_000, call([refusal(), refusal(), 'answer']))).toBe('answer 3');
    expect(ranAt).toEqual([0, 60_000, 120_000]);
  });
});

const expectThrottled = {
  kind: 'throttled',
  retry: true,
  countsForBreaker: 'persisting',
  severity: 'warning',
} as const;

describe('time', () => {
  test('a deadline ends the attempt that runs, and its signal', async () => {
    const { after, call, clock, contexts } = playRetry({ deadlineMs: 2_000 });
    const ended = call(['hang']);
    await clock.advance(1_999);
    expect(contexts.map((context) => [context.signal.aborted, context.remainingMs()])).toEqual([[false, 1]]);
    expect(await after(1, ended)).toBe('TimeoutError: Market took longer than 2000 ms');
    expect(contexts.map((context) => [context.signal.aborted, context.remainingMs()])).toEqual([[true, 0]]);
    expect(contexts[0]?.signal.reason).toBeInstanceOf(TimeoutError);
    expect(clock.pending).toBe(0);
  });

  test('a call may bring its own, longer or shorter', async () => {
    const { after, call, clock } = playRetry({ deadlineMs: 2_000 });
    expect(await after(3_000, call([3_000], { deadlineMs: 3_001 }))).toBe('answer 1');
    expect(await after(10, call(['hang'], { deadlineMs: 10, what: 'GET /x' }))).toBe(
      'TimeoutError: GET /x took longer than 10 ms',
    );
    expect(clock.pending).toBe(0);
  });

  test('what failed before is the cause of a timeout', async () => {
    const { clock, retry } = playRetry({ deadlineMs: 2_000 });
    let runs = 0;
    const ended = retry
      .execute(({ signal }) => {
        runs += 1;
        return runs === 1 ? Promise.reject(RESET) : clock.sleep(9_999, signal);
      })
      .catch((error: unknown) => error);
    await clock.advance(2_000);
    const error = await ended;
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as TimeoutError).cause).toBe(RESET);
  });

  test('a timeout of the first attempt has no cause', async () => {
    const { clock, retry } = playRetry({ deadlineMs: 2_000 });
    const ended = retry.execute(({ signal }) => clock.sleep(9_999, signal)).catch((error: unknown) => error);
    await clock.advance(2_000);
    expect(await ended).toEqual(new TimeoutError('Market', 2_000));
    expect(((await ended) as Error).cause).toBeUndefined();
  });

  test('work that does not listen cannot hold a call', async () => {
    const { after, clock, retry } = playRetry({ deadlineMs: 100 });
    const ended = retry.execute(() => new Promise<string>(() => undefined)).catch(String);
    expect(await after(100, ended)).toBe('TimeoutError: Market took longer than 100 ms');
    expect(clock.pending).toBe(0);
  });

  test('no attempt begins when the process wakes after the deadline', async () => {
    const clock = new FakeClock();
    let heldUpMs = 0;
    const late = Object.assign(Object.create(clock) as FakeClock, {
      now: () => clock.now(),
      monotonic: () => clock.monotonic() + heldUpMs,
      schedule: (ms: number, fn: () => void) => clock.schedule(ms, fn),
    });
    const retry = createRetry({ clock: late, backoff: { jitter: 'none' }, deadlineMs: 1_000 });
    let runs = 0;
    const ended = retry
      .execute(() => {
        runs += 1;
        return Promise.reject(RESET);
      })
      .catch((error: unknown) => error);
    await clock.settle();
    heldUpMs = 600;
    await clock.advance(500);
    const error = await ended;
    expect([runs, String(error), (error as Error).cause]).toEqual([
      1,
      'TimeoutError: call took longer than 1000 ms',
      RESET,
    ]);
    expect(clock.pending).toBe(0);
  });

  test('a timer that fires early does not begin the next attempt early', async () => {
    const clock = new FakeClock();
    const early = Object.assign(Object.create(clock) as FakeClock, {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      schedule: (ms: number, fn: () => void) => clock.schedule(Math.max(1, ms - 40), fn),
    });
    const retry = createRetry({ clock: early, backoff: { jitter: 'none' }, maxRetries: 1 });
    const ranAt: number[] = [];
    const ended = retry
      .execute(() => {
        ranAt.push(clock.monotonic());
        return Promise.reject(httpError(429, 700));
      })
      .catch(String);
    await clock.advance(800);
    await ended;
    expect(ranAt).toEqual([0, 700]);
  });

  test('the wall clock may jump', async () => {
    const { after, call, clock, ranAt } = playRetry({ deadlineMs: 5_000 });
    const ended = call([RESET, RESET, 'answer']);
    await clock.advance(100);
    clock.jumpWall(-86_400_000);
    expect(await after(5_000, ended)).toBe('answer 3');
    expect(ranAt).toEqual([0, 500, 1_500]);
  });

  test.each([0, -5])('without time (%d ms) the work is not run', async (deadlineMs) => {
    const { call, clock, ranAt, retry } = playRetry();
    expect(await call(['answer'], { deadlineMs, what: 'GET /x' })).toBe(
      'RefusedError: GET /x was not run: no time was left for it',
    );
    const error: unknown = await retry.execute(() => 1, { deadlineMs }).catch((reason: unknown) => reason);
    const now = clock.now();
    expect((error as RefusedError).refusal).toEqual({
      dependency: 'Market',
      by: 'deadline',
      reason: 'Market was not run: no time was left for it',
      state: 'expired',
      since: now,
      nextTryAt: now,
      retryInMs: 0,
      lastCause: null,
    });
    expect([ranAt, clock.pending]).toEqual([[], 0]);
  });

  test('a deadline that is no number is a mistake', async () => {
    const { call, ranAt } = playRetry();
    expect(await call(['answer'], { deadlineMs: NaN })).toBe(
      'RangeError: deadlineMs must be a number of milliseconds, not NaN',
    );
    expect(ranAt).toEqual([]);
  });
});

describe('the caller’s cancellation', () => {
  test.each<[string, Play[], number, number[]]>([
    ['during the first attempt', ['hang'], 100, [0]],
    ['in a backoff', [RESET, 'answer'], 100, [0]],
    ['in a long wait that was asked for', [httpError(503, 60_000), 'answer'], 59_999, [0]],
    ['during a later attempt', [RESET, 'hang', 'answer'], 700, [0, 500]],
  ])('%s ends the call at once and leaves nothing behind', async (_, plays, atMs, ranAt) => {
    const played = playRetry();
    const controller = new AbortController();
    const ended = played.call(plays, { signal: controller.signal, what: 'GET /x' });
    await played.clock.advance(atMs);
    controller.abort('enough');
    expect(await ended).toBe('AbortedError: GET /x was aborted');
    expect(played.clock.monotonic()).toBe(atMs);
    expect([played.ranAt, played.clock.pending, listenersOf(controller.signal)]).toEqual([ranAt, 0, 0]);
    expect(played.retry.budget?.waiting).toBe(0);
    await played.clock.advance(100_000);
    expect(played.ranAt).toEqual(ranAt);
  });

  test('carries the caller’s reason', async () => {
    const { clock, retry } = playRetry();
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const ended = retry
      .execute(
        ({ signal }) => {
          signals.push(signal);
          return new Promise(() => undefined);
        },
        { signal: controller.signal },
      )
      .catch((error: unknown) => error);
    await clock.settle();
    controller.abort('enough');
    const error = await ended;
    expect(error).toEqual(new AbortedError('Market', 'enough'));
    expect((error as Error).cause).toBe('enough');
    expect(signals.map(({ aborted, reason }) => [aborted, reason === error])).toEqual([[true, true]]);
  });

  test('leaves no listener behind after a success or a failure', async () => {
    const { after, call } = playRetry();
    const { signal } = new AbortController();
    await after(9_999, call([RESET, 'answer'], { signal }));
    await after(9_999, call([FORBIDDEN], { signal }));
    await after(9_999, call([10], { signal, deadlineMs: 100 }));
    expect(listenersOf(signal)).toBe(0);
  });

  test('by a listener, in the moment before the backoff, ends it too', async () => {
    const { call, clock, ranAt, retry } = playRetry();
    const controller = new AbortController();
    retry.on('retry', () => {
      controller.abort();
    });
    expect(await call([RESET, 'answer'], { signal: controller.signal })).toBe(
      'AbortedError: Market was aborted',
    );
    expect([ranAt, clock.pending, retry.budget?.waiting]).toEqual([[0], 0, 0]);
  });

  test('by the work itself, while it begins, ends the call', async () => {
    const { clock, retry } = playRetry();
    const controller = new AbortController();
    const ended = retry.execute(
      () => {
        controller.abort();
        return Promise.reject(RESET);
      },
      { signal: controller.signal },
    );
    await expect(ended).rejects.toThrow('Market was aborted');
    expect([clock.pending, listenersOf(controller.signal)]).toEqual([0, 0]);
  });

  test('is what is thrown, whatever the work makes of it, and nobody is told of a failure', async () => {
    const { clock, retry } = playRetry();
    const told: unknown[] = [];
    retry.on('give_up', (event) => told.push(event));
    retry.on('retry', (event) => told.push(event));
    const controller = new AbortController();
    const work = ({ signal }: CallContext): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('work was stopped'));
        });
      });
    const ended = retry.execute(work, { signal: controller.signal });
    await clock.settle();
    controller.abort();
    await expect(ended).rejects.toThrow('Market was aborted');
    expect(told).toEqual([]);
  });
});

describe('within another call', () => {
  const outer = (clock: FakeClock, signal: AbortSignal, leftMs: number): CallContext => ({
    signal,
    attempt: 1,
    remainingMs: () => leftMs - clock.monotonic(),
  });

  test('its signal ends this one too', async () => {
    const { call, clock } = playRetry();
    const controller = new AbortController();
    const ended = call([RESET, 'answer'], { within: outer(clock, controller.signal, Infinity) });
    await clock.advance(100);
    controller.abort();
    expect(await ended).toBe('AbortedError: Market was aborted');
    expect([clock.pending, listenersOf(controller.signal)]).toEqual([0, 0]);
  });

  test('nothing hangs on it afterwards', async () => {
    const { after, call, clock } = playRetry();
    const { signal } = new AbortController();
    expect(await after(600, call([RESET, 10], { within: outer(clock, signal, 9_999) }))).toBe('answer 2');
    expect([clock.pending, listenersOf(signal)]).toEqual([0, 0]);
  });

  test('who ends it first is the reason', async () => {
    const { clock, retry } = playRetry();
    const own = new AbortController();
    const parent = new AbortController();
    const ended = retry
      .execute(() => new Promise(() => undefined), {
        signal: own.signal,
        within: outer(clock, parent.signal, Infinity),
      })
      .catch((error: unknown) => error);
    await clock.settle();
    parent.abort('parent');
    own.abort('own');
    expect(await ended).toMatchObject({ name: 'AbortedError', cause: 'parent' });
  });

  test('only the nearer time needs a timer', async () => {
    const timers = async (leftMs: number, deadlineMs: number): Promise<number> => {
      const { call, clock } = playRetry();
      const within = outer(clock, new AbortController().signal, leftMs);
      void call(['hang'], { within, deadlineMs });
      await clock.settle();
      // One is of the work.
      return clock.pending - 1;
    };
    expect(await timers(500, 400)).toBe(1);
    expect(await timers(500, 500)).toBe(1);
    expect(await timers(500, 501)).toBe(0);
    expect(await timers(Infinity, Infinity)).toBe(0);
  });

  test('an aborted one never runs the work', async () => {
    const { call, clock, ranAt } = playRetry();
    expect(await call(['answer'], { within: outer(clock, AbortSignal.abort(), Infinity) })).toBe(
      'AbortedError: Market was aborted',
    );
    expect(ranAt).toEqual([]);
  });

  test('no attempt is waited for that would begin after its time', async () => {
    const { after, call, clock, contexts } = playRetry();
    const within = outer(clock, new AbortController().signal, 1_500);
    const ended = call([RESET, RESET, 'answer'], { within, deadlineMs: 60_000 });
    expect(await after(500, ended)).toBe('Error: read ECONNRESET');
    expect(contexts[0]?.remainingMs()).toBe(1_000);
    expect(clock.pending).toBe(0);
  });

  test('the nearer of both times holds', async () => {
    const { after, call, clock, contexts } = playRetry();
    const within = outer(clock, new AbortController().signal, 1_500);
    const ended = call(['hang'], { within, deadlineMs: 700 });
    expect(contexts[0]?.remainingMs()).toBe(700);
    expect(await after(700, ended)).toBe('TimeoutError: Market took longer than 700 ms');
    expect(clock.pending).toBe(0);
  });

  test('without time the work is not run', async () => {
    const { call, clock, ranAt } = playRetry();
    const within = outer(clock, new AbortController().signal, 0);
    expect(await call(['answer'], { within })).toBe(
      'RefusedError: Market was not run: no time was left for it',
    );
    expect(ranAt).toEqual([]);
  });
});

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
