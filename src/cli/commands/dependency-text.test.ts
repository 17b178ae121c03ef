import { describe, expect, it } from 'vitest';
import type { DependencyReport, FeatureReport } from '../../contract/index.ts';
import { dependencyRows, dependencyTroubles, missingFeatures } from './dependency-text.ts';

const NOW = 1_000_000;
const quota = { name: 'pairs', limit: 300, rate: 300, used: 212, waiting: 0, incidents: 0, blockedForMs: 0 };
const market = (over: Partial<DependencyReport> = {}): DependencyReport => ({
  name: 'DexScreener',
  kind: 'api',
  origin: 'https://dex.example',
  state: 'closed',
  since: 0,
  nextTryAt: null,
  healthy: true,
  reason: 'DexScreener answers',
  lastAnswerAt: NOW - 3_000,
  lastError: null,
  errorRate: 0.034,
  recent: {
    attempts: 30,
    failures: { transient: 1, throttled: 0, persistent: 0, system: 0, critical: 0, cancelled: 0 },
    refused: { breaker: 0, quota: 0, bulkhead: 0, deadline: 0, offline: 0 },
    retries: 1,
    cacheHits: 0,
    staleAnswers: 0,
  },
  retriesLeft: 41.7,
  latency: { p50Ms: 100, p95Ms: 310.4, p99Ms: 700 },
  timeoutMs: 4_000,
  slow: false,
  quotas: [quota],
  probe: null,
  ...over,
});
const stream = (over: Partial<DependencyReport> = {}): DependencyReport =>
  market({
    name: 'PumpPortal',
    kind: 'stream',
    latency: null,
    errorRate: null,
    retriesLeft: null,
    quotas: [],
    ...over,
  });

it('a row each', () => {
  const rows = dependencyRows([market(), stream({ state: 'open', lastAnswerAt: null })], NOW);
  expect(rows).toEqual([
    ['DexScreener', 'closed', '3 s ago', '310 ms', '3 %', '41', 'pairs 212/300'],
    ['PumpPortal', 'open', 'never', '-', '-', '-', '-'],
  ]);
});

describe('what is not well', () => {
  it.each<[string, DependencyReport, readonly string[]]>([
    ['nothing', market(), []],
    [
      'a failure that a retry may mend',
      market({ lastError: 'reset', reason: 'DexScreener failed 1 time: reset' }),
      [],
    ],
    [
      'a breaker that is open',
      market({
        state: 'open',
        healthy: false,
        reason: 'DexScreener is left alone after 5 failures in a row: reset',
        lastError: 'reset',
        nextTryAt: NOW + 12_000,
      }),
      ['DexScreener is left alone after 5 failures in a row: reset; next try in 12 s.'],
    ],
    [
      'a try that is due',
      market({
        state: 'half_open',
        healthy: false,
        reason: 'DexScreener is being tried again',
        nextTryAt: NOW - 5,
      }),
      ['DexScreener is being tried again; next try in 0 s.'],
    ],
    [
      'a rate that was halved',
      market({
        quotas: [
          { ...quota, rate: 150 },
          { ...quota, name: 'profiles' },
        ],
      }),
      ['DexScreener asked for fewer requests: 150 of 300 a minute are made for pairs.'],
    ],
    [
      'a stream that is lost',
      stream({
        state: 'open',
        healthy: false,
        reason: 'PumpPortal is not connected',
        lastError: 'ENOTFOUND',
      }),
      ['PumpPortal is not connected: ENOTFOUND.'],
    ],
    ['a stream that connects for the first time', stream({ state: 'half_open', healthy: false }), []],
  ])('%s', (_what, dependency, said) => {
    expect(dependencyTroubles([dependency], NOW)).toEqual(said);
  });

  it('features that are off, and those on data from before', () => {
    const feature = (name: string, state: FeatureReport['state']): FeatureReport => ({
      name,
      state,
      reason: null,
      since: 0,
    });
    expect(missingFeatures([feature('a', 'on'), feature('b', 'on')])).toEqual([]);
    expect(missingFeatures([feature('a', 'off'), feature('b', 'stale'), feature('c', 'off')])).toEqual([
      'Off meanwhile: a, c.',
      'On data from before: b.',
    ]);
  });
});
