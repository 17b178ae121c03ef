import { describe, expect, test } from 'vitest';
import { REFUSED } from './breaker-phases.ts';
import { playCore } from './testing/breaker-core.ts';

const WALL = Date.UTC(2026, 0, 1);

describe('what opens it', () => {
  test('five failures in a row, by default, and a success begins the count anew', () => {
    const played = playCore();
    played.fail(4);
    played.succeed(1);
    played.fail(4);
    expect(played.core.state(0)).toBe('closed');
    played.fail(1);
    expect(played.core.state(0)).toBe('open');
    expect(played.changes).toEqual([{ from: 'closed', to: 'open', nowMs: 0, reason: '5 failures in a row' }]);
  });

  test('one failure, where one is asked for', () => {
    const played = playCore({ trip: { consecutiveFailures: 1 } });
    played.fail(1);
    expect(played.changes[0]?.reason).toBe('1 failure');
  });

  test('the share of failures in the window, reached by a failure, from the minimum of calls on', () => {
    const played = playCore({ trip: { failureRatio: { ratio: 0.3, minimumCalls: 10 } } });
    played.succeed(7);
    played.fail(2);
    expect(played.core.state(0)).toBe('closed');
    played.fail(1);
    expect(played.changes[0]?.reason).toBe('3 of 10 calls in 60000 ms failed');
  });

  test('the share of failures, also when the call that makes them enough is a success', () => {
    const played = playCore({ trip: { failureRatio: { ratio: 0.9, minimumCalls: 10 } } });
    played.fail(9);
    expect(played.core.state(0)).toBe('closed');
    played.succeed(1);
    expect(played.core.state(0)).toBe('open');
  });

  test('a share that is missed by one call does not', () => {
    const played = playCore({ trip: { failureRatio: { ratio: 0.5, minimumCalls: 1 } } });
    played.succeed(50);
    played.fail(49);
    expect([played.core.state(0), played.core.stats(0).failureRatio]).toEqual(['closed', 49 / 99]);
    played.fail(1);
    expect(played.core.state(0)).toBe('open');
  });

  test('the share of slow calls, succeeded or not', () => {
    const played = playCore({ trip: { slowCalls: { slowMs: 100, ratio: 0.5, minimumCalls: 4 } } });
    const end = (ms: number): void => played.core.success(played.admit(), 0, ms);
    end(99.9);
    end(100);
    end(99);
    expect(played.core.needsDurations).toBe(true);
    expect(played.core.stats(0)).toMatchObject({ calls: 3, slow: 1, slowRatio: 1 / 3 });
    played.core.failure(played.admit(), 0, 100, null);
    expect(played.changes[0]?.reason).toBe('2 of 4 calls in 60000 ms took 100 ms or longer');
  });

  test('slow calls below their share, or fast ones, do not', () => {
    const played = playCore({ trip: { slowCalls: { slowMs: 100, ratio: 0.5, minimumCalls: 4 } } });
    played.core.success(played.admit(), 0, 100);
    played.succeed(3);
    expect([played.core.state(0), played.core.stats(0).slowRatio]).toEqual(['closed', 0.25]);
  });

  test('only the models that are named', () => {
    const played = playCore({ trip: {} });
    played.fail(1_000);
    expect(played.core.state(0)).toBe('closed');
    expect(played.core.needsDurations).toBe(false);
  });

  test('a failure that counts only when it persists, from the third in a row on', () => {
    const { core, admit, succeed } = playCore({ trip: { consecutiveFailures: 1 } });
    const throttled = (): void => core.persistingFailure(admit(), 0, 0, '429');
    throttled();
    throttled();
    succeed(1);
    throttled();
    throttled();
    expect([core.state(0), core.stats(0).calls]).toEqual(['closed', 1]);
    throttled();
    expect([core.state(0), core.lastCause()]).toEqual(['open', '429']);
  });

  test('what others found makes one failure enough while it holds, and opens nothing by itself', () => {
    const played = playCore();
    played.core.advise({ state: 'open', forMs: 100 }, 0);
    played.succeed(3);
    expect(played.core.state(0)).toBe('closed');
    played.nowMs = 100;
    played.fail(1);
    expect(played.core.state(100)).toBe('closed');
    played.core.advise({ state: 'open', forMs: 100 }, 100);
    played.nowMs = 199;
    played.fail(1);
    expect(played.changes.map(({ reason }) => reason)).toEqual([
      'a failure here after others found it failing',
    ]);
  });

  test('advice that it answers takes the other advice back, and lets an open one try', () => {
    const played = playCore();
    played.core.advise({ state: 'open', forMs: 100 }, 0);
    played.core.advise({ state: 'closed' }, 0);
    played.fail(4);
    expect(played.core.state(0)).toBe('closed');
    played.fail(1);
    played.core.advise({ state: 'closed' }, 1);
    expect(played.changes.at(-1)).toEqual({
      from: 'open',
      to: 'half_open',
      nowMs: 1,
      reason: 'it answers elsewhere',
    });
  });
});

