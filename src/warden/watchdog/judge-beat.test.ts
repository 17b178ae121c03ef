import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  beatSettings,
  firstLook,
  judgeBeat,
  nextReport,
  type LoopNews,
  type LoopState,
} from './judge-beat.ts';

const settings = { beatMs: 100, lookMs: 250, limitMs: 1_000 };
const ok: LoopState = { kind: 'ok', beat: 7, look: { atMs: 10_000, waitMs: 250 } };
const longOk: LoopState = { ...ok, look: { atMs: 10_000, waitMs: 550 } };
const late = (overdueMs: number, waitMs = 250): LoopState => ({
  kind: 'late',
  beat: 7,
  look: { atMs: 10_000, waitMs },
  overdueMs,
});
const blocked = (overdueMs: number, nextReportMs = 10_000): LoopState => ({
  kind: 'blocked',
  beat: 7,
  look: { atMs: 10_000, waitMs: 250 },
  overdueMs,
  nextReportMs,
});

test.each([
  // before, beat seen, when it was, now; state, overdue, next look in, news
  ['a new beat', ok, 8, 10_200, 10_250, 'ok', undefined, 550, null],
  ['the same beat, not due yet', ok, 7, 10_200, 10_250, 'ok', undefined, 550, null],
  ['the same beat, due just now', ok, 7, 10_150, 10_250, 'ok', undefined, 500, null],
  ['the same beat, overdue', ok, 7, 9_950, 10_250, 'late', 200, 250, null],
  ['a late look, which counts one and a half times at most', ok, 7, 9_900, 20_000, 'late', 375, 250, null],
  [
    'a late look after a long wait, which counts half the limit at most',
    longOk,
    7,
    9_900,
    20_000,
    'late',
    500,
    250,
    null,
  ],
  ['a look at a late loop after a long wait', late(100, 900), 7, 9_000, 20_000, 'late', 600, 250, null],
  ['a clock that stands still', late(300), 7, 9_600, 10_000, 'late', 300, 250, null],
  ['later still, the next look at the limit', late(600), 7, 9_150, 10_250, 'late', 850, 150, null],
  ['just under the limit', late(749), 7, 8_000, 10_250, 'late', 999, 1, null],
  ['the limit', late(750), 7, 8_000, 10_250, 'blocked', 1_000, 250, { kind: 'blocked', overdueMs: 1_000 }],
  ['a beat after being late', late(600), 8, 10_200, 10_250, 'ok', undefined, 550, null],
  ['a beat after being late, and late again', late(600), 8, 10_100, 10_250, 'late', 50, 250, null],
  ['a block that goes on', blocked(1_000), 7, 8_900, 10_250, 'blocked', 1_250, 250, null],
  ['a long block, looked at less often', blocked(4_000), 7, 5_000, 10_250, 'blocked', 4_250, 425, null],
  ['a very long block', blocked(9_000), 7, 500, 10_250, 'blocked', 9_250, 500, null],
  [
    'a block that is due to be told again',
    blocked(9_750),
    7,
    100,
    10_250,
    'blocked',
    10_000,
    500,
    { kind: 'still-blocked', overdueMs: 10_000 },
  ],
  [
    'the end of a block',
    blocked(1_500),
    8,
    10_200,
    10_250,
    'ok',
    undefined,
    550,
    { kind: 'ended', beat: 7, atLeastMs: 1_500, atMostMs: 1_850 },
  ],
  [
    'the end of a block right before the next',
    blocked(1_500),
    8,
    10_050,
    10_250,
    'late',
    100,
    250,
    { kind: 'ended', beat: 7, atLeastMs: 1_500, atMostMs: 1_850 },
  ],
] as const)('%s', (_, before, beat, atMs, nowMs, kind, overdueMs, waitMs, news) => {
  const judged = judgeBeat(before, { beat, atMs }, nowMs, settings);
  expect(judged.news).toEqual(news);
  expect(judged.state).toMatchObject({ kind, beat, look: { atMs: nowMs, waitMs } });
  expect('overdueMs' in judged.state ? judged.state.overdueMs : undefined).toBe(overdueMs);
});

test.each([
  [100, 1_000],
  [999, 1_000],
  [1_000, 10_000],
  [10_000, 60_000],
  [60_000, 600_000],
  [600_000, 3_600_000],
  [3_600_000, 7_200_000],
  [7_300_000, 10_800_000],
])('after %d ms a block is told again at %d ms', (ms, next) => {
  expect(nextReport(ms)).toBe(next);
});

test.each([
  [100, { limitMs: 100, beatMs: 20, lookMs: 33 }],
  [400, { limitMs: 400, beatMs: 80, lookMs: 133 }],
  [1_000, { limitMs: 1_000, beatMs: 200, lookMs: 333 }],
  [60_000, { limitMs: 60_000, beatMs: 250, lookMs: 500 }],
])('for a limit of %d ms', (limitMs, expected) => {
  expect(beatSettings(limitMs)).toEqual(expected);
});

