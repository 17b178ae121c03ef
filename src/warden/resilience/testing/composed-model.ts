import { expect } from 'vitest';
import type { BreakerState } from '../breaker-phases.ts';
import type { FailureKind } from '../classify.ts';
import type { Setup } from './composed-steps.ts';

/** How an attempt ended, and when. */
export interface AttemptEnd {
  readonly atMs: number;
  readonly how: 'success' | FailureKind;
}

/** One run of the work, as the model saw it. */
export interface ModelAttempt {
  readonly call: number;
  readonly number: number;
  readonly quota: string | undefined;
  readonly startedMs: number;
  readonly limitMs: number;
  readonly epoch: number;
  end: AttemptEnd | null;
}

const WINDOW_MS = 200;
const BUDGET_MS = 10_000;

/** What a dependency must have done, reckoned in the plainest way: from a list of all attempts that there ever were. */
export class ComposedModel {
  readonly windowMs = WINDOW_MS;
  readonly attempts: ModelAttempt[] = [];
  readonly recorded: ('success' | FailureKind)[] = [];
  readonly faults: unknown[] = [];
  /** When calls were let in that count for the retry budget. */
  readonly callsMs: number[] = [];
  isolated = 0;
  #epoch = 0;
  /** Until when who pays `quota` is held back. */
  #heldUntilMs = -Infinity;
  #heldSinceMs = -Infinity;
  /** Failures in a row: at least, and at most. What was recorded or may persist counts at most. */
  #row = { least: 0, most: 0 };
  #successMs = -Infinity;
  /** So many in a row are excused: the threshold was lowered after them. */
  #excused = 0;
  #successes = 0;
  #failures = 0;
  #openedMs = -Infinity;
  #failuresToOpen: number;
  #openMs: number;
  #trialMs = -Infinity;
  readonly #setup: Setup;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#failuresToOpen = setup.breaker?.failures ?? Infinity;
    this.#openMs = setup.breaker?.openMs ?? 0;
  }

  /** An attempt begins, which is only right when all rules allow it. */
  start(attempt: Omit<ModelAttempt, 'epoch' | 'end'>, previous: ModelAttempt | undefined): ModelAttempt {
    const { startedMs: nowMs, quota } = attempt;
    this.sweep(nowMs);
    const made: ModelAttempt = { ...attempt, epoch: this.#epoch, end: null };
    this.attempts.push(made);
    expect(this.isolated, 'isolated').toBe(0);
    expect(made.limitMs, 'time left for the attempt').toBeGreaterThan(0);
    expect(this.running(nowMs).length, 'at once').toBeLessThanOrEqual(
      this.#setup.bulkhead?.limit ?? Infinity,
    );
    if (quota !== undefined) {
      expect(this.used(quota, nowMs), 'rolling window').toBeLessThanOrEqual(this.#setup.quota.limit);
      // Within one moment it is nobody's to say which came first.
      if (nowMs > this.#heldSinceMs) expect(nowMs, 'Retry-After').toBeGreaterThanOrEqual(this.#heldUntilMs);
    }
    if (previous) this.#retry(made, previous);
    return made;
  }

  /** Attempts that have not ended. */
  running(nowMs: number): ModelAttempt[] {
    return this.attempts.filter(({ end, startedMs, limitMs }) => !end && startedMs + limitMs > nowMs);
  }

  /** Requests that were on their way in the window that ends now. */
  used(quota: string, nowMs: number): number {
    return this.attempts.filter(
      (one) => one.quota === quota && (!one.end || one.end.atMs > nowMs - WINDOW_MS),
    ).length;
  }

  /** Whether an attempt that runs out of time now says nothing about the other side. */
  ranOut({ limitMs }: ModelAttempt): FailureKind {
    const { timeoutMs, deadlineMs } = this.#setup;
    return limitMs < Math.min(timeoutMs ?? Infinity, deadlineMs ?? Infinity) ? 'cancelled' : 'transient';
  }

  /** What is over its time has ended then. */
  sweep(nowMs: number): void {
    for (const attempt of this.attempts) {
      const dueMs = attempt.startedMs + attempt.limitMs;
      if (!attempt.end && dueMs < nowMs) this.end(attempt, dueMs, this.ranOut(attempt));
    }
  }

  /** The first end is the one that counts. `counts`: what it is for the breaker. */
  end(attempt: ModelAttempt, atMs: number, how: AttemptEnd['how'], retryAfterMs = 0): void {
    if (attempt.end) return;
    attempt.end = { atMs, how };
    if (attempt.epoch === this.#epoch) this.#count(how, atMs);
    if (how === 'throttled' && attempt.quota !== undefined && retryAfterMs > 0) {
      this.#heldSinceMs = atMs;
      this.#heldUntilMs = Math.max(this.#heldUntilMs, atMs + retryAfterMs);
    }
  }

  record(ok: boolean): void {
    this.recorded.push(ok ? 'success' : 'persistent');
    if (ok) this.#row.least = 0;
    else this.#row.most += 1;
    this.#successes += ok ? 1 : 0;
    this.#failures += ok ? 0 : 1;
  }

  configure(failures: number, openMs: number): void {
    this.#failuresToOpen = failures;
    this.#openMs = Math.min(this.#openMs, openMs);
    this.#excused = this.#row.least;
  }

  trial(nowMs: number): void {
    this.#trialMs = nowMs;
  }

  /** The breaker says that it has changed: only for a reason. */
  changed(from: BreakerState, to: BreakerState, nowMs: number): void {
    this.sweep(nowMs);
    // Whose time is over at this very moment may have been what it changed for.
    const due = this.attempts.filter(
      ({ end, epoch, startedMs, limitMs }) => !end && epoch === this.#epoch && startedMs + limitMs === nowMs,
    ).length;
    this.#epoch += 1;
    if (from === 'isolated' || to === 'isolated') {
      this.#row.least = 0;
      this.#excused = 0;
      return;
    }
    if (from === 'closed')
      expect(this.#row.most + due, 'failures to open').toBeGreaterThanOrEqual(this.#failuresToOpen);
    else if (from === 'half_open') {
      if (to === 'open') expect(this.#failures + due, 'failed trials').toBeGreaterThan(0);
      else
        expect(this.#successes, 'trials to close').toBeGreaterThanOrEqual(
          this.#setup.breaker?.closeAfter ?? 0,
        );
    } else if (this.#trialMs !== nowMs) {
      expect(nowMs - this.#openedMs, 'open time').toBeGreaterThanOrEqual(this.#openMs);
    }
    if (to === 'open') this.#openedMs = nowMs;
    this.#row = { least: 0, most: 0 };
    this.#excused = 0;
    this.#successes = 0;
    this.#failures = 0;
  }

  /** Whether the breaker should have opened by now. */
  get shouldBeOpen(): boolean {
    return this.#row.least >= this.#failuresToOpen && this.#row.least > this.#excused;
  }

  /** How often something ended so. */
  count(how: AttemptEnd['how']): number {
    const ends = [...this.attempts.map(({ end }) => end?.how), ...this.recorded];
    return ends.filter((end) => end === how).length;
  }

  #count(how: AttemptEnd['how'], atMs: number): void {
    if (how === 'success') {
      this.#row = { least: 0, most: 0 };
      this.#successMs = atMs;
      this.#excused = 0;
      this.#successes += 1;
    } else if (how === 'transient' || how === 'persistent') {
      // One whose time ran out in the moment of a success may have ended before it, so that it begins no new row.
      const isAfter = atMs !== this.#successMs;
      this.#row = { least: this.#row.least + (isAfter ? 1 : 0), most: this.#row.most + 1 };
      this.#failures += 1;
    } else if (how === 'throttled') {
      this.#row.most += 1;
      this.#failures += 1;
    }
  }

  #retry(attempt: ModelAttempt, previous: ModelAttempt): void {
    const { maxRetries, firstMs, budget } = this.#setup;
    const { startedMs: nowMs, number } = attempt;
    const waitedMs = nowMs - (previous.end?.atMs ?? Infinity);
    expect(maxRetries, 'retries are on').not.toBeNull();
    expect(number, 'attempts').toBeLessThanOrEqual((maxRetries ?? 0) + 1);
    expect(waitedMs, 'backoff').toBeGreaterThanOrEqual(firstMs * 2 ** (number - 2));
    expect(['transient', 'throttled'], 'what is tried again').toContain(previous.end?.how);
    if (budget === null) return;
    const since = nowMs - BUDGET_MS;
    const calls = this.callsMs.filter((at) => at > since).length;
    const retries = this.attempts.filter((one) => one.number > 1 && one.startedMs > since).length;
    expect(retries, 'retry budget').toBeLessThanOrEqual(Math.max(budget.floor, budget.ratio * calls + 1e-6));
  }
}
