import type { CancelTimer } from './clock.ts';

/** Time for what several threads of a process watch together. */
export const threadClock = {
  /** Milliseconds that all threads read alike, while `performance.now()` begins anew in each of them. */
  monotonic: (): number => Number(process.hrtime.bigint()) / 1e6,
  /** Calls `fn` each `everyMs`, and holds no process up that has nothing else to do. */
  every(everyMs: number, fn: () => void): CancelTimer {
    const timer = setInterval(fn, everyMs);
    timer.unref();
    return () => {
      clearInterval(timer);
    };
  },
};
