import { AbortedError, type Clock } from '../../kernel/index.ts';
import type { Priority, Refusal } from './call.ts';
import { inWords } from './limit-words.ts';
import { RateLimitCore } from './rate-limit-core.ts';
import type { RateLimitTuning } from './rate-limit-options.ts';
import { WaitLine } from './wait-line.ts';
import { WakeTimer } from './wake-timer.ts';

/** What {@link RateLimiter} has done so far. */
export interface RateLimiterCounts {
  /** Calls that could start, at once or after a wait. */
  readonly started: number;
  /** Of these, those that waited. */
  readonly waited: number;
  readonly refused: number;
  /** Calls whose caller went away while they waited. */
  readonly cancelled: number;
}

/**
 * {@link RateLimitCore} with a queue: who finds no room waits by priority (high, normal, low; in the order of arrival
 * within), with one timer for all. What is refused or cancelled pays nothing.
 */
export class RateLimiter {
  readonly core: RateLimitCore;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #line: WaitLine<number | Refusal>;
  readonly #timer: WakeTimer;
  #started = 0;
  #waited = 0;
  #refused = 0;
  #cancelled = 0;
  #fullSinceMs = 0;

  /** `name` stands in refusals. @throws RangeError as {@link RateLimitCore}. */
  constructor(name: string, clock: Clock, tuning: RateLimitTuning = {}) {
    this.core = new RateLimitCore(tuning);
    this.#name = name;
    this.#clock = clock;
    this.#timer = new WakeTimer(clock, () => {
      this.#turn(clock.monotonic());
    });
    this.#line = new WaitLine(`waiting for the quota of ${name}`, () => {
      this.#cancelled += 1;
      this.#setTimer(clock.monotonic());
    });
  }

  /** Calls that wait. */
  get waiting(): number {
    return this.#line.size;
  }

  get counts(): RateLimiterCounts {
    return {
      started: this.#started,
      waited: this.#waited,
      refused: this.#refused,
      cancelled: this.#cancelled,
    };
  }

  /** Calls that may start at once: none that others already wait for. */
  available(nowMs: number, priority: Priority = 'normal'): number {
    return Math.max(0, this.core.available(nowMs, priority) - this.#line.aheadOf(priority));
  }

  /**
   * Asks for the start of a call. `true`: it may start now; nothing was allocated. A refusal: it may not. Else it waits:
   * the promise resolves to the moment for which its start was counted, which is when it may start, or to a refusal.
   * The promise rejects with AbortedError when `signal` aborts.
   */
  acquire(
    priority: Priority,
    signal: AbortSignal | undefined,
    maxWaitMs: number,
    nowMs: number,
  ): true | Refusal | Promise<number | Refusal> {
    if (signal?.aborted) {
      return Promise.reject(new AbortedError(`waiting for the quota of ${this.#name}`, signal.reason));
    }
    if (this.#line.size > 0) this.#turn(nowMs);
    // Who still waits, and would go before this one, could not start now either.
    if (this.core.tryTake(nowMs, priority)) {
      this.#started += 1;
      return true;
    }
    const waitMs = this.#waitMs(nowMs, priority);
    if (waitMs > maxWaitMs || this.core.settings.maxQueue === 0) return this.#refuse(nowMs, priority, waitMs);
    return this.#wait(priority, signal, maxWaitMs, nowMs);
  }

  /** Gives back what was taken at exactly `takenMs` for a call that surely never left. */
  giveBack(takenMs: number, nowMs: number): void {
    if (this.core.giveBack(takenMs)) this.#turn(nowMs);
  }

  /** See {@link RateLimitCore.startLater}. */
  startLater(takenMs: number, nowMs: number, priority: Priority): boolean {
    const starts = this.core.startLater(takenMs, nowMs, priority);
    this.#turn(nowMs);
    return starts;
  }

  /** See {@link RateLimitCore.throttled}. Who now would wait too long is refused at once. */
  throttled(nowMs: number, retryAfterMs?: number, startedMs?: number): boolean {
    const isNew = this.core.throttled(nowMs, retryAfterMs, startedMs);
    this.#refuseHopeless(nowMs);
    return isNew;
  }

  /** See {@link RateLimitCore.configure}. Those who wait stay, but for what no longer has room or would wait too long. */
  configure(tuning: RateLimitTuning, nowMs: number): void {
    this.core.configure(tuning, nowMs);
    this.#turn(nowMs);
    while (this.#line.size > this.core.settings.maxQueue) {
      const evicted = this.#line.toEvictFor('high');
      if (evicted === null) break;
      this.#fullSinceMs = nowMs;
      this.#line.settle(evicted, this.#refuseFull(nowMs, evicted.priority));
    }
    this.#refuseHopeless(nowMs);
  }

  #wait(
    priority: Priority,
    signal: AbortSignal | undefined,
    maxWaitMs: number,
    nowMs: number,
  ): Refusal | Promise<number | Refusal> {
    const { maxQueue } = this.core.settings;
    if (this.#line.size >= maxQueue) {
      const evicted = this.#line.toEvictFor(priority);
      if (evicted === null) return this.#refuseFull(nowMs, priority);
      this.#line.settle(evicted, this.#refuseFull(nowMs, evicted.priority));
    } else if (this.#line.size + 1 === maxQueue) {
      this.#fullSinceMs = nowMs;
    }
    const turn = this.#line.join(priority, nowMs, maxWaitMs, signal);
    this.#setTimer(nowMs);
    return turn;
  }

  /** Starts those whose turn has come, refuses those whose time is over. */
  #turn(nowMs: number): void {
    for (let next = this.#line.next(); next !== null && this.core.tryTake(nowMs, next.priority);) {
      this.#started += 1;
      this.#waited += 1;
      this.#line.settle(next, nowMs);
      next = this.#line.next();
    }
    if (nowMs >= this.#line.deadlineMs) {
      this.#line.settleWhere((waiter) =>
        waiter.deadlineMs <= nowMs
          ? this.#refuse(nowMs, waiter.priority, this.#waitMs(nowMs, waiter.priority))
          : null,
      );
    }
    this.#setTimer(nowMs);
  }

  #refuseHopeless(nowMs: number): void {
    let ahead = 0;
    this.#line.settleWhere((waiter) => {
      const startMs = this.core.nextStartMs(nowMs, waiter.priority, ahead);
      if (startMs > waiter.deadlineMs) return this.#refuse(nowMs, waiter.priority, startMs - nowMs);
      ahead += 1;
      return null;
    });
    this.#setTimer(nowMs);
  }

  #setTimer(nowMs: number): void {
    const next = this.#line.next();
    const atMs =
      next === null ? Infinity : Math.min(this.core.nextStartMs(nowMs, next.priority), this.#line.deadlineMs);
    this.#timer.setFor(atMs, nowMs);
  }

  /** How long a call that came now would have to wait. */
  #waitMs(nowMs: number, priority: Priority): number {
    return this.core.nextStartMs(nowMs, priority, this.#line.aheadOf(priority)) - nowMs;
  }

  #refuse(nowMs: number, priority: Priority, waitMs: number): Refusal {
    const { core } = this;
    const isThrottled = core.blockedForMs(nowMs) > 0 || core.rate(nowMs) < core.limit;
    const forWhom = priority === 'low' ? ' of low priority' : '';
    const quota = `${core.rate(nowMs, priority)} calls${forWhom} in ${inWords(core.windowMs)}`;
    const spent = isThrottled
      ? `it asked for less, so the quota is ${quota}`
      : `the quota of ${quota} is spent`;
    const sinceMs = isThrottled ? core.lastIncidentMs : core.spentSinceMs(nowMs, priority);
    return this.#refusal(
      nowMs,
      `${this.#name}: ${spent}; the next call can start in ${inWords(waitMs)}`,
      isThrottled ? 'throttled' : 'spent',
      sinceMs,
      waitMs,
    );
  }

  #refuseFull(nowMs: number, priority: Priority): Refusal {
    const reason = `${this.#name}: ${this.core.settings.maxQueue} calls already wait for the quota`;
    return this.#refusal(nowMs, reason, 'full', this.#fullSinceMs, this.#waitMs(nowMs, priority));
  }

  #refusal(nowMs: number, reason: string, state: string, sinceMs: number | null, waitMs: number): Refusal {
    this.#refused += 1;
    const wallMs = this.#clock.now();
    return {
      dependency: this.#name,
      by: 'quota',
      reason,
      state,
      since: sinceMs === null || sinceMs === -Infinity ? wallMs : wallMs - (nowMs - sinceMs),
      nextTryAt: wallMs + waitMs,
      retryInMs: waitMs,
      lastCause: state === 'throttled' ? 'it asked for less (429)' : null,
    };
  }
}
