import { TimeoutError, describeError, type Clock, type Random } from '../../kernel/index.ts';
import type { AdaptiveTimeout } from './adaptive-timeout.ts';
import { nextDelay, type Backoff } from './backoff.ts';
import type { BreakerCore } from './breaker-core.ts';
import type { Bulkhead } from './bulkhead-core.ts';
import type { Refusal } from './call.ts';
import type { Classification, Classify } from './classify.ts';
import type { Deadlines } from './deadlines.ts';
import type { DependencyEvents } from './dependency-events.ts';
import type { DependencyStats } from './dependency-stats.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { RetryBudget } from './retry-budget.ts';
import { decideRetry, type RetryDecision } from './retry-decision.ts';

/** What one dependency is made of; `null` stands for a policy that is off. */
export interface PartsOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly classify: Classify;
  readonly breaker: BreakerCore | null;
  readonly bulkhead: Bulkhead | null;
  readonly budget: RetryBudget | null;
  readonly deadlines: Deadlines;
  readonly stats: DependencyStats;
  readonly quotas: readonly RateLimiter[];
  readonly emit: DependencyEvents['emit'];
  /** A fixed limit in ms, one that follows the answers, or `Infinity`. */
  readonly timeout: number | AdaptiveTimeout;
  readonly retry: { readonly maxRetries: number; readonly backoff: Backoff } | null;
  /** Time for a call with all its attempts, in ms. */
  readonly deadlineMs: number;
}

/** How the last calls went. Times are wall-clock ms, but for those that say otherwise. */
export interface LastOutcome {
  /** Monotonic: the wall clock is asked by who reads it, not by each call. */
  lastAnswerMs: number | null;
  lastError: unknown;
  lastErrorAt: number | null;
  failuresInRow: number;
  /** Monotonic; null while it answers. */
  failingSinceMs: number | null;
  /** The same, but for failures that asked for fewer requests: who asks for that is there. */
  awaySinceMs: number | null;
}

/** The policies of one dependency and what they know, as one call after the other uses them. */
export class DependencyParts {
  readonly name: string;
  readonly clock: Clock;
  readonly breaker: BreakerCore | null;
  readonly bulkhead: Bulkhead | null;
  readonly budget: RetryBudget | null;
  readonly deadlines: Deadlines;
  readonly adaptive: AdaptiveTimeout | null;
  readonly stats: DependencyStats;
  deadlineMs: number;
  readonly emit: DependencyEvents['emit'];
  readonly monotonic: () => number;
  readonly last: LastOutcome = {
    lastAnswerMs: null,
    lastError: null,
    lastErrorAt: null,
    failuresInRow: 0,
    failingSinceMs: null,
    awaySinceMs: null,
  };
  /** Attempts under way. */
  running = 0;
  readonly #options: PartsOptions;
  readonly #fixedMs: number;

  constructor(options: PartsOptions) {
    this.#options = options;
    this.name = options.name;
    this.clock = options.clock;
    this.breaker = options.breaker;
    this.bulkhead = options.bulkhead;
    this.budget = options.budget;
    this.deadlines = options.deadlines;
    this.stats = options.stats;
    this.deadlineMs = options.deadlineMs;
    this.emit = options.emit;
    this.monotonic = () => options.clock.monotonic();
    this.adaptive = typeof options.timeout === 'number' ? null : options.timeout;
    this.#fixedMs = typeof options.timeout === 'number' ? options.timeout : 0;
  }

  timeoutMs(nowMs: number): number {
    return this.adaptive === null ? this.#fixedMs : this.adaptive.limitMs(nowMs);
  }

  /** With this much time or less an attempt would most likely end without an answer, in ms. */
  hopelessMs(nowMs: number): number {
    return this.adaptive?.usualMs(nowMs) ?? 0;
  }

