import { AbortedError, onAbort } from '../../kernel/index.ts';
import type { Priority } from './call.ts';

const RANKS: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };
const LOWEST = 2;

/** What somebody waits with. Times are monotonic ms. */
interface Wait<T> {
  readonly priority: Priority;
  readonly sinceMs: number;
  /** Until when. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: T) => void;
  readonly reject: (error: AbortedError) => void;
}

/** Somebody who waits in a {@link WaitLine}, chained to those of the same priority. */
export class Waiter<T> implements Wait<T> {
  readonly priority: Priority;
  readonly sinceMs: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: T) => void;
  readonly reject: (error: AbortedError) => void;
  previous: Waiter<T> | null = null;
  next: Waiter<T> | null = null;
  readonly #line: WaitLine<T>;
  #forget: (() => void) | undefined;

  constructor(line: WaitLine<T>, wait: Wait<T>) {
    this.#line = line;
    this.priority = wait.priority;
    this.sinceMs = wait.sinceMs;
    this.deadlineMs = wait.deadlineMs;
    this.signal = wait.signal;
    this.resolve = wait.resolve;
    this.reject = wait.reject;
  }

  /** From now on its signal ends its wait. */
  listen(): void {
    if (this.signal === undefined) return;
    this.#forget = onAbort(this.signal, () => {
      this.#line.abandon(this);
    });
  }

  forget(): void {
    this.#forget?.();
  }
}

/**
 * Those who wait for their turn: the higher priority first, within a priority who came first. It decides nothing: its
 * owner says whose turn it is and keeps the one timer for all of them. Joining and leaving cost O(1), and whoever has
 * left, in whatever way, has left no listener behind.
 */
export class WaitLine<T> {
  readonly #what: string;
  readonly #onAbandoned: () => void;
  readonly #first: (Waiter<T> | null)[] = [null, null, null];
  readonly #last: (Waiter<T> | null)[] = [null, null, null];
  readonly #sizes = [0, 0, 0];
  #size = 0;
  #deadlineMs = Infinity;

  /** `what` names the wait in the error of who gives up; `onAbandoned` is called after somebody has. */
  constructor(what: string, onAbandoned: () => void) {
    this.#what = what;
    this.#onAbandoned = onAbandoned;
  }

  get size(): number {
    return this.#size;
  }

  /** A moment before which no one's deadline is over; Infinity when nobody waits. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  /** How many would go before one with `priority` who joined now. */
  aheadOf(priority: Priority): number {
    let ahead = 0;
    for (let rank = 0; rank <= RANKS[priority]; rank++) ahead += this.#sizes[rank] as number;
    return ahead;
  }

  /**
   * Resolves to what {@waiter settle} is given.
   * @throws AbortedError when `signal` aborts before, which it must not have done yet.
   */
  join(priority: Priority, nowMs: number, maxWaitMs: number, signal: AbortSignal | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const deadlineMs = nowMs + maxWaitMs;
      this.#append(new Waiter(this, { priority, sinceMs: nowMs, deadlineMs, signal, resolve, reject }));
    });
  }

  /** Whose turn is next. */
  next(): Waiter<T> | null {
    return this.#first[0] ?? this.#first[1] ?? this.#first[2] ?? null;
  }

  /** Who has to leave when there is no room for one more with `priority`: null when that one has to. */
  toEvictFor(priority: Priority): Waiter<T> | null {
    for (let rank = LOWEST; rank >= RANKS[priority]; rank--) {
      const oldest = this.#first[rank];
      if (oldest) return oldest;
    }
    return null;
  }

  /** Ends the wait of one who still waits. */
  settle(waiter: Waiter<T>, value: T): void {
    this.#remove(waiter);
    waiter.resolve(value);
  }

  /** Ends the wait of everyone for whom `refusal` gives an answer, in the order of their turns. */
  settleWhere(refusal: (waiter: Waiter<T>) => T | null): void {
    let deadlineMs = Infinity;
    for (const first of this.#first) {
      for (let waiter = first; waiter !== null;) {
        const { next } = waiter;
        const value = refusal(waiter);
        if (value === null) deadlineMs = Math.min(deadlineMs, waiter.deadlineMs);
        else this.settle(waiter, value);
        waiter = next;
      }
    }
    this.#deadlineMs = deadlineMs;
  }

  /** For the signal of a waiter. */
  abandon(waiter: Waiter<T>): void {
    this.#remove(waiter);
    waiter.reject(new AbortedError(this.#what, waiter.signal?.reason));
    this.#onAbandoned();
  }

  #append(waiter: Waiter<T>): void {
    const rank = RANKS[waiter.priority];
    const last = this.#last[rank] ?? null;
    waiter.previous = last;
    if (last === null) this.#first[rank] = waiter;
    else last.next = waiter;
    this.#last[rank] = waiter;
    this.#sizes[rank] = (this.#sizes[rank] as number) + 1;
    this.#size += 1;
    this.#deadlineMs = Math.min(this.#deadlineMs, waiter.deadlineMs);
    waiter.listen();
  }

  #remove(waiter: Waiter<T>): void {
    const rank = RANKS[waiter.priority];
    if (waiter.previous === null) this.#first[rank] = waiter.next;
    else waiter.previous.next = waiter.next;
    if (waiter.next === null) this.#last[rank] = waiter.previous;
    else waiter.next.previous = waiter.previous;
    this.#sizes[rank] = (this.#sizes[rank] as number) - 1;
    this.#size -= 1;
    if (this.#size === 0) this.#deadlineMs = Infinity;
    waiter.forget();
  }
}
