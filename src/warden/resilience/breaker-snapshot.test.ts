import { describe, expect, test } from 'vitest';
import { BreakerCore } from './breaker-core.ts';
import { REFUSED } from './breaker-phases.ts';
import type { BreakerSnapshot } from './breaker-snapshot.ts';
import { playCore } from './testing/breaker-core.ts';

const WALL = Date.UTC(2026, 0, 1);

/** Through JSON, as a file would. */
const through = (snapshot: BreakerSnapshot): unknown => JSON.parse(JSON.stringify(snapshot));

/** One that was opened at 1,000 ms, looked at 10 s later. */
function openOne(): BreakerSnapshot {
  const played = playCore();
  played.nowMs = 1_000;
  played.succeed(2);
  played.fail(5);
  return played.core.snapshot(11_000, WALL);
}

describe('a snapshot', () => {
  test('tells all in distances, so that it holds in another process', () => {
    expect(openOne()).toEqual({
      version: 1,
      name: 'api',
      takenAt: WALL,
      state: 'open',
      inStateForMs: 10_000,
      remainingOpenMs: 50_000,
      openings: 1,
      consecutiveFailures: 5,
      why: '5 failures in a row',
      lastCause: 'broken',
      isolations: [],
      window: [{ ageMs: 10_000, calls: 7, failures: 5, slow: 0 }],
    });
  });

  test.each<[string, number, number]>([
    ['at once', 0, 50_000],
    ['after a while, which counts', 20_000, 30_000],
    ['before it was taken, when the wall clock was set back', -86_400_000, 50_000],
  ])('restores the remaining open time: %s', (_, laterMs, retryInMs) => {
    const core = new BreakerCore('api', {}, 77);
    expect(core.restore(through(openOne()), 77, WALL + laterMs)).toEqual({ ok: true });
    expect(core.refusal(77, WALL)).toMatchObject({
      state: 'open',
      reason: 'api is left alone after 5 failures in a row: broken',
      retryInMs,
      since: WALL - 10_000 - Math.max(0, laterMs),
    });
    expect(core.admit(77 + retryInMs - 1)).toBe(REFUSED);
    expect(core.admit(77 + retryInMs)).not.toBe(REFUSED);
    core.recordFailure(77 + retryInMs, 0, 'x');
    expect(core.refusal(77 + retryInMs, 0).retryInMs).toBe(120_000);
  });

  test('restores half-open when the open time has run out meanwhile, and tells it once', () => {
    const played = playCore();
    expect(played.core.restore(through(openOne()), 0, WALL + 50_000)).toEqual({ ok: true });
    expect(played.changes).toEqual([
      { from: 'closed', to: 'half_open', nowMs: 0, reason: 'restored from a snapshot' },
    ]);
  });

  test('restores what the window held, and its age', () => {
    const core = new BreakerCore('api', {}, 0);
    core.restore(through(openOne()), 0, WALL + 40_000);
    expect(core.stats(0)).toMatchObject({ calls: 7, failures: 5 });
    expect(core.stats(10_000)).toMatchObject({ calls: 0, failures: 0 });
  });

  test('restores a half-open one with all its trials to give, and a closed one with its count', () => {
    const played = playCore();
    const [trial = REFUSED] = played.halfOpen(3);
    played.core.success(trial, 60_000, 0);
    const core = new BreakerCore('api', {}, 0);
    const before = played.core.snapshot(65_000, WALL);
    expect(before).toMatchObject({ state: 'half_open', inStateForMs: 5_000, remainingOpenMs: 0 });
    core.restore(through(before), 0, WALL);
    expect(core.refusal(0, WALL).since).toBe(WALL - 5_000);
    expect(core.stats(0)).toMatchObject({ trialsRunning: 0, trialSuccesses: 0, openings: 1 });
    const closed = playCore();
    expect(closed.core.snapshot(0, WALL)).toMatchObject({ state: 'closed', why: '', lastCause: null });
    closed.fail(4);
    const other = playCore();
    other.core.restore(through(closed.core.snapshot(0, WALL)), 0, WALL);
    expect(other.core.stats(0).ramp).toBeNull();
    other.fail(1);
    expect(other.core.state(0)).toBe('open');
  });

  test('keeps what is held by hand, until all holds are ended', () => {
    const played = playCore();
    played.fail(5);
    played.core.isolate('upgrade', 1_000);
    const core = new BreakerCore('api', {}, 0);
    core.restore(through(played.core.snapshot(3_000, WALL)), 0, WALL + 500);
    expect(core.refusal(0, WALL + 500)).toMatchObject({ state: 'isolated', since: WALL - 2_000 });
    core.endIsolation(0);
    expect(core.refusal(0, WALL).retryInMs).toBe(56_500);
  });

  test('is open no longer than the settings of now say', () => {
    const core = new BreakerCore('api', { openMs: 1_000 }, 0);
    core.restore(through(openOne()), 0, WALL);
    expect(core.refusal(0, WALL).retryInMs).toBe(1_000);
  });

  test('restored, leaves calls under way without a say', () => {
    const played = playCore({ trip: { consecutiveFailures: 1 } });
    const late = played.admit();
    played.core.restore(through(playCore().core.snapshot(0, WALL)), 0, WALL);
    played.core.failure(late, 0, 0, 'late');
    expect(played.core.state(0)).toBe('closed');
  });
});

