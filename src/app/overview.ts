import type { Overview } from '../contract/index.ts';
import { VERSION } from '../client/index.ts';
import type { DexClient } from '../hosts/dexscreener/index.ts';
import {
  tokenSentence,
  waitingSentence,
  type FeedStatus,
  type PipelineStatus,
  type TokenPipeline,
  type TokenSettings,
} from '../hosts/tokens/index.ts';
import { sentenceOf, type Health } from '../warden/health/index.ts';
import { marketReport, streamReport } from './dependency-reports.ts';
import type { SignalHistory } from './signal-history.ts';

/** The series that the first page draws. */
const SHOWN_SIGNALS = ['freshness_hot_p95_s', 'backlog', 'quota_used', 'error_rate'];

/** What an overview is made of. */
export interface OverviewParts {
  readonly now: number;
  readonly uptimeMs: number;
  readonly startedAt: number;
  readonly marketKind: Overview['market']['kind'];
  readonly health: Health | null;
  readonly status: PipelineStatus;
  readonly counts: TokenPipeline['registry']['counts'];
  readonly total: number;
  readonly dex: Pick<DexClient, 'origin' | 'state' | 'quota' | 'dropped'>;
  readonly feeds: readonly FeedStatus[];
  /** Where the stream comes from; null without one. */
  readonly streamOrigin: string | null;
  readonly features: Overview['features'];
  readonly history: SignalHistory;
  readonly settings: TokenSettings;
}

/** What the first page shows, from what the rooms say of themselves. */
export function buildOverview(parts: OverviewParts): Overview {
  const { now, status, dex, settings } = parts;
  const source = dex.state();
  const health: Health = parts.health ?? {
    status: 'unknown',
    since: parts.startedAt,
    conditions: [],
    unknown: [],
  };
  const detail =
    source.reachable === null
      ? `Waiting for the first answer of ${dex.origin}.`
      : source.reachable
        ? tokenSentence(status, parts.total)
        : waitingSentence(parts.total, source.nextTryAt === null ? null : source.nextTryAt - now);
  const { group: _hot, ...hot } = status.hot;
  const { group: _cold, ...cold } = status.cold;
  const { limit, used } = dex.quota('pairs');
  const profiles = dex.quota('profiles');
  return {
    status: health.status,
    sentence: sentenceOf(health, detail),
    since: health.since,
    version: VERSION,
    uptimeMs: parts.uptimeMs,
    conditions: health.conditions.map((condition) => ({
      ...condition,
      labels: { ...condition.labels },
      nextSteps: [...condition.nextSteps],
      evidence: condition.evidence.map(([at, value]): [number, number] => [at, value]),
    })),
    dependencies: [
      marketReport(dex),
      ...parts.feeds.flatMap((feed) => streamReport(feed, parts.streamOrigin ?? '') ?? []),
    ],
    features: parts.features,
    at: now,
    market: {
      kind: parts.marketKind,
      origin: dex.origin,
      reachable: source.reachable,
      lastAnswerAt: source.lastAnswerAt,
      lastError: source.lastError,
      lastErrorAt: source.lastErrorAt,
      nextTryAt: source.nextTryAt,
    },
    counts: { ...parts.counts, total: parts.total },
    rates: {
      discoveredPerHour: status.discoveredPerHour,
      activatedPerHour: status.activatedPerHour,
      refreshedPerMinute: status.refreshedPerMinute,
      checkedPerMinute: status.checkedPerMinute,
    },
    freshness: { hot, cold },
    backlog: status.backlog,
    quota: { pairs: { limit, used }, profiles: { limit: profiles.limit, used: profiles.used } },
    errorRate: source.errorRate,
    droppedPairs: [...dex.dropped()].map(([reason, count]) => ({ reason, count })),
    feeds: parts.feeds.map(({ push, ...feed }) => ({
      ...feed,
      ...(push ? { push: { ...push, ignored: [...push.ignored] } } : {}),
    })),
    series: Object.fromEntries(SHOWN_SIGNALS.map((signal) => [signal, parts.history.of(signal)])),
    limits: {
      freshness_hot_p95_s: (3 * settings.hotIntervalMs) / 1_000,
      quota_used: limit,
      error_rate: 0.1,
    },
  };
}
