// Over 350 lines because every rule of the one table is judged here against the samples it stands on.
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createDependency, type DependencyReport } from '../../warden/resilience/index.ts';
import { judge, noJudgement, type Judgement } from '../../warden/detection/index.ts';
import type { Freshness } from './freshness.ts';
import type { PipelineStatus } from './pipeline-port.ts';
import type { PlanStatus } from './plan-status.ts';
import { tokenRules, tokenSamples, tokenSentence, waitingSentence } from './rules.ts';
import { activationSamples, feedSamples } from './work-rules.ts';
import type { SourceFacts } from './source-rules.ts';
import { SETTINGS } from './testing/tokens.ts';

const answeringReport = (over: Partial<DependencyReport> = {}): DependencyReport => {
  const dependency = createDependency({ name: 'Market', clock: new FakeClock() });
  dependency.recordSuccess();
  return { ...dependency.report(), ...over };
};
const group = (changes: Partial<Freshness> = {}): Freshness => ({
  group: 'hot',
  count: 3,
  intervalMs: 10_000,
  medianMs: 4_000,
  p95Ms: 9_000,
  oldestMs: 9_500,
  stale: 0,
  ...changes,
});
const NONE = { count: 0, medianMs: null, p95Ms: null, oldestMs: null };
const status = (changes: Partial<PipelineStatus> = {}): PipelineStatus => ({
  hot: group(),
  cold: group({ group: 'cold', p95Ms: 40_000, medianMs: 20_000 }),
  backlog: 7,
  due: { hot: 1, cold: 4, archive: 0, activation: 2 },
  stalledForMs: 2_000,
  discoveredPerHour: 1,
  activatedPerHour: 2,
  refreshedPerMinute: 30,
  plan: null,
  checkedPerMinute: 4,
  heldMoves: 0,
  accuracy: { share: 0.98, compared: 50 },
  ...changes,
});
const SHORT =
  'The quota does not carry everything: cold tokens are refreshed every 14 min instead of every 45 s.';
const planOf = (shortfall: string | null): PlanStatus => {
  const load: PlanStatus['classes']['hot'] = {
    tokens: 3,
    intervalMs: 10_000,
    rotationMs: 10_000,
    requestsPerMinute: 1,
    backlog: 0,
    longestWaitMs: 0,
    longestWait: { ms: 0, intervals: 0, fairShares: 0 },
  };
  return {
    classes: { hot: load, cold: load, archived: load, full: load },
    fill: 1,
    rotation: { processed: 3, distinct: 3, waiting: 0 },
    shortfall,
  };
};
const source = (changes: Partial<SourceFacts> = {}): SourceFacts => ({
  ...answeringReport({ lastAnswerAt: 1, errorRate: 0.25, retriesLeft: 9 }),
  ...changes,
});
const quotaOf = (rate: number, used: number, limit = 300): SourceFacts['quotas'][number] => ({
  name: 'pairs',
  limit,
  windowMs: 61_000,
  rate,
  used,
  waiting: 0,
  incidents: 0,
  blockedForMs: 0,
});
const QUOTA = { used: 12, limit: 300 };
const NOW = 1_000_000;
const samplesOf = (
  status: PipelineStatus,
  source: SourceFacts,
  quota: typeof QUOTA,
): Record<string, number | null> =>
  Object.fromEntries(
    [
      ...tokenSamples(status, source, quota, 0.02, NOW),
      ...activationSamples({ notEligible: 12, ours: 9, quota: 1 }, 4, source.reachable === false),
      ...feedSamples([FEED], NOW, NOW - 60_000, source.reachable === false),
    ].map(({ signal, value }) => [signal, value]),
  );
const FEED = { name: 'profiles', lastAt: NOW - 7_000, found: 1, duplicates: 0, rejected: 0 };

