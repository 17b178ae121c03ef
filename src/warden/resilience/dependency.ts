import { AbortedError, TimeoutError, describeError, withTimeout, type Clock } from '../../kernel/index.ts';
import { OutcomeWindow } from './outcome-window.ts';
import { Quota, type QuotaOptions } from './quota.ts';

/** What a failure means for the next call. */
export type FailureKind =
  /** May pass: a reset, a timeout, a 5xx. Retried once. */
  | 'transient'
  /** The other side asks for less. Not retried at once; nothing is called before `retryAfterMs`. */
  | 'throttled'
  /** Trying again changes nothing: a refusal, an answer that makes no sense. */
  | 'persistent';

export interface Failure {
  readonly kind: FailureKind;
  readonly retryAfterMs?: number;
}

/** Options of {@link createDependency}. Durations are in milliseconds. */
export interface DependencyOptions<QuotaName extends string> {
  readonly name: string;
  readonly clock: Clock;
  /** Each attempt is aborted after this time. */
  readonly timeoutMs: number;
  /** Pause before the one retry of a transient failure. */
  readonly retryDelayMs: number;
  /** How long a call may wait for its quota before it is refused. */
  readonly quotaWaitMs: number;
  /** After this many failures in a row calls are refused for a while, growing from `pauseMs` to `longestPauseMs`. */
  readonly failuresToPause: number;
  readonly pauseMs: number;
  readonly longestPauseMs: number;
  readonly quotas: Readonly<Record<QuotaName, QuotaOptions>>;
  readonly classify: (error: unknown) => Failure;
  /** Told of the change from answering to failing and back. */
  readonly onChange?: (change: DependencyChange) => void;
}

export type DependencyChange =
  { readonly kind: 'lost'; readonly error: string } | { readonly kind: 'regained'; readonly afterMs: number };

/** One call. */
export interface Call<QuotaName extends string> {
  readonly quota: QuotaName;
  /** Names the call in errors, as in `GET /tokens/v1`. */
  readonly what: string;
  readonly signal?: AbortSignal;
}

/** What is known about a dependency now. Times are wall-clock milliseconds. */
export interface DependencyState {
  /** Null before the first call has ended. */
  readonly reachable: boolean | null;
  readonly lastAnswerAt: number | null;
  readonly lastError: string | null;
  readonly lastErrorAt: number | null;
  /** While calls are refused: when the next one may try. */
  readonly nextTryAt: number | null;
  /** How long calls have failed without one success between; 0 while they succeed. */
  readonly failingForMs: number;
  /** Share of failed calls in the last five minutes; null without calls. */
  readonly errorRate: number | null;
}

