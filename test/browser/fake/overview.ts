import type { Overview, PushFeedState, Series, TokenSummary } from '../../../src/contract/index.ts';
import { createRandom } from '../../../src/kernel/index.ts';
import { dependenciesOf, featuresOf } from './dependencies.ts';
import { situations, type Scenario } from './scenarios.ts';

const limits = { freshness_hot_p95_s: 30, backlog: 100, quota_used: 300, error_rate: 0.1 };

export function makeOverview(
  scenario: Scenario,
  tokens: readonly TokenSummary[],
  startedAt: number,
  now: number,
): Overview {
  const situation = situations[scenario];
  const number = (test: (token: TokenSummary) => boolean): number => tokens.filter(test).length;
  const hot = number((token) => token.group === 'hot' && token.status !== 'archived');
  const cold = tokens.length - hot;
  const empty = scenario === 'empty' && tokens.length === 0;
  const since = Math.max(startedAt, now - situation.sinceMsAgo);
  const clock = (msAgo: number): string =>
    new Date(now - msAgo).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const market = {
    kind: 'live' as const,
    origin: 'https://api.dexscreener.com',
    reachable: true,
    lastAnswerAt: now - 1_200,
    lastError: null,
    lastErrorAt: null,
    nextTryAt: null,
    ...situation.market(now),
  };
  const none = empty || situation.p95Ms === null;
  const p95Ms = situation.p95Ms ?? 0;
  return {
    status: situation.status,
    sentence: situation.sentence(clock, { hot }),
    since,
    version: '0.1.0',
    uptimeMs: now - startedAt,
    conditions: situation.conditions(now),
    dependencies: dependenciesOf(scenario, startedAt, now),
    features: featuresOf(scenario, startedAt, now),
    at: now,
    market,
    counts: {
      monitoring: number((token) => token.status === 'monitoring'),
      active: number((token) => token.status === 'active'),
      archived: number((token) => token.status === 'archived'),
      total: tokens.length,
    },
    rates: none
      ? { discoveredPerHour: 0, activatedPerHour: 0, refreshedPerMinute: 0, checkedPerMinute: 0 }
      : { discoveredPerHour: 38, activatedPerHour: 3.4, refreshedPerMinute: 1_412, checkedPerMinute: 61 },
    freshness: {
      hot: {
        count: hot,
        intervalMs: 10_000,
        medianMs: none ? null : Math.round(p95Ms * 0.62),
        p95Ms: situation.p95Ms,
        oldestMs: none ? null : p95Ms * 1.3,
        stale: p95Ms > 30_000 ? hot : 0,
      },
      cold: {
        count: cold,
        intervalMs: 45_000,
        medianMs: none ? null : 31_000,
        p95Ms: none ? null : 58_000,
        oldestMs: none ? null : 71_000,
        stale: 0,
      },
    },
    backlog: situation.backlog,
    quota: { pairs: { limit: 300, used: situation.quotaUsed }, profiles: { limit: 60, used: none ? 0 : 4 } },
    errorRate: situation.errorRate,
    droppedPairs: none
      ? []
      : [
          { reason: 'other_chain', count: 1_204 },
          { reason: 'no_liquidity', count: 431 },
          { reason: 'unknown_quote', count: 96 },
          { reason: 'implausible_liquidity', count: 12 },
        ],
    feeds: [
      {
        name: 'pumpportal',
        lastAt: none ? null : now - 41_000,
        found: none ? 0 : 912,
        duplicates: none ? 0 : 14,
        rejected: none ? 0 : 3,
        push: pushOf(scenario, startedAt, now),
      },
      {
        name: 'dexscreener_profiles',
        lastAt: none ? null : now - 22_000,
        found: none ? 0 : 187,
        duplicates: none ? 0 : 1_130,
        rejected: none ? 0 : 41,
      },
      {
        name: 'dexscreener_boosts',
        lastAt: none ? null : now - 23_000,
        found: none ? 0 : 64,
        duplicates: none ? 0 : 702,
        rejected: none ? 0 : 9,
      },
    ],
    series: none
      ? { freshness_hot_p95_s: [], backlog: [], quota_used: [], error_rate: [] }
      : {
          freshness_hot_p95_s: lastHour(1, 9, 1.2, p95Ms / 1_000, situation.sinceMsAgo, now),
          backlog: lastHour(2, 9, 5, situation.backlog, situation.sinceMsAgo, now),
          quota_used: lastHour(3, 210, 14, situation.quotaUsed, situation.sinceMsAgo, now),
          error_rate: lastHour(4, 0.004, 0.004, situation.errorRate ?? 0, situation.sinceMsAgo, now),
        },
    limits,
  };
}

/** The stream is lost with the source: what it missed since then is not known. */
function pushOf(scenario: Scenario, startedAt: number, now: number): PushFeedState {
  const lostAt = now - 3 * 60_000;
  const isLost = scenario === 'unreachable';
  return {
    state: isLost ? 'waiting' : 'live',
    since: isLost ? lostAt : startedAt,
    lastFrameAt: isLost ? lostAt - 9_000 : now - 41_000,
    reconnects: isLost ? 14 : 0,
    lastError: isLost ? 'getaddrinfo ENOTFOUND pumpportal.fun' : null,
    nextTryAt: isLost ? now + 12_000 : null,
    gap: isLost ? { from: lostAt - 9_000, to: null } : null,
    waiting: 0,
    overflow: 0,
    ignored: [{ reason: 'a stablecoin is a quote, not a token to score', count: 3 }],
  };
}

/** An hour that was as usual until the situation began, and goes from there to where it is. */
function lastHour(
  seed: number,
  usual: number,
  noise: number,
  last: number,
  sinceMsAgo: number,
  now: number,
): Series {
  const random = createRandom(seed);
  return Array.from({ length: 60 }, (_, index) => {
    const msAgo = (59 - index) * 60_000;
    const progress = sinceMsAgo > 3_600_000 ? 0 : Math.max(0, 1 - msAgo / sinceMsAgo);
    const value = usual + (random.next() - 0.5) * 2 * noise;
    return [now - msAgo, Math.max(0, value + (last - usual) * progress)] as [number, number];
  });
}
