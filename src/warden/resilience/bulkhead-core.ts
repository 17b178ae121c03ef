import { AbortedError, type Clock } from '../../kernel/index.ts';
import { AdaptiveLimit } from './adaptive-rounds.ts';
import type { AdaptiveState } from './adaptive-limit.ts';
import { bulkheadSettings, type BulkheadSettings, type BulkheadTuning } from './bulkhead-options.ts';
import type { Priority, Refusal } from './call.ts';
import { inWords } from './limit-words.ts';
import { WaitLine } from './wait-line.ts';
import { WakeTimer } from './wake-timer.ts';

/** What {@link Bulkhead} has done so far. */
export interface BulkheadCounts {
  /** Calls that entered, at once or after a wait. */
  readonly entered: number;
  /** Of these, those that waited. */
  readonly waited: number;
  readonly refused: number;
  /** Calls whose caller went away while they waited. */
  readonly cancelled: number;
}

/**
 * So many calls at once and no more. Who finds no room waits by priority (high, normal, low; in the order of arrival
 * within), with one timer for all, and is handed the place of who leaves: nobody slips in between. Each call that entered
 * must leave exactly once.
 */
export class Bulkhead {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #line: WaitLine<number | Refusal>;
  readonly #timer: WakeTimer;
  #settings: BulkheadSettings;
  #adaptive: AdaptiveLimit | null;
  #limit: number;
  #running = 0;
  #entered = 0;
  #waited = 0;
  #refused = 0;
  #cancelled = 0;
  /** Since when somebody has waited without a break. */
  #busySinceMs = 0;

