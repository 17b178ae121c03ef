import { describe, expect, it } from 'vitest';
import type { DependencyReport, FeatureReport, QuotaReport } from '../../../src/contract/index.ts';
import { failuresIn, refusedIn } from './counted.ts';
import { missingIn } from './missing.ts';
import { headline, standingOf } from './standing.ts';
import { time } from './time.ts';

const quota: QuotaReport = {
  name: 'pairs',
  limit: 300,
  rate: 300,
  used: 300,
  waiting: 0,
  incidents: 0,
  blockedForMs: 0,
};
const NO_FAILURES = { transient: 0, throttled: 0, persistent: 0, system: 0, critical: 0, cancelled: 0 };
const NONE_REFUSED = { breaker: 0, quota: 0, bulkhead: 0, deadline: 0, offline: 0 };
const dependency = (over: Partial<DependencyReport> = {}): DependencyReport => ({
  name: 'DexScreener',
  kind: 'api',
  origin: 'https://dex.example',
  state: 'closed',
  since: 0,
  nextTryAt: null,
  healthy: true,
  reason: 'DexScreener answers',
  lastAnswerAt: 1,
  lastError: null,
  errorRate: 0,
  recent: {
    attempts: 30,
    failures: NO_FAILURES,
    refused: NONE_REFUSED,
    retries: 0,
    cacheHits: 0,
    staleAnswers: 0,
  },
  retriesLeft: 9,
  latency: { p50Ms: 100, p95Ms: 1_999, p99Ms: 3_000 },
  timeoutMs: 4_000,
  slow: false,
  quotas: [quota],
  probe: null,
  ...over,
});
const stream = (over: Partial<DependencyReport>) =>
  dependency({ name: 'PumpPortal', kind: 'stream', ...over });

describe('how it is with a dependency', () => {
  it.each<[Partial<DependencyReport>, string, string]>([
    [{}, 'healthy', 'Answers'],
    [{ state: 'open', healthy: false }, 'critical', 'Left alone'],
    [{ state: 'half_open', healthy: false }, 'degraded', 'Being tried again'],
    [{ state: 'isolated', healthy: false }, 'critical', 'Isolated by hand'],
    [{ lastAnswerAt: null }, 'unknown', 'Not called yet'],
    [{ lastAnswerAt: null, lastError: 'reset', healthy: false }, 'degraded', 'Does not answer'],
    [{ lastError: 'reset' }, 'healthy', 'Answers'],
    [{ healthy: false }, 'degraded', 'Does not answer'],
    [{ quotas: [quota, { ...quota, rate: 299 }] }, 'degraded', 'Asked for fewer calls'],
    [{ quotas: [{ ...quota, blockedForMs: 1 }] }, 'degraded', 'Asked for fewer calls'],
    [{ latency: { p50Ms: 1, p95Ms: 2_000, p99Ms: 1 } }, 'degraded', 'Answers slowly'],
    [{ slow: true, latency: null }, 'degraded', 'Answers slowly'],
  ])('%j: %s, %s', (over, state, words) => {
    expect(standingOf(dependency(over))).toEqual({ state, words });
  });

  it.each<[Partial<DependencyReport>, string, string]>([
    [{}, 'healthy', 'Connected'],
    [{ state: 'open' }, 'critical', 'Not connected'],
    [{ state: 'half_open', lastError: null }, 'unknown', 'Connecting'],
    [{ state: 'half_open', lastError: 'reset' }, 'critical', 'Connecting again'],
    [{ state: 'isolated' }, 'unknown', 'Stopped'],
  ])('of a stream, %j: %s, %s', (over, state, words) => {
    expect(standingOf(stream(over))).toEqual({ state, words });
  });

  it.each([
    ['both well', [dependency(), stream({})], 'healthy', 'All well'],
    ['one slow', [dependency({ slow: true }), stream({})], 'degraded', 'DexScreener: answers slowly'],
    ['one gone', [dependency({ slow: true }), stream({ state: 'open' })], 'critical', '2 of 2 not well'],
    [
      'one not called',
      [dependency({ lastAnswerAt: null }), stream({})],
      'unknown',
      'DexScreener: not called yet',
    ],
  ])('in a few words, %s', (_what, all, state, words) => {
    expect(headline(all)).toEqual({ state, words });
  });
});

describe('what is counted', () => {
  it.each([
    [{}, null],
    [{ cancelled: 7 }, null],
    [{ transient: 8 }, '8 failed (17.4 %): transient'],
    [{ throttled: 2, transient: 1_021, cancelled: 5 }, '1,023 failed (17.4 %): 1,021 transient, 2 throttled'],
  ])('of failures %j: %s', (failures, words) => {
    expect(failuresIn({ ...NO_FAILURES, ...failures }, 0.174)).toBe(words);
  });

  it.each([
    [{}, null],
    [{ breaker: 318 }, '318: breaker open'],
    [{ breaker: 3, quota: 9 }, '12: 9 quota spent, 3 breaker open'],
  ])('of refusals %j: %s', (refused, words) => {
    expect(refusedIn({ ...NONE_REFUSED, ...refused })).toBe(words);
  });

  it.each([
    [310.4, '310 ms'],
    [2_449, '2.4 s'],
    [9_949, '9.9 s'],
    [11_850, '12 s'],
  ])('%s ms are %s', (ms, words) => {
    expect(time(ms)).toBe(words);
  });
});

it('what is missing comes by its reason, with the time since the first', () => {
  const feature = (
    name: string,
    state: FeatureReport['state'],
    reason: string,
    since: number,
  ): FeatureReport => ({
    name,
    state,
    reason: state === 'on' ? null : reason,
    since,
  });
  expect(
    missingIn([
      feature('a', 'stale', 'gone', 5),
      feature('b', 'on', '', 1),
      feature('c', 'off', 'gone', 4),
      feature('d', 'off', 'lost', 9),
    ]),
  ).toEqual([
    { reason: 'gone', since: 4, off: ['c'], stale: ['a'] },
    { reason: 'lost', since: 9, off: ['d'], stale: [] },
  ]);
  expect(missingIn([feature('b', 'on', '', 1)])).toEqual([]);
});
