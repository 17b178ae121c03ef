import { createEmitter, systemClock, type Clock } from '../../kernel/index.ts';
import { RefusedError, type CallOptions, type Policy, type Refusal, type Work } from './call.ts';
import type { Classification, Classify } from './classify.ts';
import { LimitedCall } from './limited-call.ts';
import { RateLimiter, type RateLimiterCounts } from './rate-limiter.ts';
import type { RateLimitTuning } from './rate-limit-options.ts';
import type { RateLimitSnapshot, Restored } from './rate-limit-snapshot.ts';

/** Options of {@link createRateLimit}. */
export interface RateLimitOptions extends RateLimitTuning {
  /** Names the dependency in refusals and errors. Default `dependency`. */
  readonly name?: string | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /**
   * Tells which errors ask for less (`throttled`, with `retryAfterMs`), and which calls surely never left (`neverSent`)
   * and get their place back. Default: errors with a `status` or `statusCode` of 429, and a `retryAfterMs` they may have.
   */
  readonly classify?: Classify | undefined;
  /** Told what a listener threw. Default: nobody is. */
  readonly onListenerError?: ((error: unknown) => void) | undefined;
}

/** What a {@link RateLimit} tells. */
export interface RateLimitEvents {
  /** A call was not made. */
  readonly refused: Refusal;
  /** The other side asked for less. `rate` is what is left, in calls a window. `incident`: the rate was halved. */
  readonly throttled: { readonly rate: number; readonly retryAfterMs: number; readonly incident: boolean };
}

/** How a {@link RateLimit} stands. */
export interface RateLimitStatus extends RateLimiterCounts {
  readonly limit: number;
  readonly windowMs: number;
  /** Calls that may start in a window now: the limit, or less for a while after a 429. */
  readonly rate: number;
  /** Calls that started in the window that ends now. */
  readonly used: number;
  /** Calls of normal priority that may start at once. */
  readonly available: number;
  readonly waiting: number;
  /** How often the other side asked for less; 429s that belong together count once. */
  readonly incidents: number;
  readonly throttledCalls: number;
  /** Milliseconds until the other side may be called again; 0 when it has not asked to be left alone. */
  readonly blockedForMs: number;
}

/** A limit on how often work is started. */
export interface RateLimit extends Policy {
  /**
   * Runs the work when its turn has come, by priority.
   * @throws RefusedError with `by: 'quota'` when it would wait or has waited too long, or the queue is full; it then
   * pays nothing. AbortedError, TimeoutError when the time of the call is over; else what the work threw.
   */
  execute<T>(work: Work<T>, options?: CallOptions): Promise<T>;
  /** The other side asked for less: for calls that were made elsewhere. See {@link RateLimitCore.throttled}. */
  throttled(retryAfterMs?: number): void;
  /** Changes settings; the log, and those who wait, stay. @throws RangeError, and then nothing has changed. */
  configure(tuning: RateLimitTuning): void;
  status(): RateLimitStatus;
  snapshot(): RateLimitSnapshot;
  /** Goes on from a snapshot of another process; before the first call only. */
  restore(snapshot: unknown): Restored;
  /** Gives the function that ends it. What a listener throws changes nothing. */
  on<Name extends keyof RateLimitEvents>(
    name: Name,
    listener: (event: RateLimitEvents[Name]) => void,
  ): () => void;
}

/**
 * No window of `windowMs`, wherever it begins, ever holds more than `limit` starts; those who must wait do so by
 * priority. See {@link RateLimitTuning} for what can be set.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function createRateLimit(options: RateLimitOptions = {}): RateLimit {
  const { name = 'dependency', clock = systemClock, classify = throttledByStatus, onListenerError } = options;
  const limiter = new RateLimiter(name, clock, options);
  const { core } = limiter;
  const events = createEmitter<RateLimitEvents>((error) => onListenerError?.(error));

  const throttled = (retryAfterMs: number | undefined, startedMs?: number): void => {
    const nowMs = clock.monotonic();
    const incident = limiter.throttled(nowMs, retryAfterMs, startedMs);
    events.emit('throttled', { rate: core.rate(nowMs), retryAfterMs: core.blockedForMs(nowMs), incident });
  };

  const judge = (error: unknown, startedMs: number): void => {
    const { kind, retryAfterMs, neverSent } = classify(error);
    if (neverSent === true) limiter.giveBack(startedMs, clock.monotonic());
    if (kind === 'throttled') throttled(retryAfterMs, startedMs);
  };

  return {
    async execute(work, callOptions = {}) {
      const call = new LimitedCall(clock, name, callOptions);
      call.throwIfAborted();
      const askedMs = clock.monotonic();
      const maxWaitMs = Math.min(core.settings.maxWaitMs, call.remainingMs());
      const answer = limiter.acquire(call.priority, call.signal, maxWaitMs, askedMs);
      const admitted = answer === true ? askedMs : await answer;
      if (typeof admitted !== 'number') {
        events.emit('refused', admitted);
        throw new RefusedError(admitted);
      }
      if (call.signal?.aborted) limiter.giveBack(admitted, clock.monotonic());
      call.throwIfAborted();
      return call.run(work, (outcome) => {
        if (outcome !== 'succeeded') judge(outcome.error, admitted);
      });
    },
    throttled: (retryAfterMs) => {
      throttled(retryAfterMs);
    },
    configure: (tuning) => {
      limiter.configure(tuning, clock.monotonic());
    },
    status() {
      const nowMs = clock.monotonic();
      return {
        ...limiter.counts,
        limit: core.limit,
        windowMs: core.windowMs,
        rate: core.rate(nowMs),
        used: core.used(nowMs),
        available: limiter.available(nowMs),
        waiting: limiter.waiting,
        incidents: core.incidents,
        throttledCalls: core.throttledCalls,
        blockedForMs: core.blockedForMs(nowMs),
      };
    },
    snapshot: () => core.snapshot(clock.monotonic(), clock.now()),
    restore: (snapshot) => core.restore(snapshot, clock.monotonic(), clock.now()),
    on: (eventName, listener) => events.on(eventName, listener),
  };
}

const TOO_MANY_REQUESTS = 429;
const throttledAnswer: Classification = {
  kind: 'throttled',
  retry: true,
  countsForBreaker: 'persisting',
  severity: 'warning',
};
const otherFailure: Classification = {
  kind: 'transient',
  retry: false,
  countsForBreaker: true,
  severity: 'error',
};

function throttledByStatus(error: unknown): Classification {
  if (typeof error !== 'object' || error === null) return otherFailure;
  const { status, statusCode, retryAfterMs } = error as Readonly<Record<string, unknown>>;
  if (status !== TOO_MANY_REQUESTS && statusCode !== TOO_MANY_REQUESTS) return otherFailure;
  return typeof retryAfterMs === 'number' ? { ...throttledAnswer, retryAfterMs } : throttledAnswer;
}
