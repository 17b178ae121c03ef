import { describe, expect, test } from 'vitest';
import { createBreaker } from './breaker.ts';
import type { Classification } from './classify.ts';
import { broken, endOf, kind, never, playBreaker } from './testing/breaker.ts';

describe('what an error means', () => {
  test.each<[string, Classification['countsForBreaker'], number, string]>([
    ['a failure of the other side', true, 5, 'open'],
    ['none of its failures', false, 100, 'closed'],
    ['one only when it persists', 'persisting', 6, 'closed'],
    ['one when it has persisted', 'persisting', 7, 'open'],
  ])('%s', async (_, counts, times, state) => {
    const { breaker, fail } = playBreaker({ classify: () => kind(counts) });
    await fail(times);
    expect(breaker.state()).toBe(state);
  });

  test('every error counts where nobody says, and where the one who says breaks', async () => {
    const { breaker, fail } = playBreaker({
      classify: () => {
        throw new Error('bug');
      },
    });
    await fail(5);
    expect(breaker.state()).toBe('open');
  });

  test('can be told anew', async () => {
    const { breaker, fail } = playBreaker();
    breaker.configure({ classify: () => kind(false) });
    await fail(9);
    expect(breaker.state()).toBe('closed');
    breaker.configure({ openMs: 10 });
    await fail(9);
    expect(breaker.state()).toBe('closed');
  });
});

describe('listeners', () => {
  test('are told of changes, refusals, successes and failures, until they are removed', async () => {
    const { clock, breaker } = playBreaker({
      trip: { consecutiveFailures: 1 },
      trials: 1,
      successesToClose: 1,
    });
    const told: unknown[] = [];
    const removers = (['state_change', 'refused', 'success', 'failure'] as const).map((name) =>
      breaker.on(name, (event) => told.push([name, event])),
    );
    const call = endOf(breaker.execute(() => clock.sleep(20).then(() => Promise.reject(broken))));
    await clock.advance(20);
    await call;
    const openedAt = clock.now();
    const refused = await breaker.tryExecute(never);
    await clock.advance(60_007);
    const trial = breaker.execute(() => clock.sleep(5));
    await clock.advance(5);
    await trial;
    const change = { dependency: 'api' };
    expect(told).toEqual([
      ['state_change', { ...change, from: 'closed', to: 'open', at: openedAt, reason: '1 failure' }],
      ['failure', { durationMs: 20, error: broken, counted: true }],
      ['refused', refused.ok ? null : refused.refusal],
      [
        'state_change',
        { ...change, from: 'open', to: 'half_open', at: openedAt + 60_000, reason: 'the open time is over' },
      ],
      [
        'state_change',
        { ...change, from: 'half_open', to: 'closed', at: clock.now(), reason: '1 trial succeeded' },
      ],
      ['success', { durationMs: 5 }],
    ]);
    for (const remove of removers) remove();
    for (const remove of removers) remove();
    await breaker.tryExecute(() => Promise.reject(broken));
    await breaker.tryExecute(never);
    expect(told).toHaveLength(6);
  });

  test('are not told a duration that nobody measured', async () => {
    const { clock, breaker } = playBreaker();
    const call = breaker.execute(() => clock.sleep(20));
    const told: unknown[] = [];
    breaker.on('success', (event) => told.push(event));
    await clock.advance(20);
    await call;
    expect(told).toEqual([{ durationMs: null }]);
  });

  test('that throw change neither result nor state, even if who is told of it throws too', async () => {
    const told: unknown[] = [];
    const { breaker } = playBreaker({
      trip: { consecutiveFailures: 1 },
      onListenerError: (error) => {
        told.push(error);
        throw error;
      },
    });
    const bug = new Error('bug');
    for (const name of ['state_change', 'refused', 'success', 'failure'] as const)
      breaker.on(name, () => {
        throw bug;
      });
    expect(await breaker.execute(() => 'fine')).toBe('fine');
    expect(await endOf(breaker.execute(() => Promise.reject(broken)))).toBe('Error: broken');
    expect(await endOf(breaker.execute(never))).toMatch(/^RefusedError/);
    expect(breaker.state()).toBe('open');
    expect(told).toEqual([bug, bug, bug, bug]);
    const silent = createBreaker();
    silent.on('success', () => {
      throw bug;
    });
    expect(await silent.execute(() => 'fine')).toBe('fine');
  });

  test('know whether a failure was taken for one', async () => {
    const { breaker } = playBreaker({ classify: (error) => kind(error === broken) });
    const told: boolean[] = [];
    breaker.on('failure', ({ counted }) => told.push(counted));
    await breaker.tryExecute(() => Promise.reject(broken));
    await breaker.tryExecute(() => Promise.reject(new Error('404')));
    expect(told).toEqual([true, false]);
  });
});

