import { expect, it } from 'vitest';
import { FakeClock, type Clock } from '../../kernel/index.ts';
import { createDependency } from './dependency.ts';
import { RateLimitCore } from './rate-limit-core.ts';
import { playDependency, transient } from './testing/dependency.ts';

it('a request that takes longer than the window of its quota counts all the while and for a window after', async () => {
  const { call, calledAt, clock, dependency } = playDependency({
    quotas: { reads: { limit: 1, windowMs: 100, maxWaitMs: 10_000 }, lists: {} },
  });
  const both = [call(['answer'], { ms: 450 }), call(['answer'])];
  await clock.advance(300);
  expect(dependency.quota('reads')).toEqual({ limit: 1, used: 1, available: 0 });
  await clock.advance(1_000);
  expect(await Promise.all(both)).toEqual(['answer', 'answer']);
  expect(calledAt).toEqual([0, 550]);
});

it('a start that was sent is known to those who ask when they can start, and to a snapshot', () => {
  const core = new RateLimitCore({ limit: 2, windowMs: 100 });
  for (let call = 0; call < 2; call++) {
    core.tryTake(0, 'normal');
    core.sent(0);
  }
  expect(core.nextStartMs(250, 'normal')).toBe(350);
  expect(core.nextStartMs(250, 'normal', 2)).toBe(450);
  expect(core.spentSinceMs(250, 'normal')).toBe(250);
  expect(core.snapshot(250, 1_000).startedMsAgo).toEqual([0, 0]);
  expect(core.restore(core.snapshot(250, 1_000), 250, 1_000)).toEqual({
    ok: false,
    reason: 'calls have already started',
  });
  core.ended(260);
  expect(core.nextStartMs(270, 'normal')).toBe(360);
  expect([core.used(359), core.used(360)]).toEqual([2, 1]);
});

it.each([
  [
    'then that throws',
    {
      then() {
        throw new Error('no promise');
      },
    },
  ],
  [
    'getter that throws',
    {
      get then(): never {
        throw new Error('no promise');
      },
    },
  ],
])('work that gives a %s has failed, and leaves nothing running', async (_, given: unknown) => {
  for (const quota of [undefined, 'reads' as const]) {
    const { dependency, clock } = playDependency({ bulkhead: { limit: 1 } });
    const result = dependency.tryExecute(() => given as Promise<never>, { quota });
    expect(await result).toMatchObject({ ok: false, error: { message: 'no promise' } });
    expect(dependency.report()).toMatchObject({ running: 0, total: { attempts: 1 } });
    expect(clock.pending).toBe(0);
    expect(await dependency.execute(() => 'next')).toBe('next');
  }
});

it('a turn that comes when the time of its call is over is not taken, and pays nothing', async () => {
  const { call, calledAt, clock, dependency } = playDependency({ bulkhead: { limit: 1 } });
  const first = call(['answer'], { ms: 300 });
  const second = call(['answer'], { deadlineMs: 300 });
  await clock.advance(300);
  expect([await first, await second]).toEqual([
    'answer',
    'refused: Market: GET /x was not called: no time was left for it',
  ]);
  expect(calledAt).toEqual([0]);
  expect(dependency.quota('reads').used).toBe(1);
  expect(await call(['answer'])).toBe('answer');
});

it('a turn that comes with less time left than an answer takes is not taken: others have theirs', async () => {
  const { call, calledAt, clock, dependency } = playDependency({
    bulkhead: { limit: 1 },
    timeout: { initialMs: 1_000, minMs: 1_000 },
  });
  for (let calls = 0; calls < 5; calls++) {
    const known = call(['answer'], { ms: 400 });
    await clock.advance(400);
    await known;
  }
  const first = call(['answer'], { ms: 300 });
  const ended = [call(['answer'], { deadlineMs: 500 }), call(['answer'], { deadlineMs: 800, ms: 400 })];
  await clock.advance(300);
  expect(calledAt).toHaveLength(7);
  await clock.advance(1_000);
  expect([await first, ...(await Promise.all(ended))]).toEqual([
    'answer',
    'refused: Market: GET /x was not called: no time was left for it',
    'answer',
  ]);
  // One that did not have to wait is made, however short its time.
  const hurried = call(['answer'], { deadlineMs: 100, ms: 50 });
  await clock.advance(50);
  expect(await hurried).toBe('answer');
  expect(dependency.report().total.refused.deadline).toBe(1);
});

it('a backoff that ends late, when the time of its call is over, ends the call', async () => {
  const clock = new FakeClock();
  const late: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    schedule: (delayMs, fn) => clock.schedule(delayMs + 100, fn),
    sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
  };
  const error = transient;
  let attempts = 0;
  const dependency = createDependency({
    name: 'Market',
    clock: late,
    retry: { backoff: { jitter: 'none', firstMs: 50 } },
    classify: () => error.classification,
  });
  const ended = dependency.tryExecute(
    () => {
      attempts += 1;
      throw error;
    },
    { deadlineMs: 120 },
  );
  await clock.advance(1_000);
  expect(await ended).toEqual({ ok: false, error });
  expect(attempts).toBe(1);
  expect(dependency.report().total.refused.deadline).toBe(1);
});

it('a caller who goes away while its call waits gives its place after closing back once', async () => {
  const { call, clock, dependency, fail } = playDependency({
    breaker: {
      trip: { consecutiveFailures: 3 },
      openMs: 1_000,
      trials: 1,
      successesToClose: 1,
      ramp: { start: 2, end: 100 },
    },
    quotas: { reads: {}, lists: { limit: 1, windowMs: 4_000, maxWaitMs: 4_000, lowPriorityShare: 1 } },
  });
  await call(['answer'], { quota: 'lists' });
  await fail(3);
  await clock.advance(1_000);
  expect(await call(['answer'])).toBe('answer');
  const leaving = new AbortController();
  const waiting = call(['answer'], { quota: 'lists', signal: leaving.signal });
  leaving.abort();
  expect(await waiting).toMatch(/^AbortedError/);
  for (let running = 0; running < 2; running++) void call(['hang']);
  expect(dependency.report().running).toBe(2);
  expect(await call(['answer'])).toMatch(/^refused/);
});