  /** `name` stands in refusals. @throws RangeError that names the option, its value and what is allowed. */
  constructor(name: string, clock: Clock, tuning: BulkheadTuning = {}) {
    this.#settings = bulkheadSettings(tuning);
    const { limit } = this.#settings;
    this.#adaptive = typeof limit === 'object' ? new AdaptiveLimit(limit) : null;
    this.#limit = typeof limit === 'object' ? limit.initial : limit;
    this.#name = name;
    this.#clock = clock;
    this.#timer = new WakeTimer(clock, () => {
      this.#refuseOverdue(clock.monotonic());
    });
    this.#line = new WaitLine(`waiting for a place at ${name}`, () => {
      this.#cancelled += 1;
      this.#setTimer(clock.monotonic());
    });
  }

  /** Calls that may run at once now. */
  get limit(): number {
    return this.#limit;
  }

  get settings(): BulkheadSettings {
    return this.#settings;
  }

  /** What an adaptive limit has learnt; null when the limit is a number. */
  get adaptiveState(): AdaptiveState | null {
    return this.#adaptive?.state ?? null;
  }

  get running(): number {
    return this.#running;
  }

  /** Calls that wait. */
  get waiting(): number {
    return this.#line.size;
  }

  get counts(): BulkheadCounts {
    return {
      entered: this.#entered,
      waited: this.#waited,
      refused: this.#refused,
      cancelled: this.#cancelled,
    };
  }

  /** Enters if there is room. Allocates nothing. Nobody waits while there is room, so nobody is overtaken. */
  tryEnter(): boolean {
    if (this.#running >= this.#limit) return false;
    this.#running += 1;
    this.#entered += 1;
    return true;
  }

  /**
   * Asks for a place. `true`: it has entered; nothing was allocated. A refusal: it may not. Else it waits: the promise
   * resolves to the moment at which it entered, or to a refusal, and rejects with AbortedError when `signal` aborts.
   */
  enter(
    priority: Priority,
    signal: AbortSignal | undefined,
    maxWaitMs: number,
    nowMs: number,
  ): true | Refusal | Promise<number | Refusal> {
    if (signal?.aborted) {
      return Promise.reject(new AbortedError(`waiting for a place at ${this.#name}`, signal.reason));
    }
    if (this.tryEnter()) return true;
    const { maxQueue } = this.#settings;
    if (this.#line.size === 0) this.#busySinceMs = nowMs;
    if (maxQueue === 0 || maxWaitMs <= 0) return this.#refuse(nowMs, '');
    if (this.#line.size >= maxQueue) {
      const evicted = this.#line.toEvictFor(priority);
      if (evicted === null) return this.#refuseFull(nowMs);
      this.#line.settle(evicted, this.#refuseFull(nowMs));
    }
    const place = this.#line.join(priority, nowMs, maxWaitMs, signal);
    this.#setTimer(nowMs);
    return place;
  }

  /**
   * A call that entered has ended. An adaptive limit learns from how long it took, or that it was lost (`dropped`: it ran
   * out of time, or the other side was too busy to take it); without a duration it learns nothing, as from a call that
   * failed for other reasons.
   */
  leave(durationMs?: number, dropped = false): void {
    if (this.#running === 0) throw new RangeError(`${this.#name}: a call left that had not entered`);
    if (durationMs !== undefined && this.#adaptive !== null) {
      this.#adaptive.record(durationMs, this.#running, dropped);
      this.#limit = this.#adaptive.limit;
    }
    this.#running -= 1;
    if (this.#line.size > 0) this.#admit(this.#clock.monotonic());
  }

  /**
   * Changes settings. A larger limit admits those who wait at once; under a smaller one the calls that run may end. Those
   * who wait stay, but for what no longer has room. Another kind of limit begins to learn anew, other bounds do not.
   * @throws RangeError as the constructor, and then nothing has changed.
   */
  configure(tuning: BulkheadTuning, nowMs: number): void {
    const settings = bulkheadSettings(tuning, this.#settings);
    const { limit } = settings;
    this.#settings = settings;
    if (typeof limit === 'number') {
      this.#adaptive = null;
      this.#limit = limit;
    } else {
      if (this.#adaptive?.kind === limit.adaptive) this.#adaptive.configure(limit);
      else this.#adaptive = new AdaptiveLimit(limit);
      this.#limit = this.#adaptive.limit;
    }
    this.#admit(nowMs);
    while (this.#line.size > settings.maxQueue) {
      const evicted = this.#line.toEvictFor('high');
      if (evicted === null) break;
      this.#line.settle(evicted, this.#refuseFull(nowMs));
    }
    this.#setTimer(nowMs);
  }

  #admit(nowMs: number): void {
    for (let next = this.#line.next(); next !== null && this.tryEnter(); next = this.#line.next()) {
      this.#waited += 1;
      this.#line.settle(next, nowMs);
    }
    this.#setTimer(nowMs);
  }

  #refuseOverdue(nowMs: number): void {
    this.#line.settleWhere((waiter) =>
      waiter.deadlineMs <= nowMs
        ? this.#refuse(nowMs, ` for ${inWords(waiter.deadlineMs - waiter.sinceMs)}`)
        : null,
    );
    this.#setTimer(nowMs);
  }

  #setTimer(nowMs: number): void {
    this.#timer.setFor(this.#line.deadlineMs, nowMs);
  }

  #refuse(nowMs: number, howLong: string): Refusal {
    return this.#refusal(nowMs, `${this.#name}: all ${this.#limit} places have been taken${howLong}`);
  }

  #refuseFull(nowMs: number): Refusal {
    const { maxQueue } = this.#settings;
    return this.#refusal(
      nowMs,
      `${this.#name}: all ${this.#limit} places are taken, and ${maxQueue} calls already wait`,
    );
  }

  #refusal(nowMs: number, reason: string): Refusal {
    this.#refused += 1;
    return {
      dependency: this.#name,
      by: 'bulkhead',
      reason,
      state: 'full',
      since: this.#clock.now() - (nowMs - this.#busySinceMs),
      nextTryAt: null,
      retryInMs: 0,
      lastCause: null,
    };
  }
}