/** A named external thing, behind one policy. */
export interface Dependency<QuotaName extends string> {
  readonly name: string;
  /**
   * Runs `work` under the policy.
   * @throws RefusedError without having called; else what the last attempt threw.
   */
  call<T>(call: Call<QuotaName>, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  state(): DependencyState;
  quota(name: QuotaName): { readonly limit: number; readonly used: number; readonly available: number };
  /** Milliseconds until calls are let through again; 0 when they are. */
  pausedForMs(): number;
  /** Ends a pause, so that the next call tries. */
  resume(): void;
}

/** The call was not made: the quota is spent, or the dependency is being left alone. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly retryInMs: number;

  constructor(message: string, retryInMs: number) {
    super(message);
    this.retryInMs = retryInMs;
  }
}

/** After this many failures in a row the dependency counts as lost. */
const FAILURES_TO_TELL = 2;

export function createDependency<QuotaName extends string>(
  options: DependencyOptions<QuotaName>,
): Dependency<QuotaName> {
  const { name, clock, timeoutMs, retryDelayMs, quotaWaitMs, classify } = options;
  const quotas = new Map(
    Object.entries<QuotaOptions>(options.quotas).map(([key, quota]) => [key, new Quota(quota)]),
  );
  const quotaNamed = (key: QuotaName): Quota => {
    const quota = quotas.get(key);
    if (!quota) throw new RangeError(`${name} has no quota named ${key}`);
    return quota;
  };
  const outcomes = new OutcomeWindow();
  let lastAnswerAt: number | null = null;
  let lastError: string | null = null;
  let lastErrorAt: number | null = null;
  let failuresInRow = 0;
  let failingSinceMs: number | null = null;
  let pausedUntilMs = 0;
  let trialRuns = false;
  let told = false;

  const succeeded = (): void => {
    outcomes.record(clock.monotonic(), true);
    lastAnswerAt = clock.now();
    lastError = null;
    failuresInRow = 0;
    pausedUntilMs = 0;
    if (failingSinceMs === null) return;
    const afterMs = clock.monotonic() - failingSinceMs;
    failingSinceMs = null;
    if (!told) return;
    told = false;
    options.onChange?.({ kind: 'regained', afterMs });
  };

  const failed = (error: unknown, failure: Failure): void => {
    const nowMs = clock.monotonic();
    outcomes.record(nowMs, false);
    lastError = describeError(error);
    lastErrorAt = clock.now();
    failuresInRow += 1;
    const grown = options.pauseMs * 2 ** Math.min(20, failuresInRow - options.failuresToPause);
    const pauseMs = Math.max(
      failuresInRow >= options.failuresToPause ? Math.min(options.longestPauseMs, grown) : 0,
      failure.retryAfterMs ?? 0,
    );
    pausedUntilMs = Math.max(pausedUntilMs, nowMs + pauseMs);
    failingSinceMs ??= nowMs;
    // One failure that the retry mends is no news.
    if (failuresInRow !== FAILURES_TO_TELL) return;
    told = true;
    options.onChange?.({ kind: 'lost', error: lastError });
  };

  const takeQuota = async (call: Call<QuotaName>): Promise<void> => {
    const quota = quotaNamed(call.quota);
    const deadlineMs = clock.monotonic() + quotaWaitMs;
    while (!quota.tryTake(clock.monotonic())) {
      const waitMs = quota.waitMs(clock.monotonic());
      if (clock.monotonic() + waitMs > deadlineMs) {
        throw new RefusedError(`${name}: the quota of ${quota.limit} ${call.quota} calls is spent`, waitMs);
      }
      await clock.sleep(waitMs, call.signal);
    }
  };

  const attempt = async <T>(
    call: Call<QuotaName>,
    work: (signal: AbortSignal) => Promise<T>,
    triesLeft: number,
  ): Promise<T> => {
    await takeQuota(call);
    try {
      const result = await withTimeout(clock, timeoutMs, `${name}: ${call.what}`, work, call.signal);
      succeeded();
      return result;
    } catch (error) {
      // The caller's own cancellation says nothing about the other side.
      if (call.signal?.aborted) throw new AbortedError(`${name}: ${call.what}`, call.signal.reason);
      const failure: Failure = error instanceof TimeoutError ? { kind: 'transient' } : classify(error);
      failed(error, failure);
      if (failure.kind !== 'transient' || triesLeft === 0 || clock.monotonic() < pausedUntilMs) throw error;
    }
    await clock.sleep(retryDelayMs, call.signal);
    return attempt(call, work, triesLeft - 1);
  };

  return {
    name,
    async call(call, work) {
      const waitMs = pausedUntilMs - clock.monotonic();
      if (waitMs > 0 || (failuresInRow >= options.failuresToPause && trialRuns)) {
        throw new RefusedError(
          `${name} is left alone after ${failuresInRow} failures: ${lastError}`,
          Math.max(waitMs, 0),
        );
      }
      // After a pause one call tries first; the others wait for what it finds.
      const isTrial = failuresInRow >= options.failuresToPause;
      if (isTrial) trialRuns = true;
      try {
        return await attempt(call, work, isTrial ? 0 : 1);
      } finally {
        if (isTrial) trialRuns = false;
      }
    },
    state() {
      const nowMs = clock.monotonic();
      return {
        reachable: failingSinceMs !== null ? false : lastAnswerAt === null ? null : true,
        lastAnswerAt,
        lastError,
        lastErrorAt,
        nextTryAt: pausedUntilMs > nowMs ? clock.now() + pausedUntilMs - nowMs : null,
        failingForMs: failingSinceMs === null ? 0 : nowMs - failingSinceMs,
        errorRate: outcomes.failureRatio(nowMs),
      };
    },
    quota(key) {
      const quota = quotaNamed(key);
      const nowMs = clock.monotonic();
      return { limit: quota.limit, used: quota.used(nowMs), available: quota.available(nowMs) };
    },
    pausedForMs: () => Math.max(0, pausedUntilMs - clock.monotonic()),
    resume() {
      pausedUntilMs = 0;
    },
  };
}
