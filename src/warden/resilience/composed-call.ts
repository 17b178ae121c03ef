import { AbortedError, TimeoutError, type CancelTimer } from '../../kernel/index.ts';
import { Attempt } from './attempt.ts';
import { RefusedError, type CallOptions, type Refusal, type Result, type Work } from './call.ts';
import { Due } from './deadlines.ts';
import type { DependencyParts, QuotaPart } from './dependency-parts.ts';

/** How a call hands back what became of it. */
export interface Outcome<T> {
  value(value: T): void;
  refused(refusal: Refusal): void;
  threw(error: unknown): void;
}

type Phase = 'waiting' | 'running' | 'backoff' | 'done';

/**
 * One call through the whole policy: breaker, quota, bulkhead, time limit, and again after a backoff. It is one object
 * that moves through its phases instead of a function in a function for each policy: a call that needs no waiting makes
 * no promise but the one that its caller gets.
 */
export class ComposedCall<T> extends Due {
  readonly #parts: DependencyParts;
  readonly #work: Work<T>;
  readonly #options: CallOptions | undefined;
  readonly #quota: QuotaPart | null;
  readonly #signal: AbortSignal | undefined;
  readonly #outcome: Outcome<T>;
  /** When the whole call must be over, monotonic. */
  readonly #endsMs: number;
  #phase: Phase = 'waiting';
  #attempts = 0;
  #attempt: Attempt | undefined;
  #permit = -1;
  #startedMs = 0;
  #limitMs = Infinity;
  #delayMs = 0;
  #cancelBackoff: CancelTimer | undefined;
  #lastError: unknown;
  #onAbort: (() => void) | undefined;

  constructor(
    parts: DependencyParts,
    work: Work<T>,
    options: CallOptions | undefined,
    quota: QuotaPart | null,
    outcome: Outcome<T>,
  ) {
    super();
    this.#parts = parts;
    this.#work = work;
    this.#options = options;
    this.#quota = quota;
    this.#outcome = outcome;
    this.#signal = options?.signal;
    this.#endsMs = endOf(parts, options);
  }