describe('whatever happens', () => {
  /**
   * What the process does, one after the other: the loop turns, is blocked, or the whole process is stopped. The thread
   * that looks is up to 20 ms late by itself, and stands still when the process does.
   */
  const phase = fc.oneof(
    fc.record({ kind: fc.constant('turns' as const), ms: fc.integer({ min: 150, max: 3_000 }) }),
    fc.record({ kind: fc.constant('blocked' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
    fc.record({ kind: fc.constant('stopped' as const), ms: fc.integer({ min: 1, max: 10_000_000 }) }),
  );
  const limits = fc.constantFrom(100, 300, 1_000, 5_000);

  interface Seen extends Readonly<Record<string, unknown>> {
    readonly news: LoopNews;
    readonly nowMs: number;
  }

  function play(phases: readonly { kind: string; ms: number }[], limitMs: number, jitter: number): Seen[] {
    const own = beatSettings(limitMs);
    const seen: Seen[] = [];
    let nowMs = 1_000;
    let beat = 1;
    let beatAtMs = nowMs;
    let state = firstLook(beat, nowMs, own);
    let lookAtMs = nowMs + own.lookMs;
    const look = (): void => {
      const judged = judgeBeat(state, { beat, atMs: beatAtMs }, nowMs, own);
      state = judged.state;
      lookAtMs = nowMs + state.look.waitMs + jitter;
      if (judged.news) seen.push({ news: judged.news, nowMs });
    };
    for (const { kind, ms } of phases) {
      const endMs = nowMs + ms;
      // Whatever is due meanwhile comes at once afterwards, the look first: it has the least time to be right.
      if (kind === 'stopped') nowMs = endMs;
      else
        while (Math.min(lookAtMs, kind === 'turns' ? beatAtMs + own.beatMs : Infinity) <= endMs) {
          const beatDueMs = kind === 'turns' ? beatAtMs + own.beatMs : Infinity;
          nowMs = Math.max(nowMs, Math.min(lookAtMs, beatDueMs));
          if (lookAtMs <= beatDueMs) look();
          else {
            beat += 1;
            beatAtMs = nowMs;
          }
        }
      nowMs = Math.max(nowMs, endMs);
    }
    return seen;
  }

  test('a process that is stopped and goes on is not blocked', () => {
    const alternating = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 150, max: 3_000 })),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(alternating, limits, fc.integer({ min: 0, max: 20 }), (times, limitMs, jitter) => {
        const phases = times.flatMap(([stopped, turns]) => [
          { kind: 'stopped', ms: stopped },
          { kind: 'turns', ms: turns },
        ]);
        expect(play(phases, limitMs, jitter)).toEqual([]);
      }),
    );
  });

  test('a block is told once, when it reaches the limit, then at growing times, and its length is within bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        limits,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 150, max: 3_000 }),
        (ms, limitMs, jitter, restMs) => {
          const own = beatSettings(limitMs);
          const seen = play(
            [
              { kind: 'turns', ms: restMs },
              { kind: 'blocked', ms },
              { kind: 'turns', ms: 2_000 },
            ],
            limitMs,
            jitter,
          );
          const kinds = seen.map(({ news }) => news.kind);
          if (ms < limitMs) expect(kinds).toEqual([]);
          const slackMs = own.beatMs + 2 * own.lookMs + 2 * jitter;
          if (ms >= limitMs + slackMs) {
            expect(kinds[0]).toBe('blocked');
            expect(kinds.at(-1)).toBe('ended');
          }
          if (kinds.length === 0) return;
          expect(kinds.filter((kind) => kind === 'blocked')).toHaveLength(1);
          const end = seen.at(-1)?.news;
          if (end?.kind !== 'ended') throw new Error(`it did not end: ${kinds.join()}`);
          expect(end.atLeastMs).toBeLessThanOrEqual(ms);
          expect(end.atMostMs).toBeGreaterThanOrEqual(Math.min(ms, limitMs));
          const told = seen.flatMap(({ news }) => ('overdueMs' in news ? [news.overdueMs] : []));
          // Each is ten times the last but for the last steps: so few, however long it lasts.
          expect(told.length).toBeLessThanOrEqual(5);
          expect(told[0]).toBeLessThanOrEqual(limitMs + own.lookMs + jitter);
          expect(told[0]).toBeGreaterThanOrEqual(limitMs);
        },
      ),
    );
  });

  test('begin and end come in turn, and no time runs backwards', () => {
    fc.assert(
      fc.property(
        fc.array(phase, { maxLength: 30 }),
        limits,
        fc.integer({ min: 0, max: 20 }),
        (phases, limitMs, jitter) => {
          let isBlocked = false;
          let told = 0;
          for (const { news } of play(phases, limitMs, jitter)) {
            expect(news.kind === 'blocked').toBe(!isBlocked && news.kind !== 'ended');
            if (news.kind === 'ended') expect(news.atMostMs).toBeGreaterThanOrEqual(news.atLeastMs);
            else {
              expect(news.overdueMs).toBeGreaterThanOrEqual(news.kind === 'blocked' ? limitMs : told);
              told = news.overdueMs;
            }
            isBlocked = news.kind !== 'ended';
          }
        },
      ),
    );
  });
});
