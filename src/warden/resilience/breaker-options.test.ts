import { describe, expect, test } from 'vitest';
import { breakerSettings, type BreakerTuning } from './breaker-options.ts';

test('the defaults are those of the reference', () => {
  expect(breakerSettings({})).toEqual({
    consecutiveFailures: 5,
    failureRatio: Infinity,
    failureMinimum: 20,
    slowMs: Infinity,
    slowRatio: Infinity,
    slowMinimum: 20,
    windowMs: 60_000,
    openMs: 60_000,
    openGrowth: 2,
    longestOpenMs: 300_000,
    trials: 3,
    successesToClose: 3,
    rampStart: 10,
    rampEnd: 500,
    rampLongestMs: 60_000,
    persistingAfter: 3,
    judgesWindow: false,
  });
});

test('what is undefined has its default', () => {
  const nothing = {
    openMs: undefined,
    trip: undefined,
    ramp: { start: undefined },
  } as object;
  expect(breakerSettings(nothing)).toEqual(breakerSettings({}));
});

test('all models of tripping together', () => {
  const trip = {
    consecutiveFailures: 7,
    failureRatio: { ratio: 1, minimumCalls: 3 },
    slowCalls: { ratio: 0.25, slowMs: 0.5 },
  };
  expect(breakerSettings({ trip })).toMatchObject({
    consecutiveFailures: 7,
    failureRatio: 1,
    failureMinimum: 3,
    slowRatio: 0.25,
    slowMs: 0.5,
    slowMinimum: 20,
    judgesWindow: true,
  });
  expect(breakerSettings({ trip: { slowCalls: trip.slowCalls } })).toMatchObject({
    consecutiveFailures: Infinity,
    failureRatio: Infinity,
    judgesWindow: true,
  });
});

test('the longest open time and the end of the ramp follow what is longer than their defaults', () => {
  expect(breakerSettings({ openMs: 600_000 }).longestOpenMs).toBe(600_000);
  expect(breakerSettings({ ramp: { start: 600 } })).toMatchObject({ rampStart: 600, rampEnd: 600 });
  expect(breakerSettings({ ramp: { start: 5, end: 5 } }).rampEnd).toBe(5);
  expect(breakerSettings({ openMs: 7, longestOpenMs: 7, openGrowth: 1 }).longestOpenMs).toBe(7);
});

test('without a ramp nothing is limited', () => {
  expect(breakerSettings({ ramp: false })).toMatchObject({ rampStart: Infinity, rampLongestMs: 0 });
});

const fromOneOn = 'a whole number from 1 on';
const ms = 'a number of milliseconds above 0';
const share = 'a share above 0 and at most 1';

describe('what is not allowed is refused with its name, its value and what is', () => {
  test.each<[BreakerTuning, string]>([
    [{ trip: { consecutiveFailures: 0 } }, `trip.consecutiveFailures must be ${fromOneOn}, not 0`],
    [{ trip: { consecutiveFailures: 1.5 } }, `trip.consecutiveFailures must be ${fromOneOn}, not 1.5`],
    [{ trip: { failureRatio: { ratio: 0 } } }, `trip.failureRatio.ratio must be ${share}, not 0`],
    [{ trip: { failureRatio: { ratio: 1.01 } } }, `trip.failureRatio.ratio must be ${share}, not 1.01`],
    [{ trip: { failureRatio: { ratio: NaN } } }, `trip.failureRatio.ratio must be ${share}, not NaN`],
    [
      { trip: { failureRatio: { ratio: 1, minimumCalls: 0 } } },
      `trip.failureRatio.minimumCalls must be ${fromOneOn}, not 0`,
    ],
    [{ trip: { slowCalls: { ratio: 1, slowMs: 0 } } }, `trip.slowCalls.slowMs must be ${ms}, not 0`],
    [{ trip: { slowCalls: { ratio: 2, slowMs: 1 } } }, `trip.slowCalls.ratio must be ${share}, not 2`],
    [
      { trip: { slowCalls: { ratio: 1, slowMs: 1, minimumCalls: -1 } } },
      `trip.slowCalls.minimumCalls must be ${fromOneOn}, not -1`,
    ],
    [{ windowMs: 0 }, `windowMs must be ${ms}, not 0`],
    [{ windowMs: Infinity }, `windowMs must be ${ms}, not Infinity`],
    [{ openMs: -1 }, `openMs must be ${ms}, not -1`],
    [JSON.parse('{ "openMs": "5" }') as BreakerTuning, `openMs must be ${ms}, not 5`],
    [{ openGrowth: 0.9 }, 'openGrowth must be a number from 1 on, not 0.9'],
    [{ openGrowth: Infinity }, 'openGrowth must be a number from 1 on, not Infinity'],
    [{ openMs: 10, longestOpenMs: 9 }, 'longestOpenMs must be a number from 10 on, not 9'],
    [{ trials: 0 }, 'trials must be a whole number from 1 to 1000, not 0'],
    [{ trials: 1_001 }, 'trials must be a whole number from 1 to 1000, not 1001'],
    [{ successesToClose: 0 }, `successesToClose must be ${fromOneOn}, not 0`],
    [{ ramp: { start: 0 } }, `ramp.start must be ${fromOneOn}, not 0`],
    [{ ramp: { start: 10, end: 9 } }, 'ramp.end must be a number from 10 on, not 9'],
    [{ ramp: { longestMs: 0 } }, `ramp.longestMs must be ${ms}, not 0`],
    [{ persistingAfter: 0 }, `persistingAfter must be ${fromOneOn}, not 0`],
  ])('%j', (tuning, message) => {
    expect(() => breakerSettings(tuning)).toThrow(new RangeError(message));
  });

  test('the edges are allowed', () => {
    const edges: BreakerTuning = {
      trip: { consecutiveFailures: 1, failureRatio: { ratio: 1, minimumCalls: 1 } },
      trials: 1_000,
      openGrowth: 1,
      successesToClose: 1,
      persistingAfter: 1,
    };
    expect(breakerSettings(edges)).toMatchObject({ trials: 1_000, openGrowth: 1 });
  });
});
