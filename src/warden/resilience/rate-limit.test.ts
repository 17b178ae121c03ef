import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { AbortedError, FakeClock, TimeoutError } from '../../kernel/index.ts';
import { RefusedError, type CallContext } from './call.ts';
import type { Classification } from './classify.ts';
import { createRateLimit, type RateLimitOptions } from './rate-limit.ts';

const play = (options: RateLimitOptions = {}) => {
  const clock = new FakeClock();
  const policy = createRateLimit({ name: 'Market', clock, limit: 2, windowMs: 1_000, ...options });
  return { clock, policy };
};
const tooMany = Object.assign(new Error('too many'), { status: 429, retryAfterMs: 700 });

test('work runs, at once or in its turn, and gives what it gives', async () => {
  const { clock, policy } = play();
  const ran: number[] = [];
  const results = [1, 2, 3].map((value) =>
    policy.execute(() => {
      ran.push(clock.monotonic());
      return value;
    }),
  );
  await clock.advance(1_000);
  expect([await Promise.all(results), ran]).toEqual([
    [1, 2, 3],
    [0, 0, 1_000],
  ]);
  expect(policy.status()).toEqual({
    limit: 2,
    windowMs: 1_000,
    rate: 2,
    used: 1,
    available: 1,
    waiting: 0,
    started: 3,
    waited: 1,
    refused: 0,
    cancelled: 0,
    incidents: 0,
    throttledCalls: 0,
    blockedForMs: 0,
  });
});

test('a refusal is a RefusedError by quota; the work is not run and nothing is paid', async () => {
  const { policy } = play({ limit: 1, maxWaitMs: 999 });
  let runs = 0;
  const work = (): number => ++runs;
  await policy.execute(work);
  const error: unknown = await policy.execute(work).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RefusedError);
  expect((error as RefusedError).refusal).toMatchObject({ by: 'quota', state: 'spent', retryInMs: 1_000 });
  expect([runs, policy.status().used, policy.status().refused]).toEqual([1, 1, 1]);
});

test('what the work throws comes out, also when it throws at once', async () => {
  const { policy } = play();
  const fault = new Error('no');
  await expect(
    policy.execute(() => {
      throw fault;
    }),
  ).rejects.toBe(fault);
  await expect(policy.execute(() => Promise.reject(fault))).rejects.toBe(fault);
  expect(policy.status().throttledCalls).toBe(0);
});

describe('a 429', () => {
  test('is heeded, whatever name its status has', async () => {
    const { clock, policy } = play({ limit: 10 });
    const events: unknown[] = [];
    policy.on('throttled', (event) => events.push(event));
    await expect(policy.execute(() => Promise.reject(tooMany))).rejects.toBe(tooMany);
    expect(policy.status()).toMatchObject({ rate: 5, incidents: 1, throttledCalls: 1, blockedForMs: 700 });
    await clock.advance(800);
    await policy.execute(() => Promise.reject({ statusCode: 429 })).catch(() => null);
    expect(policy.status()).toMatchObject({ rate: 2, incidents: 2, throttledCalls: 2, blockedForMs: 0 });
    expect(events).toEqual([
      { rate: 5, retryAfterMs: 700, incident: true },
      { rate: 2, retryAfterMs: 0, incident: true },
    ]);
  });

  test.each([[{ status: 500 }], [null], ['429']])('%o is none', async (thrown) => {
    const { policy } = play();
    await policy.execute(() => Promise.reject(thrown)).catch(() => null);
    expect(policy.status()).toMatchObject({ rate: 2, throttledCalls: 0 });
  });

  test('many answers to one burst halve the rate once', async () => {
    const { clock, policy } = play({ limit: 10 });
    const answers = Array.from({ length: 5 }, (_, index) =>
      policy
        .execute(async () => {
          await clock.sleep(10 * index);
          throw tooMany;
        })
        .catch(() => null),
    );
    await clock.advance(100);
    await Promise.all(answers);
    expect(policy.status()).toMatchObject({ rate: 5, incidents: 1, throttledCalls: 5 });
  });

  test('can be told by hand', () => {
    const { policy } = play({ limit: 10 });
    policy.throttled(50);
    expect(policy.status()).toMatchObject({ rate: 5, blockedForMs: 50 });
  });
});

test('a call that surely never left pays nothing', async () => {
  const classify = (): Classification => ({
    kind: 'transient',
    retry: true,
    countsForBreaker: true,
    severity: 'error',
    neverSent: true,
  });
  const { policy } = play({ limit: 1, classify });
  await policy.execute(() => Promise.reject(new Error('no such host'))).catch(() => null);
  expect([policy.status().used, await policy.execute(() => 1)]).toEqual([0, 1]);
});

