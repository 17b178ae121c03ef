import { z } from 'zod';
import { dependencyReport, featureReport } from './dependencies.ts';

/** The four states that anything can be in. */
export const healthStatus = z.enum(['healthy', 'degraded', 'critical', 'unknown']);
export type HealthStatus = z.infer<typeof healthStatus>;

export const conditionLevel = z.enum(['warning', 'error', 'critical']);
export type ConditionLevel = z.infer<typeof conditionLevel>;

/** Something that is not as it should be, with its reason. */
export const condition = z.object({
  rule: z.string(),
  /** Of the series that it is about; none where the signal has only one. */
  labels: z.record(z.string(), z.string()),
  level: conditionLevel,
  since: z.number(),
  value: z.number(),
  limit: z.number(),
  unit: z.string(),
  /** One plain sentence. */
  reason: z.string(),
  /** What a person can do about it. */
  nextSteps: z.array(z.string()),
  /** The last figures: pairs of (time in ms, value), oldest first. */
  evidence: z.array(z.tuple([z.number(), z.number()])),
});
export type Condition = z.infer<typeof condition>;

/** `GET /health` for a caller without a token: the status alone. */
export const healthBrief = z.object({ status: healthStatus });

/** `GET /health` for a caller who may read. */
export const healthReport = z.object({
  status: healthStatus,
  /** The one sentence that every surface shows. */
  sentence: z.string(),
  since: z.number(),
  version: z.string(),
  uptimeMs: z.number(),
  conditions: z.array(condition),
  /** What the service needs of the world. */
  dependencies: z.array(dependencyReport),
  /** What it does, and what of it is off or goes on with old data because a dependency is missing. */
  features: z.array(featureReport),
});
export type HealthReport = z.infer<typeof healthReport>;

/** A part of the service, how it is, and why. */
const componentHealth = z.object({
  name: z.string(),
  /** For people. */
  title: z.string(),
  /** Name of the component that it is a part of; null for the service. */
  parent: z.string().nullable(),
  /** Without it the service cannot do its work; of others no more than degraded comes through. */
  essential: z.boolean(),
  status: healthStatus,
  /** One sentence. */
  reason: z.string(),
  /** Since when something about it is wrong; null while nothing is. */
  since: z.number().nullable(),
  /** Conditions about it, its parts included. */
  conditions: z.number(),
});
export type ComponentHealth = z.infer<typeof componentHealth>;

/** `GET /health/detailed`: the tree of components as a list, the service first, each before its parts. */
export const detailedHealth = healthReport.extend({
  at: z.number(),
  components: z.array(componentHealth),
});
export type DetailedHealth = z.infer<typeof detailedHealth>;

export const liveness = z.object({ status: z.literal('alive') });
export const readiness = z.object({ status: z.enum(['ready', 'not-ready']), reason: z.string().optional() });
export type Readiness = z.infer<typeof readiness>;

const groupFreshness = z.object({
  count: z.number(),
  intervalMs: z.number(),
  /** Age of the data: now - the time of the last answer. Null while no token of the group has an answer. */
  medianMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
  oldestMs: z.number().nullable(),
  /** Tokens whose data is older than three intervals, or that have none yet. */
  stale: z.number(),
});

/** A series for a sparkline: pairs of (time in ms, value), oldest first. */
const series = z.array(z.tuple([z.number(), z.number()]));
export type Series = z.infer<typeof series>;

/** The connection of a feed that tells by itself. */
const pushFeed = z.object({
  state: z.enum(['live', 'connecting', 'waiting', 'stopped']),
  /** Since when it is live; otherwise since when it is not. */
  since: z.number(),
  lastFrameAt: z.number().nullable(),
  /** Connections after the first. */
  reconnects: z.number(),
  /** Why the last connection was lost or refused; null while live. */
  lastError: z.string().nullable(),
  nextTryAt: z.number().nullable(),
  /**
   * A time for which it is not known whether it told of every token, until the other feeds have been asked. `to` is null
   * while it lasts.
   */
  gap: z.object({ from: z.number(), to: z.number().nullable() }).nullable(),
  /** Tokens that wait to be stored. */
  waiting: z.number(),
  /** Tokens that found no room while the store refused. */
  overflow: z.number(),
  /** Frames that named no token to watch. */
  ignored: z.array(z.object({ reason: z.string(), count: z.number() })),
});
export type PushFeedState = z.infer<typeof pushFeed>;

/** `GET /api/overview`, and the `state` event: what the first page shows. */
export const overview = healthReport.extend({
  at: z.number(),
  market: z.object({
    /** `live`, `sim` or `recorded`. */
    kind: z.enum(['live', 'sim', 'recorded']),
    origin: z.string(),
    reachable: z.boolean().nullable(),
    lastAnswerAt: z.number().nullable(),
    /** Why the last call failed; null when it did not. */
    lastError: z.string().nullable(),
    lastErrorAt: z.number().nullable(),
    /** When the next try is due while calls fail. */
    nextTryAt: z.number().nullable(),
  }),
  counts: z.object({ monitoring: z.number(), active: z.number(), archived: z.number(), total: z.number() }),
  rates: z.object({
    discoveredPerHour: z.number(),
    activatedPerHour: z.number(),
    refreshedPerMinute: z.number(),
    checkedPerMinute: z.number(),
  }),
  freshness: z.object({ hot: groupFreshness, cold: groupFreshness }),
  /** Tokens whose refresh is due and has not happened yet. */
  backlog: z.number(),
  quota: z.object({
    pairs: z.object({ limit: z.number(), used: z.number() }),
    profiles: z.object({ limit: z.number(), used: z.number() }),
  }),
  /** Share of calls in the last five minutes that failed, 0..1; null when there was none. */
  errorRate: z.number().nullable(),
  droppedPairs: z.array(z.object({ reason: z.string(), count: z.number() })),
  feeds: z.array(
    z.object({
      name: z.string(),
      lastAt: z.number().nullable(),
      found: z.number(),
      duplicates: z.number(),
      rejected: z.number(),
      /** Only of a feed that tells by itself. */
      push: pushFeed.optional(),
    }),
  ),
  /** The last hour by minute, by name: `freshness_hot_p95_s`, `backlog`, `quota_used`, `error_rate`. */
  series: z.record(z.string(), series),
  /** The limits that belong to the series, drawn as a line. */
  limits: z.record(z.string(), z.number()),
});
export type Overview = z.infer<typeof overview>;
