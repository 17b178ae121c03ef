import { describe, expect, test } from 'vitest';
import type { Priority } from './call.ts';
import { RateLimitCore } from './rate-limit-core.ts';
import { rateLimitDefaults, type RateLimitTuning } from './rate-limit-options.ts';

const MINUTE_MS = 60_000;

/** Takes as many as it may at one moment. */
const takeAll = (core: RateLimitCore, nowMs: number, priority: Priority = 'normal'): number => {
  let taken = 0;
  while (core.tryTake(nowMs, priority)) taken += 1;
  return taken;
};

test('a call leaves its window after exactly that time', () => {
  const core = new RateLimitCore({ limit: 1, windowMs: 100 });
  expect(core.tryTake(5, 'normal')).toBe(true);
  expect([core.used(104.999), core.available(104.999), core.nextStartMs(104.999, 'normal')]).toEqual([
    1, 0, 105,
  ]);
  expect(core.tryTake(104.999, 'high')).toBe(false);
  expect([core.used(105), core.available(105), core.nextStartMs(105, 'normal')]).toEqual([0, 1, 105]);
  expect(core.tryTake(105, 'normal')).toBe(true);
});

test('no burst at the border of a window, as a counter that is reset each window lets through (BullMQ)', () => {
  const core = new RateLimitCore({ limit: 100, windowMs: 1_000 });
  // The fixed window of a counter with a time to live, as a job queue keeps it.
  let counted = 0;
  let resetsAtMs = 0;
  const byCounter = (nowMs: number): boolean => {
    if (nowMs >= resetsAtMs) {
      counted = 0;
      resetsAtMs = nowMs + 1_000;
    }
    counted += 1;
    return counted <= 100;
  };
  const moments = [0, ...Array.from({ length: 200 }, (_, index) => 990 + index * 0.1)];
  const ours = moments.filter((at) => core.tryTake(at, 'normal'));
  const theirs = moments.filter((at) => byCounter(at));
  const fullest = (starts: readonly number[]): number =>
    Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length));
  expect(fullest(theirs)).toBe(199);
  expect(fullest(ours)).toBe(100);
});

test('no burst on top of the rate, as a token bucket lets through', () => {
  const core = new RateLimitCore({ limit: 60, windowMs: MINUTE_MS });
  expect(takeAll(core, 0)).toBe(60);
  // A bucket of 60 that fills at 60 a minute would let 30 more go here.
  expect(takeAll(core, 30_000)).toBe(0);
  expect(core.nextStartMs(30_000, 'normal')).toBe(60_000);
  expect(takeAll(core, 60_000)).toBe(60);
});

describe('priorities', () => {
  test('at 80 % low priority waits, and the others may use the rest', () => {
    const core = new RateLimitCore({ limit: 300, windowMs: MINUTE_MS });
    expect(core.rate(0, 'low')).toBe(240);
    expect(takeAll(core, 0, 'low')).toBe(240);
    expect([core.available(0, 'low'), core.available(0), core.available(0, 'high')]).toEqual([0, 60, 60]);
    expect([core.nextStartMs(0, 'low'), core.nextStartMs(0, 'normal')]).toEqual([MINUTE_MS, 0]);
    expect(takeAll(core, 1_000)).toBe(60);
    expect(core.nextStartMs(1_000, 'high')).toBe(MINUTE_MS);
    // 60 of the others' are still in the window, and 240 - 60 are free for it.
    expect(takeAll(core, MINUTE_MS, 'low')).toBe(180);
  });

  test.each([
    { limit: 1, share: 0.8, low: 1 },
    { limit: 2, share: 0.8, low: 1 },
    { limit: 4, share: 0.8, low: 3 },
    { limit: 5, share: 0.8, low: 4 },
    { limit: 35, share: 0.8, low: 28 },
    { limit: 100, share: 0.57, low: 57 },
    { limit: 10, share: 1, low: 10 },
    { limit: 10, share: 0.01, low: 1 },
  ])('of a limit of $limit, a share of $share is $low calls', ({ limit, share, low }) => {
    const core = new RateLimitCore({ limit, lowPriorityShare: share });
    expect([core.available(0, 'low'), takeAll(core, 0, 'low'), takeAll(core, 0)]).toEqual([
      low,
      low,
      limit - low,
    ]);
  });

  test('it is known since when the rate is spent, for each priority', () => {
    const core = new RateLimitCore({ limit: 5, windowMs: 100 });
    for (const at of [1, 2, 3]) core.tryTake(at, 'normal');
    expect([core.spentSinceMs(3, 'low'), core.spentSinceMs(3, 'normal')]).toEqual([null, null]);
    core.tryTake(4, 'normal');
    expect([core.spentSinceMs(5, 'low'), core.spentSinceMs(5, 'normal')]).toEqual([4, null]);
    core.tryTake(6, 'normal');
    expect([core.spentSinceMs(7, 'low'), core.spentSinceMs(7, 'normal')]).toEqual([4, 6]);
  });
});