  /** An attempt that had less time than this and ended without an answer says nothing about the other side. */
  patienceMs(nowMs: number): number {
    return this.adaptive === null
      ? Math.min(this.#fixedMs, this.deadlineMs)
      : Math.min(this.adaptive.patienceMs(nowMs), this.deadlineMs);
  }

  answered(nowMs: number, durationMs: number): void {
    this.stats.success(nowMs, durationMs);
    const { last } = this;
    last.lastAnswerMs = nowMs;
    last.failuresInRow = 0;
    if (last.failingSinceMs === null) return;
    const afterMs = nowMs - last.failingSinceMs;
    last.failingSinceMs = null;
    last.awaySinceMs = null;
    last.lastError = null;
    this.emit('regained', { afterMs });
  }

  /** Notes a failure and says what it means. */
  failed(error: unknown, nowMs: number, durationMs: number): Classification {
    const failure = this.classify(error);
    this.stats.failure(nowMs, failure.kind);
    const { last } = this;
    if (failure.kind !== 'cancelled') {
      last.lastError = error;
      last.lastErrorAt = this.clock.now();
      if (failure.countsForBreaker !== false) {
        last.failuresInRow += 1;
        last.failingSinceMs ??= nowMs;
        if (failure.kind !== 'throttled') last.awaySinceMs ??= nowMs;
      }
    }
    this.emit('failure', { error, failure, durationMs, inRow: last.failuresInRow });
    return failure;
  }

  refused(refusal: Refusal, nowMs: number): void {
    this.stats.refusal(nowMs, refusal.by);
    this.emit('refused', refusal);
  }

  /** The other side asked for less. */
  throttled(quota: RateLimiter, nowMs: number, retryAfterMs: number | undefined, startedMs: number): void {
    const isNew = quota.throttled(nowMs, retryAfterMs, startedMs);
    // Who asks to be left alone means all that we ask it for; how much is too much, only what was counted.
    if (retryAfterMs !== undefined && retryAfterMs > 0) {
      for (const other of this.#options.quotas)
        if (other !== quota) other.throttled(nowMs, retryAfterMs, -Infinity);
    }
    if (!isNew) return;
    this.emit('throttled', { rate: quota.core.rate(nowMs), retryAfterMs: retryAfterMs ?? null });
  }

  noTimeLeft(what: string): Refusal {
    const now = this.clock.now();
    return {
      dependency: this.name,
      by: 'deadline',
      reason: `${what} was not called: no time was left for it`,
      state: 'expired',
      since: now,
      nextTryAt: now,
      retryInMs: 0,
      lastCause: null,
    };
  }

  /** Whether a failed call is tried again; a retry that is, holds its place in the budget until it starts. */
  retryAfter(
    failure: Classification,
    call: {
      readonly attempt: number;
      readonly delayMs: number;
      readonly remainingMs: number;
      readonly idempotent: boolean;
      readonly isRetried: boolean;
    },
    nowMs: number,
  ): RetryDecision {
    const { retry, random } = this.#options;
    const { attempt } = call;
    const budgetAllows = this.budget === null || this.budget.left(nowMs) > 0;
    const decision = decideRetry({
      classification: failure,
      attempt,
      maxRetries: call.isRetried ? (retry?.maxRetries ?? 0) : 0,
      delayMs: retry === null ? 0 : nextDelay(retry.backoff, attempt, call.delayMs, random.next()),
      remainingMs: call.remainingMs,
      idempotent: call.idempotent,
      budgetAllows,
    });
    if (decision.retry) {
      this.budget?.reserve(nowMs);
      this.emit('retry', { attempt: attempt + 1, afterMs: decision.afterMs, reason: decision.reason });
    }
    return decision;
  }

  classify(error: unknown): Classification {
    if (error instanceof TimeoutError) return TIMED_OUT;
    try {
      return this.#options.classify(error);
    } catch (broken) {
      // A classification that throws must not take the place of the failure that it was asked about.
      this.emit('fault', { what: `classify threw ${describeError(broken)}` });
      return UNCLASSIFIED;
    }
  }
}

const TIMED_OUT: Classification = {
  kind: 'transient',
  retry: true,
  countsForBreaker: true,
  severity: 'warning',
};
const UNCLASSIFIED: Classification = {
  kind: 'persistent',
  retry: false,
  countsForBreaker: true,
  severity: 'error',
};
