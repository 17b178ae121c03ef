import { describe, expect, test } from 'vitest';
import { RateLimitCore } from './rate-limit-core.ts';

const WALL_MS = Date.UTC(2026, 0, 1);
const good = {
  version: 1,
  takenAt: WALL_MS,
  startedMsAgo: [30, 10],
  rateShare: 0.5,
  growsInMs: 100,
  blockedForMs: 20,
};

test('it holds what another process needs, as distances in time', () => {
  const core = new RateLimitCore({ limit: 10, windowMs: 1_000 });
  core.tryTake(0, 'normal');
  core.tryTake(500, 'normal');
  core.tryTake(900, 'normal');
  expect(core.snapshot(1_100, WALL_MS)).toEqual({
    version: 1,
    takenAt: WALL_MS,
    startedMsAgo: [600, 200],
    rateShare: 1,
    growsInMs: null,
    blockedForMs: 0,
  });
  core.throttled(1_200, 300, 1_150);
  expect(core.snapshot(1_250, WALL_MS + 150)).toEqual({
    version: 1,
    takenAt: WALL_MS + 150,
    startedMsAgo: [750, 350],
    rateShare: 0.5,
    growsInMs: 5_250,
    blockedForMs: 250,
  });
});

test('a restart does not begin with a full quota', () => {
  const core = new RateLimitCore({ limit: 3, windowMs: 1_000 });
  expect(core.restore({ ...good, growsInMs: null, rateShare: 1 }, 5_000, WALL_MS + 15)).toEqual({ ok: true });
  expect([core.used(5_000), core.blockedForMs(5_000), core.nextStartMs(5_000, 'normal')]).toEqual([
    2, 5, 5_005,
  ]);
  expect(core.tryTake(5_005, 'normal')).toBe(true);
  // 30 ms before the snapshot, which was 15 ms ago.
  expect(core.nextStartMs(5_005, 'normal')).toBe(5_955);
});

test('the rate goes on growing where it was', () => {
  const core = new RateLimitCore({ limit: 100, windowMs: 1_000 });
  core.restore(good, 1_000, WALL_MS + 40);
  expect([core.rate(1_059), core.rate(1_060)]).toEqual([50, 55]);
});

test('more calls than the limit now allows are all remembered', () => {
  const core = new RateLimitCore({ limit: 1, windowMs: 1_000 });
  core.restore({ ...good, blockedForMs: 0 }, 100, WALL_MS);
  expect([core.used(100), core.nextStartMs(100, 'normal')]).toEqual([2, 1_090]);
});

test('a rate below the floor begins at the floor; a missing step is set', () => {
  const core = new RateLimitCore({ limit: 100 });
  core.restore({ ...good, rateShare: 0, growsInMs: null }, 0, WALL_MS);
  expect([core.rate(0), core.rate(4_999), core.rate(5_000)]).toEqual([10, 10, 15]);
});

test('a wall clock that was set back counts as no time', () => {
  const core = new RateLimitCore({ limit: 3, windowMs: 1_000 });
  core.restore(good, 0, WALL_MS - 1);
  expect([core.blockedForMs(0), core.nextStartMs(0, 'low')]).toEqual([20, 990]);
});

describe('a bad snapshot is refused with a reason and changes nothing', () => {
  test.each<readonly [string, unknown]>([
    ['it is not an object', null],
    ['it is not an object', 'x'],
    ['version 2 is not known', { ...good, version: 2 }],
    ['takenAt is not a time', { ...good, takenAt: 'now' }],
    ['startedMsAgo is not a list of ms', { ...good, startedMsAgo: 3 }],
    ['startedMsAgo is not a list of ms', { ...good, startedMsAgo: [-1] }],
    ['startedMsAgo is not a list of ms', { ...good, startedMsAgo: ['1'] }],
    ['startedMsAgo is not a list of ms', { ...good, startedMsAgo: [NaN] }],
    ['startedMsAgo is not a list of ms', { ...good, startedMsAgo: new Array(1_000_001).fill(0) }],
    ['startedMsAgo does not begin with the oldest', { ...good, startedMsAgo: [10, 30] }],
    ['rateShare is not a share', { ...good, rateShare: 1.1 }],
    ['rateShare is not a share', { ...good, rateShare: -0.1 }],
    ['growsInMs is not in ms', { ...good, growsInMs: -1 }],
    ['growsInMs is not in ms', { ...good, growsInMs: undefined }],
    ['blockedForMs is not in ms', { ...good, blockedForMs: Infinity }],
  ])('%s', (reason, snapshot) => {
    const core = new RateLimitCore({ limit: 3 });
    expect(core.restore(snapshot, 0, WALL_MS)).toEqual({ ok: false, reason });
    expect([core.used(0), core.rate(0), core.blockedForMs(0)]).toEqual([0, 3, 0]);
  });

  test('also when calls have started, however long ago', () => {
    const core = new RateLimitCore({ limit: 3, windowMs: 10 });
    core.tryTake(0, 'normal');
    expect(core.restore(good, 1_000, WALL_MS)).toEqual({ ok: false, reason: 'calls have already started' });
    expect(core.used(1_000)).toBe(0);
  });
});

test('equal times and the limits of what is allowed are fine', () => {
  const core = new RateLimitCore({ limit: 3 });
  const edge = { ...good, startedMsAgo: [5, 5, 0], rateShare: 0, growsInMs: 0, blockedForMs: 0 };
  expect([core.restore(edge, 10, WALL_MS), core.used(10)]).toEqual([{ ok: true }, 3]);
});
