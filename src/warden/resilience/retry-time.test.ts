import { describe, expect, test } from 'vitest';
import { FakeClock, TimeoutError } from '../../kernel/index.ts';
import type { RefusedError } from './call.ts';
import type { CallContext } from './call.ts';
import { createRetry } from './retry.ts';
import { httpError, listenersOf, playRetry, systemError } from './testing/play-retry.ts';

const RESET = systemError('ECONNRESET');

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
