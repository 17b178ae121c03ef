import { describe, expect, test } from 'vitest';
import { persistent, playDependency, throttled, transient } from './testing/dependency.ts';

describe('the pause after failures in a row', () => {
  test('refuses without calling, says why and for how long, and ends by itself', async () => {
    const { clock, dependency, calledAt, call, fail } = playDependency();
    await fail(3);
    await clock.advance(400);
    const refusal = dependency.call({ quota: 'reads', what: 'x' }, async () => 'called');
    await expect(refusal).rejects.toMatchObject({
      name: 'RefusedError',
      message: 'Market is left alone after 3 failures: persistent',
      retryInMs: 600,
    });
    expect(dependency.pausedForMs()).toBe(600);
    expect(dependency.state().nextTryAt).toBe(clock.now() + 600);
    await clock.advance(599);
    expect(await call(['answer'])).toMatch(/^refused/);
    expect(calledAt).toEqual([]);
    await clock.advance(1);
    expect(dependency.pausedForMs()).toBe(0);
    expect(await call(['answer'])).toBe('answer');
  });

  test('does not begin earlier, and a success starts the count anew', async () => {
    const { dependency, call, fail } = playDependency();
    await fail(2);
    expect(dependency.pausedForMs()).toBe(0);
    await call(['answer']);
    await call([persistent]);
    await call([persistent]);
    expect(dependency.pausedForMs()).toBe(0);
  });

  test('doubles with each trial that fails, up to the longest, and begins small after a success', async () => {
    const { clock, dependency, call, fail } = playDependency();
    await fail(3);
    const pauses: number[] = [];
    for (let trial = 0; trial < 5; trial++) {
      pauses.push(dependency.pausedForMs());
      await clock.advance(dependency.pausedForMs());
      await call([persistent]);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 6_000, 6_000]);
    await clock.advance(6_000);
    await call(['answer']);
    for (let failure = 0; failure < 3; failure++) await call([persistent]);
    expect(dependency.pausedForMs()).toBe(1_000);
  });

  test('is not longer because many calls were under way and failed together', async () => {
    const { clock, dependency, call } = playDependency();
    const ended = Array.from({ length: 20 }, (_, index) => call([persistent], { ms: 100 + index * 100 }));
    await clock.advance(300);
    expect(dependency.pausedForMs()).toBe(1_000);
    await clock.advance(2_000);
    await Promise.all(ended);
    expect(dependency.pausedForMs()).toBe(0);
  });

  test('lets one call try after it; the others are refused until that one has ended', async () => {
    const { clock, calledAt, call, after, fail } = playDependency();
    await fail(3);
    await clock.advance(1_000);
    const trial = call(['answer'], { ms: 50 });
    const others = [call(['answer']), call(['answer'])];
    await clock.advance(10);
    others.push(call(['answer']));
    expect(await Promise.all(others)).toEqual(Array(3).fill(expect.stringMatching(/^refused/)));
    expect(await after(40, trial)).toBe('answer');
    expect(calledAt).toEqual([1_000]);
    expect(await call(['answer'])).toBe('answer');
  });

  test('a trial is not retried, and one that the caller cancels makes place for another', async () => {
    const { clock, calledAt, call, fail } = playDependency();
    await fail(3);
    await clock.advance(1_000);
    const controller = new AbortController();
    const cancelled = call(['hang'], { signal: controller.signal });
    await clock.advance(10);
    controller.abort();
    await cancelled;
    expect(await call([transient, 'answer'])).toBe('Error: transient');
    expect(calledAt).toEqual([1_000, 1_010]);
  });

  test('stops retries and calls that wait for their quota when it begins', async () => {
    const { clock, dependency, calledAt, call } = playDependency({
      quotas: { reads: { limit: 4, windowMs: 2_000 }, lists: { limit: 1, windowMs: 1 } },
    });
    const retrying = call([transient, 'answer']);
    const ended = [300, 300, 300].map((ms) => call([throttled(10_000)], { ms }));
    const waiting = call(['answer']);
    await clock.advance(2_001);
    expect(await retrying).toBe('Error: transient');
    expect(await waiting).toMatch(/^refused: Market is left alone/);
    await Promise.all(ended);
    expect(calledAt).toHaveLength(4);
    // The one that was refused in its turn has given it back.
    expect(dependency.quota('reads').used).toBe(0);
  });

  test('refuses at once, also who would have had to wait for the quota', async () => {
    const { call, fail } = playDependency({
      quotas: { reads: { limit: 3, windowMs: 1_500 }, lists: { limit: 1, windowMs: 1 } },
    });
    await fail(3);
    expect(await call(['answer'])).toBe('refused: Market is left alone after 3 failures: persistent');
  });

  test('resume ends it: the next call tries at once, and its failure pauses again', async () => {
    const { dependency, call, fail } = playDependency();
    await fail(3);
    dependency.resume();
    expect([dependency.pausedForMs(), dependency.state().nextTryAt]).toEqual([0, null]);
    expect(await call([persistent])).toBe('Error: persistent');
    expect(dependency.pausedForMs()).toBe(2_000);
  });
});

