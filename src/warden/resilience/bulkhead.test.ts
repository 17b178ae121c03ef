import { getEventListeners } from 'node:events';
import CircuitBreaker from 'opossum';
import { describe, expect, test } from 'vitest';
import { AbortedError, FakeClock, TimeoutError } from '../../kernel/index.ts';
import { createBulkhead, type BulkheadOptions } from './bulkhead.ts';
import { RefusedError } from './call.ts';

const play = (options: BulkheadOptions = {}) => {
  const clock = new FakeClock();
  const policy = createBulkhead({ name: 'Market', clock, limit: 1, ...options });
  /** Work that takes so long, and does not listen. */
  const takes =
    (ms: number): (() => Promise<string>) =>
    async () => {
      await clock.sleep(ms);
      return `${clock.monotonic()}`;
    };
  return { clock, policy, takes };
};

test('work runs when there is a place, and gives what it gives', async () => {
  const { clock, policy, takes } = play({ limit: 2 });
  const results = [10, 20, 10].map((ms) => policy.execute(takes(ms)));
  expect(policy.status()).toEqual({
    limit: 2,
    running: 2,
    waiting: 1,
    adaptive: null,
    entered: 2,
    waited: 0,
    refused: 0,
    cancelled: 0,
  });
  await clock.advance(20);
  expect(await Promise.all(results)).toEqual(['10', '20', '20']);
  expect(policy.status()).toMatchObject({ running: 0, waiting: 0, entered: 3, waited: 1 });
});

describe('a refusal is no failure', () => {
  test('it is a RefusedError by bulkhead; the work is not run, and an adaptive limit learns nothing', async () => {
    const { clock, policy, takes } = play({ limit: { adaptive: 'aimd', max: 1 }, maxQueue: 0 });
    const runs = policy.execute(takes(10));
    let ran = false;
    const before = policy.status().adaptive;
    for (let call = 0; call < 50; call++) {
      const error: unknown = await policy.execute(() => (ran = true)).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RefusedError);
      expect((error as RefusedError).refusal).toMatchObject({ by: 'bulkhead', state: 'full' });
    }
    expect([ran, policy.status().adaptive, policy.status().refused]).toEqual([false, before, 50]);
    await clock.advance(10);
    expect(await runs).toBe('10');
  });

  test('(opossum counts that of its semaphore as one)', async () => {
    let end = (): void => {};
    const breaker = new CircuitBreaker(() => new Promise<void>((resolve) => (end = resolve)), {
      capacity: 1,
      timeout: false,
    });
    const runs = breaker.fire();
    await expect(breaker.fire()).rejects.toMatchObject({ code: 'ESEMLOCKED' });
    expect(breaker.stats).toMatchObject({ semaphoreRejections: 1, failures: 1 });
    end();
    await runs;
    breaker.shutdown();
  });
});

test('what the work throws comes out and frees the place, also when it throws at once', async () => {
  const { policy } = play();
  const fault = new Error('no');
  await expect(
    policy.execute(() => {
      throw fault;
    }),
  ).rejects.toBe(fault);
  await expect(policy.execute(() => Promise.reject(fault))).rejects.toBe(fault);
  expect(policy.status().running).toBe(0);
});

describe('the caller', () => {
  test('who has gone before runs nothing', async () => {
    const { policy } = play();
    let ran = false;
    const call = policy.execute(() => (ran = true), { signal: AbortSignal.abort('why'), what: 'GET /x' });
    await expect(call).rejects.toEqual(new AbortedError('Market: GET /x', 'why'));
    expect([ran, policy.status().entered]).toEqual([false, 0]);
  });

  test('who goes while the work runs is answered at once, and the place is free when the work has ended', async () => {
    const { clock, policy, takes } = play();
    const controller = new AbortController();
    const leaves = policy.execute(takes(100), { signal: controller.signal });
    const next = policy.execute(takes(1));
    controller.abort();
    await expect(leaves).rejects.toBeInstanceOf(AbortedError);
    expect(policy.status()).toMatchObject({ running: 1, waiting: 1 });
    await clock.advance(101);
    expect(await next).toBe('101');
    expect([clock.pending, getEventListeners(controller.signal, 'abort')]).toEqual([0, []]);
  });

  test('who goes in the very moment of its turn gives the place to the next', async () => {
    const { clock, policy, takes } = play();
    const controller = new AbortController();
    const first = policy.execute(takes(5));
    let ran = false;
    const leaves = policy.execute(() => (ran = true), { signal: controller.signal });
    const next = policy.execute(() => 3);
    policy.configure({ limit: 2 });
    controller.abort();
    await expect(leaves).rejects.toBeInstanceOf(AbortedError);
    expect([ran, await next]).toEqual([false, 3]);
    await clock.advance(5);
    expect([await first, policy.status().running]).toEqual(['5', 0]);
  });
});

