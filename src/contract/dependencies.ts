import { z } from 'zod';

/**
 * How calls to a dependency go: `closed`, they are made; `open`, they are refused for a while; `half_open`, a few are
 * tried; `isolated`, a person has them refused. The names are those of a circuit breaker.
 */
export const breakerState = z.enum(['closed', 'open', 'half_open', 'isolated']);
export type BreakerState = z.infer<typeof breakerState>;

const failureKind = z.enum(['transient', 'throttled', 'persistent', 'system', 'critical', 'cancelled']);
const refuser = z.enum(['breaker', 'quota', 'bulkhead', 'deadline', 'offline']);

/** How much may be asked of a dependency. */
const quotaReport = z.object({
  name: z.string(),
  /** Calls a minute. */
  limit: z.number(),
  /** The same now: less for a while after the other side asked for less. */
  rate: z.number(),
  /** Calls of the last minute. */
  used: z.number(),
  waiting: z.number(),
  /** How often the other side asked for less since the start. */
  incidents: z.number(),
  /** How long it asked to be left alone from now on; 0 when it did not. */
  blockedForMs: z.number(),
});
export type QuotaReport = z.infer<typeof quotaReport>;

/** What is known of something outside that the service needs. Counts are of the last five minutes. */
export const dependencyReport = z.object({
  name: z.string(),
  /** `api` is asked. `stream` tells by itself: its state is that of the connection, and no calls are counted. */
  kind: z.enum(['api', 'stream']),
  /** Where it is reached. */
  origin: z.string(),
  state: breakerState,
  /** Since when it is in this state. */
  since: z.number(),
  /** While it is left alone: when it is tried again at the latest; null when nobody can say, or it is not. */
  nextTryAt: z.number().nullable(),
  healthy: z.boolean(),
  /** How it is and why, in one sentence. */
  reason: z.string(),
  /** When it last answered, or told anything. */
  lastAnswerAt: z.number().nullable(),
  /** Why the last call failed; null when it did not. */
  lastError: z.string().nullable(),
  /** Share of failed calls, 0..1; null without calls. */
  errorRate: z.number().nullable(),
  /** Null for a stream. */
  recent: z
    .object({
      /** Calls that were made, retries among them. */
      attempts: z.number(),
      failures: z.record(failureKind, z.number()),
      /** Calls that were not made, by what refused them. */
      refused: z.record(refuser, z.number()),
      retries: z.number(),
      cacheHits: z.number(),
      staleAnswers: z.number(),
    })
    .nullable(),
  /** Retries that may start now; null where they are not limited. */
  retriesLeft: z.number().nullable(),
  /** How long answers took; null without any. */
  latency: z.object({ p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number() }).nullable(),
  /** After this long a call is given up; null without a limit. */
  timeoutMs: z.number().nullable(),
  /** Whether answers take so long that the limit is widened. */
  slow: z.boolean(),
  quotas: z.array(quotaReport),
  /** The last request that only asked whether it is back; null when there was none. */
  probe: z.object({ at: z.number(), ok: z.boolean(), cause: z.string().nullable() }).nullable(),
});
export type DependencyReport = z.infer<typeof dependencyReport>;

/** `stale`: it goes on, with data from before. */
export const featureState = z.enum(['on', 'stale', 'off']);
export type FeatureState = z.infer<typeof featureState>;

/** Something that the service does, and whether what it needs is there. */
export const featureReport = z.object({
  name: z.string(),
  state: featureState,
  /** What is missing and why; null when it is on. */
  reason: z.string().nullable(),
  since: z.number(),
});
export type FeatureReport = z.infer<typeof featureReport>;
