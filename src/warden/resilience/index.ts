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
