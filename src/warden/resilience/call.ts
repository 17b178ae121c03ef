/** What work is handed when a policy runs it. */
export interface CallContext {
  /**
   * Aborts when the attempt is given up: its time is over, or the caller has gone. It is made when it is first read, so
   * work that never reads it does not pay for it.
   */
  readonly signal: AbortSignal;
  /** 1 for the first attempt of a call. */
  readonly attempt: number;
  /** Milliseconds that are left of the attempt's time; `Infinity` without a limit. */
  remainingMs(): number;
}

/** What a policy runs. What it throws, or rejects with, is a failure of the attempt. */
export type Work<T> = (context: CallContext) => T | PromiseLike<T>;

/** `high` goes first; `low` waits as soon as things get tight. */
export type Priority = 'high' | 'normal' | 'low';

/** Options of one call. */
export interface CallOptions {
  /** The caller's own: aborting it ends the call within 5 ms, wherever it waits, and counts as no failure. */
  readonly signal?: AbortSignal | undefined;
  /** Time for the whole call with all its attempts and waits, in ms. */
  readonly deadlineMs?: number | undefined;
  /** The call that this one is part of: its signal and the time that is left to it hold here too. */
  readonly within?: CallContext | undefined;
  /** Default `normal`. */
  readonly priority?: Priority | undefined;
  /** False: it is tried again only if it surely never reached the other side. Default true. */
  readonly idempotent?: boolean | undefined;
  /** False: it is never tried again, as where another answer is at hand before a pause is over. Default true. */
  readonly retry?: boolean | undefined;
  /** Names the call in errors, as in `GET /tokens/v1`. */
  readonly what?: string | undefined;
}

/** Something that runs work under a rule. */
export interface Policy {
  /**
   * @throws RefusedError when the work was not run; AbortedError when the caller's signal aborted; TimeoutError; else
   * what the work threw.
   */
  execute<T>(work: Work<T>, options?: CallOptions): Promise<T>;
}

/** How a call ended, for callers that do not want exceptions. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  /** The work was not run. */
  | { readonly ok: false; readonly refusal: Refusal; readonly error?: undefined }
  /** It was run, and this is what it threw, or why it was given up. */
  | { readonly ok: false; readonly error: unknown; readonly refusal?: undefined };

/** Why a call was not made. Times are wall-clock milliseconds since the epoch. */
export interface Refusal {
  /** The dependency that was not called. */
  readonly dependency: string;
  readonly by: 'breaker' | 'quota' | 'bulkhead' | 'deadline' | 'offline';
  /** One sentence. */
  readonly reason: string;
  /** The state that refuses, as `open`, `half_open`, `isolated`, `throttled`, `full`. */
  readonly state: string;
  /** Since when it has been in this state. */
  readonly since: number;
  /** When the next call may be let through; null when nobody can say (isolated by hand). */
  readonly nextTryAt: number | null;
  /** The same as a distance from the moment of the refusal, in ms; 0 when it may be tried again at once. */
  readonly retryInMs: number;
  /** The last failure that led here, in words; null when there was none. */
  readonly lastCause: string | null;
}

/** The call was not made. It has no stack trace: a refusal is an answer, and under load there are many. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(refusal.reason);
    Error.stackTraceLimit = stackTraceLimit;
    this.refusal = refusal;
  }

  get retryInMs(): number {
    return this.refusal.retryInMs;
  }
}
