// Over 350 lines because one call is one state machine: its phases cannot be read apart from each other.
import { AbortedError, TimeoutError, onAbort, type CancelTimer } from '../../kernel/index.ts';
import { Attempt } from './attempt.ts';
import { REFUSED } from './breaker-phases.ts';
import { RefusedError, type CallOptions, type Priority, type Refusal, type Work } from './call.ts';
import { Due } from './deadlines.ts';
import type { DependencyParts } from './dependency-parts.ts';
import type { RateLimiter } from './rate-limiter.ts';

type Phase = 'waiting' | 'running' | 'backoff' | 'done';

/**
 * One call through the whole policy: breaker, quota, bulkhead, time limit, and again after a backoff. It is one object
 * that moves through its phases instead of a function in a function for each policy: a call that needs no waiting makes
 * no promise but the one that its caller gets.
 */
export abstract class ComposedCall<T> extends Due {
  readonly #parts: DependencyParts;
  readonly #work: Work<T>;
  readonly #options: CallOptions | undefined;
  readonly #quota: RateLimiter | null;
  /** False: another attempt is somebody else's decision. */
  readonly #mayRetry: boolean;
  readonly #priority: Priority;
  /** When the whole call must be over, monotonic. */
  #endsMs = Infinity;
  #phase: Phase = 'waiting';
  #attempts = 0;
  #attempt: Attempt | undefined;
  #permit = REFUSED;
  #startedMs = 0;
  /** For when its place in the quota was given. */
  #takenMs = 0;
  #limitMs = Infinity;
  /** Whether the caller's time ends the attempt so early that it says nothing about the other side. */
  #hurried = false;
  #delayMs = 0;
  #cancelBackoff: CancelTimer | undefined;
  #lastError: unknown;
  #forgetSignal: (() => void) | undefined;
  #forgetOuter: (() => void) | undefined;

  constructor(
    parts: DependencyParts,
    work: Work<T>,
    options: CallOptions | undefined,
    quota: RateLimiter | null,
    mayRetry: boolean,
  ) {
    super();
    this.#parts = parts;
    this.#work = work;
    this.#options = options;
    this.#quota = quota;
    this.#mayRetry = mayRetry;
    this.#priority = options?.priority ?? 'normal';
  }

  /** The call has ended with what the work gave. */
  protected abstract gave(value: T): void;
  /** The work was not run. */
  protected abstract wasRefused(refusal: Refusal): void;
  /** The call has ended with what the last attempt threw, or because nobody waits for it any more. */
  protected abstract gaveUp(error: unknown): void;