test('a snapshot of one that has come back tells no reason any more', () => {
  const played = playCore();
  played.comeBack();
  expect(played.core.snapshot(played.nowMs, WALL)).toMatchObject({
    why: '',
    lastCause: 'broken',
    window: [],
  });
});

describe('a snapshot that is not good is refused with a reason, and changes nothing', () => {
  const part = { ageMs: 0, calls: 1, failures: 0, slow: 0 };
  test.each<[string, unknown, string]>([
    ['nothing', null, 'the snapshot is not an object'],
    ['text', 'closed', 'the snapshot is not an object'],
    ['another version', { version: 2 }, 'the snapshot has version 2, not 1'],
    ['no version', {}, 'the snapshot has version undefined, not 1'],
    ['another dependency', { name: 'db' }, 'the snapshot is of db, not of api'],
    [
      'a time that is text',
      { takenAt: '2026' },
      'takenAt of the snapshot must be milliseconds since the epoch',
    ],
    ['an unknown state', { state: 'ajar' }, 'state of the snapshot must be closed, open or half_open'],
    [
      'a negative time',
      { inStateForMs: -1 },
      'inStateForMs of the snapshot must be a number of milliseconds',
    ],
    [
      'a time without end',
      { remainingOpenMs: Infinity },
      'remainingOpenMs of the snapshot must be a number of milliseconds',
    ],
    ['half an opening', { openings: 0.5 }, 'openings of the snapshot must be a whole number'],
    [
      'a negative count',
      { consecutiveFailures: -1 },
      'consecutiveFailures of the snapshot must be a whole number',
    ],
    ['no reason', { why: undefined }, 'why of the snapshot must be text'],
    ['a cause that is no text', { lastCause: {} }, 'lastCause of the snapshot must be text or null'],
    [
      'holds that are no list',
      { isolations: 'a' },
      'isolations of the snapshot must be a list of reasons with their ages',
    ],
    [
      'a hold without age',
      { isolations: [{ reason: 'a' }] },
      'isolations of the snapshot must be a list of reasons with their ages',
    ],
    [
      'a hold without reason',
      { isolations: [{ forMs: 1 }] },
      'isolations of the snapshot must be a list of reasons with their ages',
    ],
    [
      'a hold that is null',
      { isolations: [null] },
      'isolations of the snapshot must be a list of reasons with their ages',
    ],
    [
      'too many holds',
      { isolations: Array.from({ length: 1_001 }, () => ({ reason: 'a', forMs: 0 })) },
      'isolations of the snapshot must be a list of reasons with their ages',
    ],
    [
      'too many parts',
      { window: Array.from({ length: 61 }, () => part) },
      'window of the snapshot must be a list of at most 60 parts',
    ],
    ['a part that is null', { window: [null] }, 'window of the snapshot must be a list of at most 60 parts'],
    [
      'a part without age',
      { window: [{ ...part, ageMs: null }] },
      'window of the snapshot must be a list of at most 60 parts',
    ],
    [
      'a part with half a call',
      { window: [{ ...part, calls: 1.5 }] },
      'window of the snapshot must be a list of at most 60 parts',
    ],
    [
      'more failures than calls',
      { window: [{ ...part, failures: 2 }] },
      'window of the snapshot must be a list of at most 60 parts',
    ],
    [
      'more slow calls than calls',
      { window: [{ ...part, slow: 2 }] },
      'window of the snapshot must be a list of at most 60 parts',
    ],
    [
      'slow calls that are none',
      { window: [{ ...part, slow: '0' }] },
      'window of the snapshot must be a list of at most 60 parts',
    ],
    [
      'failures that are none',
      { window: [{ ...part, failures: '0' }] },
      'window of the snapshot must be a list of at most 60 parts',
    ],
  ])('%s', (what, wrong, reason) => {
    const played = playCore();
    played.fail(2);
    const before = played.core.snapshot(0, 0);
    const whole = typeof wrong === 'object' && wrong !== null && what !== 'no version';
    expect(played.core.restore(whole ? { ...openOne(), ...wrong } : wrong, 0, WALL)).toEqual({
      ok: false,
      reason,
    });
    expect(played.core.snapshot(0, 0)).toEqual(before);
    expect(played.changes).toEqual([]);
  });

  test('the fullest one is good', () => {
    const full = {
      ...openOne(),
      window: Array.from({ length: 60 }, () => ({ ageMs: 0, calls: 2, failures: 2, slow: 2 })),
      isolations: Array.from({ length: 1_000 }, () => ({ reason: '', forMs: 0 })),
    };
    expect(playCore().core.restore(full, 0, WALL)).toEqual({ ok: true });
  });
});