describe('open', () => {
  test('refuses to the last moment of the open time, then lets trials through', () => {
    const played = playCore();
    played.fail(5);
    played.nowMs = 59_999;
    expect(played.admit()).toBe(REFUSED);
    played.nowMs = 60_000;
    expect(played.admit()).not.toBe(REFUSED);
    expect(played.changes[1]).toEqual({
      from: 'open',
      to: 'half_open',
      nowMs: 60_000,
      reason: 'the open time is over',
    });
  });

  test('stays open twice as long each time it opens again, up to five minutes, and begins small after closing', () => {
    const played = playCore();
    const opened: number[] = [];
    const openMs = (): number => played.core.refusal(played.nowMs, 0).retryInMs;
    played.fail(5);
    for (let time = 0; time < 5; time++) {
      opened.push(openMs());
      played.nowMs += openMs();
      played.fail(1);
    }
    expect(opened).toEqual([60_000, 120_000, 240_000, 300_000, 300_000]);
    played.nowMs += 300_000;
    played.succeed(3);
    expect(played.core.stats(played.nowMs).openings).toBe(0);
    played.fail(5);
    expect(openMs()).toBe(60_000);
  });

  test('a trial after a probe that succeeded comes before its time; there is nothing to try when it is not open', () => {
    const played = playCore();
    expect(played.core.trial(0)).toBe(false);
    played.fail(5);
    expect(played.core.trial(10)).toBe(true);
    expect(played.changes.at(-1)).toMatchObject({ to: 'half_open', nowMs: 10, reason: 'a probe succeeded' });
    expect(played.core.trial(10)).toBe(false);
    const release = played.core.isolate('hand', 10);
    expect(played.core.trial(10)).toBe(false);
    release(10);
  });

  test('a call that began before has nothing to say when it ends: neither late failures nor late successes', () => {
    const played = playCore();
    const late = [played.admit(), played.admit(), played.admit()] as const;
    played.fail(5);
    const before = played.core.snapshot(0, 0);
    played.core.success(late[0], 0, 0);
    played.core.failure(late[1], 0, 0, 'late');
    expect(played.core.snapshot(0, 0)).toEqual(before);
    played.nowMs = 60_000;
    const trial = played.admit();
    played.core.failure(late[2], 60_000, 0, 'late');
    expect([played.core.state(60_000), played.core.isCurrent(trial, 60_000)]).toEqual(['half_open', true]);
    expect(played.core.isCurrent(late[0], 60_000)).toBe(false);
  });
});

describe('half-open', () => {
  test('of 1,000 callers three are let through, and everybody else is refused at once', () => {
    const played = playCore();
    const permits = played.halfOpen(1_000);
    expect(permits.filter((permit) => permit !== REFUSED)).toHaveLength(3);
    expect(played.core.stats(60_000)).toMatchObject({ trialsRunning: 3, refused: 997 });
  });

  test('closes after three successes, however they follow each other', () => {
    const played = playCore();
    const [first = REFUSED, second = REFUSED] = played.halfOpen(2);
    played.core.success(first, 60_001, 0);
    played.core.success(second, 60_001, 0);
    expect(played.core.stats(60_001)).toMatchObject({ trialSuccesses: 2, trialsRunning: 0 });
    played.nowMs = 60_001;
    played.succeed(1);
    expect(played.changes.at(-1)).toEqual({
      from: 'half_open',
      to: 'closed',
      nowMs: 60_001,
      reason: '3 trials succeeded',
    });
    expect(played.core.stats(60_001)).toMatchObject({ calls: 0, failures: 0, consecutiveFailures: 0 });
  });

  test('one failure opens it again, and the other trials are late', () => {
    const played = playCore();
    const [first = REFUSED, second = REFUSED] = played.halfOpen(2);
    played.core.failure(first, 60_000, 0, 'still broken');
    expect(played.changes.at(-1)).toMatchObject({ to: 'open', reason: 'a trial that failed' });
    played.core.success(second, 60_000, 0);
    expect(played.core.stats(60_000)).toMatchObject({ openings: 2, trialSuccesses: 0 });
  });

  test('a slow trial opens it again where slowness matters', () => {
    const played = playCore({
      trip: { consecutiveFailures: 5, slowCalls: { slowMs: 10, ratio: 1, minimumCalls: 100 } },
      trials: 1,
      successesToClose: 1,
    });
    const [trial = REFUSED] = played.halfOpen(1);
    played.core.success(trial, 60_010, 10);
    expect(played.changes.at(-1)).toMatchObject({ to: 'open', reason: 'a trial that was slow' });
  });

  test('a trial that hangs gives its lease back after the open time, and its late result changes nothing', () => {
    const played = playCore();
    const [hung = REFUSED] = played.halfOpen(3);
    played.nowMs = 119_999;
    expect(played.admit()).toBe(REFUSED);
    expect(played.core.isCurrent(hung, 119_999)).toBe(true);
    played.nowMs = 120_000;
    expect(played.core.stats(120_000).trialsRunning).toBe(0);
    const next = played.admit();
    expect(next).not.toBe(REFUSED);
    played.core.failure(hung, 120_000, 60_000, 'late');
    played.core.success(hung, 120_000, 60_000);
    expect(played.core.stats(120_000)).toMatchObject({ trialsRunning: 1, trialSuccesses: 0 });
    expect(played.core.state(120_000)).toBe('half_open');
  });

  test('a lease that is over says nothing, also while nobody has taken its place', () => {
    const played = playCore();
    const [hung = REFUSED] = played.halfOpen(1);
    played.core.failure(hung, 120_000, 60_000, 'late');
    expect(played.core.state(120_000)).toBe('half_open');
  });

  test('a trial that was not run, or was cancelled, makes room for another', () => {
    const played = playCore();
    const [first = REFUSED] = played.halfOpen(3);
    expect(played.admit()).toBe(REFUSED);
    played.core.release(first);
    expect(played.core.isCurrent(first, 60_000)).toBe(false);
    expect(played.admit()).not.toBe(REFUSED);
    expect(played.admit()).toBe(REFUSED);
  });

  test('a failure that does not persist yet makes room too', () => {
    const played = playCore();
    const [first = REFUSED] = played.halfOpen(3);
    played.core.persistingFailure(first, 60_000, 0, '429');
    expect([played.core.state(60_000), played.core.stats(60_000).trialsRunning]).toEqual(['half_open', 2]);
  });
});

