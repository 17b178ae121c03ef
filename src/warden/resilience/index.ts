export {
  RefusedError,
  createDependency,
  type Dependency,
  type DependencyChange,
  type DependencyState,
  type Failure,
} from './dependency.ts';
export type { Answer, Freshness } from './answer.ts';
export type { Cache, CacheEvents, CacheStats } from './cache-api.ts';
export {
  cacheDefaults,
  type CacheCallOptions,
  type CacheOptions,
  type CacheSettings,
} from './cache-options.ts';
export { createCache } from './cache.ts';
export { createFeatures, type FeatureEvents, type Features, type FeaturesOptions } from './degraded.ts';
export { fallbackDefaults, type FallbackOptions, type FallbackStep } from './fallback-options.ts';
export {
  UnavailableError,
  createFallback,
  type Fallback,
  type FallbackAnswer,
  type FallbackCallOptions,
  type FallbackStats,
  type StepFailure,
} from './fallback.ts';
export { judgeFeatures, type DependencyHealth, type Feature, type FeatureHealth } from './judge-features.ts';
export {
  networkGone,
  unreachableBy,
  type HostOutcome,
  type NetworkVerdict,
  type Unreachable,
} from './network-gone.ts';
export {
  createFileOfflineStore,
  fileOfflineStoreDefaults,
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
export {
  createProbe,
  probeDefaults,
  type Probe,
  type ProbeOptions,
  type ProbeResult,
  type ProbeSettings,
} from './probe.ts';
