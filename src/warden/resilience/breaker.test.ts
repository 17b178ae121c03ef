import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { TimeoutError } from '../../kernel/index.ts';
import { createBreaker } from './breaker.ts';
import { RefusedError, type CallContext } from './call.ts';
import { broken, endOf, kind, never, playBreaker } from './testing/breaker.ts';

describe('a call', () => {
  test('gives what the work gives, and throws what it throws, whether it promises or not', async () => {
    const { breaker } = playBreaker();
    const thenable = { then: (done: (value: string) => void) => done('foreign') } as PromiseLike<string>;
    expect(await breaker.execute(() => 'plain')).toBe('plain');
    expect(await breaker.execute(async () => 'promised')).toBe('promised');
    expect(await breaker.execute(() => thenable)).toBe('foreign');
    await expect(breaker.execute(() => Promise.reject(broken))).rejects.toBe(broken);
    await expect(
      breaker.execute(() => {
        throw broken;
      }),
    ).rejects.toBe(broken);
    expect(breaker.stats()).toMatchObject({ calls: 5, failures: 2 });
  });

  test('gives a result instead where one is asked for, and never rejects', async () => {
    const { breaker, fail } = playBreaker();
    expect(await breaker.tryExecute(() => 1)).toEqual({ ok: true, value: 1 });
    expect(await breaker.tryExecute(() => Promise.reject(broken))).toEqual({ ok: false, error: broken });
    const signal = new AbortController().signal;
    expect(await breaker.tryExecute(() => 2, { signal })).toEqual({ ok: true, value: 2 });
    expect(await breaker.tryExecute(() => Promise.reject(broken), { signal })).toEqual({
      ok: false,
      error: broken,
    });
    expect(breaker.stats()).toMatchObject({ calls: 4, failures: 2 });
    await fail(5);
    expect(await breaker.tryExecute(() => 3)).toMatchObject({ ok: false, refusal: { state: 'open' } });
    expect(await breaker.tryExecute(() => 3, { signal: AbortSignal.abort('gone') })).toMatchObject({
      ok: false,
      error: { name: 'AbortedError', message: 'api was aborted' },
    });
    expect(await breaker.tryExecute(() => 3, { deadlineMs: 0 })).toMatchObject({
      ok: false,
      refusal: { by: 'deadline' },
    });
  });

  test('is told about itself: a signal of its own that never aborts, and no limit', async () => {
    const { breaker } = playBreaker();
    const contexts: CallContext[] = [];
    for (let call = 0; call < 2; call++) await breaker.execute((context) => contexts.push(context));
    const [first, second] = contexts;
    expect(first).toMatchObject({ attempt: 1 });
    expect(first?.remainingMs()).toBe(Infinity);
    expect(first?.signal.aborted).toBe(false);
    expect(first?.signal).toBe(first?.signal);
    // A shared one would gather the listeners of all calls.
    expect(first?.signal).not.toBe(second?.signal);
  });

  test('that is refused is not run and says everything about it', async () => {
    const { clock, breaker, fail } = playBreaker();
    await clock.advance(500);
    await fail(5);
    await clock.advance(1_000);
    let runs = 0;
    const refused = breaker.execute(() => ++runs);
    await expect(refused).rejects.toBeInstanceOf(RefusedError);
    await expect(refused).rejects.toMatchObject({
      message: 'api is left alone after 5 failures in a row: broken',
      retryInMs: 59_000,
      refusal: {
        dependency: 'api',
        by: 'breaker',
        state: 'open',
        since: clock.now() - 1_000,
        nextTryAt: clock.now() + 59_000,
        lastCause: 'broken',
      },
    });
    expect(runs).toBe(0);
  });

  test('that is refused by a result gets the same promise while nothing changes, and a right one after', async () => {
    const { clock, breaker, fail } = playBreaker();
    await fail(5);
    const first = breaker.tryExecute(never);
    expect(breaker.tryExecute(never)).toBe(first);
    await clock.advance(1);
    expect(await breaker.tryExecute(never)).toMatchObject({ refusal: { retryInMs: 59_999 } });
    expect(await first).toMatchObject({ refusal: { retryInMs: 60_000 } });
    const release = breaker.isolate();
    expect(await breaker.tryExecute(never)).toMatchObject({
      refusal: { state: 'isolated', reason: 'api is isolated: by hand' },
    });
    release();
    expect(await breaker.tryExecute(never)).toMatchObject({ refusal: { state: 'open' } });
    expect(breaker.stats().refused).toBe(5);
    await clock.advance(59_999);
    expect(await breaker.tryExecute(() => 'let through')).toEqual({ ok: true, value: 'let through' });
  });

  test('of 1,000 callers in half-open three run and the rest is refused within the same turn', async () => {
    const { clock, breaker, fail } = playBreaker();
    await fail(5);
    await clock.advance(60_000);
    let runs = 0;
    const ends = Array.from({ length: 1_000 }, () =>
      endOf(
        breaker.execute(() => {
          runs += 1;
          return clock.sleep(10);
        }),
      ),
    );
    const refused = await Promise.all(ends.slice(3));
    expect(new Set(refused)).toEqual(
      new Set(['RefusedError: api is being tried after 5 failures in a row: broken']),
    );
    expect(runs).toBe(3);
    await clock.advance(10);
    await Promise.all(ends);
    expect(breaker.state()).toBe('closed');
  });
});