describe('the time of a call', () => {
  test('limits its wait', async () => {
    const { clock, policy, takes } = play();
    const first = policy.execute(takes(100));
    const second = policy.execute(() => 1, { deadlineMs: 30 });
    await Promise.all([
      expect(second).rejects.toMatchObject({
        refusal: { by: 'bulkhead', reason: 'Market: all 1 places have been taken for 30 ms' },
      }),
      clock.advance(30),
    ]);
    await clock.advance(70);
    await first;
  });

  test('ends the call, not the work that does not listen', async () => {
    const { clock, policy, takes } = play();
    const call = policy.execute(takes(100), { deadlineMs: 40 });
    await Promise.all([expect(call).rejects.toBeInstanceOf(TimeoutError), clock.advance(40)]);
    expect(policy.status().running).toBe(1);
    await clock.advance(60);
    expect(policy.status().running).toBe(0);
  });
});

describe('what an adaptive limit learns', () => {
  const adapts = (options: BulkheadOptions = {}) =>
    play({ limit: { adaptive: 'gradient', initial: 10, min: 2 }, ...options });
  const round = async (
    policy: ReturnType<typeof play>['policy'],
    thrown: () => unknown,
  ): Promise<unknown> => {
    for (let call = 0; call < 10; call++)
      await policy.execute(() => Promise.reject(thrown())).catch(() => null);
    return policy.status().adaptive?.limit;
  };

  test.each([
    ['a timeout', new TimeoutError('x', 5), 9],
    ['a 429', { status: 429 }, 9],
    ['a 503', { statusCode: 503 }, 9],
    ['another failure', new Error('no'), 10],
    ['a failure without anything', null, 10],
    ['a text', '429', 10],
  ])('of %s', async (_, thrown, limit) => {
    const { policy } = adapts();
    expect(await round(policy, () => thrown)).toBe(limit);
    expect(policy.status().adaptive?.baselineMs).toBeNull();
  });

  test('is what the caller says', async () => {
    const { policy } = adapts({ isDropped: (error) => error === 'mine' });
    expect(await round(policy, () => 'mine')).toBe(9);
  });

  test('is nothing when that throws, and the place is free', async () => {
    const { policy } = adapts({
      isDropped: () => {
        throw new Error('judge');
      },
    });
    expect([await round(policy, () => 'x'), policy.status().running]).toEqual([10, 0]);
  });

  test('is a loss when the time of the call was over, whatever the work makes of it', async () => {
    const { clock, policy } = adapts();
    for (let call = 0; call < 10; call++) {
      const ended = policy
        .execute(({ signal }) => clock.sleep(1_000, signal), { deadlineMs: 10 })
        .catch(() => null);
      await clock.advance(10);
      await ended;
    }
    expect(policy.status().adaptive?.limit).toBe(9);
  });

  test('is nothing when the caller went away', async () => {
    const { clock, policy } = adapts();
    for (let call = 0; call < 10; call++) {
      const controller = new AbortController();
      const ended = policy
        .execute(
          async ({ signal }) => {
            await clock.sleep(1_000, signal).catch(() => null);
            throw new TimeoutError('x', 1);
          },
          { signal: controller.signal },
        )
        .catch(() => null);
      controller.abort();
      await ended;
    }
    await clock.settle();
    expect(policy.status().adaptive?.limit).toBe(10);
  });

  test('is told when it changes the limit', async () => {
    const { clock, policy, takes } = adapts();
    const limits: number[] = [];
    policy.on('limit', ({ limit }) => limits.push(limit));
    const calls = Array.from({ length: 20 }, () => policy.execute(takes(50)));
    await clock.advance(100);
    await Promise.all(calls);
    // The second round is followed by a probe with half the calls.
    const afterOne = 10 + 0.2 * Math.sqrt(10);
    expect([limits, policy.status().adaptive]).toEqual([
      [5],
      { phase: 'draining', limit: afterOne + 0.2 * Math.sqrt(afterOne), baselineMs: 50, loadedMs: 50 },
    ]);
    policy.configure({ limit: 5 });
    expect(limits).toEqual([5]);
    policy.configure({ limit: 6 });
    expect(limits).toEqual([5, 6]);
  });
});

test('a listener that throws changes neither result nor state', async () => {
  const faults: unknown[] = [];
  const { clock, policy, takes } = play({ maxQueue: 0, onListenerError: (fault) => faults.push(fault) });
  policy.on('refused', () => {
    throw new Error('listener');
  });
  const first = policy.execute(takes(5));
  await expect(policy.execute(() => 2)).rejects.toBeInstanceOf(RefusedError);
  await clock.advance(5);
  expect([await first, faults, policy.status().running]).toEqual(['5', [new Error('listener')], 0]);
});

test('on the machine it needs no options at all', async () => {
  const policy = createBulkhead();
  expect(await policy.execute(() => 7)).toBe(7);
  expect(policy.status()).toMatchObject({ limit: 10, running: 0 });
  expect(() => createBulkhead({ limit: 0 })).toThrow(RangeError);
});
