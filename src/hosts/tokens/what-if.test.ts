import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowFacts, HourlyCheck, TokenMove } from './ports.ts';
import { whatIf } from './what-if.ts';

const HOUR = 3_600_000;
const AT = Date.UTC(2026, 0, 1, 12);
const LATER = AT + 10 * HOUR;

const row = (
  hour: number,
  best: number | null,
  worst: number | null = best,
  changes: Partial<HourlyCheck> = {},
): HourlyCheck => ({
  mint: 'a',
  hour: AT + hour * HOUR,
  passed: false,
  failedStep: 'external_pools',
  bestLimitUsd: best,
  worstLimitUsd: worst,
  ...changes,
});
const met = { passed: true, failedStep: null };
const move = (hours: number, changes: Partial<TokenMove> = {}): TokenMove => ({
  mint: 'a',
  at: AT + hours * HOUR,
  from: 'monitoring',
  to: 'active',
  cause: 'condition_met',
  dwellMs: 1,
  ageMs: 1,
  ...changes,
});
const at = (limit: number, facts: Partial<FlowFacts>, now = LATER) =>
  whatIf({ checks: [], moves: [], ...facts }, 200, now).find(
    ({ minLiquidityUsd }) => minLiquidityUsd === limit,
  );

describe('a lower limit', () => {
  it.each<[string, readonly HourlyCheck[], number, number, number]>([
    ['never reached', [row(0, 149.9)], 0, 0, 0],
    ['without a limit that would have helped', [row(0, null)], 0, 0, 0],
    ['reached and kept', [row(0, 150), row(1, 180, 150)], 1, 1, 0],
    ['reached and lost in the next hour', [row(0, 160), row(1, 180, 149)], 1, 0, 0],
    ['reached and lost to nothing', [row(0, 160), row(1, 180, null)], 1, 0, 0],
    ['reached, and no check in the next hour', [row(0, 160), row(2, 160)], 1, 0, 0],
    ['counted once however often it is reached', [row(2, 160), row(0, 160), row(1, 160)], 1, 1, 0],
    ['fallen under at first', [row(0, 160, 20), row(1, 160)], 1, 1, 0],
    ['met anyway', [row(0, 160), row(1, 250, 160, met)], 0, 0, 0],
  ])('%s', (_what, checks, more, kept, undecided) => {
    expect(at(150, { checks })).toEqual({ minLiquidityUsd: 150, more, kept, undecided });
  });

  it('is not judged before the following hour is over', () => {
    const checks = [row(0, 160), row(1, 160)];
    expect(at(150, { checks }, AT + 2 * HOUR - 1)).toMatchObject({ more: 1, kept: 0, undecided: 1 });
    expect(at(150, { checks }, AT + 2 * HOUR)).toMatchObject({ more: 1, kept: 1, undecided: 0 });
  });

  it('does not count what was activated without a check in these hours', () => {
    expect(at(150, { checks: [row(0, 160)], moves: [move(1)] })).toMatchObject({ more: 0 });
  });
});

describe('a higher limit', () => {
  it.each<[string, readonly HourlyCheck[], readonly TokenMove[], number, number]>([
    ['met by what was activated', [row(0, 300, 300, met)], [move(0.5)], 0, 0],
    ['missed, and kept for an hour', [row(0, 299, 299, met)], [move(0.5)], -1, 1],
    [
      'missed, and lost within an hour',
      [row(0, 250, 250, met)],
      [move(0.5), move(1.4, { from: 'active', to: 'monitoring', cause: 'condition_lost' })],
      -1,
      0,
    ],
    [
      'missed, and lost after an hour',
      [row(0, 250, 250, met)],
      [move(0.5), move(1.6, { from: 'active', to: 'monitoring', cause: 'condition_lost' })],
      -1,
      1,
    ],
    ['missed, but never activated', [row(0, 250, 250, met)], [], 0, 0],
    ['activated without a check in these hours', [], [move(0.5)], 0, 0],
  ])('%s', (_what, checks, moves, more, kept) => {
    expect(at(300, { checks, moves })).toEqual({ minLiquidityUsd: 300, more, kept, undecided: 0 });
  });

  it('does not judge within the hour', () => {
    expect(at(300, { checks: [row(0, 250, 250, met)], moves: [move(0.5)] }, AT + 1.2 * HOUR)).toMatchObject({
      more: -1,
      kept: 0,
      undecided: 1,
    });
  });
});

it('has no other limits than none', () => {
  expect(whatIf({ checks: [row(0, 10)], moves: [] }, 0, LATER)).toEqual([]);
});

it('a lower limit never activates fewer, and no more are kept than were activated', () => {
  const usd = fc.option(fc.integer({ min: 0, max: 500 }), { nil: null });
  const anyRow = fc
    .record({ mint: fc.constantFrom('a', 'b', 'c'), hour: fc.nat(8), best: usd, worst: usd })
    .map(({ mint, hour, best, worst }) => row(hour, best, worst, { mint }));
  fc.assert(
    fc.property(fc.array(anyRow), (checks) => {
      const tried = whatIf({ checks, moves: [] }, 200, LATER).filter(
        ({ minLiquidityUsd }) => minLiquidityUsd < 200,
      );
      for (const [index, { more, kept, undecided }] of tried.entries()) {
        expect(kept + undecided).toBeLessThanOrEqual(more);
        expect(more).toBeGreaterThanOrEqual(tried[index + 1]?.more ?? 0);
      }
    }),
  );
});
