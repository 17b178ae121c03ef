import {
  adaptiveLimitSettings,
  type AdaptiveLimitOptions,
  type AdaptiveLimitSettings,
} from './adaptive-limit.ts';
import { overlay, waitMs, wholeNumber } from './option-checks.ts';

/** How a bulkhead behaves. All of it can be changed while it runs. */
export interface BulkheadTuning {
  /**
   * At most so many calls run at once: a whole number from 1 to 100,000, or a limit that follows measured latency.
   * Default 10.
   */
  readonly limit?: number | AdaptiveLimitOptions | undefined;
  /**
   * Calls that may wait at once, 0 to 100,000. When one more comes, the oldest of the lowest priority is refused, which
   * may be the one that comes. Default 100.
   */
  readonly maxQueue?: number | undefined;
  /** How long a call may wait before it is refused, in ms. 0: none waits. Default 5,000. */
  readonly maxWaitMs?: number | undefined;
}

/** What follows from {@link BulkheadTuning}. */
export interface BulkheadSettings {
  readonly limit: number | AdaptiveLimitSettings;
  readonly maxQueue: number;
  readonly maxWaitMs: number;
}

/** Default values of {@link BulkheadTuning}. */
export const bulkheadDefaults: BulkheadSettings = { limit: 10, maxQueue: 100, maxWaitMs: 5_000 };

/**
 * What is asked for, on top of `base`.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function bulkheadSettings(tuning: BulkheadTuning, base = bulkheadDefaults): BulkheadSettings {
  const all = overlay<BulkheadTuning>(base, tuning);
  const { limit = bulkheadDefaults.limit, maxQueue = base.maxQueue, maxWaitMs = base.maxWaitMs } = all;
  return {
    limit: typeof limit === 'object' ? adaptiveLimitSettings(limit) : wholeNumber('limit', limit, 1, 100_000),
    maxQueue: wholeNumber('maxQueue', maxQueue, 0, 100_000),
    maxWaitMs: waitMs('maxWaitMs', maxWaitMs),
  };
}
