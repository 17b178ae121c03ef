import { describe, expect, test } from 'vitest';
import type { TokenStatus } from '../../contract/index.ts';
import { newToken, type Token } from './token.ts';
import { WorkRecord, bandOf } from './work-record.ts';

const token = (status: TokenStatus, smoothedScore: number | null): Token => ({
  ...newToken('m', 'test', 0),
  status,
  smoothedScore,
});
const NONE = { hot: 0, cold: 0, archive: 0, activation: 0 };
const SECOND = 1_000;

test.each<[number | null, string]>([
  [null, 'unscored'],
  [0, 'below'],
  [0.099, 'below'],
  [0.1, 'hot'],
  [0.29, 'hot'],
  [0.31, 'very hot'],
])('a score of %s is %s', (score, band) => {
  expect(bandOf(token('active', score), 0.1)).toBe(band);
});

/** For five minutes: each second one read of as many cold tokens, and so many that stand in the queue. */
function steady(tokensARead: number, inQueue: number, minutes = 5): WorkRecord {
  const record = new WorkRecord(() => 0.1);
  for (let second = 0; second < 60 * minutes; second++) {
    const nowMs = second * SECOND;
    record.waiting({ ...NONE, cold: inQueue }, nowMs);
    if (tokensARead === 0) continue;
    record.read({
      group: 'cold',
      tokens: Array.from({ length: tokensARead }, () => ({
        token: token('monitoring', 0.01),
        dueMs: nowMs - 4_000,
      })),
      startedMs: nowMs,
      answeredMs: nowMs + 200,
      judgedMs: nowMs + 205,
      storedMs: nowMs + 215,
    });
  }
  return record;
}

describe('the stages', () => {
  test('follow Little: tokens in the queue are tokens that leave it a minute times the time in it', () => {
    const stages = steady(10, 40).stages(299 * SECOND);
    const [queued, fetched, judged, stored] = stages;
    expect(stages.map(({ group, stage }) => `${group} ${stage}`)).toEqual([
      'cold queued',
      'cold fetched',
      'cold judged',
      'cold stored',
    ]);
    expect(queued?.waiting).toBeCloseTo(40, 0);
    expect(queued?.perMinute).toBeCloseTo(600, -1);
    expect((queued?.dwellMs ?? 0) / 4_000).toBeCloseTo(1, 1);
    expect((fetched?.dwellMs ?? 0) / 200).toBeCloseTo(1, 1);
    expect(fetched?.waiting).toBeCloseTo(2, 1);
    expect(fetched?.p95Ms).toBeCloseTo(200, -1);
    expect((judged?.dwellMs ?? 0) / 5).toBeCloseTo(1, 1);
    expect((stored?.dwellMs ?? 0) / 10).toBeCloseTo(1, 1);
  });

  test('those that are never read are there all the same', () => {
    expect(steady(0, 25).stages(299 * SECOND)).toEqual([
      { group: 'cold', stage: 'queued', waiting: 25, perMinute: 0, dwellMs: null, p95Ms: null },
    ]);
  });

  test('those that are read in the turn in which they are seen have waited all the same', () => {
    const [queued] = steady(10, 0).stages(299 * SECOND);
    expect((queued?.dwellMs ?? 0) / 4_000).toBeCloseTo(1, 1);
  });

  test('of a young record its own time counts', () => {
    const [queued] = steady(10, 40, 1).stages(59 * SECOND);
    expect(queued?.perMinute).toBeCloseTo(610, -1);
  });

  test('nothing is told where nothing is, and what is older than five minutes is forgotten', () => {
    expect(new WorkRecord(() => 0.1).stages(0)).toEqual([]);
    const record = steady(10, 0);
    expect(record.stages(1_000 * SECOND)).toEqual([]);
    expect(record.lags(1_000 * SECOND)).toEqual([]);
  });
});

test('how late reads began is told by status and score band, and early ones are not late', () => {
  const record = new WorkRecord(() => 0.1);
  record.waiting(NONE, 0);
  const times = { startedMs: 10_000, answeredMs: 10_100, judgedMs: 10_100, storedMs: 10_100 };
  record.read({
    ...times,
    group: 'hot',
    tokens: [
      { token: token('active', 0.5), dueMs: 9_000 },
      { token: token('active', 0.2), dueMs: 7_000 },
      { token: token('active', 0.2), dueMs: 12_000 },
      { token: token('archived', null), dueMs: 0 },
    ],
  });
  const found = record.lags(10_100).map(({ status, band, averageMs }) => [status, band, averageMs]);
  expect(found).toEqual([
    ['active', 'very hot', 1_000],
    ['active', 'hot', 1_500],
    ['archived', 'unscored', 10_000],
  ]);
});
