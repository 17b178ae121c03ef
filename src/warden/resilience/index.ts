/**
 * Policies for calling what may fail, each alone and composed ({@link createDependency}). Published as
 * `moonwarden/resilience`; it needs nothing else of Moonwarden.
 */
export type { AdaptiveTimeoutOptions } from './adaptive-timeout.ts';
export { adaptiveTimeoutDefaults } from './adaptive-timeout.ts';
export type { Answer, Freshness } from './answer.ts';
export { backoffDefaults, nextDelay, type Backoff, type BackoffOptions, type Jitter } from './backoff.ts';
export type {
  Breaker,
  BreakerChange,
  BreakerChanges,
  BreakerEvents,
  BreakerOptions,
  BreakerStatus,
} from './breaker-api.ts';
export type { BreakerAdvice, BreakerStats } from './breaker-core.ts';
export {
  breakerDefaults,
  type BreakerTuning,
  type FailureRatioTrip,
  type RampOptions,
  type SlowCallTrip,
  type TripOptions,
} from './breaker-options.ts';
export type { BreakerState } from './breaker-phases.ts';
export type { BreakerSnapshot, Restored } from './breaker-snapshot.ts';
export { createBreaker } from './breaker.ts';
export { bulkheadDefaults, type BulkheadTuning } from './bulkhead-options.ts';
export { createBulkhead, type BulkheadOptions, type BulkheadPolicy } from './bulkhead.ts';
export type { Cache, CacheEvents, CacheStats } from './cache-api.ts';
export { cacheDefaults, type CacheOptions, type CacheSettings } from './cache-options.ts';
export { createCache } from './cache.ts';
export {
  RefusedError,
  type CallContext,
  type CallOptions,
  type Policy,
  type Priority,
  type Refusal,
  type Result,
  type Work,
} from './call.ts';
export { classifyError } from './classify-error.ts';
export type { Classification, Classify, FailureKind } from './classify.ts';
export { createFeatures, type FeatureEvents, type Features, type FeaturesOptions } from './degraded.ts';
export type { DependencyEventMap } from './dependency-events.ts';
export {
  dependencyDefaults,
  type DependencyCall,
  type DependencyOptions,
  type DependencyProbe,
  type DependencyRetry,
} from './dependency-options.ts';
export type { DependencyReport, QuotaReport } from './dependency-report.ts';
export type { DependencyCounts, LatencyFigures } from './dependency-stats.ts';
export { createDependency, type Dependency } from './dependency.ts';
export { fallbackDefaults, type FallbackOptions, type FallbackStep } from './fallback-options.ts';
export {
  UnavailableError,
  createFallback,
  type Fallback,
  type FallbackAnswer,
  type FallbackStats,
  type StepFailure,
} from './fallback.ts';
export { giveUpOf, type GiveUp } from './give-up.ts';
export { hedgeDefaults, type HedgeOptions, type HedgeSettings } from './hedge-options.ts';
export { createHedge, type Hedge, type HedgeEvents } from './hedge.ts';
export { isChallengePage } from './http-failure.ts';
export type { DependencyHealth, Feature, FeatureHealth } from './judge-features.ts';
export {
  networkGone,
  unreachableBy,
  type HostOutcome,
  type NetworkVerdict,
  type Unreachable,
} from './network-gone.ts';
export {
  createFileOfflineStore,
  type FileOfflineStore,
  type FileOfflineStoreOptions,
} from './offline-file-store.ts';
export {
  offlineQueueDefaults,
  type OfflineQueueOptions,
  type OfflineQueueSettings,
  type SendContext,
} from './offline-options.ts';
export type {
  DeadLetter,
  EnqueueOptions,
  OfflineQueue,
  OfflineQueueEvents,
  OfflineQueueState,
  Receipt,
} from './offline-queue-api.ts';
export { createOfflineQueue } from './offline-queue.ts';
export { createMemoryOfflineStore, type OfflineRecord, type OfflineStore } from './offline-store.ts';
export { createProbe, probeDefaults, type Probe, type ProbeOptions, type ProbeResult } from './probe.ts';
export { rateLimitDefaults, type RateLimitTuning } from './rate-limit-options.ts';
export { createRateLimit, type RateLimit, type RateLimitOptions } from './rate-limit.ts';
export { parseRetryAfter } from './retry-after.ts';
export { RetryBudget, retryBudgetDefaults, type RetryBudgetOptions } from './retry-budget.ts';
export { retryDefaults, type RetryOptions, type RetrySettings } from './retry-options.ts';
export { createRetry, type Retry, type RetryEvent, type RetryEvents } from './retry.ts';
export { createTimeout, timeoutDefaults, type Timeout, type TimeoutOptions } from './timeout.ts';
