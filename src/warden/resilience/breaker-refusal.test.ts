import { describe, expect, test } from 'vitest';
import { REFUSED } from './breaker-phases.ts';
import { playCore } from './testing/breaker-core.ts';

const WALL = Date.UTC(2026, 0, 1);

describe('isolated by hand', () => {
  test('refuses until all holds have ended, each once', () => {
    const played = playCore();
    const first = played.core.isolate('upgrade', 0);
    const second = played.core.isolate('move', 5);
    expect(played.core.refusal(7, WALL + 7)).toMatchObject({
      state: 'isolated',
      reason: 'api is isolated: upgrade, move',
      since: WALL,
      nextTryAt: null,
      retryInMs: Infinity,
    });
    second(7);
    second(7);
    expect(played.core.refusal(7, WALL + 7).reason).toBe('api is isolated: upgrade');
    expect([played.admit(), played.core.state(7)]).toEqual([REFUSED, 'isolated']);
    first(8);
    expect(played.core.state(8)).toBe('closed');
    expect(played.changes).toEqual([
      { from: 'closed', to: 'isolated', nowMs: 0, reason: 'upgrade' },
      { from: 'isolated', to: 'closed', nowMs: 8, reason: 'the isolation has ended' },
    ]);
  });

  test('all of them can be ended at once', () => {
    const { core, changes } = playCore();
    core.isolate('a', 0);
    const release = core.isolate('b', 0);
    core.endIsolation(1);
    core.endIsolation(1);
    release(1);
    expect([core.state(1), changes.length]).toEqual(['closed', 2]);
  });

  test('a hold that has ended already is not ended again: calls under way keep their say', () => {
    const { core, admit, changes } = playCore();
    const release = core.isolate('hand', 0);
    core.endIsolation(1);
    expect(changes.at(-1)?.reason).toBe('the isolation has ended');
    const permit = admit();
    core.endIsolation(2);
    release(2);
    expect(core.isCurrent(permit, 2)).toBe(true);
  });

  test('goes on where it was: the open time has run meanwhile', () => {
    const played = playCore();
    played.fail(5);
    const release = played.core.isolate('hand', 1_000);
    release(2_000);
    expect(played.core.refusal(2_000, 0)).toMatchObject({ state: 'open', retryInMs: 58_000 });
    const again = played.core.isolate('hand', 3_000);
    again(100_000);
    expect(played.changes.at(-1)).toMatchObject({ from: 'isolated', to: 'half_open' });
    expect(played.core.refusal(100_000, 100_000).since).toBe(60_000);
  });

  test('what runs when it begins has nothing to say any more, and trials are given anew', () => {
    const played = playCore({ trip: { consecutiveFailures: 1 } });
    const before = played.admit();
    played.core.isolate('hand', 0)(0);
    played.core.failure(before, 0, 0, 'late');
    expect(played.core.state(0)).toBe('closed');
    played.fail(1);
    played.nowMs = 60_000;
    const trials = [played.admit(), played.admit(), played.admit()];
    played.core.success(trials[0] ?? REFUSED, 60_000, 0);
    played.core.isolate('hand', 60_000)(60_000);
    for (const trial of trials) played.core.failure(trial, 60_000, 0, 'late');
    expect(played.core.stats(60_000)).toMatchObject({ trialsRunning: 0, trialSuccesses: 0, openings: 1 });
    expect(played.core.state(60_000)).toBe('half_open');
  });

  test('comes back slowly', () => {
    const played = playCore();
    played.core.isolate('hand', 0)(1);
    expect(played.core.stats(1).ramp).toEqual({ limit: 10, running: 0 });
  });
});

describe('outcomes of calls that were made elsewhere', () => {
  test('open it, count in half-open, and change nothing while it is open or isolated', () => {
    const { core } = playCore();
    for (let time = 0; time < 5; time++) core.recordFailure(0, 0, new Error('seen elsewhere'));
    expect([core.state(0), core.lastCause()]).toEqual(['open', 'seen elsewhere']);
    core.recordFailure(0, 0, 'ignored');
    core.recordSuccess(0, 0);
    expect([core.lastCause(), core.stats(0).calls]).toEqual(['seen elsewhere', 5]);
    for (let time = 0; time < 3; time++) core.recordSuccess(60_000, 0);
    expect(core.state(60_000)).toBe('closed');
    core.isolate('hand', 60_000);
    core.recordFailure(60_000, 0, 'ignored');
    expect([core.lastCause(), core.stats(60_000).calls]).toEqual(['seen elsewhere', 0]);
  });

  test('a failure in half-open opens it again', () => {
    const played = playCore();
    played.fail(5);
    played.core.recordFailure(60_000, 0, 'x');
    expect(played.core.state(60_000)).toBe('open');
  });

  test('say how long it took', () => {
    const { core } = playCore({ trip: { slowCalls: { slowMs: 10, ratio: 1, minimumCalls: 9 } } });
    core.recordSuccess(0, 10);
    core.recordFailure(0, 10, 'x');
    expect(core.stats(0)).toMatchObject({ calls: 2, slow: 2, failures: 1 });
  });
});