describe('coming back', () => {
  const take = (played: ReturnType<typeof playCore>, callers: number): number[] =>
    Array.from({ length: callers }, () => played.admit()).filter((permit) => permit !== REFUSED);

  test('lets ten run at once, and twice as many each time that as many have succeeded, until over 500', () => {
    const played = playCore();
    played.comeBack();
    const atOnce: number[] = [];
    for (let wave = 0; wave < 7; wave++) {
      const permits = take(played, 1_000);
      atOnce.push(permits.length);
      for (const permit of permits) played.core.success(permit, played.nowMs, 0);
    }
    expect(atOnce).toEqual([10, 20, 40, 80, 160, 320, 1_000]);
    expect(played.core.stats(played.nowMs).ramp).toBeNull();
    expect(played.core.steady).not.toBe(REFUSED);
  });

  test('failures and cancelled calls make room, but do not raise the limit', () => {
    const played = playCore({ trip: { consecutiveFailures: 100 } });
    played.fail(95);
    played.comeBack();
    const permits = take(played, 10);
    for (const permit of permits.slice(0, 5)) played.core.failure(permit, played.nowMs, 0, 'x');
    for (const permit of permits.slice(5)) played.core.release(permit);
    expect(played.core.stats(played.nowMs).ramp).toEqual({ limit: 10, running: 0 });
    expect(take(played, 50)).toHaveLength(10);
  });

  test('a failure that does not persist makes room', () => {
    const played = playCore({ ramp: { start: 1 } });
    played.comeBack();
    played.core.persistingFailure(played.admit(), played.nowMs, 0, '429');
    expect(played.core.stats(played.nowMs).ramp).toEqual({ limit: 1, running: 0 });
  });

  test('ends after a minute, so that calls that hang hold nobody up for longer', () => {
    const played = playCore();
    played.comeBack();
    const hung = take(played, 50);
    expect(hung).toHaveLength(10);
    played.nowMs += 59_999;
    expect(played.admit()).toBe(REFUSED);
    expect(played.core.refusal(played.nowMs, WALL)).toMatchObject({
      state: 'ramping',
      reason: 'api has just come back and takes few calls at once',
      retryInMs: 0,
    });
    played.nowMs += 1;
    expect(take(played, 50)).toHaveLength(50);
    for (const permit of hung) played.core.success(permit, played.nowMs, 0);
    expect(played.core.stats(played.nowMs)).toMatchObject({ calls: 10, ramp: null });
  });

  test('opens again like ever', () => {
    const played = playCore();
    played.comeBack();
    played.fail(5);
    expect(played.core.state(played.nowMs)).toBe('open');
  });

  test('is not limited when it must not be', () => {
    const played = playCore({ ramp: false });
    played.comeBack();
    expect(played.core.steady).not.toBe(REFUSED);
    expect(take(played, 1_000)).toHaveLength(1_000);
  });

  test('reaches its end, and is over beyond it', () => {
    const played = playCore({ ramp: { start: 5, end: 10 } });
    played.comeBack();
    played.succeed(5);
    expect(played.core.stats(played.nowMs).ramp).toEqual({ limit: 10, running: 0 });
    played.succeed(10);
    expect(played.core.stats(played.nowMs).ramp).toBeNull();
  });
});
