import {
  AbortedError,
  TimeoutError,
  describeError,
  withTimeout,
  type Clock,
} from '../../../src/kernel/index.ts';
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
  /** Ends a pause of ours, so that the next call tries; a pause that the other side asked for stays. */
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

type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  /** `mayPass`: it is worth another try. */
  | { readonly ok: false; readonly error: unknown; readonly mayPass: boolean };

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
  let pausedAtMs = -Infinity;
  /** Until when the other side has asked to be left alone: nothing of ours shortens that. */
  let throttledUntilMs = 0;
  let pauses = 0;
  let trialRuns = false;
  let told = false;
  const openAgainMs = (): number => Math.max(pausedUntilMs, throttledUntilMs);
  /** Whether it has failed so often that one call has to find out before others are made. */
  const mustTry = (): boolean => failuresInRow >= options.failuresToPause;

  const succeeded = (): void => {
    outcomes.record(clock.monotonic(), true);
    lastAnswerAt = clock.now();
    lastError = null;
    failuresInRow = 0;
    pausedUntilMs = 0;
    pauses = 0;
    if (failingSinceMs === null) return;
    const afterMs = clock.monotonic() - failingSinceMs;
    failingSinceMs = null;
    if (!told) return;
    told = false;
    options.onChange?.({ kind: 'regained', afterMs });
  };

  const failed = (error: unknown, failure: Failure, startedMs: number): void => {
    const nowMs = clock.monotonic();
    outcomes.record(nowMs, false);
    lastError = describeError(error);
    lastErrorAt = clock.now();
    failuresInRow += 1;
    // Calls that were under way when the pause began tell of the same trouble: many at once must not make it longer.
    if (mustTry() && nowMs >= pausedUntilMs && startedMs > pausedAtMs) {
      pausedAtMs = nowMs;
      pausedUntilMs = nowMs + Math.min(options.longestPauseMs, options.pauseMs * 2 ** Math.min(20, pauses));
      pauses += 1;
    }
    throttledUntilMs = Math.max(throttledUntilMs, nowMs + (failure.retryAfterMs ?? 0));
    failingSinceMs ??= nowMs;
    // One failure that the retry mends is no news.
    if (failuresInRow !== FAILURES_TO_TELL) return;
    told = true;
    options.onChange?.({ kind: 'lost', error: lastError });
  };

  const aborted = (call: Call<QuotaName>): AbortedError =>
    new AbortedError(`${name}: ${call.what}`, call.signal?.reason);

  const sleep = (ms: number, call: Call<QuotaName>): Promise<void> =>
    clock.sleep(ms, call.signal).catch(() => {
      throw aborted(call);
    });

  /** Why no call may be made now, if that is so. */
  const leftAlone = (): RefusedError | null => {
    const waitMs = openAgainMs() - clock.monotonic();
    if (waitMs <= 0 && !(trialRuns && mustTry())) return null;
    const message = `${name} is left alone after ${failuresInRow} failures: ${lastError}`;
    return new RefusedError(message, Math.max(waitMs, 0));
  };

  /** Waits for the turn of a call in its quota. Gives the moment for which it was taken. */
  const waitForTurn = async (call: Call<QuotaName>, quota: Quota): Promise<number> => {
    const nowMs = clock.monotonic();
    const startMs = quota.take(nowMs, quotaWaitMs);
    if (startMs === null) {
      const message = `${name}: the quota of ${quota.limit} ${call.quota} calls is spent`;
      throw new RefusedError(message, quota.waitMs(nowMs));
    }
    try {
      // The machine's timers may fire a moment early.
      for (let now = nowMs; now < startMs; now = clock.monotonic()) await sleep(startMs - now, call);
    } catch (error) {
      quota.giveBack(startMs);
      throw error;
    }
    return startMs;
  };

  /** Runs `work` when its turn has come and calls are made. */
  const inTurn = async <T>(call: Call<QuotaName>, work: () => Promise<T>): Promise<T> => {
    const quota = quotaNamed(call.quota);
    const refused = leftAlone();
    if (refused) throw refused;
    const startMs = await waitForTurn(call, quota);
    // Other calls may have failed meanwhile.
    const refusedNow = leftAlone();
    if (refusedNow) {
      quota.giveBack(startMs);
      throw refusedNow;
    }
    // After a pause one call tries first; the others wait for what it finds.
    const isTrial = mustTry();
    if (isTrial) trialRuns = true;
    try {
      return await work();
    } finally {
      if (isTrial) trialRuns = false;
    }
  };

  const attempt = async <T>(
    call: Call<QuotaName>,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<Attempt<T>> => {
    const startedMs = clock.monotonic();
    let value: T;
    try {
      value = await withTimeout(clock, timeoutMs, `${name}: ${call.what}`, work, call.signal);
    } catch (error) {
      // The caller's own cancellation says nothing about the other side.
      if (call.signal?.aborted) throw aborted(call);
      const failure: Failure = error instanceof TimeoutError ? { kind: 'transient' } : classify(error);
      failed(error, failure, startedMs);
      return { ok: false, error, mayPass: failure.kind === 'transient' };
    }
    succeeded();
    return { ok: true, value };
  };

  return {
    name,
    async call(call, work) {
      let outcome = await inTurn(call, () => attempt(call, work));
      // A trial that failed has begun a pause, so it is not retried.
      if (!outcome.ok && outcome.mayPass && !leftAlone()) {
        const { error } = outcome;
        await sleep(retryDelayMs, call);
        outcome = await inTurn(call, () => attempt(call, work)).catch((reason: unknown) => {
          // A call was made: what it threw says more than why there is no second one.
          throw reason instanceof RefusedError ? error : reason;
        });
      }
      if (outcome.ok) return outcome.value;
      throw outcome.error;
    },
    state() {
      const nowMs = clock.monotonic();
      return {
        reachable: failingSinceMs !== null ? false : lastAnswerAt === null ? null : true,
        lastAnswerAt,
        lastError,
        lastErrorAt,
        nextTryAt: openAgainMs() > nowMs ? clock.now() + openAgainMs() - nowMs : null,
        failingForMs: failingSinceMs === null ? 0 : nowMs - failingSinceMs,
        errorRate: outcomes.failureRatio(nowMs),
      };
    },
    quota(key) {
      const quota = quotaNamed(key);
      const nowMs = clock.monotonic();
      return { limit: quota.limit, used: quota.used(nowMs), available: quota.available(nowMs) };
    },
    pausedForMs: () => Math.max(0, openAgainMs() - clock.monotonic()),
    resume() {
      pausedUntilMs = 0;
      pausedAtMs = -Infinity;
    },
  };
}
