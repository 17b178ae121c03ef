import { describe, expect, test } from 'vitest';
import type { SlowQuery, TimedItem } from '../contract/index.ts';
import type { PlanStatus } from '../hosts/tokens/index.ts';
import { recommend, type RecommendationFacts } from './recommendations.ts';

type Load = PlanStatus['classes']['hot'];
const load = (intervalMs: number, rotationMs: number | null, tokens = 100): Load => ({
  tokens,
  intervalMs,
  rotationMs,
  requestsPerMinute: 12.4,
  backlog: 0,
  longestWaitMs: 0,
  longestWait: { ms: 0, intervals: 0, fairShares: 0 },
});
const planOf = (classes: Partial<PlanStatus['classes']>): PlanStatus => ({
  classes: {
    hot: load(10_000, 10_000),
    cold: load(45_000, 45_000),
    archived: load(300_000, 300_000),
    full: load(60_000, 60_000),
    ...classes,
  },
  fill: 1,
  rotation: { processed: 1, distinct: 1, waiting: 0 },
  shortfall: null,
});
const FIGURES = {
  count: 1,
  failed: 0,
  successShare: 1,
  averageMs: 1,
  p50Ms: 1,
  p95Ms: 1,
  p99Ms: 1,
  maxMs: 1,
  perMinute: 1,
};
const timed = (kind: TimedItem['kind'], name: string, ratio: number | null): TimedItem => ({
  kind,
  name,
  recent: FIGURES,
  hour: FIGURES,
  slower: ratio === null ? null : { ratio, recentMs: 100 * ratio, usualMs: 100 },
});
const slow: SlowQuery = {
  at: 0,
  name: 'SELECT token',
  sql: 'SELECT 1',
  durationMs: 412.3,
  rows: null,
  thread: 'main',
  plan: null,
  advice: [{ kind: 'missing-index', text: 'An index on token (status) would make it faster.' }],
};
const WELL: RecommendationFacts = {
  performance: { items: [timed('api', 'GET /x', null)] },
  work: { bottleneck: null },
  plan: planOf({}),
  database: { slow: [], slowRecently: 0 },
  settings: { minScore: 0.1, hotIntervalMs: 10_000, coldIntervalMs: 45_000, checkIntervalMs: 60_000 },
  hotScores: [0.5, 0.4],
  requestsPerMinute: 300,
};
const advice = (facts: Partial<RecommendationFacts>): ReturnType<typeof recommend> =>
  recommend({ ...WELL, ...facts });
/** Scores from 0.1 on, a thousandth apart. */
const scores = (count: number): number[] => Array.from({ length: count }, (_, index) => 0.1 + index / 1_000);

describe('there is nothing to do', () => {
  test.each<[string, Partial<RecommendationFacts>]>([
    ['when all is well', {}],
    ['before anything is known', { plan: null }],
    ['about statements that were slow long ago', { database: { slow: [slow], slowRecently: 0 } }],
    ['about an interval that is nearly kept', { plan: planOf({ cold: load(45_000, 47_000) }) }],
    // 1,200 are 80 % of what 300 requests of 30 tokens carry every 10 s.
    ['about hot tokens that the quota carries', { hotScores: scores(1_200) }],
    ['about active tokens, however many', { hotScores: scores(2_000).map(() => Infinity) }],
  ])('%s', (_, facts) => {
    expect(advice(facts)).toEqual([]);
  });
});

test('too many hot tokens: the score under which the quota carries the rest', () => {
  const [found] = advice({ hotScores: scores(1_500) });
  expect(found).toMatchObject({
    id: 'hot-tokens',
    evidence: '1,500 hot tokens need 100 % of the quota of 300 requests a minute to be read every 10 s.',
    knob: { setting: 'tokens.min_score', from: '0.1', to: '0.55' },
    safe: false,
  });
  expect(found?.effect).toMatch(/^1,0[45]\d stay hot and need 70 %/);
});

test.each<[Partial<PlanStatus['classes']>, string, string]>([
  [{ cold: load(45_000, 90_000) }, 'tokens.cold_interval', '90s'],
  // The mean of two intervals is twice as long as it should be, so each of them is.
  [{ full: load(120_000, 240_500) }, 'tokens.check_interval', '121s'],
])('an interval that the quota does not carry: %#', (classes, setting, to) => {
  const [found, ...others] = advice({ plan: planOf(classes) });
  expect(others).toEqual([]);
  expect(found).toMatchObject({ knob: { setting, to }, safe: true });
  expect(found?.evidence).toContain('with the 12 requests a minute that are left for them.');
});

test('nothing is proposed for a class that gets nothing: no interval would do', () => {
  expect(advice({ plan: planOf({ cold: load(45_000, null) }) })).toEqual([]);
});

test('a slow statement, with what would make it faster', () => {
  expect(advice({ database: { slow: [slow], slowRecently: 3 } })).toMatchObject([
    {
      id: 'slow-statement',
      sentence: 'An index on token (status) would make it faster.',
      evidence:
        '3 statements took over 100 ms in the last five minutes, the last one SELECT token with 412 ms.',
    },
  ]);
  const [plain] = advice({ database: { slow: [{ ...slow, advice: [] }], slowRecently: 3 } });
  expect(plain?.sentence).toBe('See why the statement SELECT token is slow: `moonwarden database`.');
});

test('the bottleneck, and what has become slower most, come last', () => {
  const bottleneck = {
    group: 'cold' as const,
    stage: 'queued' as const,
    dwellMs: 1,
    totalMs: 2,
    sentence: 'Cold tokens wait.',
    knob: 'Raise it.',
  };
  const items = [timed('api', 'GET /a', 2), timed('http', 'GET /b', 3), timed('job', 'hot', null)];
  const found = advice({
    work: { bottleneck },
    performance: { items },
    plan: planOf({ cold: load(1_000, 2_000) }),
  });
  expect(found.map(({ id }) => id)).toEqual(['cold-interval', 'bottleneck', 'slower-http']);
  expect(found[2]?.evidence).toBe('GET /b took 300 ms on average of late, and 100 ms before.');
});
