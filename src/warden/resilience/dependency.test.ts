// Over 350 lines because one call through the whole policy is one subject, and its parts are tested beside them.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createDependency } from './dependency.ts';
import { persistent, playDependency, throttled, transient } from './testing/dependency.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('a call through the whole policy', () => {
  it('hands the answer through', async () => {
    const { call, dependency } = playDependency();
    expect(await call(['answer'])).toBe('answer');
    expect(dependency.report()).toMatchObject({
      state: 'closed',
      reachable: true,
      healthy: true,
      reason: 'Market answers',
      errorRate: 0,
      running: 0,
      recent: { attempts: 1, successes: 1, retries: 0 },
    });
  });

  it('works without any policy, and with work that gives no promise', async () => {
    const dependency = createDependency({
      name: 'x',
      clock: new FakeClock(),
      timeout: false,
      retry: false,
      breaker: false,
    });
    expect(await dependency.execute(() => 5)).toBe(5);
    expect(await dependency.tryExecute(() => 6)).toEqual({ ok: true, value: 6 });
    const thrown = new Error('no');
    const broken = (): never => {
      throw thrown;
    };
    expect(await dependency.tryExecute(broken)).toEqual({ ok: false, error: thrown });
    await expect(dependency.execute(broken)).rejects.toBe(thrown);
    expect(dependency.report()).toMatchObject({
      timeoutMs: null,
      retriesLeft: null,
      quotas: [],
      state: 'closed',
    });
  });

  it('tries again what may pass, after a backoff that grows, and pays the quota for each attempt', async () => {
    const { call, calledAt, dependency, after } = playDependency({
      breaker: { trip: { consecutiveFailures: 3 } },
    });
    const ended = call([transient, transient, transient, 'answer'], {});
    expect(await after(10_000, ended)).toBe('Error: transient');
    // The third failure opens the breaker, and an open breaker lets no retry through.
    expect(calledAt).toEqual([0, 500, 1_500]);
    expect(dependency.quota('reads')).toEqual({ limit: 100, used: 3, available: 97 });
  });

  it('gives the answer of a retry', async () => {
    const { call, calledAt, after, dependency } = playDependency();
    expect(await after(10_000, call([transient, 'answer']))).toBe('answer');
    expect(calledAt).toEqual([0, 500]);
    expect(dependency.report()).toMatchObject({ reachable: true, recent: { attempts: 2, retries: 1 } });
  });

  it('does not try again what stays', async () => {
    const { call, calledAt, clock } = playDependency();
    expect(await call([persistent, 'answer'])).toBe('Error: persistent');
    await clock.advance(60_000);
    expect(calledAt).toEqual([0]);
  });

  it('an attempt that hangs is given up at its limit through its own signal, and the call tried again', async () => {
    const { call, calledAt, signals, after } = playDependency();
    expect(await after(10_000, call(['hang', 'answer']))).toBe('answer');
    expect(calledAt).toEqual([0, 4_500]);
    expect(String(signals[0]?.reason)).toBe('TimeoutError: Market: GET /x took longer than 4000 ms');
    expect(signals[1]?.aborted).toBe(false);
  });

  it('what comes after the limit is ignored', async () => {
    const { clock, dependency } = playDependency({ retry: false });
    const late = dependency.tryExecute(() => clock.sleep(5_000).then(() => 'late'));
    await clock.advance(4_000);
    expect(await late).toMatchObject({ ok: false });
    await clock.advance(10_000);
    expect(dependency.report().recent).toMatchObject({ attempts: 1, successes: 0 });
  });

  describe('the deadline of the whole call', () => {
    it('ends an attempt that the limit would let go on, which is no failure of the other side', async () => {
      const { call, after, dependency } = playDependency();
      expect(await after(300, call(['hang'], { deadlineMs: 300 }))).toBe(
        'TimeoutError: Market: GET /x took longer than 300 ms',
      );
      expect(dependency.report()).toMatchObject({
        reachable: null,
        errorRate: null,
        recent: { failures: { cancelled: 1, transient: 0 } },
      });
    });

    it('a retry that could only begin after it is not waited for', async () => {
      const { call, calledAt } = playDependency();
      expect(await call([transient, 'answer'], { deadlineMs: 500 })).toBe('Error: transient');
      expect(calledAt).toEqual([0]);
    });

    it('a call without time is refused, and pays nothing', async () => {
      const { call, dependency } = playDependency();
      expect(await call(['answer'], { deadlineMs: 0 })).toBe(
        'refused: Market: GET /x was not called: no time was left for it',
      );
      expect(dependency.quota('reads').used).toBe(0);
    });

    it('passes down to the calls within', async () => {
      const { clock, dependency } = playDependency({ retry: false });
      const inner = createDependency({ name: 'inner', clock, timeout: 60_000 });
      let leftMs = 0;
      const ended = dependency.tryExecute((within) =>
        inner.execute(
          (context) => {
            leftMs = context.remainingMs();
            return never();
          },
          { within },
        ),
      );
      await clock.advance(4_000);
      expect(await ended).toMatchObject({ ok: false });
      expect(leftMs).toBe(4_000);
      expect(inner.report()).toMatchObject({
        running: 0,
        recent: { failures: { cancelled: 1, transient: 0 } },
      });
      expect(clock.pending).toBe(0);
    });
  });

  describe('the caller', () => {
    it('an already aborted signal never runs the work', async () => {
      const { call, calledAt, dependency } = playDependency();
      expect(await call(['answer'], { signal: AbortSignal.abort() })).toBe(
        'AbortedError: Market: GET /x was aborted',
      );
      expect(calledAt).toEqual([]);
      expect(dependency.quota('reads').used).toBe(0);
    });

    it.each([
      ['while it runs', ['hang'] as const, 'reads', 100],
      ['in a backoff', [transient, 'answer'] as const, 'reads', 100],
      ['while it waits for the quota', ['answer'] as const, 'lists', 100],
    ] as const)('ends the call at once %s, which counts for nothing', async (_, steps, quota, atMs) => {
      const { call, clock, dependency } = playDependency({
        quotas: { reads: {}, lists: { limit: 2, maxWaitMs: 60_000, lowPriorityShare: 1 } },
      });
      if (quota === 'lists') for (let spent = 0; spent < 2; spent++) await call(['answer'], { quota });
      const controller = new AbortController();
      const { signal } = controller;
      const before = dependency.report().recent.failures.transient;
      const ended = call([...steps], { quota, signal });
      await clock.advance(atMs);
      controller.abort();
      expect(await ended).toBe('AbortedError: Market: GET /x was aborted');
      expect(clock.pending).toBe(0);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      expect(dependency.report()).toMatchObject({ state: 'closed', running: 0 });
      expect(dependency.report().recent.failures.transient).toBe(before + (steps[0] === transient ? 1 : 0));
    });

    it('leaves no listener behind on a signal that many calls share', async () => {
      const { call } = playDependency();
      const { signal } = new AbortController();
      for (let calls = 0; calls < 20; calls++) await call(['answer'], { signal });
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });
  });

  it('a refusal in the middle throws what the call itself met, not that there is no second try', async () => {
    const { call, fail, after } = playDependency();
    const ended = call([transient, 'answer']);
    await fail(2);
    expect(await after(500, ended)).toBe('Error: transient');
  });

  it('of many calls in an outage only a tenth is tried again', async () => {
    const { call, calledAt, clock } = playDependency({ breaker: false });
    const calls = Array.from({ length: 90 }, () => call([transient, transient, transient, transient]));
    await clock.advance(60_000);
    await Promise.all(calls);
    expect(calledAt.length).toBe(99);
  });

  it('work that must not be done twice is not, unless it surely never left', async () => {
    const { call, calledAt, after } = playDependency();
    expect(await after(10_000, call([transient, 'answer'], { idempotent: false }))).toBe('Error: transient');
    expect(calledAt).toHaveLength(1);
  });

  it('a call that asks for no retry is made once', async () => {
    const { call, calledAt, after } = playDependency();
    expect(await after(10_000, call([transient, 'answer'], { retry: false }))).toBe('Error: transient');
    expect(calledAt).toHaveLength(1);
  });

  describe('a refusal by the breaker', () => {
    it('says who, since when, until when and why, and costs neither quota nor an error rate', async () => {
      const { call, fail, dependency, clock, refusals, calledAt } = playDependency();
      await fail(3);
      const used = dependency.quota('reads').used;
      await clock.advance(200);
      expect(await call(['answer'])).toMatch(/^refused: Market/);
      expect(refusals[0]).toMatchObject({
        dependency: 'Market',
        by: 'breaker',
        state: 'open',
        since: clock.now() - 200,
        nextTryAt: clock.now() + 800,
        retryInMs: 800,
        lastCause: expect.stringContaining('persistent') as string,
      });
      expect(calledAt).toEqual([]);
      expect(dependency.quota('reads').used).toBe(used);
      expect(dependency.pausedForMs()).toBe(800);
      expect(dependency.report()).toMatchObject({
        state: 'open',
        healthy: false,
        errorRate: 1,
        nextTryAt: clock.now() + 800,
        recent: { attempts: 3, refused: { breaker: 1 } },
      });
    });

    it('is the same object for all who are refused in the same moment', async () => {
      const { fail, dependency } = playDependency();
      await fail(3);
      const [first, second] = await Promise.all([
        dependency.tryExecute(() => 1),
        dependency.tryExecute(() => 2),
      ]);
      expect(first).toMatchObject({ ok: false, refusal: { by: 'breaker' } });
      expect(first).toBe(second);
    });
  });

  it('1,000 callers when it half-opens: so many trials as leases, everyone else refused at once', async () => {
    const { call, fail, clock, calledAt } = playDependency({
      breaker: { trip: { consecutiveFailures: 3 }, openMs: 1_000, trials: 3, successesToClose: 3 },
      quotas: { reads: {}, lists: { limit: 5_000 } },
    });
    await fail(3);
    await clock.advance(1_000);
    const ended = Array.from({ length: 1_000 }, () => call(['answer'], { quota: 'lists', ms: 10 }));
    await clock.settle();
    expect(calledAt).toHaveLength(3);
    await clock.advance(10);
    const words = await Promise.all(ended);
    expect(words.filter((word) => word === 'answer')).toHaveLength(3);
    expect(words.filter((word) => word.startsWith('refused'))).toHaveLength(997);
  });

  it('who waited for the quota while the breaker opened is refused, and pays nothing', async () => {
    const { call, fail, clock, calledAt, dependency } = playDependency();
    for (let spent = 0; spent < 2; spent++) await call(['answer'], { quota: 'lists' });
    await clock.advance(6_000);
    const waits = call(['answer'], { quota: 'lists' });
    await clock.advance(3_500);
    await fail(3);
    await clock.advance(500);
    expect(await waits).toMatch(/^refused: Market/);
    expect(calledAt).toEqual([]);
    expect(dependency.quota('lists').used).toBe(0);
  });

  describe('the other side asks for less', () => {
    it('nothing undercuts its Retry-After: neither the retry nor anybody else', async () => {
      const { call, calledAt, clock, dependency } = playDependency({
        quotas: {
          reads: { limit: 100, maxWaitMs: 60_000 },
          lists: { limit: 100 },
        },
      });
      const first = call([throttled(7_000), 'answer']);
      await clock.advance(0);
      const second = call(['answer']);
      expect(dependency.pausedForMs()).toBe(7_000);
      await clock.advance(6_999);
      expect(calledAt).toEqual([0]);
      await clock.advance(1);
      expect(await Promise.all([first, second])).toEqual(['answer', 'answer']);
      expect(calledAt).toEqual([0, 7_000, 7_000]);
      expect(dependency.report().quotas[0]).toMatchObject({
        name: 'reads',
        limit: 100,
        rate: 50,
        incidents: 1,
      });
    });

    it('one 429 does not count for the breaker, three in a row do', async () => {
      const { call, dependency } = playDependency({
        retry: false,
        breaker: { trip: { consecutiveFailures: 1 }, persistingAfter: 3 },
      });
      for (let times = 1; times <= 3; times++) {
        await call([throttled(0)]);
        expect(dependency.report().state).toBe(times < 3 ? 'closed' : 'open');
      }
    });
  });

  it('no more at once than there are places; who waits for one pays its quota when it starts', async () => {
    const { call, calledAt, clock, dependency } = playDependency({
      bulkhead: { limit: 2, maxQueue: 10 },
      quotas: { reads: { limit: 3, windowMs: 1_000, maxWaitMs: 60_000 }, lists: {} },
    });
    const ended = Array.from({ length: 5 }, () => call(['answer'], { ms: 400 }));
    await clock.advance(0);
    expect(dependency.report().running).toBe(2);
    await clock.advance(5_000);
    expect(await Promise.all(ended)).toEqual(Array.from({ length: 5 }, () => 'answer'));
    for (const startMs of calledAt) {
      expect(
        calledAt.filter((other) => other >= startMs && other < startMs + 1_000).length,
      ).toBeLessThanOrEqual(3);
    }
    expect(dependency.report().running).toBe(0);
  });

  it('a classification that throws does not take the place of the failure', async () => {
    const faults: string[] = [];
    const { call, dependency } = playDependency({
      classify: () => {
        throw new Error('mine');
      },
    });
    dependency.on('fault', ({ what }) => faults.push(what));
    expect(await call([transient])).toBe('Error: transient');
    expect(faults).toEqual(['classify threw mine']);
  });

  it('a listener that throws changes neither result nor state', async () => {
    const { call, dependency, fail } = playDependency();
    for (const name of ['failure', 'refused', 'state_change', 'regained', 'retry'] as const) {
      dependency.on(name, () => {
        throw new Error('listener');
      });
    }
    expect(await call([persistent])).toBe('Error: persistent');
    expect(await call(['answer'])).toBe('answer');
    await fail(3);
    expect(dependency.report().state).toBe('open');
  });

  it('who asks for fewer requests is there, though no call succeeds', async () => {
    const { call, clock, dependency } = playDependency({ retry: false, breaker: false });
    await call([throttled(2_000)]);
    await clock.advance(2_000);
    expect(dependency.report()).toMatchObject({ reachable: false, failingForMs: 2_000, awayForMs: 0 });
    await call([transient]);
    await clock.advance(3_000);
    await call([throttled(1_000)]);
    expect(dependency.report()).toMatchObject({ failingForMs: 5_000, awayForMs: 3_000 });
    await clock.advance(1_000);
    await call(['answer']);
    expect(dependency.report()).toMatchObject({ failingForMs: 0, awayForMs: 0 });
  });

  it('what a probe waited for gives the calls as much time', async () => {
    const { clock, call, dependency } = playDependency({
      timeout: { initialMs: 1_000, minMs: 1_000 },
      retry: false,
      breaker: { trip: { consecutiveFailures: 3 }, openMs: 60_000, trials: 1, successesToClose: 1 },
      probe: { everyMs: 2_000, timeoutMs: 9_000, atOnce: 5, run: () => clock.sleep(5_000) },
    });
    for (let calls = 0; calls < 3; calls++) {
      const late = call(['answer'], { ms: 5_000 }).catch(() => undefined);
      await clock.advance(5_000);
      await late;
    }
    expect(dependency.report()).toMatchObject({ state: 'open' });
    await clock.advance(7_000);
    expect(dependency.report()).toMatchObject({ state: 'half_open', timeoutMs: 7_500 });
    const waited = call(['answer'], { ms: 5_000 });
    await clock.advance(5_000);
    expect(await waited).toBe('answer');
  });

  it('the active probe finds out while nobody calls, and half-opens the breaker', async () => {
    let back = false;
    const probes: number[] = [];
    const { fail, call, dependency, clock } = playDependency({
      breaker: { trip: { consecutiveFailures: 3 }, openMs: 60_000, trials: 1, successesToClose: 1 },
      probe: {
        quota: 'lists',
        run: () => {
          probes.push(1);
          if (!back) throw new Error('still gone');
        },
      },
    });
    await fail(3);
    await clock.advance(5_000);
    expect(dependency.report()).toMatchObject({ state: 'open', probe: { ok: false, cause: 'still gone' } });
    back = true;
    await clock.advance(5_000);
    expect(dependency.report()).toMatchObject({ state: 'half_open', probe: { ok: true, cause: null } });
    expect(await call(['answer'])).toBe('answer');
    expect(dependency.report().state).toBe('closed');
    expect(clock.pending).toBe(0);
  });

  describe('a second request where the first takes long', () => {
    const hedged = { hedge: { delayMs: 100, budget: { floor: 10 } } };

    it('is made after the delay, pays the quota, and the first answer wins', async () => {
      const { call, calledAt, signals, dependency, after } = playDependency(hedged);
      expect(await after(1_000, call(['hang', 'answer'], {}))).toBe('answer');
      expect(calledAt).toEqual([0, 100]);
      expect(signals[0]?.aborted).toBe(true);
      expect(dependency.quota('reads').used).toBe(2);
      expect(dependency.report()).toMatchObject({
        running: 0,
        state: 'closed',
        recent: { attempts: 2, successes: 1, hedges: 1, failures: { cancelled: 1, transient: 0 } },
      });
    });

    it('is none for a quick answer, and a failure is tried again as ever', async () => {
      const { call, calledAt, dependency, after, clock } = playDependency(hedged);
      expect(await after(10_000, call([transient, 'answer'], { ms: 20 }))).toBe('answer');
      expect(calledAt).toEqual([0, 520]);
      expect(dependency.report().recent).toMatchObject({ retries: 1, hedges: 0, attempts: 2 });
      expect(clock.pending).toBe(0);
    });

    it('a refusal is told as one', async () => {
      const { fail, dependency } = playDependency({ ...hedged, retry: false });
      await fail(3);
      expect(await dependency.tryExecute(() => 1)).toMatchObject({ ok: false, refusal: { by: 'breaker' } });
      expect(await dependency.tryExecute(() => 1)).not.toHaveProperty('error');
    });
  });

  describe('a read by the whole chain', () => {
    const history = (value: string) => ({
      source: 'history',
      answer: () => ({ value, freshness: 'stale' as const, ageMs: 9_000, source: 'history' }),
    });

    it('is fresh, then out of the cache, then stale, then of an alternative, and says so', async () => {
      const { clock, dependency } = playDependency({ retry: false, breaker: false });
      const events: string[] = [];
      dependency.on('degraded', ({ source, freshness, cause }) =>
        events.push(`${source} ${freshness}: ${cause}`),
      );
      let down = false;
      const work = (): string => {
        if (down) throw transient;
        return `at ${clock.monotonic()}`;
      };
      const read = (key: string) => dependency.read(key, work, { fallbacks: [history('old')] });
      expect(await read('a')).toMatchObject({ value: 'at 0', freshness: 'fresh', source: 'Market' });
      await clock.advance(29_999);
      expect(await read('a')).toMatchObject({ value: 'at 0', freshness: 'cached', ageMs: 29_999 });
      down = true;
      await clock.advance(1);
      expect(await read('a')).toMatchObject({
        value: 'at 0',
        freshness: 'stale',
        ageMs: 30_000,
        source: 'Market',
      });
      expect(await read('b')).toMatchObject({ value: 'old', freshness: 'stale', source: 'history' });
      await clock.advance(270_000);
      expect(await read('a')).toMatchObject({ value: 'old', source: 'history' });
      expect(dependency.report().recent).toMatchObject({ staleAnswers: 1, fallbacks: 2 });
      expect(events).toEqual([
        'Market stale: nothing newer could be had',
        'history stale: transient',
        'history stale: transient',
      ]);
    });

    it('what was come by otherwise can be kept, and forgotten', async () => {
      const { dependency } = playDependency();
      dependency.keep('a', 'kept');
      expect(await dependency.read('a', () => 'new')).toMatchObject({ value: 'kept', freshness: 'cached' });
      dependency.forget('a');
      expect(await dependency.read('a', () => 'new')).toMatchObject({ value: 'new', freshness: 'fresh' });
      dependency.forget();
      expect(await dependency.read('a', () => 'newer')).toMatchObject({ value: 'newer' });
    });

    it('when nothing answers, each step says why', async () => {
      const { dependency } = playDependency({ retry: false });
      const failing = { source: 'other', run: () => Promise.reject(new Error('none here')) };
      await expect(
        dependency.read(
          'a',
          () => {
            throw transient;
          },
          { fallbacks: [failing] },
        ),
      ).rejects.toThrow('nothing answered: Market: transient; other: none here');
    });

    it('a hanging source leaves time for the others, and the caller may go at any time', async () => {
      const { clock, dependency } = playDependency({ timeout: 60_000, cache: false });
      const read = dependency.read('a', never, { fallbacks: [history('old')] });
      await clock.advance(10_000);
      expect(await read).toMatchObject({ value: 'old', source: 'history' });
      const controller = new AbortController();
      const gone = dependency.read('a', never, { signal: controller.signal }).catch(String);
      controller.abort();
      expect(await gone).toContain('AbortedError');
      await clock.advance(0);
      expect(dependency.report().running).toBe(0);
      expect(clock.pending).toBe(0);
    });

    it('keeps what is known twice as long while answers are slow', async () => {
      const { clock, dependency } = playDependency({ timeout: {} });
      const slow = dependency.read('a', () => clock.sleep(3_000).then(() => 'slow'));
      await clock.advance(3_000);
      await slow;
      await clock.advance(40_000);
      expect(await dependency.read('a', never)).toMatchObject({ value: 'slow', freshness: 'cached' });
    });
  });

  it('outcomes can be recorded without running the call', () => {
    const { dependency } = playDependency();
    expect(dependency.healthy()).toEqual({ healthy: true, reason: 'Market has not been called yet' });
    for (let times = 0; times < 3; times++) dependency.recordFailure(persistent);
    expect(dependency.healthy().healthy).toBe(false);
    expect(dependency.report().state).toBe('open');
  });

  it.each([
    [{ timeout: -1 }, 'timeout must be a number at least 0, not -1'],
    [{ retry: { maxRetries: -1 } }, /maxRetries/],
    [{ quotas: { reads: { limit: 0 }, lists: {} } }, /limit/],
    [{ breaker: { openMs: 0 } }, /openMs/],
  ])('refuses %j', (options, message) => {
    expect(() => playDependency(options)).toThrow(message);
  });

  it('a quota that nobody declared is a fault of the caller', async () => {
    const { dependency } = playDependency();
    await expect(dependency.execute(() => 1, { quota: 'none' as 'reads' })).rejects.toThrow(
      new RangeError('Market has no quota named none'),
    );
  });
});