  start(nowMs: number): void {
    const parts = this.#parts;
    const options = this.#options;
    this.#endsMs = nowMs + parts.deadlineMs;
    if (options !== undefined) {
      const { signal, within, deadlineMs } = options;
      this.#endsMs = nowMs + Math.min(deadlineMs ?? parts.deadlineMs, within?.remainingMs() ?? Infinity);
      if (signal !== undefined || within !== undefined) {
        if (signal?.aborted || within?.signal.aborted) {
          this.#abort();
          return;
        }
        const abort = (): void => {
          this.#abort();
        };
        this.#forgetSignal = signal && onAbort(signal, abort);
        this.#forgetOuter = within && onAbort(within.signal, abort);
      }
      if (this.#endsMs <= nowMs) {
        this.#refused(parts.noTimeLeft(this.#what()), nowMs);
        return;
      }
    }
    if (this.#mayRetry) parts.budget?.noteCall(nowMs);
    this.#begin(nowMs);
  }

  override onDue(): void {
    const parts = this.#parts;
    const nowMs = parts.clock.monotonic();
    const error = new TimeoutError(this.#what(), Math.round(this.#limitMs));
    const attempt = this.#hurried ? this.#leave() : this.#leave(this.#limitMs, true);
    if (!this.#hurried) {
      parts.adaptive?.ranOut(nowMs, this.#limitMs);
      this.#failed(error, nowMs);
    } else {
      parts.breaker?.release(this.#permit);
      parts.stats.failure(nowMs, 'cancelled');
      this.#giveUp(error);
    }
    attempt?.abort(error);
  }

  /** Asks for leave to run, and runs when nothing has to be waited for. */
  #begin(nowMs: number): void {
    const { breaker, bulkhead } = this.#parts;
    this.#phase = 'waiting';
    // A backoff may end late.
    if (this.#attempts > 0 && nowMs >= this.#endsMs) {
      this.#refused(this.#parts.noTimeLeft(this.#what()), nowMs);
      return;
    }
    if (breaker !== null) {
      this.#permit = breaker.admit(nowMs);
      if (this.#permit === REFUSED) {
        this.#refused(breaker.refusal(nowMs, this.#parts.clock.now()), nowMs);
        return;
      }
    }
    if (this.#quota === null && bulkhead === null) this.#run(nowMs);
    else void this.#takeTurn(nowMs);
  }

  /** Goes through quota and bulkhead, and runs: at once when nothing has to be waited for. */
  async #takeTurn(beganMs: number): Promise<void> {
    const { clock, bulkhead, breaker } = this.#parts;
    const quota = this.#quota;
    const priority = this.#priority;
    const signal = this.#waitSignal();
    let nowMs = beganMs;
    let takenMs = beganMs;
    let waited = false;
    try {
      for (let placed = false; !placed;) {
        if (quota !== null) {
          const turn = quota.acquire(priority, signal, this.#mayWaitMs(quota.core.settings.maxWaitMs), nowMs);
          waited ||= turn !== true;
          takenMs = turn === true ? nowMs : granted(await turn);
        }
        if (bulkhead === null) break;
        nowMs = clock.monotonic();
        const place = bulkhead.enter(priority, signal, this.#mayWaitMs(bulkhead.settings.maxWaitMs), nowMs);
        if (place === true) break;
        waited = true;
        try {
          granted(await place);
        } catch (error) {
          quota?.giveBack(takenMs, clock.monotonic());
          throw error;
        }
        // Its place in the quota counts from when it really starts.
        nowMs = clock.monotonic();
        placed = quota === null || quota.startLater(takenMs, nowMs, priority);
        if (placed) takenMs = nowMs;
        else bulkhead.leave();
      }
    } catch (error) {
      if (this.#phase === 'done') return;
      breaker?.release(this.#permit);
      if (error instanceof RefusedError) this.#refused(error.refusal, clock.monotonic());
      else this.#giveUp(error);
      return;
    }
    nowMs = clock.monotonic();
    if (this.#phase !== 'waiting') {
      this.#undo(takenMs, nowMs);
      return;
    }
    // Its turn may have come in the very moment in which its time was over, or later. With too little left for an answer,
    // it would only keep others who wait from theirs.
    if (this.#endsMs - nowMs <= (waited ? this.#parts.hopelessMs(nowMs) : 0)) {
      breaker?.release(this.#permit);
      this.#undo(takenMs, nowMs);
      this.#refused(this.#parts.noTimeLeft(this.#what()), nowMs);
      return;
    }
    this.#takenMs = takenMs;
    // Others may have failed meanwhile, so that leave given before the wait is none any more.
    if (breaker !== null && !breaker.isCurrent(this.#permit, nowMs)) {
      this.#permit = breaker.admit(nowMs);
      if (this.#permit === REFUSED) {
        this.#undo(takenMs, nowMs);
        this.#refused(breaker.refusal(nowMs, clock.now()), nowMs);
        return;
      }
    }
    this.#run(nowMs);
  }

  #undo(takenMs: number, nowMs: number): void {
    this.#quota?.giveBack(takenMs, nowMs);
    this.#parts.bulkhead?.leave();
  }

  #mayWaitMs(longestMs: number): number {
    return Math.min(longestMs, this.#endsMs - this.#parts.clock.monotonic());
  }

  #run(nowMs: number): void {
    const parts = this.#parts;
    this.#phase = 'running';
    this.#attempts += 1;
    this.#startedMs = nowMs;
    const limitMs = parts.timeoutMs(nowMs);
    this.#limitMs = Math.min(limitMs, this.#endsMs - nowMs);
    this.#hurried = this.#limitMs < parts.patienceMs(nowMs);
    const attempt = new Attempt(this.#attempts, nowMs + this.#limitMs, parts.monotonic);
    this.#attempt = attempt;
    if (this.#limitMs < Infinity) parts.deadlines.add(this, nowMs + this.#limitMs, nowMs);
    parts.running += 1;
    this.#quota?.core.sent(this.#takenMs);
    try {
      const running = this.#work(attempt);
      // What gives no promise, or no true one, may throw at any of these as well.
      if (!isThenable(running)) this.#answered(attempt, running);
      else
        running.then(
          (value) => {
            this.#answered(attempt, value);
          },
          (error: unknown) => {
            this.#threw(attempt, error);
          },
        );
    } catch (error) {
      this.#threw(attempt, error);
    }
  }

  #answered(attempt: Attempt, value: T): void {
    if (attempt !== this.#attempt) return;
    const { clock, breaker, adaptive } = this.#parts;
    const nowMs = clock.monotonic();
    const durationMs = nowMs - this.#startedMs;
    this.#leave(durationMs);
    breaker?.success(this.#permit, nowMs, durationMs);
    adaptive?.answered(nowMs, durationMs);
    this.#parts.answered(nowMs, durationMs);
    this.#end();
    this.gave(value);
  }

  #threw(attempt: Attempt, error: unknown): void {
    if (attempt !== this.#attempt) return;
    this.#leave();
    this.#failed(error, this.#parts.clock.monotonic());
  }

  /**
   * The attempt is over: its place and its time limit are free. An adaptive bulkhead learns from how long it took, or
   * that it ran out of time.
   */
  #leave(durationMs?: number, dropped = false): Attempt | undefined {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#parts.running -= 1;
    this.#parts.deadlines.remove(this);
    this.#parts.bulkhead?.leave(durationMs, dropped);
    this.#quota?.core.ended(this.#parts.clock.monotonic());
    return attempt;
  }

  #failed(error: unknown, nowMs: number): void {
    const parts = this.#parts;
    const { breaker, budget } = parts;
    const durationMs = nowMs - this.#startedMs;
    const failure = parts.failed(error, nowMs, durationMs);
    if (failure.countsForBreaker === true) breaker?.failure(this.#permit, nowMs, durationMs, error);
    else if (failure.countsForBreaker === false) breaker?.release(this.#permit);
    else breaker?.persistingFailure(this.#permit, nowMs, durationMs, error);
    if (failure.kind === 'throttled' && this.#quota !== null) {
      parts.throttled(this.#quota, nowMs, failure.retryAfterMs, this.#startedMs);
    }
    this.#lastError = error;
    if (!this.#mayRetry) {
      this.#giveUp(error);
      return;
    }
    const call = {
      attempt: this.#attempts,
      delayMs: this.#delayMs,
      remainingMs: this.#endsMs - nowMs,
      idempotent: this.#options?.idempotent ?? true,
      isRetried: this.#options?.retry ?? true,
    };
    const decision = parts.retryAfter(failure, call, nowMs);
    if (!decision.retry) {
      this.#giveUp(error);
      return;
    }
    this.#phase = 'backoff';
    this.#delayMs = decision.afterMs;
    this.#cancelBackoff = parts.clock.schedule(decision.afterMs, () => {
      this.#cancelBackoff = undefined;
      const againMs = parts.clock.monotonic();
      budget?.release();
      if (budget !== null && !budget.tryRetry(againMs)) this.#giveUp(error);
      else {
        parts.stats.retry(againMs);
        this.#begin(againMs);
      }
    });
  }

  #refused(given: Refusal, nowMs: number): void {
    const { name } = this.#parts;
    const refusal = given.dependency === name ? given : { ...given, dependency: name };
    this.#parts.refused(refusal, nowMs);
    // A call was made: what it threw says more than why there is no second one.
    if (this.#attempts > 0) {
      this.#giveUp(this.#lastError);
      return;
    }
    this.#end();
    this.wasRefused(refusal);
  }

  #abort(): void {
    const { breaker, budget, stats } = this.#parts;
    const { signal, within } = this.#options ?? {};
    const error = new AbortedError(this.#what(), signal?.aborted ? signal.reason : within?.signal.reason);
    let attempt: Attempt | undefined;
    if (this.#phase === 'running') {
      attempt = this.#leave();
      breaker?.release(this.#permit);
      stats.failure(this.#parts.clock.monotonic(), 'cancelled');
    } else if (this.#phase === 'backoff') {
      this.#cancelBackoff?.();
      budget?.release();
    } else if (this.#permit !== REFUSED) breaker?.release(this.#permit);
    this.#giveUp(error);
    attempt?.abort(error);
  }

  #giveUp(error: unknown): void {
    this.#end();
    this.gaveUp(error);
  }

  #end(): void {
    this.#phase = 'done';
    this.#forgetSignal?.();
    this.#forgetOuter?.();
  }

  /** What ends a wait: the caller's signals. */
  #waitSignal(): AbortSignal | undefined {
    const { signal, within } = this.#options ?? {};
    if (within === undefined) return signal;
    return signal === undefined ? within.signal : AbortSignal.any([signal, within.signal]);
  }

  #what(): string {
    const what = this.#options?.what;
    return what === undefined ? this.#parts.name : `${this.#parts.name}: ${what}`;
  }
}

/** When a place was given. @throws RefusedError when none was. */
function granted(turn: number | Refusal): number {
  if (typeof turn === 'number') return turn;
  throw new RefusedError(turn);
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