  start(nowMs: number): void {
    const signal = this.#signal;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.#abort();
        return;
      }
      this.#onAbort = () => {
        this.#abort();
      };
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    this.#parts.budget?.noteCall(nowMs);
    this.#begin(nowMs);
  }

  override onDue(): void {
    const { clock, adaptive } = this.#parts;
    const nowMs = clock.monotonic();
    const error = new TimeoutError(this.#what(), Math.round(this.#limitMs));
    // A caller in more of a hurry than the limit says nothing about the other side.
    const own = this.#limitMs >= this.#parts.timeoutMs(nowMs);
    if (own) adaptive?.answered(nowMs, this.#limitMs);
    const attempt = this.#leave();
    if (own) this.#failed(error, nowMs);
    else {
      this.#parts.breaker?.release(this.#permit);
      this.#parts.hurried(nowMs);
      this.#giveUp(error);
    }
    attempt?.abort(error);
  }

  /** Asks for leave to run, and runs when nothing has to be waited for. */
  #begin(nowMs: number): void {
    const { breaker, bulkhead } = this.#parts;
    this.#phase = 'waiting';
    if (breaker !== null) {
      this.#permit = breaker.admit(nowMs);
      if (this.#permit < 0) {
        this.#refused(breaker.refusal(nowMs, this.#parts.clock.now()));
        return;
      }
    }
    const quota = this.#quota;
    if (quota === null || quota.tryTake(nowMs, this.#options?.priority ?? 'normal')) {
      if (bulkhead === null || bulkhead.tryEnter(nowMs)) {
        this.#run(nowMs);
        return;
      }
      quota?.giveBack(nowMs);
    }
    void this.#waitForTurn();
  }

  /** Waits for quota and slot. Neither is held while the other is waited for. */
  async #waitForTurn(): Promise<void> {
    const { clock, bulkhead, breaker } = this.#parts;
    const quota = this.#quota;
    const priority = this.#options?.priority ?? 'normal';
    try {
      for (;;) {
        if (quota !== null) await quota.acquire(priority, this.#signal, this.#leftMs());
        if (bulkhead === null || bulkhead.tryEnter(clock.monotonic())) break;
        quota?.giveBack(clock.monotonic());
        await bulkhead.enter(priority, this.#signal, this.#leftMs());
        if (quota === null || quota.tryTake(clock.monotonic(), priority)) break;
        bulkhead.leave();
      }
    } catch (error) {
      if (this.#phase === 'done') return;
      breaker?.release(this.#permit);
      if (error instanceof RefusedError) this.#refused(error.refusal);
      else this.#giveUp(error);
      return;
    }
    const nowMs = clock.monotonic();
    const giveBack = (): void => {
      quota?.giveBack(nowMs);
      bulkhead?.leave();
    };
    if (this.#phase === 'done') {
      giveBack();
      return;
    }
    // Others may have failed meanwhile, so that leave given before the wait is none any more.
    if (breaker !== null && !breaker.isCurrent(this.#permit, nowMs)) {
      this.#permit = breaker.admit(nowMs);
      if (this.#permit < 0) {
        giveBack();
        this.#refused(breaker.refusal(nowMs, clock.now()));
        return;
      }
    }
    this.#run(nowMs);
  }

  #run(nowMs: number): void {
    const parts = this.#parts;
    this.#phase = 'running';
    this.#attempts += 1;
    this.#startedMs = nowMs;
    this.#limitMs = Math.min(parts.timeoutMs(nowMs), this.#endsMs - nowMs);
    const attempt = new Attempt(this.#attempts, nowMs + this.#limitMs, parts.monotonic);
    this.#attempt = attempt;
    if (this.#limitMs < Infinity) parts.deadlines.add(this, nowMs + this.#limitMs, nowMs);
    parts.called(nowMs);
    let running: T | PromiseLike<T>;
    try {
      running = this.#work(attempt);
    } catch (error) {
      this.#threw(attempt, error);
      return;
    }
    if (isThenable(running)) {
      running.then(
        (value) => {
          this.#answered(attempt, value);
        },
        (error: unknown) => {
          this.#threw(attempt, error);
        },
      );
    } else this.#answered(attempt, running);
  }

  #answered(attempt: Attempt, value: T): void {
    if (attempt !== this.#attempt) return;
    const { clock, breaker, adaptive } = this.#parts;
    this.#leave();
    const nowMs = clock.monotonic();
    const durationMs = nowMs - this.#startedMs;
    breaker?.success(this.#permit, nowMs, durationMs);
    adaptive?.answered(nowMs, durationMs);
    this.#parts.answered(nowMs, durationMs);
    this.#end();
    this.#outcome.value(value);
  }

  #threw(attempt: Attempt, error: unknown): void {
    if (attempt !== this.#attempt) return;
    this.#leave();
    this.#failed(error, this.#parts.clock.monotonic());
  }

  /** The attempt is over: its slot and its time limit are free. */
  #leave(): Attempt | undefined {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#parts.deadlines.remove(this);
    this.#parts.bulkhead?.leave();
    return attempt;
  }

  #failed(error: unknown, nowMs: number): void {
    const { breaker, random } = this.#parts;
    const durationMs = nowMs - this.#startedMs;
    const failure = this.#parts.failed(error, nowMs, durationMs);
    if (failure.countsForBreaker === true || this.#parts.persists(failure)) {
      breaker?.failure(this.#permit, nowMs, durationMs, error);
    } else breaker?.release(this.#permit);
    if (failure.kind === 'throttled') this.#quota?.throttled(nowMs, failure.retryAfterMs);
    this.#lastError = error;
    const decision = this.#parts.decideRetry({
      failure,
      attempt: this.#attempts,
      previousDelayMs: this.#delayMs,
      remainingMs: this.#endsMs - nowMs,
      idempotent: this.#options?.idempotent ?? true,
      nowMs,
      random,
    });
    if (!decision.retry) {
      this.#giveUp(error);
      return;
    }
    this.#phase = 'backoff';
    this.#delayMs = decision.afterMs;
    this.#cancelBackoff = this.#parts.clock.schedule(decision.afterMs, () => {
      this.#cancelBackoff = undefined;
      this.#begin(this.#parts.clock.monotonic());
    });
  }

  #refused(refusal: Refusal): void {
    this.#parts.refused(refusal);
    // A call was made: what it threw says more than why there is no second one.
    if (this.#attempts > 0) {
      this.#giveUp(this.#lastError);
      return;
    }
    this.#end();
    this.#outcome.refused(refusal);
  }

  #abort(): void {
    const error = new AbortedError(this.#what(), this.#signal?.reason);
    const phase = this.#phase;
    this.#cancelBackoff?.();
    let attempt: Attempt | undefined;
    if (phase === 'running') {
      attempt = this.#leave();
      this.#parts.breaker?.release(this.#permit);
      this.#parts.cancelled(this.#parts.clock.monotonic());
    } else if (phase === 'waiting' && this.#permit >= 0) this.#parts.breaker?.release(this.#permit);
    this.#giveUp(error);
    attempt?.abort(error);
  }

  #giveUp(error: unknown): void {
    this.#end();
    this.#outcome.threw(error);
  }

  #end(): void {
    this.#phase = 'done';
    if (this.#onAbort) this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  #leftMs(): number {
    return this.#endsMs - this.#parts.clock.monotonic();
  }

  #what(): string {
    const what = this.#options?.what;
    return what === undefined ? this.#parts.name : `${this.#parts.name}: ${what}`;
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