describe("the caller's signal", () => {
  test('that has aborted already keeps the work from being run, in whatever state', async () => {
    const { breaker, fail } = playBreaker();
    let runs = 0;
    const call = (): Promise<string> =>
      endOf(breaker.execute(() => ++runs, { signal: AbortSignal.abort('gone'), what: 'GET /x' }));
    expect(await call()).toBe('AbortedError: GET /x was aborted');
    await fail(5);
    expect(await call()).toBe('AbortedError: GET /x was aborted');
    expect([runs, breaker.stats().refused]).toEqual([0, 0]);
  });

  test('ends a call at once, also when the work does not listen, and is no failure', async () => {
    const { breaker } = playBreaker({ trip: { consecutiveFailures: 1 } });
    const controller = new AbortController();
    const call = breaker.execute(never, { signal: controller.signal });
    controller.abort('gone');
    await expect(call).rejects.toMatchObject({
      name: 'AbortedError',
      message: 'api was aborted',
      cause: 'gone',
    });
    expect([breaker.state(), breaker.stats().calls]).toEqual(['closed', 0]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('is the one that the work sees; what it throws then is no failure and is not asked about', async () => {
    const asked: unknown[] = [];
    const { breaker } = playBreaker({
      trip: { consecutiveFailures: 1 },
      classify: (error) => {
        asked.push(error);
        return kind(true);
      },
    });
    const controller = new AbortController();
    const call = breaker.execute(
      (context) =>
        new Promise((_, reject) => {
          expect(context.signal).toBe(controller.signal);
          context.signal.addEventListener('abort', () => reject(new DOMException('stop', 'AbortError')));
        }),
      { signal: controller.signal },
    );
    controller.abort();
    expect(await endOf(call)).toBe('AbortedError: api was aborted');
    expect([breaker.state(), asked]).toEqual(['closed', []]);
  });

  test('makes room for another trial', async () => {
    const { clock, breaker, fail } = playBreaker({ trials: 1 });
    await fail(5);
    await clock.advance(60_000);
    const controller = new AbortController();
    const call = endOf(breaker.execute(never, { signal: controller.signal }));
    expect(await endOf(breaker.execute(never))).toMatch(/^RefusedError/);
    controller.abort();
    await call;
    expect(breaker.stats().trialsRunning).toBe(0);
    expect(await breaker.execute(() => 'next')).toBe('next');
  });

  test('leaves no listener behind, however the call ends', async () => {
    const { breaker, fail } = playBreaker();
    const { signal } = new AbortController();
    await breaker.execute(async () => 1, { signal });
    await breaker.execute(() => 1, { signal });
    await breaker.tryExecute(() => Promise.reject(broken), { signal });
    await fail(5);
    await breaker.tryExecute(never, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('an abort that is not the caller’s own is a failure', async () => {
    const { breaker } = playBreaker({ trip: { consecutiveFailures: 1 } });
    const { signal } = new AbortController();
    await breaker.tryExecute(() => Promise.reject(new DOMException('reset', 'AbortError')), { signal });
    expect(breaker.state()).toBe('open');
  });
});

describe('a deadline', () => {
  test('aborts the work in time, is told to it, and is a failure', async () => {
    const { clock, breaker } = playBreaker({ trip: { consecutiveFailures: 1 } });
    let seen: CallContext | undefined;
    const call = endOf(
      breaker.execute(
        (context) => {
          seen = context;
          return never();
        },
        { deadlineMs: 100, what: 'GET /x' },
      ),
    );
    await clock.advance(40);
    expect([seen?.remainingMs(), seen?.signal.aborted]).toEqual([60, false]);
    await clock.advance(60);
    expect(await call).toBe('TimeoutError: GET /x took longer than 100 ms');
    expect(seen?.signal.reason).toBeInstanceOf(TimeoutError);
    await clock.advance(10);
    expect(seen?.remainingMs()).toBe(0);
    expect([breaker.state(), clock.pending]).toEqual(['open', 0]);
  });

  test('one that is over lets nothing begin', async () => {
    const { clock, breaker } = playBreaker();
    const call = breaker.execute(never, { deadlineMs: 0, what: 'GET /x' });
    await expect(call).rejects.toMatchObject({
      refusal: {
        dependency: 'api',
        by: 'deadline',
        reason: 'GET /x has no time left',
        state: 'late',
        since: clock.now(),
        nextTryAt: null,
        retryInMs: Infinity,
        lastCause: null,
      },
    });
    expect(breaker.stats()).toMatchObject({ calls: 0, refused: 0 });
  });

  test('holds for calls that are part of the call, and so does its signal', async () => {
    const { clock, breaker } = playBreaker({ trip: { consecutiveFailures: 1 } });
    const inner = createBreaker({ name: 'inner', clock });
    const seen: (number | undefined)[] = [];
    const call = endOf(
      breaker.execute(
        (within) =>
          inner.execute(
            (context) => {
              seen.push(context.remainingMs(), context.attempt);
              return clock.sleep(50, context.signal);
            },
            { within, deadlineMs: 500 },
          ),
        { deadlineMs: 30 },
      ),
    );
    await clock.advance(30);
    expect(await call).toBe('TimeoutError: api took longer than 30 ms');
    expect(seen).toEqual([30, 1]);
    const attempt = { attempt: 3, remainingMs: () => Infinity };
    const controller = new AbortController();
    const withinOther = { ...attempt, signal: controller.signal };
    const own = new AbortController();
    await inner.execute((context) => seen.push(context.attempt), { within: withinOther, signal: own.signal });
    expect(seen.at(-1)).toBe(3);
    const both = endOf(inner.execute(never, { within: withinOther, signal: own.signal }));
    controller.abort();
    expect(await both).toBe('AbortedError: inner was aborted');
    expect(await endOf(inner.execute(never, { within: withinOther }))).toBe(
      'AbortedError: inner was aborted',
    );
    const spent = { ...attempt, signal: own.signal, remainingMs: () => 0 };
    expect(await endOf(inner.execute(never, { within: spent }))).toBe('RefusedError: inner has no time left');
  });

  test('leaves no timer behind', async () => {
    const { clock, breaker } = playBreaker();
    await breaker.execute(async () => 1, { deadlineMs: 1_000 });
    await breaker.tryExecute(() => Promise.reject(broken), { deadlineMs: 1_000 });
    const controller = new AbortController();
    const call = endOf(breaker.execute(never, { deadlineMs: 1_000, signal: controller.signal }));
    controller.abort();
    expect(await call).toBe('AbortedError: api was aborted');
    expect([clock.pending, breaker.stats().failures]).toEqual([0, 1]);
  });
});
