import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileSchedule,
  firstPlan,
  nextPlan,
  planAfterJump,
  type CompiledSchedule,
  type Plan,
  type Schedule,
} from './schedule.ts';

const HOUR_MS = 3_600_000;
const at = (ms: number, wallMs = ms) => ({ ms, wallMs });
const planOf = (dueMs: number, wallMs: number | null = null): Plan => ({ dueMs, offsetMs: 0, wallMs });
const hourly = compileSchedule({ cron: '0 * * * *', timezone: 'UTC' });
const everyMinute = compileSchedule({ everyMs: 60_000 });

test.each<[Schedule, string]>([
  [{ everyMs: 0 }, 'schedule.everyMs must be a number of at least 1, not 0'],
  [{ everyMs: Infinity }, 'schedule.everyMs must be'],
  [{ everyMs: 5, jitter: 2 }, 'schedule.jitter must be a number from 0 to 1, not 2'],
  [{ cron: 'each day' }, 'schedule.cron must be a cron pattern'],
  [{ cron: '* * * * *', timezone: 'Moon/Crater' }, 'Moon/Crater'],
])('%j is refused', (schedule, message) => {
  expect(() => compileSchedule(schedule)).toThrow(message);
  expect(() => compileSchedule(schedule)).toThrow(RangeError);
});

test.each<[Schedule, object]>([
  [
    { everyMs: 9, firstAfterMs: 2 },
    { kind: 'interval', everyMs: 9, jitter: 0, firstMs: 2 },
  ],
  [{ everyMs: 1 }, { kind: 'interval', everyMs: 1, jitter: 0, firstMs: 1 }],
  [
    { everyMs: 5, jitter: 1, startAtOnce: true },
    { kind: 'interval', everyMs: 5, jitter: 1, firstMs: 0 },
  ],
  [
    { everyMs: 5, jitter: 0 },
    { kind: 'interval', everyMs: 5, jitter: 0, firstMs: 5 },
  ],
  [{ cron: '* * * * *' }, { kind: 'cron' }],
])('%j is taken', (schedule, expected) => {
  expect(compileSchedule(schedule)).toMatchObject(expected);
});

test.each([-0.1, 1.1, NaN])('a jitter of %d is refused', (jitter) => {
  expect(() => compileSchedule({ everyMs: 5, jitter })).toThrow('schedule.jitter');
});

test('what is wrong with a pattern is told, with the pattern and its cause', () => {
  let error: unknown;
  try {
    compileSchedule({ cron: '61 * * * *', timezone: 'UTC' });
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(RangeError);
  expect((error as Error).message).toContain('{"cron":"61 * * * *","timezone":"UTC"}: ');
  expect((error as Error).cause).toBeInstanceOf(Error);
});

test('a pattern without a time zone goes by that of the machine', () => {
  const schedule = compileSchedule({ cron: '0 0 12 * * *' });
  const next = schedule.kind === 'cron' ? schedule.nextAfter(Date.UTC(2026, 5, 1)) : null;
  expect(new Date(next ?? 0).getHours()).toBe(12);
});

test.each([
  [{ everyMs: 1_000 }, 5_000, 6_000, 0],
  [{ everyMs: 1_000, startAtOnce: true }, 5_000, 5_000, 0],
  [{ everyMs: 1_000, jitter: 0.5 }, 5_000, 6_200, 200],
])('the first start of %j at %i is at %i', (schedule, nowMs, dueMs, offsetMs) => {
  expect(firstPlan(compileSchedule(schedule), at(nowMs), 0.4)).toEqual({ dueMs, offsetMs, wallMs: null });
});

test('the part of chance in a start is a share of the interval', () => {
  const schedule = compileSchedule({ everyMs: 1_000, jitter: 0.5 });
  const next = nextPlan(schedule, { dueMs: 1_300, offsetMs: 300, wallMs: null }, at(1_350), 0.4);
  expect(next).toEqual({ plan: { dueMs: 2_200, offsetMs: 200, wallMs: null }, missed: 0 });
});

describe('the next start', () => {
  test.each([
    ['on time', 60_000, 120_000, 0],
    ['late', 90_000, 120_000, 0],
    ['late by just one interval', 120_000, 180_000, 1],
    ['hours late', 60_000 + 5 * HOUR_MS + 10, 60_000 + 5 * HOUR_MS + 60_000, 300],
  ])('of an interval, %s', (_, nowMs, dueMs, missed) => {
    expect(nextPlan(everyMinute, planOf(60_000), at(nowMs), 0)).toEqual({ plan: planOf(dueMs), missed });
  });

  test.each([
    ['on time', HOUR_MS, 2 * HOUR_MS, 0],
    ['hours late', 5.5 * HOUR_MS, 6 * HOUR_MS, 4],
  ])('of a cron job, %s', (_, nowMs, wallMs, missed) => {
    expect(nextPlan(hourly, planOf(HOUR_MS, HOUR_MS), at(nowMs), 0)).toEqual({
      plan: planOf(wallMs, wallMs),
      missed,
    });
  });

  test('of a cron job that was away for weeks is found without counting each time', () => {
    let asked = 0;
    const counting: CompiledSchedule = {
      kind: 'cron',
      nextAfter: (wallMs) => {
        asked += 1;
        return hourly.kind === 'cron' ? hourly.nextAfter(wallMs) : null;
      },
    };
    const next = nextPlan(counting, planOf(HOUR_MS, HOUR_MS), at(1_000.5 * HOUR_MS), 0);
    expect(next).toEqual({ plan: planOf(1_001 * HOUR_MS, 1_001 * HOUR_MS), missed: 100 });
    expect(asked).toBe(101);
  });

  test('of a cron job that is due in this very moment has been missed', () => {
    expect(nextPlan(hourly, planOf(HOUR_MS, HOUR_MS), at(2 * HOUR_MS), 0)).toEqual({
      plan: planOf(3 * HOUR_MS, 3 * HOUR_MS),
      missed: 1,
    });
  });

  test('of a cron job whose pattern ends meanwhile never comes', () => {
    const once = compileSchedule({ cron: '0 0 0 1 1 * 2020', timezone: 'UTC' });
    const wallMs = Date.UTC(2020, 0, 1);
    expect(nextPlan(once, planOf(5, wallMs), at(5, wallMs), 0)).toEqual({
      plan: planOf(Infinity),
      missed: 0,
    });
  });

  test('of a pattern that is over never comes', () => {
    const once = compileSchedule({ cron: '0 0 0 1 1 * 2020', timezone: 'UTC' });
    expect(firstPlan(once, at(0, Date.UTC(2026, 0, 1)), 0)).toEqual(planOf(Infinity));
  });

  test('does not drift with chance or lateness', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(999), fc.nat(500)), { minLength: 1 }), (steps) => {
        const schedule = compileSchedule({ everyMs: 1_000, jitter: 0.5 });
        let plan = firstPlan(schedule, at(0), 0.3);
        for (const [step, [chance, late]] of steps.entries()) {
          const base = plan.dueMs - plan.offsetMs;
          expect(Math.abs(base - 1_000 * (step + 1))).toBeLessThan(1e-6);
          expect(plan.offsetMs).toBeLessThan(500);
          plan = nextPlan(schedule, plan, at(plan.dueMs + late), chance / 1_000).plan;
        }
      }),
    );
  });
});

