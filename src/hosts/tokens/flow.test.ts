import { describe, expect, it } from 'vitest';
import { MOST_FACTS, flowSince, reportFlow } from './flow.ts';
import type { FlowFacts, HourlyCheck, TokenMove } from './ports.ts';

const HOUR = 3_600_000;
/** 12:20 of a day; its hour begins at 12:00. */
const NOON = Date.UTC(2026, 0, 1, 12);
const NOW = NOON + 20 * 60_000;
const NOTHING: FlowFacts = { discovered: [], moves: [], checks: [] };
const places = { unread: 1, monitoring: 5, active: 2, archived: 3, stuckNotEligible: 2, stuckOurs: 1 };
const accuracy = { share: 0.98, compared: 40 };

const report = (facts: Partial<FlowFacts>, hours = 4, minLiquidityUsd = 200) =>
  reportFlow({ facts: { ...NOTHING, ...facts }, now: NOW, hours, places, accuracy, minLiquidityUsd });
const check = (mint: string, hoursAgo: number, changes: Partial<HourlyCheck> = {}): HourlyCheck => ({
  mint,
  hour: NOON - hoursAgo * HOUR,
  passed: false,
  failedStep: 'external_pools',
  bestLimitUsd: null,
  worstLimitUsd: null,
  ...changes,
});
const passed = { passed: true, failedStep: null, bestLimitUsd: 900, worstLimitUsd: 900 };
const move = (mint: string, minutesAgo: number, changes: Partial<TokenMove> = {}): TokenMove => ({
  mint,
  at: NOW - minutesAgo * 60_000,
  from: 'monitoring',
  to: 'active',
  cause: 'condition_met',
  dwellMs: 60_000,
  ageMs: 60_000,
  ...changes,
});

