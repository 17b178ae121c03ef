import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  persistent,
  playDependency,
  throttled,
  transient,
  type Outcome,
  type Quotas,
} from './testing/dependency.ts';

describe('one call', () => {
  test.each<[string, Outcome[], string, number[]]>([
    ['an answer', ['answer'], 'answer', [0]],
    ['a failure that passes', [transient, 'answer'], 'answer', [0, 500]],
    ['a failure that stays', [transient, transient, 'answer'], 'Error: transient', [0, 500]],
    ['a persistent failure', [persistent, 'answer'], 'Error: persistent', [0]],
    ['a throttle', [throttled(0), 'answer'], 'Error: throttled', [0]],
    ['no answer in time', ['hang', 'answer'], 'answer', [0, 4_500]],
    [
      'no answer twice',
      ['hang', 'hang', 'answer'],
      'TimeoutError: Market: GET /x took longer than 4000 ms',
      [0, 4_500],
    ],
    ['another failure at the retry', [transient, persistent], 'Error: persistent', [0, 500]],
  ])('%s', async (_, outcomes, end, attempts) => {
    const { clock, calledAt, call, after } = playDependency();
    expect(await after(20_000, call(outcomes))).toBe(end);
    expect(calledAt).toEqual(attempts);
    expect(clock.pending).toBe(0);
  });

  test('of an unknown quota is a mistake of the caller', async () => {
    const { calledAt, call } = playDependency();
    const unknown = 'posts' as Quotas;
    expect(await call(['answer'], { quota: unknown })).toBe('RangeError: Market has no quota named posts');
    expect(calledAt).toEqual([]);
  });
});

describe('the caller’s cancellation', () => {
  test.each<[string, Outcome[], number]>([
    ['before the call', ['answer'], 0],
    ['during the call', ['hang'], 100],
    ['in the pause before the retry', [transient], 100],
    ['during the retry', [transient, 'hang'], 600],
  ])('%s names the call and leaves nothing behind', async (_, outcomes, atMs) => {
    const { clock, call } = playDependency();
    const controller = new AbortController();
    if (atMs === 0) controller.abort('enough');
    const ended = call(outcomes, { signal: controller.signal });
    await clock.advance(atMs);
    controller.abort('enough');
    expect(await ended).toBe('AbortedError: Market: GET /x was aborted');
    expect([clock.pending, getEventListeners(controller.signal, 'abort').length]).toEqual([0, 0]);
  });

  test('counts as nothing', async () => {
    const { clock, dependency, changes, call } = playDependency({ failuresToPause: 1 });
    const controller = new AbortController();
    const ended = call(['hang'], { signal: controller.signal });
    await clock.advance(3_000);
    controller.abort();
    await ended;
    expect(dependency.state()).toMatchObject({
      reachable: null,
      errorRate: null,
      lastError: null,
      nextTryAt: null,
    });
    expect(changes).toEqual([]);
  });

  test('while it waits for the quota gives its place back', async () => {
    const { clock, calledAt, call, after } = playDependency({
      quotas: { reads: { limit: 1, windowMs: 1_000 }, lists: { limit: 1, windowMs: 1 } },
    });
    const controller = new AbortController();
    await call(['answer']);
    const cancelled = call(['answer'], { signal: controller.signal });
    await clock.advance(10);
    controller.abort();
    expect(await cancelled).toBe('AbortedError: Market: GET /x was aborted');
    expect(await after(990, call(['answer']))).toBe('answer');
    expect(calledAt).toEqual([0, 1_000]);
    expect(clock.pending).toBe(0);
  });
});

describe('what is told and known', () => {
  test('lost and regained are told once each, with cause and duration', async () => {
    const { clock, changes, call, fail } = playDependency();
    await fail(1);
    expect(changes).toEqual([]);
    await clock.advance(2_000);
    for (let failure = 0; failure < 2; failure++) await call([persistent]);
    expect(changes).toEqual([{ kind: 'lost', error: 'persistent' }]);
    await clock.advance(1_000);
    await call(['answer']);
    await call(['answer']);
    expect(changes.slice(1)).toEqual([{ kind: 'regained', afterMs: 3_000 }]);
    await call([persistent]);
    await call(['answer']);
    expect(changes).toHaveLength(2);
  });

  test('a failure that its retry mends is no news', async () => {
    const { dependency, changes, call, after } = playDependency();
    await after(500, call([transient, 'answer']));
    expect(changes).toEqual([]);
    expect(dependency.state().errorRate).toBe(0.5);
  });

  test('one who is told and throws breaks the call, but is no failure of the other side', async () => {
    const { dependency, call, fail } = playDependency({
      onChange: ({ kind }) => {
        if (kind === 'regained') throw new Error('listener');
      },
    });
    await fail(2);
    expect(await call(['answer'])).toBe('Error: listener');
    expect(dependency.state()).toMatchObject({ reachable: true, lastError: null });
  });

  test('the state follows the calls', async () => {
    const { clock, dependency, call } = playDependency();
    const unknown = {
      reachable: null,
      lastAnswerAt: null,
      lastError: null,
      lastErrorAt: null,
      nextTryAt: null,
      failingForMs: 0,
      errorRate: null,
    };
    expect(dependency.name).toBe('Market');
    expect(dependency.state()).toEqual(unknown);
    const start = clock.now();
    await call(['answer']);
    expect(dependency.state()).toEqual({ ...unknown, reachable: true, lastAnswerAt: start, errorRate: 0 });
    await clock.advance(1_000);
    await call([persistent]);
    await clock.advance(500);
    const failed = {
      reachable: false,
      lastAnswerAt: start,
      lastError: 'persistent',
      lastErrorAt: start + 1_000,
      errorRate: 0.5,
    };
    expect(dependency.state()).toEqual({ ...unknown, ...failed, failingForMs: 500 });
    await call(['answer']);
    expect(dependency.state()).toEqual({
      ...unknown,
      ...failed,
      reachable: true,
      lastAnswerAt: start + 1_500,
      lastError: null,
      errorRate: 1 / 3,
    });
    await clock.advance(3_600_000);
    expect(dependency.state().errorRate).toBeNull();
  });
});