describe('slow calls', () => {
  test('are measured where they matter, also after they began to matter', async () => {
    const { clock, breaker } = playBreaker();
    const call = async (): Promise<void> => {
      const running = breaker.execute(() => clock.sleep(100));
      await clock.advance(100);
      await running;
    };
    await call();
    const during = breaker.execute(() => clock.sleep(100));
    breaker.configure({ trip: { slowCalls: { slowMs: 100, ratio: 1, minimumCalls: 9 } } });
    await clock.advance(100);
    await during;
    await call();
    expect(breaker.stats()).toMatchObject({ calls: 3, slow: 1 });
    breaker.recordSuccess(100);
    breaker.recordFailure(broken, 100);
    breaker.recordSuccess();
    breaker.recordFailure(broken);
    expect(breaker.stats()).toMatchObject({ calls: 7, slow: 3, failures: 2 });
  });

  test('open it', async () => {
    const { clock, breaker } = playBreaker({
      trip: { slowCalls: { slowMs: 100, ratio: 0.5, minimumCalls: 2 } },
    });
    for (let time = 0; time < 2; time++) {
      const signal = time === 0 ? undefined : new AbortController().signal;
      const call = breaker.execute(() => clock.sleep(100), { signal });
      await clock.advance(100);
      await call;
    }
    expect(breaker.status().reason).toBe(
      'api is left alone after 2 of 2 calls in 60000 ms took 100 ms or longer',
    );
  });
});

describe('where it stands', () => {
  test('is told in words, and whether that is healthy', async () => {
    const { clock, breaker, fail } = playBreaker({ trials: 1, successesToClose: 1 });
    const start = clock.now();
    expect(breaker.status()).toEqual({
      state: 'closed',
      reason: 'api is being called',
      since: start,
      nextTryAt: start,
      lastCause: null,
    });
    expect(breaker.healthy()).toEqual({ healthy: true, reason: 'api is being called' });
    await fail(5);
    const reason = 'api is left alone after 5 failures in a row: broken';
    expect(breaker.healthy()).toEqual({ healthy: false, reason });
    expect(breaker.status()).toMatchObject({ state: 'open', since: start, nextTryAt: start + 60_000 });
    await clock.advance(60_000);
    expect(breaker.healthy()).toEqual({
      healthy: false,
      reason: 'api is being tried after 5 failures in a row: broken',
    });
    await breaker.execute(() => 1);
    expect(breaker.healthy()).toEqual({
      healthy: true,
      reason: 'api has just come back and takes few calls at once',
    });
    breaker.isolate('upgrade');
    expect(breaker.status()).toMatchObject({ state: 'isolated', nextTryAt: null, lastCause: 'broken' });
    breaker.endIsolation();
    expect(breaker.state()).toBe('closed');
  });

  test('does not hang on the wall clock: set back or forward, trials come in time', async () => {
    const { clock, breaker, fail } = playBreaker();
    await fail(5);
    const since = clock.now();
    clock.jumpWall(-3_600_000);
    expect(breaker.status()).toMatchObject({ since: since - 3_600_000, nextTryAt: clock.now() + 60_000 });
    clock.jumpWall(7_200_000);
    await clock.advance(59_999);
    expect(breaker.state()).toBe('open');
    await clock.advance(1);
    expect(breaker.state()).toBe('half_open');
  });

  test('a probe, and what others found, move it', async () => {
    const { breaker, fail } = playBreaker();
    await fail(5);
    expect(breaker.trial()).toBe(true);
    expect(breaker.state()).toBe('half_open');
    await fail(1);
    breaker.advise({ state: 'closed' });
    expect(breaker.state()).toBe('half_open');
  });

  test('goes into a snapshot and out of it', async () => {
    const { clock, breaker, fail } = playBreaker();
    await fail(5);
    await clock.advance(10_000);
    const snapshot: unknown = JSON.parse(JSON.stringify(breaker.snapshot()));
    await clock.advance(10_000);
    const restored = createBreaker({ name: 'api', clock });
    expect(restored.restore(snapshot)).toEqual({ ok: true });
    expect(restored.status().nextTryAt).toBe(clock.now() + 40_000);
    expect(restored.restore({})).toEqual({
      ok: false,
      reason: 'the snapshot has version undefined, not 1',
    });
  });

  test('without options it is called dependency and lives by the machine’s clock', async () => {
    const breaker = createBreaker();
    expect(breaker.name).toBe('dependency');
    expect(await breaker.execute(() => 1)).toBe(1);
    for (let time = 0; time < 5; time++) breaker.recordFailure(broken);
    expect(await endOf(breaker.execute(() => 1))).toBe(
      'RefusedError: dependency is left alone after 5 failures in a row: broken',
    );
    expect(() => createBreaker({ trials: 0 })).toThrow(RangeError);
  });
});
