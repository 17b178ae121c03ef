import { AbortedError, onAbort } from './abort.ts';

/** Cancels a pending timer; calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/** One timer that is set again and again. Times are those of the monotonic clock. */
export interface Alarm {
  /** Rings at `atMs`, and not at the time for which it was set before. `nowMs` is what the clock reads. */
  set(atMs: number, nowMs: number): void;
  /** It does not ring. */
  clear(): void;
}

/**
 * Time as the whole system sees it. Two readings, because they answer different questions: the wall clock names a
 * moment (and may jump), the monotonic clock measures a duration (and never goes back).
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds since an arbitrary origin; never decreases. */
  monotonic(): number;
  /** Calls `fn` once, `delayMs` from now on the monotonic clock. What `fn` throws is the process's to handle. */
  schedule(delayMs: number, fn: () => void): CancelTimer;
  /**
   * Resolves after `delayMs`.
   * @throws AbortedError as soon as `signal` aborts.
   */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** For who sets and clears a timer all the time: where a clock has a cheaper way than {@link schedule}, this is it. */
  alarm?(fn: () => void): Alarm;
}

/** The clock's own alarm, or one on top of its `schedule`. */
export function alarmOf(clock: Clock, fn: () => void): Alarm {
  if (clock.alarm) return clock.alarm(fn);
  let cancel: CancelTimer | undefined;
  return {
    set(atMs, nowMs) {
      cancel?.();
      cancel = clock.schedule(atMs - nowMs, fn);
    },
    clear() {
      cancel?.();
      cancel = undefined;
    },
  };
}

const LONGEST_NODE_TIMER_MS = 2 ** 31 - 1;

/** The sleep that every clock offers, on top of its `schedule`. */
export function sleepOn(
  schedule: Clock['schedule'],
  delayMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new AbortedError('sleep', signal.reason));
      return;
    }
    const cancel = schedule(delayMs, () => {
      forget?.();
      resolve();
    });
    const forget =
      signal &&
      onAbort(signal, () => {
        cancel();
        reject(new AbortedError('sleep', signal.reason));
      });
  });
}

/**
 * Making and removing one of Node's timers for each call costs more than all else that a policy does. So a timer that is
 * there is left there: it may ring too early, and is then set for what is left; while nobody waits for it, it does not
 * hold the process up.
 */
class LazyAlarm implements Alarm {
  readonly #ring: () => void;
  readonly #onTimer = (): void => {
    this.#timer = undefined;
    const atMs = this.#atMs;
    if (atMs === Infinity) return;
    const nowMs = performance.now();
    if (nowMs < atMs) {
      this.set(atMs, nowMs);
      return;
    }
    this.#atMs = Infinity;
    this.#ring();
  };
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Infinity;
  #atMs = Infinity;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  set(atMs: number, nowMs: number): void {
    const wasClear = this.#atMs === Infinity;
    this.#atMs = atMs;
    if (this.#timer !== undefined && this.#timerAtMs <= atMs) {
      if (wasClear) this.#timer.ref();
      return;
    }
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(this.#onTimer, Math.min(LONGEST_NODE_TIMER_MS, Math.max(0, atMs - nowMs)));
  }

  clear(): void {
    this.#atMs = Infinity;
    this.#timer?.unref();
  }
}

/** @param holds whether a timer keeps a process up that has nothing else to do. */
function scheduleOnNode(delayMs: number, fn: () => void, holds: boolean): CancelTimer {
  let remainingMs = Math.max(0, delayMs);
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    // Node fires at once when the delay is over 2^31-1 ms (24.8 days).
    const legMs = Math.min(remainingMs, LONGEST_NODE_TIMER_MS);
    remainingMs -= legMs;
    timer = setTimeout(() => (remainingMs > 0 ? arm() : fn()), legMs);
    if (!holds) timer.unref();
  };
  arm();
  return () => {
    clearTimeout(timer);
  };
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (delayMs, fn) => scheduleOnNode(delayMs, fn, true),
  sleep(delayMs, signal) {
    return sleepOn(this.schedule.bind(this), delayMs, signal);
  },
  alarm: (fn) => new LazyAlarm(fn),
};

/** The machine's clocks, for who only looks on: a process that waits for nothing but its timers ends. */
export const backgroundClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (delayMs, fn) => scheduleOnNode(delayMs, fn, false),
  sleep(delayMs, signal) {
    return sleepOn(this.schedule.bind(this), delayMs, signal);
  },
};

/**
 * Starts measuring real time; the function that it gives tells the milliseconds since. It goes on while the globals are
 * trapped: for what people are shown of a run under virtual time, never for what the run does.
 */
export function startStopwatch(): () => number {
  const now = performance.now.bind(performance);
  const startMs = now();
  return () => now() - startMs;
}
