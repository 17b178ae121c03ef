import type { DependencyReport, FeatureReport } from '../../../src/contract/index.ts';
import { situations, type Scenario } from './scenarios.ts';

const FAILURES = { transient: 0, throttled: 0, persistent: 0, system: 0, critical: 0, cancelled: 0 };
const REFUSED = { breaker: 0, quota: 0, bulkhead: 0, deadline: 0, offline: 0 };

/** What a scenario makes of the two dependencies, and of what needs them. */
export function dependenciesOf(scenario: Scenario, startedAt: number, now: number): DependencyReport[] {
  return [marketOf(scenario, startedAt, now), streamOf(scenario, startedAt, now)];
}

const NAMES = [
  'score refresh',
  'activation and demotion',
  'verification of failed activations',
  'discovery by profiles and boosts',
  'discovery by the stream',
  'export for bots',
];
const ON_STALE = ['score refresh', 'export for bots'];

export function featuresOf(scenario: Scenario, startedAt: number, now: number): FeatureReport[] {
  const isAway = scenario === 'unreachable';
  return NAMES.map((name) => ({
    name,
    state: !isAway ? 'on' : ON_STALE.includes(name) ? 'stale' : 'off',
    since: isAway ? now - 3 * 60_000 : startedAt,
    reason: !isAway
      ? null
      : name === 'discovery by the stream'
        ? 'PumpPortal is not connected: getaddrinfo ENOTFOUND pumpportal.fun'
        : 'DexScreener is left alone after 5 failures in a row: connect ECONNREFUSED 104.26.0.123:443',
  }));
}

function marketOf(scenario: Scenario, startedAt: number, now: number): DependencyReport {
  const { quotaUsed, errorRate, market } = situations[scenario];
  const { lastAnswerAt = now - 1_200, lastError = null } = market(now);
  const used = { waiting: 0, incidents: 0, blockedForMs: 0 };
  const usual = {
    name: 'DexScreener',
    kind: 'api',
    origin: 'https://api.dexscreener.com',
    state: 'closed',
    since: startedAt,
    nextTryAt: null,
    healthy: true,
    reason: 'DexScreener answers',
    lastAnswerAt,
    lastError,
    errorRate,
    recent: {
      attempts: 1_061,
      failures: { ...FAILURES, transient: 4 },
      refused: REFUSED,
      retries: 4,
      cacheHits: 0,
      staleAnswers: 0,
    },
    retriesLeft: 41,
    latency: { p50Ms: 124, p95Ms: 310, p99Ms: 702 },
    timeoutMs: 4_000,
    slow: false,
    quotas: [
      { name: 'pairs', limit: 300, rate: 300, ...used, used: quotaUsed },
      { name: 'profiles', limit: 60, rate: 60, ...used, used: quotaUsed === 0 ? 0 : 4 },
    ],
    probe: null,
  } satisfies DependencyReport;
  switch (scenario) {
    case 'degraded':
      return {
        ...usual,
        recent: {
          ...usual.recent,
          attempts: 742,
          failures: { ...FAILURES, transient: 21, throttled: 2 },
          retries: 19,
        },
        retriesLeft: 22,
        latency: { p50Ms: 2_240, p95Ms: 6_100, p99Ms: 7_900 },
        timeoutMs: 11_850,
        slow: true,
        quotas: usual.quotas.map((quota) =>
          quota.name === 'pairs' ? { ...quota, rate: 150, used: 147, waiting: 3, incidents: 1 } : quota,
        ),
      };
    case 'unreachable':
      return {
        ...usual,
        state: 'open',
        since: now - 3 * 60_000 + 6_000,
        nextTryAt: now + 14_000,
        healthy: false,
        reason: 'DexScreener is left alone after 5 failures in a row: connect ECONNREFUSED 104.26.0.123:443',
        recent: {
          ...usual.recent,
          attempts: 46,
          failures: { ...FAILURES, transient: 8 },
          refused: { ...REFUSED, breaker: 318 },
          retries: 6,
        },
        errorRate: 8 / 46,
        retriesLeft: 2,
        probe: { at: now - 2_000, ok: false, cause: 'connect ECONNREFUSED 104.26.0.123:443' },
      };
    case 'empty':
      return {
        ...usual,
        reason: 'DexScreener has not been called yet',
        recent: { ...usual.recent, attempts: 0, failures: FAILURES, retries: 0 },
        latency: null,
      };
    case 'critical':
      return {
        ...usual,
        recent: { ...usual.recent, attempts: 0, failures: FAILURES, retries: 0 },
        latency: null,
      };
    case 'healthy':
      return usual;
  }
}

function streamOf(scenario: Scenario, startedAt: number, now: number): DependencyReport {
  const isLost = scenario === 'unreachable';
  return {
    name: 'PumpPortal',
    kind: 'stream',
    origin: 'wss://pumpportal.fun/api/data',
    state: isLost ? 'open' : 'closed',
    since: isLost ? now - 3 * 60_000 : startedAt,
    nextTryAt: isLost ? now + 12_000 : null,
    healthy: !isLost,
    reason: isLost ? 'PumpPortal is not connected' : 'PumpPortal is connected',
    lastAnswerAt: isLost ? now - 3 * 60_000 - 9_000 : scenario === 'empty' ? null : now - 41_000,
    lastError: isLost ? 'getaddrinfo ENOTFOUND pumpportal.fun' : null,
    errorRate: null,
    recent: null,
    retriesLeft: null,
    latency: null,
    timeoutMs: null,
    slow: false,
    quotas: [],
    probe: null,
  };
}
