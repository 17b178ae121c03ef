import type { Clock, Random } from '../../kernel/index.ts';
import { backoffDefaults, resolveBackoff, type Backoff, type BackoffOptions } from './backoff.ts';
import { classifyError } from './classify-error.ts';
import type { Classify } from './classify.ts';
import { requireNumber } from './option-checks.ts';
import type { RetryBudget, RetryBudgetOptions } from './retry-budget.ts';

/** Options of a retry that may change while it is in use. Durations are in ms. */
export interface RetrySettings {
  /** Attempts after the first, 0 to 1,000. Default 3. */
  readonly maxRetries?: number | undefined;
  /**
   * Time for a call with all its attempts and waits; over 0. When it is over, the attempt that runs is aborted and the
   * call fails with a TimeoutError. A call may bring a `deadlineMs` of its own. Default `Infinity`.
   */
  readonly deadlineMs?: number | undefined;
  /** How the waits between attempts grow. */
  readonly backoff?: BackoffOptions | undefined;
  /** Tells what a failure means. Only what it says to `retry` is tried again. Default {@link classifyError}. */
  readonly classify?: Classify | undefined;
}

/** Options of {@link createRetry}. */
export interface RetryOptions extends RetrySettings {
  /** What is called, for errors of calls that do not name themselves. Default `call`. */
  readonly name?: string | undefined;
  /**
   * The retry budget: one that several policies share, or options of a new one. `false`: as many retries as the calls
   * want, which in an outage multiplies the load. Default: a new one.
   */
  readonly budget?: RetryBudget | RetryBudgetOptions | false | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Default: seeded by the operating system. */
  readonly random?: Random | undefined;
  /** Told of what a listener or `classify` threw, which changes nothing else. Default: nobody is told. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** {@link RetrySettings} with nothing left out. */
export interface ResolvedRetry {
  readonly maxRetries: number;
  readonly deadlineMs: number;
  readonly backoff: Backoff;
  readonly classify: Classify;
}

export const retryDefaults = {
  name: 'call',
  maxRetries: 3,
  deadlineMs: Infinity,
  backoff: backoffDefaults,
  classify: classifyError,
} as const;

/**
 * Fills in what `settings` leave out from `base`.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function resolveRetry(settings: RetrySettings, base: ResolvedRetry): ResolvedRetry {
  const { maxRetries = base.maxRetries, deadlineMs = base.deadlineMs, classify = base.classify } = settings;
  requireNumber('maxRetries', maxRetries, { least: 0, most: 1_000, integer: true });
  if (!(deadlineMs > 0)) throw new RangeError(`deadlineMs must be a number over 0, not ${deadlineMs}`);
  return { maxRetries, deadlineMs, classify, backoff: resolveBackoff(settings.backoff, base.backoff) };
}