describe('a refusal', () => {
  test('tells who, by what, why, since when, until when and after what', () => {
    const played = playCore();
    played.nowMs = 1_000;
    played.fail(5);
    expect(played.core.refusal(1_500.25, WALL + 1_500)).toEqual({
      dependency: 'api',
      by: 'breaker',
      reason: 'api is left alone after 5 failures in a row: broken',
      state: 'open',
      since: WALL + 1_000,
      nextTryAt: WALL + 1_500 + 59_500,
      retryInMs: 59_500,
      lastCause: 'broken',
    });
  });

  test('is right at its moment, and the same object only while it is', () => {
    const played = playCore();
    played.fail(5);
    const first = played.core.refusal(100, WALL + 100);
    expect(played.core.refuseAgain(100.9)).toBe(first);
    expect(played.core.refusal(100.9, WALL + 100)).toBe(first);
    expect(played.core.refuseAgain(101)).toBeNull();
    expect(played.core.refusal(101, WALL + 101)).toMatchObject({ retryInMs: 59_899 });
    expect(played.core.stats(101).refused).toBe(1);
    // A kept refusal does not outlive the open time.
    played.core.refusal(59_999.5, WALL);
    expect(played.core.refuseAgain(60_000)).toBeNull();
  });

  test('is not kept over a change: of state, of settings, of holds', () => {
    const played = playCore();
    played.fail(5);
    played.core.refusal(0, WALL);
    played.core.configure({ openMs: 1_000 }, 0);
    expect(played.core.refuseAgain(0)).toBeNull();
    expect(played.core.refusal(0, WALL).retryInMs).toBe(1_000);
    played.core.isolate('a', 0);
    expect(played.core.refuseAgain(0)).toBeNull();
    expect(played.core.refusal(0, WALL).state).toBe('isolated');
    expect(played.core.refuseAgain(0)?.state).toBe('isolated');
    played.core.isolate('b', 0);
    expect(played.core.refusal(0, WALL).reason).toBe('api is isolated: a, b');
  });

  test('of a trial or a ramp is never kept: the next caller may be let through', () => {
    const played = playCore();
    const [first = REFUSED] = played.halfOpen(4);
    expect(played.core.refusal(60_000, WALL + 60_000)).toMatchObject({
      state: 'half_open',
      reason: 'api is being tried after 5 failures in a row: broken',
      since: WALL + 60_000,
      nextTryAt: WALL + 60_000,
      retryInMs: 0,
    });
    expect(played.core.refuseAgain(60_000)).toBeNull();
    played.core.release(first);
    expect(played.admit()).not.toBe(REFUSED);
  });

  test('tells the last cause of now, also while it is closed', () => {
    const played = playCore();
    expect(played.core.refusal(0, WALL)).toMatchObject({ state: 'closed', lastCause: null });
    played.fail(1);
    expect(played.core.refusal(0, WALL)).toMatchObject({ state: 'closed', lastCause: 'broken' });
  });

  test('names no cause when there was none to name', () => {
    const { core } = playCore({ trip: { consecutiveFailures: 1 } });
    expect(core.lastCause()).toBeNull();
    core.recordFailure(0, 0, undefined);
    expect(core.refusal(0, 0)).toMatchObject({
      reason: 'api is left alone after 1 failure',
      lastCause: null,
    });
  });
});

test('a permit that was refused settles nothing', () => {
  const played = playCore();
  const before = (): unknown => [played.core.snapshot(played.nowMs, 0), played.core.stats(played.nowMs)];
  for (const prepare of [
    () => played.nowMs,
    () => played.halfOpen(2),
    () => played.succeed(3),
    () => played.core.isolate('hand', played.nowMs),
  ]) {
    prepare();
    const seen = before();
    played.core.success(REFUSED, played.nowMs, 0);
    played.core.failure(REFUSED, played.nowMs, 0, 'x');
    played.core.persistingFailure(REFUSED, played.nowMs, 0, 'x');
    played.core.release(REFUSED);
    expect(played.core.isCurrent(REFUSED, played.nowMs)).toBe(false);
    expect(before()).toEqual(seen);
  }
});

test('a listener may call back: it finds the new state', () => {
  const seen: string[] = [];
  const played = playCore();
  const { core } = playCore();
  expect(core.state(0)).toBe('closed');
  played.changes.push = (...changes) => {
    seen.push(`${changes[0]?.to} ${played.core.state(played.nowMs)} ${played.admit() === REFUSED}`);
    return 0;
  };
  played.fail(5);
  played.nowMs = 60_000;
  played.admit();
  expect(seen).toEqual(['open open true', 'half_open half_open false']);
  expect(played.core.stats(60_000).trialsRunning).toBe(2);
});