describe('new settings for a live breaker', () => {
  test('keep the count, the window and the calls under way', () => {
    const played = playCore();
    played.fail(4);
    const under = played.admit();
    played.core.configure({ trip: { consecutiveFailures: 6 } }, 0);
    played.core.failure(under, 0, 0, 'x');
    expect([played.core.state(0), played.core.stats(0).failures]).toEqual(['closed', 5]);
    played.fail(1);
    expect(played.core.state(0)).toBe('open');
  });

  test('measure an open time that runs; one that is over by them lets trials through', () => {
    const played = playCore();
    played.fail(5);
    played.core.configure({ openMs: 30_000 }, 10_000);
    expect(played.core.refusal(10_000, 0).retryInMs).toBe(20_000);
    played.core.configure({ trials: 1 }, 10_000);
    expect(played.core.refusal(10_000, 0).retryInMs).toBe(20_000);
    played.core.configure({ openMs: 9_000 }, 10_000);
    expect(played.core.state(10_000)).toBe('half_open');
  });

  test('do not touch a restored open time unless it is about it', () => {
    const core = new BreakerCore('api', {}, 0);
    core.restore({ ...openOne(), remainingOpenMs: 5_000 }, 0, WALL);
    core.configure({ trials: 2 }, 0);
    expect(core.refusal(0, WALL).retryInMs).toBe(5_000);
  });

  test('change the number of trials, and take no lease away', () => {
    const played = playCore();
    const [first = REFUSED, second = REFUSED] = played.halfOpen(3);
    played.core.configure({ trials: 1 }, 60_000);
    expect(played.core.stats(60_000).trialsRunning).toBe(3);
    played.core.release(first);
    played.core.release(second);
    expect(played.admit()).toBe(REFUSED);
    played.core.configure({ trials: 2 }, 60_000);
    expect([played.admit() === REFUSED, played.admit() === REFUSED]).toEqual([false, true]);
  });

  test('change the window, and what it held stays as far as it reaches', () => {
    const played = playCore();
    played.fail(1);
    played.nowMs = 20_000;
    played.fail(2);
    played.core.configure({ windowMs: 10_000 }, 20_000);
    expect(played.core.stats(20_000)).toMatchObject({ windowMs: 10_000, calls: 2, consecutiveFailures: 3 });
    played.core.configure({ windowMs: 120_000 }, 20_000);
    expect(played.core.stats(130_000)).toMatchObject({ windowMs: 120_000, calls: 2 });
  });

  test('end a ramp at once', () => {
    const played = playCore();
    played.comeBack();
    expect(played.core.steady).toBe(REFUSED);
    played.core.configure({ ramp: false }, played.nowMs);
    expect(played.core.steady).not.toBe(REFUSED);
  });

  test('that are not valid change nothing; those that are not given stay', () => {
    const { core } = playCore({ openMs: 5_000 });
    expect(() => core.configure({ openMs: 1, trials: 0 }, 0)).toThrow(RangeError);
    core.configure({ trials: 2, ...({ openMs: undefined } as object) }, 0);
    for (let time = 0; time < 5; time++) core.recordFailure(0, 0, 'x');
    expect(core.refusal(0, 0).retryInMs).toBe(5_000);
  });
});