describe('samples', () => {
  it('are seconds and counts', () => {
    expect(samplesOf(status(), source(), QUOTA)).toEqual({
      freshness_hot_p95_s: 9,
      freshness_hot_median_s: 4,
      freshness_cold_p95_s: 40,
      backlog: 7,
      backlog_hot: 1,
      refreshed_per_minute: 30,
      stalled_s: 2,
      waiting_unduly: 0,
      held_moves: 0,
      score_accuracy: 0.98,
      quota_used: 12,
      // 3 tokens every 10 s are 18 reads a minute, 30 in a request, of 300.
      quota_needed: 0.002,
      source_error_share: 0.02,
      tokens_stuck: 8,
      activation_success: 16 / 24,
      feed_silent_s: 7,
      calls_held_s: 0,
      error_rate: 0.25,
      source_failing_s: 0,
      breaker_state: 0,
      api_p95_s: 0,
      source_slow_s: 0,
      retries_left: 9,
      quota_share: 0,
      rate_limited: 0,
    });
  });

  it.each([
    ['closed', 0],
    ['half_open', 1],
    ['open', 2],
    ['isolated', 2],
  ] as const)('a breaker that is %s is %s', (state, value) => {
    expect(samplesOf(status(), source({ state }), QUOTA)).toMatchObject({ breaker_state: value });
  });

  it.each([
    ['closed', true, 0],
    ['open', true, 60],
    ['half_open', true, 60],
    // Then that is the finding.
    ['open', false, 0],
    ['isolated', false, 60],
    ['isolated', null, 60],
  ] as const)(
    'a breaker that is %s while the source is there: %s, holds calls back for %i s',
    (state, reachable, value) => {
      const held = source({ state, reachable, since: NOW - 60_000 });
      expect(samplesOf(status(), held, QUOTA)).toMatchObject({ calls_held_s: value });
    },
  );

  it('of several quotas the one that is used the most, and the one that is held back the most', () => {
    const quotas = [quotaOf(150, 90), quotaOf(60, 48, 60)];
    expect(samplesOf(status(), source({ quotas }), QUOTA)).toMatchObject({
      quota_share: 0.8,
      rate_limited: 0.5,
    });
  });

  it.each([
    ['many answers', 20, true, 3],
    ['too few answers to say', 19, true, 0],
    ['no answers for a while', 40, false, 0],
    ['no call yet', 40, null, 0],
  ])('%s: how slow the source is', (_what, answers, reachable, value) => {
    const slow = source({
      latency: { averageMs: 1_000, p50Ms: 900, p95Ms: 2_000, p99Ms: 4_000 },
      latest: { answers, p95Ms: 3_000 },
      reachable,
    });
    expect(samplesOf(status(), slow, QUOTA)).toMatchObject({ api_p95_s: 2, source_slow_s: value });
  });

  it('are null where nothing is known', () => {
    const empty = status({ hot: group(NONE), cold: group(NONE) });
    expect(samplesOf(empty, source({ reachable: null, errorRate: null }), QUOTA)).toMatchObject({
      // Without tokens in a group nothing of it is old.
      freshness_hot_p95_s: 0,
      freshness_hot_median_s: null,
      freshness_cold_p95_s: 0,
      error_rate: null,
      source_failing_s: null,
      stalled_s: 2,
    });
  });

  it('while the source is away that is its condition, and not the pipeline that stalls', () => {
    const away = source({ reachable: false, awayForMs: 4_500 });
    expect(samplesOf(status(), away, QUOTA)).toMatchObject({
      stalled_s: null,
      waiting_unduly: null,
      source_failing_s: 4.5,
    });
  });
});

const MINUTE_MS = 60_000;
const RULES = tokenRules(SETTINGS, 'https://dex.example');

