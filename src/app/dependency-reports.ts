import type { BreakerState, DependencyReport, PushFeedState } from '../contract/index.ts';
import type { DexClient } from '../hosts/dexscreener/index.ts';
import type { FeedStatus } from '../hosts/tokens/index.ts';

const STREAM_STATES: Record<PushFeedState['state'], BreakerState> = {
  live: 'closed',
  connecting: 'half_open',
  waiting: 'open',
  stopped: 'isolated',
};

/** What is shown of the market. Pure. */
export function marketReport({ state, origin }: Pick<DexClient, 'state' | 'origin'>): DependencyReport {
  const report = state();
  const { attempts, failures, refused, retries, cacheHits, staleAnswers } = report.recent;
  const { latency, probe } = report;
  return {
    name: report.name,
    kind: 'api',
    origin,
    state: report.state,
    since: report.since,
    nextTryAt: report.nextTryAt,
    healthy: report.healthy,
    reason: report.reason,
    lastAnswerAt: report.lastAnswerAt,
    lastError: report.lastError,
    errorRate: report.errorRate,
    recent: { attempts, failures, refused, retries, cacheHits, staleAnswers },
    retriesLeft: report.retriesLeft,
    latency: latency && { p50Ms: latency.p50Ms, p95Ms: latency.p95Ms, p99Ms: latency.p99Ms },
    timeoutMs: report.timeoutMs,
    slow: report.slow,
    quotas: report.quotas.map(({ name, limit, rate, used, waiting, incidents, blockedForMs }) => ({
      name,
      limit,
      rate,
      used,
      waiting,
      incidents,
      blockedForMs,
    })),
    probe: probe && { at: probe.at, ok: probe.ok, cause: probe.cause },
  };
}

/** What is shown of a stream: the states of its connection, in the words of a breaker. Pure. */
export function streamReport({ push }: FeedStatus, origin: string): DependencyReport | null {
  if (!push) return null;
  const name = 'PumpPortal';
  const { state, since, nextTryAt, lastError, lastFrameAt } = push;
  return {
    name,
    kind: 'stream',
    origin,
    state: STREAM_STATES[state],
    since,
    nextTryAt,
    healthy: state === 'live',
    reason: state === 'live' ? `${name} is connected` : `${name} is not connected`,
    lastAnswerAt: lastFrameAt,
    lastError,
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
