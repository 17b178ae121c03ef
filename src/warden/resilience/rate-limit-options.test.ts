import { expect, test } from 'vitest';
import { RateLimitCore } from './rate-limit-core.ts';
import { rateLimitDefaults, type RateLimitTuning } from './rate-limit-options.ts';

test('by default 60 calls a minute', () => {
  const core = new RateLimitCore();
  expect([core.limit, core.windowMs, core.available(0)]).toEqual([60, 60_000, 60]);
  expect(core.settings).toEqual(rateLimitDefaults);
  expect(rateLimitDefaults).toEqual({
    limit: 60,
    windowMs: 60_000,
    lowPriorityShare: 0.8,
    floorShare: 0.1,
    recoverShare: 0.05,
    recoverEveryMs: 5_000,
    maxQueue: 100,
    maxWaitMs: 5_000,
  });
});

test.each<[RateLimitTuning, string]>([
  [{ limit: 0 }, 'limit must be a whole number from 1 to 1000000, not 0'],
  [{ limit: 1.5 }, 'limit must be a whole number from 1 to 1000000, not 1.5'],
  [{ limit: 1_000_001 }, 'limit must be a whole number from 1 to 1000000, not 1000001'],
  [{ windowMs: 0 }, 'windowMs must be a number of milliseconds above 0, not 0'],
  [{ windowMs: Infinity }, 'windowMs must be a number of milliseconds above 0, not Infinity'],
  [{ lowPriorityShare: 0 }, 'lowPriorityShare must be a share from 0.01 to 1, not 0'],
  [{ lowPriorityShare: 1.1 }, 'lowPriorityShare must be a share from 0.01 to 1, not 1.1'],
  [{ floorShare: -0.1 }, 'floorShare must be a share from 0 to 1, not -0.1'],
  [{ floorShare: NaN }, 'floorShare must be a share from 0 to 1, not NaN'],
  [{ recoverShare: 0 }, 'recoverShare must be a share from 0.001 to 1, not 0'],
  [{ recoverEveryMs: 0 }, 'recoverEveryMs must be a number of milliseconds above 0, not 0'],
  [{ maxQueue: -1 }, 'maxQueue must be a whole number from 0 to 100000, not -1'],
  [{ maxQueue: 100_001 }, 'maxQueue must be a whole number from 0 to 100000, not 100001'],
  [{ maxWaitMs: -1 }, 'maxWaitMs must be a number of milliseconds from 0 on, not -1'],
  [{ maxWaitMs: NaN }, 'maxWaitMs must be a number of milliseconds from 0 on, not NaN'],
])('%o is refused: %s', (tuning, message) => {
  expect(() => new RateLimitCore(tuning)).toThrow(new RangeError(message));
});

test('the extremes are allowed', () => {
  const core = new RateLimitCore({
    limit: 1_000_000,
    windowMs: 0.5,
    lowPriorityShare: 0.01,
    floorShare: 1,
    recoverShare: 0.001,
    recoverEveryMs: 0.1,
    maxQueue: 100_000,
    maxWaitMs: Infinity,
  });
  expect(core.rate(0, 'low')).toBe(10_000);
  expect(new RateLimitCore({ maxQueue: 0, maxWaitMs: 0, recoverShare: 1 }).limit).toBe(60);
});
