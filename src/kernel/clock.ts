import { AbortedError } from './abort.ts';

/** Cancels a pending timer; calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

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
    const onAbort = (): void => {
      cancel();
      reject(new AbortedError('sleep', signal?.reason));
    };
    const cancel = schedule(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, fn) {
    let remainingMs = Math.max(0, delayMs);
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      // Node fires at once when the delay is over 2^31-1 ms (24.8 days).
      const legMs = Math.min(remainingMs, LONGEST_NODE_TIMER_MS);
      remainingMs -= legMs;
      timer = setTimeout(() => (remainingMs > 0 ? arm() : fn()), legMs);
    };
    arm();
    return () => {
      clearTimeout(timer);
    };
  },
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