describe('behind others', () => {
  test('the turn after so many is reckoned over as many windows as it takes', () => {
    const core = new RateLimitCore({ limit: 3, windowMs: 100 });
    for (const at of [0, 10, 20]) core.tryTake(at, 'normal');
    const starts = [0, 1, 2, 3, 4, 5, 6].map((ahead) => core.nextStartMs(30, 'normal', ahead));
    expect(starts).toEqual([100, 110, 120, 200, 210, 220, 300]);
  });

  test('with room for some, those start now', () => {
    const core = new RateLimitCore({ limit: 3, windowMs: 100 });
    core.tryTake(0, 'normal');
    expect([0, 1, 2, 3].map((ahead) => core.nextStartMs(30, 'normal', ahead))).toEqual([30, 30, 100, 130]);
  });

  test('low priority waits for its share to be free', () => {
    const core = new RateLimitCore({ limit: 5, windowMs: 100 });
    for (const at of [0, 10, 20]) core.tryTake(at, 'normal');
    expect([0, 1, 2].map((ahead) => core.nextStartMs(30, 'low', ahead))).toEqual([30, 100, 110]);
  });
});

describe('after a 429', () => {
  const tuning: RateLimitTuning = { limit: 100, windowMs: 1_000 };

  test('the rate halves, grows back by 5 % of the limit every 5 s, and is full after 50 s', () => {
    const core = new RateLimitCore(tuning);
    expect([core.rate(0), core.incidents, core.lastIncidentMs]).toEqual([100, 0, -Infinity]);
    expect(core.throttled(7_000, undefined, 6_000)).toBe(true);
    expect([core.rate(7_000), core.rate(11_999), core.rate(12_000), core.rate(17_000)]).toEqual([
      50, 50, 55, 60,
    ]);
    expect([core.rate(56_999), core.rate(57_000), core.rate(1e9)]).toEqual([95, 100, 100]);
    expect([core.incidents, core.throttledCalls, core.lastIncidentMs]).toEqual([1, 1, 7_000]);
  });

  test('it halves again and again down to the floor', () => {
    const core = new RateLimitCore(tuning);
    const rates = [1, 2, 3, 4, 5].map((at) => {
      core.throttled(at * 1_001, 0, at * 1_001);
      return core.rate(at * 1_001);
    });
    expect(rates).toEqual([50, 25, 12, 10, 10]);
  });

  test('the floor is never below one call', () => {
    const core = new RateLimitCore({ limit: 4, floorShare: 0 });
    for (let at = 1; at < 20; at++) core.throttled(at, 0, at);
    expect([core.rate(20), core.available(20), takeAll(core, 20)]).toEqual([1, 1, 1]);
  });

  test('what is over the smaller rate has to leave the window before anything starts', () => {
    const core = new RateLimitCore(tuning);
    for (let at = 0; at < 100; at++) core.tryTake(at, 'normal');
    core.throttled(200, 0, 50);
    expect([core.available(200), core.nextStartMs(200, 'normal')]).toEqual([0, 1_050]);
    expect([core.tryTake(1_049, 'high'), core.tryTake(1_050, 'low'), core.tryTake(1_060, 'low')]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('a step of the rate may be what a call waits for', () => {
    const core = new RateLimitCore({ ...tuning, windowMs: MINUTE_MS });
    core.throttled(0, 0, 0);
    expect(takeAll(core, 10)).toBe(50);
    expect([core.nextStartMs(10, 'normal'), core.nextStartMs(10, 'normal', 5)]).toEqual([5_000, 10_000]);
    expect([core.tryTake(4_999, 'normal'), takeAll(core, 5_000)]).toEqual([false, 5]);
  });

  test('nothing starts before Retry-After is over, whoever it is; the rate grows only after that', () => {
    const core = new RateLimitCore(tuning);
    core.throttled(1_000, 30_000, 900);
    expect([core.blockedForMs(1_000), core.available(1_000), core.nextStartMs(1_000, 'high')]).toEqual([
      30_000, 0, 31_000,
    ]);
    expect([core.tryTake(30_999, 'high'), core.tryTake(31_000, 'low')]).toEqual([false, true]);
    expect([core.blockedForMs(31_000), core.blockedForMs(40_000)]).toEqual([0, 0]);
    expect([core.rate(35_999), core.rate(36_000)]).toEqual([50, 55]);
  });

  test('a shorter Retry-After that comes later does not shorten the pause', () => {
    const core = new RateLimitCore(tuning);
    core.throttled(0, 10_000, 0);
    core.throttled(10, 100, 5);
    expect(core.blockedForMs(10)).toBe(9_990);
  });

  test.each([NaN, -5, 0, Infinity, undefined])('a Retry-After of %s is none', (retryAfterMs) => {
    const core = new RateLimitCore(tuning);
    core.throttled(0, retryAfterMs, 0);
    expect([core.blockedForMs(0), core.tryTake(0, 'normal'), core.rate(0)]).toEqual([0, true, 50]);
  });

  test('many calls that were under way when it came are one incident', () => {
    const core = new RateLimitCore(tuning);
    expect(core.throttled(100, 0, 50)).toBe(true);
    expect([core.throttled(105, 0, 60), core.throttled(110, 0, 100)]).toEqual([false, false]);
    expect([core.rate(110), core.incidents, core.throttledCalls]).toEqual([50, 1, 3]);
    expect(core.throttled(120, 0, 101)).toBe(true);
    expect([core.rate(120), core.incidents, core.throttledCalls]).toEqual([25, 2, 4]);
  });

  test('each of them holds back the recovery', () => {
    const core = new RateLimitCore(tuning);
    core.throttled(0, 0, 0);
    core.throttled(3_000, 0, 0);
    expect([core.rate(7_999), core.rate(8_000)]).toEqual([50, 55]);
  });

  test('without a start, it is taken to be a second ago, and before a pause', () => {
    const core = new RateLimitCore(tuning);
    expect([core.throttled(0), core.throttled(1_000), core.throttled(1_001)]).toEqual([true, false, true]);
    core.throttled(5_000, 60_000);
    expect([core.throttled(64_999), core.throttled(65_000), core.incidents]).toEqual([false, true, 4]);
  });
});

describe('giving back', () => {
  test('makes room for another, and only for what is in the window', () => {
    const core = new RateLimitCore({ limit: 2, windowMs: 100 });
    core.tryTake(0, 'normal');
    core.tryTake(1, 'normal');
    expect([core.giveBack(77), core.giveBack(0.5), core.used(2)]).toEqual([false, false, 2]);
    expect([core.giveBack(1), core.used(2), core.giveBack(1)]).toEqual([true, 1, false]);
    expect([core.tryTake(2, 'normal'), core.tryTake(2, 'normal')]).toEqual([true, false]);
    expect([core.used(101), core.giveBack(0), core.giveBack(2)]).toEqual([1, false, true]);
  });

  test('the oldest goes without harm to the others, also when the ring has turned', () => {
    const core = new RateLimitCore({ limit: 3, windowMs: 10 });
    for (const at of [0, 1, 2, 10, 11]) core.tryTake(at, 'normal');
    expect(core.giveBack(2)).toBe(true);
    expect([core.used(11), core.tryTake(11, 'normal'), core.nextStartMs(11, 'normal')]).toEqual([
      2,
      true,
      20,
    ]);
  });
});

describe('a call that starts later than it was taken', () => {
  test('counts from its real start', () => {
    const core = new RateLimitCore({ limit: 2, windowMs: 100 });
    core.tryTake(0, 'normal');
    core.tryTake(10, 'normal');
    expect(core.startLater(0, 60, 'normal')).toBe(true);
    expect([core.nextStartMs(60, 'normal'), core.nextStartMs(60, 'normal', 1)]).toEqual([110, 160]);
  });

  test('at the same moment nothing changes', () => {
    const core = new RateLimitCore({ limit: 1, windowMs: 100 });
    core.tryTake(5, 'normal');
    expect([core.startLater(5, 5, 'normal'), core.used(5)]).toEqual([true, 1]);
  });

  test('has to find a new place when its own is long over', () => {
    const core = new RateLimitCore({ limit: 1, windowMs: 100 });
    core.tryTake(0, 'normal');
    expect(core.startLater(0, 100, 'normal')).toBe(true);
    core.tryTake(200, 'normal');
    expect([core.startLater(100, 250, 'normal'), core.used(250)]).toEqual([false, 1]);
  });

  test('may not start in a pause, and gives its place back', () => {
    const core = new RateLimitCore({ limit: 2, windowMs: 1_000 });
    core.tryTake(0, 'normal');
    core.throttled(10, 100, 5);
    expect([core.startLater(0, 109, 'normal'), core.used(109)]).toEqual([false, 0]);
    core.tryTake(110, 'normal');
    core.throttled(120, 100, 115);
    expect([core.startLater(110, 220, 'normal'), core.used(220)]).toEqual([true, 1]);
  });

  test('may not start over a limit that has become smaller', () => {
    const core = new RateLimitCore({ limit: 3, windowMs: 1_000 });
    for (const at of [0, 1, 2]) core.tryTake(at, 'normal');
    core.configure({ limit: 2 }, 3);
    expect([core.startLater(0, 4, 'normal'), core.used(4)]).toEqual([false, 2]);
  });
});

describe('settings change while it runs', () => {
  test('a smaller limit holds at once, a larger one too, and the log stays', () => {
    const core = new RateLimitCore({ limit: 4, windowMs: 100 });
    for (const at of [0, 1, 2, 3]) core.tryTake(at, 'normal');
    core.configure({ limit: 2 }, 50);
    expect([core.limit, core.used(50), core.available(50)]).toEqual([2, 4, 0]);
    expect([core.nextStartMs(50, 'normal'), core.nextStartMs(50, 'normal', 1)]).toEqual([102, 103]);
    core.configure({ limit: 6 }, 60);
    expect([core.used(60), takeAll(core, 60), core.nextStartMs(60, 'normal')]).toEqual([4, 2, 100]);
  });

  test('a longer window counts what had already left the shorter one', () => {
    const core = new RateLimitCore({ limit: 3, windowMs: 10 });
    for (const at of [0, 20, 40]) core.tryTake(at, 'normal');
    expect(core.used(50)).toBe(0);
    core.configure({ windowMs: 45 }, 50);
    expect([core.windowMs, core.used(50), core.available(50)]).toEqual([45, 2, 1]);
    core.configure({ windowMs: 30 }, 50);
    expect([core.used(50), core.available(50)]).toEqual([1, 2]);
  });

  test('what a 429 took off the rate stays off in proportion', () => {
    const core = new RateLimitCore({ limit: 100, windowMs: 1_000 });
    core.throttled(0, 0, 0);
    core.configure({ limit: 200 }, 1_000);
    expect([core.rate(1_000), core.rate(4_999), core.rate(5_000)]).toEqual([100, 100, 110]);
    core.configure({ floorShare: 1 }, 6_000);
    expect([core.rate(6_000), core.rate(60_000)]).toEqual([200, 200]);
  });

  test('a full rate stays full', () => {
    const core = new RateLimitCore({ limit: 100 });
    core.configure({ limit: 50, lowPriorityShare: 0.5 }, 0);
    expect([core.rate(0), core.rate(0, 'low')]).toEqual([50, 25]);
  });

  test('what is not given stays, and bad settings change nothing', () => {
    const core = new RateLimitCore({ limit: 7, windowMs: 10, maxQueue: 3 });
    core.configure({ maxWaitMs: 9, limit: undefined }, 0);
    expect(core.settings).toEqual({
      ...rateLimitDefaults,
      limit: 7,
      windowMs: 10,
      maxQueue: 3,
      maxWaitMs: 9,
    });
    expect(() => core.configure({ limit: 5, windowMs: -1 }, 0)).toThrow(RangeError);
    expect([core.limit, core.available(0)]).toEqual([7, 7]);
  });
});
