import type { Condition, HealthStatus, Overview } from '../../../src/contract/index.ts';

export type Scenario = 'healthy' | 'degraded' | 'critical' | 'unreachable' | 'empty';

/** What makes a scenario what it is; the rest is the same in all. */
export interface Situation {
  readonly status: HealthStatus;
  readonly sinceMsAgo: number;
  readonly sentence: (at: (msAgo: number) => string, overview: { readonly hot: number }) => string;
  readonly conditions: (now: number) => Condition[];
  readonly p95Ms: number | null;
  readonly backlog: number;
  readonly quotaUsed: number;
  readonly errorRate: number | null;
  readonly market: (now: number) => Partial<Overview['market']>;
}

const MIN = 60_000;
const count = (value: number): string => value.toLocaleString('en');

const slow = (now: number): Condition => ({
  rule: 'source_latency',
  labels: {},
  evidence: [],
  level: 'warning',
  since: now - 8 * MIN,
  value: 6_100,
  limit: 5_000,
  unit: 'ms',
  reason: 'DexScreener answers slowly: 95 of 100 calls take up to 6.1 s, the limit is 5 s.',
  nextSteps: [
    'Nothing yet: the batch size is halved and the next check is in 20 s.',
    'If it lasts over 30 minutes, see status.dexscreener.com.',
  ],
});

const behind = (now: number): Condition => ({
  rule: 'backlog',
  labels: {},
  evidence: [],
  level: 'warning',
  since: now - 5 * MIN,
  value: 112,
  limit: 100,
  unit: 'tokens',
  reason: '112 tokens wait for their refresh, the limit is 100.',
  nextSteps: ['Raise cold_interval_s from 45 to 90, so that the quota goes to hot tokens.'],
});

const old = (now: number): Condition => ({
  rule: 'freshness_hot',
  labels: {},
  evidence: [],
  level: 'critical',
  since: now - 11 * MIN,
  value: 640,
  limit: 30,
  unit: 's',
  reason: 'Hot tokens are shown with data that is up to 10 minutes old, the limit is 30 s.',
  nextSteps: [
    'See whether this machine reaches api.dexscreener.com: curl -I https://api.dexscreener.com.',
    'If it does, restart the service: systemctl restart moonwarden.',
  ],
});

export const situations: Record<Scenario, Situation> = {
  healthy: {
    status: 'healthy',
    sinceMsAgo: 133 * MIN,
    sentence: (_, { hot }) => `Healthy. ${count(hot)} hot tokens are fresh (median 6 s).`,
    conditions: () => [],
    p95Ms: 9_400,
    backlog: 7,
    quotaUsed: 212,
    errorRate: 0.004,
    market: () => ({}),
  },
  degraded: {
    status: 'degraded',
    sinceMsAgo: 8 * MIN,
    sentence: (at) =>
      `Degraded since ${at(8 * MIN)}: DexScreener answers slowly (p95 6.1 s). Serving cached data; batch size halved; next check in 20 s.`,
    conditions: (now) => [slow(now), behind(now)],
    p95Ms: 27_000,
    backlog: 112,
    quotaUsed: 288,
    errorRate: 0.031,
    market: (now) => ({ lastError: 'Timed out after 8 s.', lastErrorAt: now - 48_000 }),
  },
  unreachable: {
    status: 'degraded',
    sinceMsAgo: 3 * MIN,
    sentence: (at) =>
      `Degraded since ${at(3 * MIN)}: DexScreener can't be reached (connection refused). Scores are kept as they were; next try in 14 s.`,
    conditions: (now) => [
      {
        rule: 'source_reachable',
        labels: {},
        evidence: [],
        level: 'warning',
        since: now - 3 * MIN,
        value: 180,
        limit: 60,
        unit: 's',
        reason:
          'No answer from https://api.dexscreener.com for 3 minutes: connect ECONNREFUSED 104.26.0.123:443.',
        nextSteps: ['See whether this machine reaches the internet and whether a firewall is in the way.'],
      },
    ],
    p95Ms: 184_000,
    backlog: 61,
    quotaUsed: 4,
    errorRate: 1,
    market: (now) => ({
      reachable: false,
      lastAnswerAt: now - 184_000,
      lastError: 'connect ECONNREFUSED 104.26.0.123:443',
      lastErrorAt: now - 2_000,
      nextTryAt: now + 14_000,
    }),
  },
  critical: {
    status: 'critical',
    sinceMsAgo: 11 * MIN,
    sentence: (at) =>
      `Critical since ${at(11 * MIN)}: the data of hot tokens is 10 minutes old, because refreshing has stopped. It was restarted twice without success; a person is needed.`,
    conditions: (now) => [behind(now), old(now), slow(now)],
    p95Ms: 640_000,
    backlog: 184,
    quotaUsed: 0,
    errorRate: null,
    market: (now) => ({
      lastAnswerAt: now - 640_000,
      lastError: 'Timed out after 8 s.',
      lastErrorAt: now - 655_000,
    }),
  },
  empty: {
    status: 'unknown',
    sinceMsAgo: 12_000,
    sentence: () => 'Starting. No token is known yet; discovery listens.',
    conditions: () => [],
    p95Ms: null,
    backlog: 0,
    quotaUsed: 0,
    errorRate: null,
    market: () => ({ reachable: null, lastAnswerAt: null }),
  },
};
