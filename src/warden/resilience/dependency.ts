import { createId, createRandom, systemClock, systemEntropy } from '../../kernel/index.ts';
import { AdaptiveTimeout } from './adaptive-timeout.ts';
import { resolveBackoff } from './backoff.ts';
import { BreakerCore } from './breaker-core.ts';
import type { BreakerTuning } from './breaker-options.ts';
import type { BreakerSnapshot } from './breaker-snapshot.ts';
import { Bulkhead } from './bulkhead-core.ts';
import { RefusedError, type Policy, type Refusal, type Result, type Work } from './call.ts';
import { classifyError } from './classify-error.ts';
import { ResultCall, ThrowingCall } from './ended-call.ts';
import { Deadlines } from './deadlines.ts';
import { DependencyEvents } from './dependency-events.ts';
import {
  dependencyDefaults,
  type DependencyCall,
  type DependencyChanges,
  type DependencyOptions,
  type DependencyRead,
} from './dependency-options.ts';
import { DependencyParts } from './dependency-parts.ts';
import { healthOf, reportOf, type DependencyReport } from './dependency-report.ts';
import { DependencyStats } from './dependency-stats.ts';
import { demandNumber, withDefaults } from './option-checks.ts';
import type { FallbackAnswer } from './fallback.ts';
import { hedgedCalls } from './dependency-hedge.ts';
import { DependencyReader } from './dependency-read.ts';
import { createProbe, probeDefaults } from './probe.ts';
import type { RateLimitTuning } from './rate-limit-options.ts';
import { RateLimiter } from './rate-limiter.ts';
import { RetryBudget } from './retry-budget.ts';

/** A named external thing behind one policy: quota, breaker, time limit, retries and whatever else was asked for. */
export interface Dependency<QuotaName extends string = never> extends Policy {
  readonly name: string;
  /**
   * Runs `work` under the policy. Every attempt, also a retry, asks the breaker and pays the quota.
   * @throws RefusedError without having run it; AbortedError when the caller went away; TimeoutError; else what the last
   * attempt threw.
   */
  execute<T>(work: Work<T>, call?: DependencyCall<QuotaName>): Promise<T>;
  /** The same without exceptions. A refusal costs next to nothing. */
  tryExecute<T>(work: Work<T>, call?: DependencyCall<QuotaName>): Promise<Result<T>>;
  /**
   * An answer by the whole chain: out of the cache while it is fresh; else by `work` under the policy; else out of the
   * cache while it is not too old; else what the `fallbacks` of the call give, in their order. It says where it is from
   * and how old it is. Reads of one key at the same time are one call.
   * @throws UnavailableError, with the cause of each step, when nothing answered within `fallbackMs`; AbortedError.
   */
  read<T>(key: string, work: Work<T>, call?: DependencyRead<QuotaName, T>): Promise<FallbackAnswer<T>>;
  /** Keeps a value for {@link read} that was come by otherwise; `forget` drops one, or all. */
  keep(key: string, value: unknown): void;
  forget(key?: string): void;
  /** What is known of it now, and what it did in the last five minutes. */
  report(): DependencyReport<QuotaName>;
  /** Whether it is worth calling, and why. Costs nothing and changes nothing. */
  healthy(): { readonly healthy: boolean; readonly reason: string };
  /** Calls of `quota` that may start at once, those that started in its window, and its limit. */
  quota(name: QuotaName): { readonly limit: number; readonly used: number; readonly available: number };
  /** Milliseconds until a call may be let through; 0 when it may now. */
  pausedForMs(): number;
  /** The outcome of a call that was made elsewhere. */
  recordSuccess(durationMs?: number): void;
  recordFailure(cause: unknown, durationMs?: number): void;
  /** Refuses everything until the function that it gives is called. May be nested. */
  isolate(reason: string): () => void;
  /**
   * Ends an open time now: the next calls are trials. What the other side asked for (`Retry-After`) still holds.
   * @param reason why, in words, for those who are told of the change.
   */
  trial(reason?: string): void;
  /** Takes other settings of the breaker; window and state stay. @throws RangeError and changes nothing. */
  configureBreaker(tuning: BreakerTuning): void;
  /** Takes other limits, at once. @throws RangeError for those that make no sense. */
  configure(changes: DependencyChanges<QuotaName>): void;
  snapshot(): BreakerSnapshot | null;
  readonly on: DependencyEvents['on'];
  /** Stops the probe. Calls under way go on. */
  close(): void;
}