describe('the caller', () => {
  test('who has gone before runs nothing and pays nothing', async () => {
    const { policy } = play();
    let ran = false;
    const call = policy.execute(() => (ran = true), { signal: AbortSignal.abort('why'), what: 'GET /x' });
    await expect(call).rejects.toEqual(new AbortedError('Market: GET /x', 'why'));
    expect([ran, policy.status().used, policy.status().started]).toEqual([false, 0, 0]);
  });

  test('who goes while it waits ends at once and gives its turn to the next', async () => {
    const { clock, policy } = play({ limit: 1 });
    const controller = new AbortController();
    await policy.execute(() => 1);
    const leaves = policy.execute(() => 2, { signal: controller.signal });
    const next = policy.execute(() => 3);
    controller.abort();
    await expect(leaves).rejects.toBeInstanceOf(AbortedError);
    await clock.advance(1_000);
    expect(await next).toBe(3);
    expect([clock.pending, getEventListeners(controller.signal, 'abort')]).toEqual([0, []]);
  });

  test('who goes in the very moment of its turn gives it back', async () => {
    const { clock, policy } = play({ limit: 1 });
    const controller = new AbortController();
    await policy.execute(() => 1);
    let ran = false;
    const leaves = policy.execute(() => (ran = true), { signal: controller.signal });
    policy.configure({ limit: 2 });
    expect(policy.status()).toMatchObject({ used: 2, waiting: 0 });
    controller.abort();
    await expect(leaves).rejects.toBeInstanceOf(AbortedError);
    expect([ran, policy.status().used, clock.pending]).toEqual([false, 1, 0]);
  });

  test('who goes while the work runs is answered at once; the work is told', async () => {
    const { clock, policy } = play();
    const controller = new AbortController();
    let told = false;
    const call = policy.execute(
      async ({ signal }) => {
        await clock.sleep(500);
        told = signal.aborted;
      },
      { signal: controller.signal },
    );
    controller.abort();
    await expect(call).rejects.toBeInstanceOf(AbortedError);
    await clock.advance(500);
    expect([told, getEventListeners(controller.signal, 'abort')]).toEqual([true, []]);
  });
});

describe('the time of a call', () => {
  test('limits its wait', async () => {
    const { policy } = play({ limit: 1, maxWaitMs: 60_000 });
    await policy.execute(() => 1);
    await expect(policy.execute(() => 2, { deadlineMs: 999 })).rejects.toBeInstanceOf(RefusedError);
  });

  test('holds for the work too, which is told what is left', async () => {
    const { clock, policy } = play({ limit: 1 });
    await policy.execute(() => 1);
    const left: number[] = [];
    const call = policy.execute(
      async (context) => {
        left.push(context.remainingMs());
        await clock.sleep(1e6, context.signal).catch(() => left.push(context.remainingMs()));
      },
      { deadlineMs: 1_500, what: 'GET /x' },
    );
    await Promise.all([
      expect(call).rejects.toEqual(new TimeoutError('Market: GET /x', 500)),
      clock.advance(1_500),
    ]);
    expect([left, clock.pending]).toEqual([[500, 0], 0]);
  });

  test('comes down from the call that it is part of, with its attempt', async () => {
    const { clock, policy } = play();
    const { signal } = new AbortController();
    const within: CallContext = { signal, attempt: 3, remainingMs: () => 40 };
    const seen = await policy.execute((context) => [context.attempt, context.remainingMs()], {
      within,
      deadlineMs: 50,
    });
    expect([seen, clock.pending]).toEqual([[3, 40], 0]);
    const alone = await policy.execute((context) => [
      context.attempt,
      context.remainingMs(),
      context.signal.aborted,
    ]);
    expect(alone).toEqual([1, Infinity, false]);
  });

  test.each(['the caller', 'the call that it is part of'])('ends when %s gives up', async (who) => {
    const { policy } = play();
    const own = new AbortController();
    const outer = new AbortController();
    const within: CallContext = { signal: outer.signal, attempt: 1, remainingMs: () => Infinity };
    let told: AbortSignal | undefined;
    const call = policy.execute(
      ({ signal }) => {
        told = signal;
        return new Promise(() => {});
      },
      { within, signal: own.signal },
    );
    (who === 'the caller' ? own : outer).abort();
    await expect(call).rejects.toBeInstanceOf(AbortedError);
    expect(told?.aborted).toBe(true);
  });
});

test('a listener that throws changes neither result nor state', async () => {
  const faults: unknown[] = [];
  const { policy } = play({ limit: 1, maxWaitMs: 0, onListenerError: (fault) => faults.push(fault) });
  const off = policy.on('refused', () => {
    throw new Error('listener');
  });
  await policy.execute(() => 1);
  await expect(policy.execute(() => 2)).rejects.toBeInstanceOf(RefusedError);
  expect(faults).toEqual([new Error('listener')]);
  off();
  await expect(policy.execute(() => 3)).rejects.toBeInstanceOf(RefusedError);
  expect([faults.length, policy.status().refused]).toEqual([1, 2]);
});

test('settings change while it runs; bad ones change nothing', async () => {
  const { clock, policy } = play({ limit: 1 });
  await policy.execute(() => 1);
  const waits = policy.execute(() => 2);
  expect(() => policy.configure({ limit: 0 })).toThrow('limit must be');
  policy.configure({ limit: 2 });
  expect([await waits, policy.status().limit, clock.pending]).toEqual([2, 2, 0]);
  expect(() => createRateLimit({ windowMs: -1 })).toThrow(RangeError);
});

test('a restart goes on from a snapshot', async () => {
  const { clock, policy } = play({ limit: 1, maxWaitMs: 0 });
  await policy.execute(() => 1);
  await clock.advance(100);
  const { clock: later, policy: next } = play({ limit: 1, maxWaitMs: 0 });
  await later.advance(300);
  expect(next.restore(policy.snapshot())).toEqual({ ok: true });
  await expect(next.execute(() => 2)).rejects.toMatchObject({ retryInMs: 700 });
});

test('on the machine it needs no options at all', async () => {
  const policy = createRateLimit();
  expect(await policy.execute(() => 7)).toBe(7);
  expect(policy.status()).toMatchObject({ limit: 60, windowMs: 60_000, used: 1 });
});