describe('rules', () => {
  it('are told apart, look at signals that exist, and leave below where they enter', () => {
    const signals = Object.keys(samplesOf(status(), source(), QUOTA));
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    for (const rule of RULES) {
      expect(signals, rule.name).toContain(rule.signal);
      const { warning, critical } = rule;
      const sign = rule.side === 'below' ? -1 : 1;
      for (const threshold of [warning, critical]) {
        if (threshold) expect(sign * threshold.leave, rule.name).toBeLessThan(sign * threshold.enter);
      }
      if (warning && critical) {
        expect(sign * warning.enter, rule.name).toBeLessThan(sign * critical.enter);
        expect(sign * warning.leave, rule.name).toBeLessThanOrEqual(sign * critical.leave);
      }
      expect(warning ?? critical, rule.name).toBeDefined();
      expect(rule.nextSteps.length, rule.name).toBeGreaterThan(0);
      expect(['s', 'tokens', 'ratio']).toContain(rule.unit);
    }
  });

  it.each([
    ['source.unreachable', 5, 3, 'https://dex.example has not answered for 5 s.'],
    ['source.unreachable', 3_600, 60, 'https://dex.example has not answered for 60 min.'],
    [
      'source.slow',
      2.44,
      2,
      'https://dex.example answers slowly: one answer of twenty takes 2.4 s or longer, the limit is 2 s.',
    ],
    [
      'source.slow',
      12.6,
      5,
      'https://dex.example answers slowly: one answer of twenty takes 13 s or longer, the limit is 5 s.',
    ],
    [
      'source.throttled',
      0.5,
      0.3,
      'https://dex.example asked for fewer requests: calls are held to 50 % of the quota until the rate has grown back.',
    ],
    [
      'data.stale',
      119.4,
      30,
      'The data of hot tokens is old: 95 % are younger than 119 s, the limit is 30 s.',
    ],
    [
      'data.cold_stale',
      500,
      450,
      'The data of cold tokens is old: 95 % are younger than 8 min, the limit is 8 min.',
    ],
    [
      'tokens.rotation',
      3,
      1,
      '3 tokens wait for over twice their fair share of the reads while others are read again and again.',
    ],
    [
      'tokens.changes_held',
      12,
      1,
      '12 tokens would be moved back or archived at once; the changes wait, because so many at once are more likely a fault of the data.',
    ],
    ['pipeline.stalled', 301, 300, 'No token has been processed for 5 min although some are due.'],
    [
      'source.errors',
      0.125,
      0.1,
      '13 % of the calls to https://dex.example in the last minute failed, the limit is 10 %; what failed is tried again.',
    ],
    [
      'source.held',
      90,
      15,
      'The breaker has held back calls to https://dex.example for 90 s although it answers.',
    ],
    [
      'source.quota',
      0.9,
      0.8,
      'Hot tokens need 90 % of the quota, the limit is 80 %: little is left for all others.',
    ],
    [
      'source.quota',
      1.5,
      0.95,
      'Hot tokens would need 150 % of the quota to be read at their interval: they are read less often.',
    ],
    ['pipeline.backlog', 120, 100, '120 hot tokens are due and not being read, the limit is 100.'],
    [
      'tokens.stuck',
      8,
      6,
      '8 tokens wait to be judged for activation for over 3 min, and the market is not why.',
    ],
    [
      'tokens.activation',
      0.4,
      0.5,
      'Only 40 % of the tokens that are due to be judged for activation were; the others wait.',
    ],
    ['feed.silent', 600, 300, 'A feed has brought nothing for 10 min: new tokens may be missed.'],
  ])('%s says %s s in a sentence', (name, value, limit, sentence) => {
    expect(RULES.find((rule) => rule.name === name)?.describe?.(value, limit, {})).toBe(sentence);
  });

  it.each([
    ['source_failing_s', [2.9], []],
    ['source_failing_s', [3], ['warning']],
    ['source_failing_s', [60], ['critical']],
    ['source_slow_s', [1.9, 1.9], []],
    ['source_slow_s', [2], []],
    ['source_slow_s', [2, 2], ['warning']],
    ['source_slow_s', [2, 2, 1.5, 1.5], ['warning']],
    ['source_slow_s', [2, 2, 1.4, 1.4], []],
    ['source_slow_s', [5, 5], ['critical']],
    ['source_slow_s', [5, 5, 4, 4], ['critical']],
    ['source_slow_s', [5, 5, 3.9, 3.9], ['warning']],
    ['rate_limited', [0.29], []],
    ['rate_limited', [0.5], ['warning']],
    ['rate_limited', [0.5, 0.2, 0.2], ['warning']],
    ['rate_limited', [0.5, 0.19, 0.19], []],
    ['stalled_s', [299], []],
    ['stalled_s', [300], ['critical']],
    ['waiting_unduly', [0], []],
    ['waiting_unduly', [1], []],
    ['waiting_unduly', [1, 1, 1, 1, 1], []],
    ['waiting_unduly', [1, 1, 1, 1, 1, 1], ['warning']],
    ['source_error_share', [0.12, 0.12], ['warning']],
    ['source_error_share', [0.09, 0.09], []],
    ['source_error_share', [0.25, 0.25], ['critical']],
    ['source_error_share', [0.25, 0.25, null, null], ['critical']],
    ['source_error_share', [0.25, 0.25, 0.04, 0.04], []],
    ['calls_held_s', [14], []],
    ['calls_held_s', [15], ['warning']],
    ['quota_needed', [0.79, 0.79], []],
    ['quota_needed', [0.8, 0.8], ['warning']],
    ['quota_needed', [0.96, 0.96], ['critical']],
    ['quota_needed', [0.96, 0.96, 0.76, 0.76], ['warning']],
    ['backlog_hot', [74, 74], []],
    ['backlog_hot', [75, 75], ['warning']],
    ['backlog_hot', [100, 100], ['error']],
    ['backlog_hot', [150, 150], ['critical']],
    ['backlog_hot', [150, 150, 49, 49], []],
    ['tokens_stuck', [5, 5], []],
    ['tokens_stuck', [6, 6], ['warning']],
    ['tokens_stuck', [6, 6, 4, 4], ['warning']],
    ['tokens_stuck', [6, 6, 2, 2], []],
    ['activation_success', [0.51, 0.51, 0.51], []],
    ['activation_success', [0.5, 0.5, 0.5], ['warning']],
    ['activation_success', [0.25, 0.25, 0.25], ['critical']],
    ['activation_success', [0.25, 0.25, 0.25, 0.7, 0.7], []],
    ['feed_silent_s', [299], []],
    ['feed_silent_s', [300], ['warning']],
    ['held_moves', [0], []],
    ['held_moves', [1], ['warning']],
    ['held_moves', [5, 0], []],
    ['freshness_hot_p95_s', [29.9, 29.9], []],
    ['freshness_hot_p95_s', [30, 30], ['warning']],
    ['freshness_hot_p95_s', [100, 100], ['critical']],
    ['freshness_cold_p95_s', [449, 449], []],
    ['freshness_cold_p95_s', [450, 450], ['warning']],
  ] as [string, (number | null)[], string[]][])('%s of %j starts %j', (signal, values, levels) => {
    let judgement: Judgement = noJudgement;
    let conditions: readonly { readonly level: string }[] = [];
    values.forEach((value, turn) => {
      const now = { wallMs: turn * MINUTE_MS, monotonicMs: turn * MINUTE_MS };
      const judged = judge(judgement, [{ signal, value }], RULES, now, { turnMs: MINUTE_MS });
      ({ judgement, conditions } = judged);
    });
    expect(conditions.map(({ level }) => level)).toEqual(levels);
  });

  it('source and freshness are essential: while nothing is known of them, health is unknown', () => {
    expect(judge(noJudgement, [], RULES, { wallMs: 0, monotonicMs: 0 }).unknown).toEqual([
      'source_failing_s',
      'freshness_hot_p95_s',
    ]);
  });

  it('limits follow the intervals of the settings', () => {
    const slow = tokenRules({ ...SETTINGS, hotIntervalMs: 20_000, coldIntervalMs: 100_000 }, 'x');
    expect(slow.map(({ name, warning, critical }) => [name, warning?.enter, critical?.enter])).toEqual([
      ['source.unreachable', 3, 60],
      ['source.errors', 0.1, 0.2],
      ['source.held', 15, undefined],
      ['source.slow', 2, 5],
      ['source.throttled', 0.3, undefined],
      ['data.stale', 60, 200],
      ['data.cold_stale', 1_000, undefined],
      ['tokens.rotation', 1, undefined],
      ['tokens.changes_held', 1, undefined],
      ['pipeline.stalled', undefined, 300],
      ['source.quota', 0.8, 0.95],
      ['pipeline.backlog', 75, 150],
      ['tokens.stuck', 6, undefined],
      ['tokens.activation', 0.5, 0.25],
      ['feed.silent', 300, undefined],
    ]);
  });

  it('name what explains them, and never each other in a circle', () => {
    const causes = new Map(RULES.map(({ name, symptomOf = [] }) => [name, symptomOf]));
    expect(causes.get('data.stale')).toContain('source.unreachable');
    expect(causes.get('pipeline.stalled')).toContain('source.unreachable');
    const reach = (name: string, seen: readonly string[] = []): readonly string[] => {
      expect(seen).not.toContain(name);
      return (causes.get(name) ?? []).flatMap((cause) => [cause, ...reach(cause, [...seen, name])]);
    };
    for (const { name } of RULES) expect(reach(name)).not.toContain(name);
  });
});