describe('after a jump of the wall clock', () => {
  test.each<[string, number, number, number]>([
    ['forward over a start, it is due once, now', 50_000, 2 * HOUR_MS, 10_000],
    ['forward by less, it stays', 50_000, 20_000, 50_000],
    ['back, it stays', 50_000, -HOUR_MS, 50_000],
    ['forward to the very start, it is due now', 50_000, 40_000, 10_000],
    ['forward, one that is late stays late', 9_000, HOUR_MS, 9_000],
    ['not at all, one that is late stays late', 9_000, 0, 9_000],
    ['not at all, it stays', 50_000, 0, 50_000],
    ['back, one that is late stays late', 9_000, -HOUR_MS, 9_000],
  ])('%s (interval)', (_, dueMs, jumpMs, expected) => {
    expect(planAfterJump(everyMinute, planOf(dueMs), at(10_000), jumpMs, null).dueMs).toBe(expected);
  });

  test.each<[string, number, number, number | null, number]>([
    ['forward over a start, it is due now', 5.5 * HOUR_MS, 5 * HOUR_MS, null, 1 * HOUR_MS],
    ['forward by less, it is due as much earlier', 0.75 * HOUR_MS, 0.25 * HOUR_MS, null, HOUR_MS],
    [
      'back by less than a period, a time is not had twice',
      0.9 * HOUR_MS,
      -0.2 * HOUR_MS,
      HOUR_MS,
      2 * HOUR_MS,
    ],
    ['back by just a period, a time is had again', 1 * HOUR_MS - 1, -HOUR_MS, HOUR_MS, HOUR_MS],
    ['back to after its last time, it goes on', 1.5 * HOUR_MS, -0.2 * HOUR_MS, HOUR_MS, 2 * HOUR_MS],
    ['back to its last time, it is not had twice', HOUR_MS, -0.2 * HOUR_MS, HOUR_MS, 2 * HOUR_MS],
    ['forward with a time had, the plan stays', 2.2 * HOUR_MS, 2 * HOUR_MS, 0.5 * HOUR_MS, HOUR_MS],
    [
      'forward from before a time that it had, the plan stays',
      0.5 * HOUR_MS,
      0.2 * HOUR_MS,
      5 * HOUR_MS,
      HOUR_MS,
    ],
    ['not at all, the plan stays', 0.5 * HOUR_MS, 0, 5 * HOUR_MS, HOUR_MS],
    ['back by periods, it goes on from the new time', 0.5 * HOUR_MS, -7 * HOUR_MS, 7 * HOUR_MS, HOUR_MS],
    ['back without a start yet, it goes on from the new time', 0.5 * HOUR_MS, -7 * HOUR_MS, null, HOUR_MS],
  ])('%s (cron)', (_, wallMs, jumpMs, lastWallMs, expected) => {
    const plan = planAfterJump(hourly, planOf(9 * HOUR_MS, HOUR_MS), at(1_000, wallMs), jumpMs, lastWallMs);
    expect(plan).toEqual({ dueMs: 1_000 + Math.max(0, expected - wallMs), offsetMs: 0, wallMs: expected });
  });

  test('a pattern that was over has times again when the clock goes back, and else stays over', () => {
    const once = compileSchedule({ cron: '0 0 0 1 1 * 2020', timezone: 'UTC' });
    const wallMs = Date.UTC(2020, 0, 1);
    const before = at(5, wallMs - HOUR_MS);
    expect(planAfterJump(once, planOf(Infinity), before, -HOUR_MS, null).wallMs).toBe(wallMs);
    expect(planAfterJump(once, planOf(Infinity), before, -2 * HOUR_MS, wallMs)).toEqual(planOf(Infinity));
    expect(planAfterJump(once, planOf(Infinity), at(5, wallMs), HOUR_MS, wallMs)).toEqual(planOf(Infinity));
  });
});