describe('flow', () => {
  it('has its shape when nothing has happened yet', () => {
    const empty = { count: 0, medianMs: null, p95Ms: null };
    const zero = { discovered: 0, activated: 0, demoted: 0, archived: 0, returned: 0, checked: 0, passed: 0 };
    expect(report({}, 2)).toEqual({
      at: NOW,
      hours: 2,
      now: places,
      byHour: [
        { at: NOON - HOUR, ...zero },
        { at: NOON, ...zero },
      ],
      timeToActivation: empty,
      dwell: { monitoring: empty, active: empty, archived: empty },
      successRate: null,
      successTrend: null,
      failures: [],
      whatIf: [50, 100, 150, 300, 400].map((minLiquidityUsd) => ({ minLiquidityUsd, more: 0, kept: 0 })),
      recommendation: 'No token in monitoring was checked in the last 2 hours.',
      accuracy,
    });
  });

  it('begins at a full hour, and the running hour is the last', () => {
    expect(flowSince(NOW, 1)).toBe(NOON);
    expect(flowSince(NOW, 4)).toBe(NOON - 3 * HOUR);
    expect(flowSince(NOON, 1)).toBe(NOON);
  });

  it('counts by hour what moved where', () => {
    const { byHour } = report({
      discovered: [{ hour: NOON - 3 * HOUR, count: 7 }],
      moves: [
        move('a', 5),
        move('b', 10, { from: 'active', to: 'monitoring', cause: 'condition_lost' }),
        move('c', 15, { to: 'archived', cause: 'monitoring_timeout' }),
        move('d', 25, { from: 'active', to: 'archived', cause: 'low_score' }),
        move('e', 30, { from: 'archived', to: 'monitoring', cause: 'trades_again' }),
      ],
      checks: [check('a', 0, passed), check('b', 0), check('b', 1)],
    });
    expect(byHour.map(({ at }) => at)).toEqual([3, 2, 1, 0].map((hours) => NOON - hours * HOUR));
    expect(byHour[0]).toMatchObject({ discovered: 7, activated: 0, checked: 0 });
    expect(byHour[2]).toMatchObject({ archived: 1, returned: 1, activated: 0, checked: 1, passed: 0 });
    expect(byHour[3]).toMatchObject({ activated: 1, demoted: 1, archived: 1, checked: 2, passed: 1 });
  });

  it('measures dwell by the status that was left, by nearest rank', () => {
    const minutes = Array.from({ length: 20 }, (_, index) => (index + 1) * 60_000);
    const { dwell, timeToActivation } = report({
      moves: [
        ...minutes.map((ms, index) => move(`m${index}`, 1, { dwellMs: ms, ageMs: ms })),
        move('x', 1, { from: 'active', to: 'monitoring', dwellMs: 500, ageMs: 900 }),
        // Back from the archive: its age says nothing about the time to its first activation.
        move('y', 1, { dwellMs: 60_000, ageMs: 9 * HOUR }),
      ],
    });
    expect(timeToActivation).toEqual({ count: 20, medianMs: 600_000, p95Ms: 1_140_000 });
    expect(dwell.monitoring).toEqual({ count: 21, medianMs: 600_000, p95Ms: 1_140_000 });
    expect(dwell.active).toEqual({ count: 1, medianMs: 500, p95Ms: 500 });
    expect(dwell.archived.count).toBe(0);
  });

  it('gives the success rate by token, and its trend from the older half to the younger', () => {
    const { successRate, successTrend } = report({
      checks: [
        // Older half: 1 of 4 met it. Younger half: 2 of 4.
        ...['a', 'b', 'c'].map((mint) => check(mint, 3)),
        check('d', 2, passed),
        check('a', 1, passed),
        check('b', 1),
        check('b', 0),
        check('c', 0, passed),
        check('e', 0),
      ],
    });
    expect(successRate).toBe(3 / 5);
    expect(successTrend).toBe(2 / 4 - 1 / 4);
    expect(report({ checks: [check('a', 0)] }).successTrend).toBeNull();
    expect(report({ checks: [check('a', 0)] }, 1)).toMatchObject({ successRate: 0, successTrend: null });
  });

  it('counts each token that failed once, by the step that it failed last', () => {
    const { failures, recommendation } = report({
      checks: [
        check('a', 0, { failedStep: 'pools_listed' }),
        check('a', 3),
        check('b', 1),
        check('c', 0),
        check('d', 2),
        check('d', 1, passed),
      ],
    });
    expect(failures).toEqual([
      { step: 'external_pools', count: 2, share: 2 / 3 },
      { step: 'pools_listed', count: 1, share: 1 / 3 },
    ]);
    expect(recommendation).toBe(
      'The commonest failed step is external_pools (too few external pools with enough liquidity), in 2 of 3 tokens; a lower limit than 200 USD would have activated no more.',
    );
  });

  it('has nothing to recommend when all passed', () => {
    const all = report({ checks: [check('a', 0, passed), check('b', 1, passed)] });
    expect(all).toMatchObject({ successRate: 1, failures: [] });
    expect(all.recommendation).toBe('Every token that was checked in the last 4 hours met the condition.');
  });

  it('recommends the limit under which most would have kept the condition', () => {
    const near = { bestLimitUsd: 160, worstLimitUsd: 160 };
    const kept = (mint: string) => [check(mint, 3, near), check(mint, 2, near)];
    const tokens = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const checks = tokens.flatMap((mint, index) => (index < 9 ? kept(mint) : [check(mint, 3, near)]));
    const { whatIf, recommendation } = report({ checks });
    expect(whatIf).toContainEqual({ minLiquidityUsd: 150, more: 12, kept: 9 });
    expect(recommendation).toContain(
      'a limit of 150 USD instead of 200 USD would have activated 12 more, of which 9 kept it for an hour: worth considering.',
    );
  });

  it.each([
    ['most lost it', 3, 3, 'of which 1 kept it for an hour: most lost it again, so keep the limit.'],
    ['too recent', 0, 0, 'of which 0 kept it for an hour and 3 are too recent to tell: too early to judge.'],
  ])('says what to think of it: %s', (_what, hoursAgo, _n, words) => {
    const near = { bestLimitUsd: 160, worstLimitUsd: 160 };
    const checks = [
      ...['a', 'b', 'c'].map((mint) => check(mint, hoursAgo, near)),
      ...(hoursAgo > 0 ? [check('a', hoursAgo - 1, near)] : []),
    ];
    expect(report({ checks }).recommendation).toContain(words);
  });

  it('does not judge an hour of which the store gave a part only', () => {
    const checks = Array.from({ length: MOST_FACTS }, (_, index) =>
      check(`t${index}`, index < 10 ? 3 : 1, index % 2 === 0 ? passed : {}),
    );
    const { byHour, successRate, recommendation } = report({ checks });
    expect(byHour.map(({ checked }) => checked)).toEqual([0, 0, MOST_FACTS - 10, 0]);
    expect(successRate).toBe(0.5);
    expect(recommendation).toMatch(/ There are many checks: only those of the last 80 min are judged\.$/);
  });
});