describe('the activation', () => {
  it.each([
    ['all are judged', { notEligible: 20, ours: 0, quota: 0 }, 0, 0, 1],
    ['some wait', { notEligible: 5, ours: 5, quota: 0 }, 5, 5, 10 / 15],
    ['those that the quota does not carry are left out', { notEligible: 10, ours: 90, quota: 90 }, 0, 0, 1],
    ['too few to say', { notEligible: 0, ours: 9, quota: 0 }, 0, 9, 1],
    ['none', { notEligible: 0, ours: 0, quota: 0 }, 0, 0, 1],
  ])('%s', (_what, stuck, activated, waiting, success) => {
    expect(activationSamples(stuck, activated, false).map(({ value }) => value)).toEqual([waiting, success]);
    expect(activationSamples(stuck, activated, true).map(({ value }) => value)).toEqual([null, null]);
  });
});

describe('a feed', () => {
  const push = { since: NOW - 20_000, waiting: 0, overflow: 0, ignored: [], gap: null } as const;
  const link = { ...push, lastFrameAt: null, reconnects: 0, lastError: null, nextTryAt: null };
  it.each<[string, Partial<Parameters<typeof feedSamples>[0][number]>, boolean, number | null]>([
    ['that answered lately', {}, false, 7],
    ['that never answered is silent since the start', { lastAt: null }, false, 60],
    ['that answered before the start, too', { lastAt: NOW - 90_000 }, false, 60],
    ['whose source is away', { lastAt: null }, true, null],
    ['of its own is not told by another source', { push: { ...link, state: 'waiting' } }, true, 7],
    [
      'that is live again has its time',
      { lastAt: NOW - 50_000, push: { ...link, state: 'live' } },
      false,
      20,
    ],
    ['that is not live has none', { lastAt: NOW - 50_000, push: { ...link, state: 'waiting' } }, false, 50],
  ])('%s', (_what, over, isAway, value) => {
    expect(feedSamples([{ ...FEED, ...over }], NOW, NOW - 60_000, isAway)).toEqual([
      { signal: 'feed_silent_s', labels: { feed: 'profiles' }, value },
    ]);
  });
});