describe('a throttle', () => {
  test('keeps calls off for as long as it asks, from the first one', async () => {
    const { clock, dependency, call } = playDependency();
    await call([throttled(3_000)]);
    expect(dependency.pausedForMs()).toBe(3_000);
    await clock.advance(2_999);
    expect(await call(['answer'])).toMatch(/^refused/);
    await clock.advance(1);
    expect(await call(['answer'])).toBe('answer');
  });

  test('is not shortened by failures of calls that were under way', async () => {
    const { clock, dependency, call } = playDependency();
    const ended = [100, 100].map((ms) => call([persistent], { ms }));
    await call([throttled(10_000)]);
    await clock.advance(100);
    await Promise.all(ended);
    expect(dependency.pausedForMs()).toBe(9_900);
  });

  test('shortens no pause', async () => {
    const { clock, dependency, call, fail } = playDependency();
    await fail(2);
    await call([throttled(10)]);
    expect(dependency.pausedForMs()).toBe(1_000);
    await clock.advance(1_000);
    await call([throttled(90_000)]);
    expect(dependency.pausedForMs()).toBe(90_000);
    dependency.resume();
    expect(dependency.pausedForMs(), 'what the other side asked for is not ended by us').toBe(90_000);
  });
});

describe('the quota', () => {
  test('lets calls wait in order, keeps its limit, and refuses at once who would wait too long', async () => {
    const { clock, dependency, calledAt, call } = playDependency({ quotaWaitMs: 20_000 });
    const order: number[] = [];
    const ended = Array.from({ length: 8 }, (_, index) =>
      call(['answer'], { quota: 'lists' }).then((end) => {
        if (end === 'answer') order.push(index);
        return end;
      }),
    );
    await clock.settle();
    expect(await Promise.all(ended.slice(6))).toEqual(
      Array(2).fill('refused: Market: the quota of 2 lists calls is spent'),
    );
    expect(dependency.quota('lists')).toEqual({ limit: 2, used: 2, available: 0 });
    await clock.advance(10_000);
    const late = call(['answer'], { quota: 'lists' });
    await clock.advance(30_000);
    expect(await late).toBe('answer');
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(calledAt).toEqual([0, 0, 10_000, 10_000, 20_000, 20_000, 30_000]);
  });

  test('says when it has room again', async () => {
    const { clock, dependency, call } = playDependency();
    for (let count = 0; count < 2; count++) await call(['answer'], { quota: 'lists' });
    await clock.advance(4_000);
    await expect(dependency.call({ quota: 'lists', what: 'x' }, async () => 1)).rejects.toMatchObject({
      retryInMs: 6_000,
    });
    expect(dependency.quota('reads')).toEqual({ limit: 100, used: 0, available: 100 });
  });

  test('a retry takes from it too', async () => {
    const { clock, dependency, call, after } = playDependency();
    expect(await after(500, call([transient, 'answer'], { quota: 'lists' }))).toBe('answer');
    expect(dependency.quota('lists').used).toBe(2);
    await clock.advance(9_600);
    expect(await after(500, call([transient, 'answer'], { quota: 'lists' }))).toBe('answer');
  });

  test('when it has no room for the retry, the failure is told and not the quota', async () => {
    const { calledAt, call, after } = playDependency({
      quotas: { reads: { limit: 1, windowMs: 60_000 }, lists: { limit: 1, windowMs: 1 } },
    });
    expect(await after(500, call([transient, 'answer']))).toBe('Error: transient');
    expect(calledAt).toEqual([0]);
  });
});
