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
export {
  RefusedError,
  createDependency,
  type Dependency,
  type DependencyChange,
  type DependencyState,
  type Failure,
} from './dependency.ts';
export {
  backoffDefaults,
  nextDelay,
  resolveBackoff,
  type Backoff,
  type BackoffOptions,
  type Jitter,
} from './backoff.ts';
export { classifyError } from './classify-error.ts';
export { giveUpOf, type GiveUp } from './give-up.ts';
export { createHedge, type Hedge, type HedgeEvents } from './hedge.ts';
export { HedgeDelay } from './hedge-delay.ts';
export { hedgeDefaults, type HedgeOptions, type HedgeSettings } from './hedge-options.ts';
export { isChallengePage } from './http-failure.ts';
export { LONGEST_RETRY_AFTER_MS, parseHttpDate, parseRetryAfter } from './retry-after.ts';
export { RetryBudget, retryBudgetDefaults, type RetryBudgetOptions } from './retry-budget.ts';
export { decideRetry, type RetryDecision, type RetryQuestion } from './retry-decision.ts';
export { createRetry, type Retry, type RetryEvent, type RetryEvents } from './retry.ts';
export { retryDefaults, type RetryOptions, type RetrySettings } from './retry-options.ts';