describe('the sentence', () => {
  it.each([
    [
      'no tokens',
      status({ hot: group(NONE), cold: group(NONE) }),
      0,
      'No tokens yet; the feeds are being read.',
    ],
    [
      'none hot',
      status({ hot: group(NONE) }),
      1_200,
      '1,200 tokens watched, none is hot, median age of the data 20 s.',
    ],
    [
      'none hot, none read',
      status({ hot: group(NONE), cold: group(NONE) }),
      1,
      '1 token watched, none is hot.',
    ],
    ['all fresh', status(), 9, '3 hot tokens are fresh (median 4 s).'],
    ['one fresh', status({ hot: group({ count: 1 }) }), 9, '1 hot token is fresh (median 4 s).'],
    [
      'some stale',
      status({ hot: group({ count: 2_000, stale: 500, medianMs: 150_000 }) }),
      9,
      '1,500 of 2,000 hot tokens are fresh (median 3 min).',
    ],
  ])('%s', (_what, now, total, sentence) => {
    expect(tokenSentence(now, total)).toBe(sentence);
  });

  it.each([
    ['tokens are hot', status({ plan: planOf(SHORT) }), `3 hot tokens are fresh (median 4 s). ${SHORT}`],
    [
      'none is hot',
      status({ hot: group(NONE), plan: planOf(SHORT) }),
      `9 tokens watched, none is hot, median age of the data 20 s. ${SHORT}`,
    ],
    ['it carries all', status({ plan: planOf(null) }), '3 hot tokens are fresh (median 4 s).'],
  ])('says what the quota does not carry: %s', (_what, now, sentence) => {
    expect(tokenSentence(now, 9)).toBe(sentence);
  });
});

describe('while the source does not answer', () => {
  it.each([
    [0, null, 'No tokens yet; it is being tried now.'],
    [1, 2_001, '1 token keeps its last data; next try in 3 s.'],
    [1_200, 300_000, '1,200 tokens keep their last data; next try in 5 min.'],
  ])('%s tokens, next try in %s ms', (total, nextTryInMs, sentence) => {
    expect(waitingSentence(total, nextTryInMs)).toBe(sentence);
  });
});
