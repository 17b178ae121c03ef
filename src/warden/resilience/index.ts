export {
  RefusedError,
  createDependency,
  type Dependency,
  type DependencyChange,
  type DependencyState,
  type Failure,
} from './dependency.ts';
export { createBulkhead, type BulkheadOptions, type BulkheadPolicy } from './bulkhead.ts';
export { createRateLimit, type RateLimit, type RateLimitOptions } from './rate-limit.ts';