/** @throws RangeError that names the option, its value and what is allowed. */
export function createDependency<QuotaName extends string = never>(
  options: DependencyOptions<QuotaName>,
): Dependency<QuotaName> {
  const { name, clock = systemClock } = options;
  const random = options.random ?? createRandom(createId(systemEntropy));
  const events = new DependencyEvents();
  const startedMs = clock.monotonic();
  let stateSince = clock.now();
  const breaker =
    options.breaker === false
      ? null
      : new BreakerCore(name, options.breaker ?? {}, startedMs, ({ from, to, reason }) => {
          stateSince = clock.now();
          events.emit('state_change', { from, to, reason });
        });
  const quotas = new Map<string, RateLimiter>();
  for (const [key, tuning] of Object.entries<RateLimitTuning>(options.quotas ?? {})) {
    quotas.set(key, new RateLimiter(`${name} (${key})`, clock, tuning));
  }
  const retry =
    options.retry === false
      ? null
      : {
          maxRetries: options.retry?.maxRetries ?? dependencyDefaults.maxRetries,
          backoff: resolveBackoff(options.retry?.backoff),
        };
  if (retry) demandNumber('retry.maxRetries', retry.maxRetries, 0);
  const { retryBudget, timeout = dependencyDefaults.timeoutMs } = options;
  if (typeof timeout === 'number') demandNumber('timeout', timeout, 0);
  const parts = new DependencyParts({
    name,
    clock,
    random,
    classify: options.classify ?? classifyError,
    breaker,
    bulkhead: options.bulkhead ? new Bulkhead(name, clock, options.bulkhead) : null,
    budget:
      retryBudget === false || retry === null
        ? null
        : retryBudget instanceof RetryBudget
          ? retryBudget
          : new RetryBudget(retryBudget),
    deadlines: new Deadlines(clock),
    quotas: [...quotas.values()],
    stats: new DependencyStats(dependencyDefaults.windowMs),
    emit: events.emit,
    timeout:
      timeout === false ? Infinity : typeof timeout === 'number' ? timeout : new AdaptiveTimeout(timeout),
    retry,
    deadlineMs: options.deadlineMs ?? Infinity,
  });

  const quotaNamed = (key: string): RateLimiter => {
    const quota = quotas.get(key);
    if (quota === undefined) throw new RangeError(`${name} has no quota named ${key}`);
    return quota;
  };
  const quotaOf = (call: DependencyCall<QuotaName> | undefined): RateLimiter | null =>
    call?.quota === undefined ? null : quotaNamed(call.quota);

  const once = <T>(
    work: Work<T>,
    call: DependencyCall<QuotaName> | undefined,
    mayRetry: boolean,
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const composed = new ThrowingCall(parts, work, call, quotaOf(call), mayRetry);
      composed.resolve = resolve;
      composed.reject = reject;
      composed.start(clock.monotonic());
    });
  const hedged = options.hedge ? hedgedCalls(parts, options.hedge, { retry, random, once }) : null;
  const execute = <T>(work: Work<T>, call?: DependencyCall<QuotaName>): Promise<T> =>
    hedged === null ? once(work, call, true) : hedged(work, call);

  // While nothing changes, all who are refused get the same answer.
  let refusedBefore: { readonly refusal: Refusal; readonly result: Promise<Result<never>> } | null = null;
  const refusedResult = (refusal: Refusal): Promise<Result<never>> => {
    if (refusedBefore?.refusal !== refusal) {
      refusedBefore = { refusal, result: Promise.resolve({ ok: false, refusal }) };
    }
    return refusedBefore.result;
  };

  const tryExecute = <T>(work: Work<T>, call?: DependencyCall<QuotaName>): Promise<Result<T>> => {
    const nowMs = clock.monotonic();
    if (breaker !== null && call?.signal?.aborted !== true && refusesNow(breaker, nowMs)) {
      const refusal = breaker.refusal(nowMs, clock.now());
      parts.refused(refusal, nowMs);
      return refusedResult(refusal);
    }
    if (hedged !== null) return settled(hedged(work, call));
    return new Promise((resolve) => {
      const composed = new ResultCall(parts, work, call, quotaOf(call), true);
      composed.resolve = resolve;
      composed.start(nowMs);
    });
  };

  const reader = new DependencyReader({
    name,
    clock,
    options,
    stats: parts.stats,
    emit: events.emit,
    slow: () => parts.adaptive?.slow(clock.monotonic()) ?? false,
  });

  const runProbe: Work<unknown> = async (context) => {
    const quota = options.probe?.quota === undefined ? null : quotaNamed(options.probe.quota);
    const startedMs = clock.monotonic();
    // With none left of its quota it waits for its next turn.
    if (quota !== null && quota.acquire('high', undefined, 0, startedMs) !== true) {
      throw new Error('the quota is spent');
    }
    quota?.core.sent(startedMs);
    try {
      return await options.probe?.run(context);
    } catch (error) {
      const { kind, retryAfterMs } = parts.classify(error);
      if (kind === 'throttled' && quota !== null) {
        parts.throttled(quota, clock.monotonic(), retryAfterMs, startedMs);
      }
      throw error;
    } finally {
      quota?.core.ended(clock.monotonic());
    }
  };
  const probe =
    options.probe === undefined || breaker === null
      ? null
      : createProbe({
          clock,
          ...withDefaults(options.probe, probeDefaults),
          what: `the probe of ${name}`,
          run: runProbe,
          isNeeded: () => breaker.state(clock.monotonic()) === 'open',
          onResult: ({ ok, cause, durationMs }) => {
            // Before the trial calls are made.
            if (ok) parts.adaptive?.probed(clock.monotonic(), durationMs);
            if (ok) breaker.trial(clock.monotonic());
            events.emit('probe', { ok, cause });
          },
        });
  events.on('state_change', () => probe?.check());

  return {
    name,
    execute,
    tryExecute,
    read: (key, work, call) =>
      reader.read(
        key,
        (within) => execute(work, { ...call, signal: undefined, within }),
        call?.fallbacks ?? [],
        call,
      ),
    keep: (key, value) => {
      reader.keep(key, value);
    },
    forget: (key) => {
      reader.forget(key);
    },
    report: () =>
      reportOf(parts, quotas, { stateSince, probe: probe?.last() ?? null, nowMs: clock.monotonic() }),
    healthy: () => healthOf(parts, clock.monotonic()),
    quota(key) {
      const { core } = quotaNamed(key);
      const nowMs = clock.monotonic();
      return { limit: core.limit, used: core.used(nowMs), available: quotaNamed(key).available(nowMs) };
    },
    pausedForMs() {
      const nowMs = clock.monotonic();
      const blockedMs = [...quotas.values()].map(({ core }) => core.blockedForMs(nowMs));
      const state = breaker?.state(nowMs) ?? 'closed';
      const refusal =
        state === 'open' || state === 'isolated' ? breaker?.refusal(nowMs, clock.now()) : undefined;
      const refusedMs = refusal === undefined ? 0 : refusal.retryInMs;
      return Math.max(0, refusedMs, ...blockedMs);
    },
    recordSuccess(durationMs = 0) {
      const nowMs = clock.monotonic();
      breaker?.recordSuccess(nowMs, durationMs);
      parts.answered(nowMs, durationMs);
    },
    recordFailure(cause, durationMs = 0) {
      const nowMs = clock.monotonic();
      const failure = parts.failed(cause, nowMs, durationMs);
      if (failure.countsForBreaker === true) breaker?.recordFailure(nowMs, durationMs, cause);
    },
    isolate(reason) {
      const release = breaker?.isolate(reason, clock.monotonic());
      return () => release?.(clock.monotonic());
    },
    trial(reason = 'a trial was asked for') {
      breaker?.trial(clock.monotonic(), reason);
    },
    configureBreaker(tuning) {
      breaker?.configure(tuning, clock.monotonic());
    },
    configure({ timeout: limits, deadlineMs, quotas: tunings = {} }) {
      if (deadlineMs !== undefined) demandNumber('deadlineMs', deadlineMs, 0);
      if (limits !== undefined) parts.adaptive?.configure(limits);
      for (const [key, tuning] of Object.entries<RateLimitTuning | undefined>(tunings))
        if (tuning !== undefined) quotaNamed(key).configure(tuning, clock.monotonic());
      if (deadlineMs !== undefined) parts.deadlineMs = deadlineMs;
    },
    snapshot: () => breaker?.snapshot(clock.monotonic(), clock.now()) ?? null,
    on: events.on,
    close() {
      probe?.stop();
    },
  };
}

/** How a call ended, without an exception. */
const settled = <T>(call: Promise<T>): Promise<Result<T>> =>
  call.then(
    (value) => ({ ok: true, value }),
    (error: unknown) =>
      error instanceof RefusedError ? { ok: false, refusal: error.refusal } : { ok: false, error },
  );

/** Whether everyone is refused now; half-open may still have a trial to give. */
function refusesNow(breaker: BreakerCore, nowMs: number): boolean {
  const state = breaker.state(nowMs);
  return state === 'open' || state === 'isolated';
}
