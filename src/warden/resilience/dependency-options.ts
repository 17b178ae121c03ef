import type { Clock, Random } from '../../kernel/index.ts';
import type { AdaptiveTimeoutOptions } from './adaptive-timeout.ts';
import type { BackoffOptions } from './backoff.ts';
import type { BreakerTuning } from './breaker-options.ts';
import type { BulkheadTuning } from './bulkhead-options.ts';
import type { CacheSettings } from './cache-options.ts';
import type { CallOptions, Work } from './call.ts';
import type { FallbackStep } from './fallback-options.ts';
import type { Classify } from './classify.ts';
import type { HedgeOptions } from './hedge-options.ts';
import type { RateLimitTuning } from './rate-limit-options.ts';
import type { RetryBudget, RetryBudgetOptions } from './retry-budget.ts';

/** Options of {@link createDependency}. What is left out has its default; `false` turns a policy off. */
export interface DependencyOptions<QuotaName extends string = never> {
  /** What it is called in refusals, reports and logs, as in `DexScreener`. */
  readonly name: string;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Source of the jitter. Default: seeded by the operating system. */
  readonly random?: Random | undefined;
  /** What a failure means. Default {@link classifyError}. */
  readonly classify?: Classify | undefined;
  /** Limit of an attempt in ms, or how it follows the answers. Default 10,000. */
  readonly timeout?: number | AdaptiveTimeoutOptions | false | undefined;
  /** Time for a call with all its attempts and waits, in ms. Default: none. */
  readonly deadlineMs?: number | undefined;
  /** Default: 3 retries, equal jitter from 500 ms on. */
  readonly retry?: DependencyRetry | false | undefined;
  /** What retries may add to the calls. Default 10 %; an instance is shared with others who call the same thing. */
  readonly retryBudget?: RetryBudgetOptions | RetryBudget | false | undefined;
  /** Default: opens after 5 failures in a row for 60 s. */
  readonly breaker?: BreakerTuning | false | undefined;
  /** The quotas that the other side keeps, by name; a call says which one it pays. Default: none. */
  readonly quotas?: Readonly<Record<QuotaName, RateLimitTuning>> | undefined;
  /** How many calls at once. Default: no limit. */
  readonly bulkhead?: BulkheadTuning | false | undefined;
  /** A second request when the first takes long. Default: off. Only for work that may be done twice. */
  readonly hedge?: HedgeTuning | false | undefined;
  /** Keeps answers of {@link Dependency.read}. Default: 30 s fresh, 300 s for when nothing newer can be had. */
  readonly cache?: Partial<CacheSettings> | false | undefined;
  /** Time for a whole {@link Dependency.read} with its fallbacks, in ms. Default 10,000. */
  readonly fallbackMs?: number | undefined;
  /** A cheap call that finds out, while the breaker is open, whether the other side is back. Default: none. */
  readonly probe?: DependencyProbe<QuotaName> | undefined;
}

/** How often, and how long after. */
export interface DependencyRetry {
  /** Attempts after the first. Default 3. */
  readonly maxRetries?: number | undefined;
  readonly backoff?: BackoffOptions | undefined;
}

export type HedgeTuning = Omit<HedgeOptions, 'clock' | 'name'>;

export interface DependencyProbe<QuotaName extends string> {
  /** Asks for something small. What it throws says that the other side is not back. */
  readonly run: Work<unknown>;
  /** Time between two probes, in ms. Default 5,000. */
  readonly everyMs?: number | undefined;
  /** Limit of one probe, in ms. Default 4,000. */
  readonly timeoutMs?: number | undefined;
  /**
   * Probes under way at once. Default 1. With more, the next one begins although an earlier one still waits: a limit longer
   * than `everyMs` then costs no time in finding out that it is back. An answer that took longer than calls are given
   * gives an adaptive limit of theirs as much.
   */
  readonly atOnce?: number | undefined;
  /** The quota that it pays, as any call does; with none left it waits for its next turn. */
  readonly quota?: QuotaName | undefined;
}

/** What of a dependency can change while it lives. What is left out stays; a limit that is off or fixed stays that. */
export interface DependencyChanges<QuotaName extends string = never> {
  /** For attempts that begin from now on. What was learned of the answers stays. */
  readonly timeout?: AdaptiveTimeoutOptions | undefined;
  /** For calls that begin from now on, in ms. */
  readonly deadlineMs?: number | undefined;
  /** Those who wait stay. */
  readonly quotas?: { readonly [Name in QuotaName]?: RateLimitTuning } | undefined;
}

/** Options of one call of a dependency. */
export interface DependencyCall<QuotaName extends string = never> extends CallOptions {
  /** The quota that it pays. Default: none. */
  readonly quota?: QuotaName | undefined;
}

/** Options of one read by the whole chain. */
export interface DependencyRead<QuotaName extends string, T> extends DependencyCall<QuotaName> {
  /** Where else an answer may come from, in this order. */
  readonly fallbacks?: readonly FallbackStep<T>[] | undefined;
}

export const dependencyDefaults = {
  timeoutMs: 10_000,
  maxRetries: 3,
  fallbackMs: 10_000,
  windowMs: 300_000,
} as const;
