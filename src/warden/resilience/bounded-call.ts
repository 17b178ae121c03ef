import type { Clock } from '../../kernel/index.ts';
import { AttemptContext } from './attempt-context.ts';
import type { CallBounds } from './call-bounds.ts';
import type { Work } from './call.ts';

/**
 * Runs one attempt; it ends as `work` does, or as soon as the call is over, which also aborts the signal of the attempt.
 * What work that goes on rejects with later is swallowed.
 */
export function runWithin<T>(bounds: CallBounds, attempt: number, work: Work<T>): Promise<T> {
  const context = new AttemptContext(attempt, bounds);
  return new Promise((resolve, reject) => {
    bounds.onOver = (error) => {
      reject(error);
      context.giveUp(error);
    };
    Promise.resolve(work(context)).then(resolve, reject);
  });
}

/** Resolves at `untilMs` on the monotonic clock and not before, or as soon as the call is over. */
export function waitUntil(clock: Clock, untilMs: number, bounds: CallBounds | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (bounds?.over !== undefined) {
      resolve();
      return;
    }
    let cancelTimer: (() => void) | undefined;
    const look = (): void => {
      // The machine's timers may fire a moment early.
      const leftMs = untilMs - clock.monotonic();
      if (leftMs > 0) cancelTimer = clock.schedule(leftMs, look);
      else resolve();
    };
    if (bounds !== undefined) {
      bounds.onOver = () => {
        cancelTimer?.();
        resolve();
      };
    }
    look();
  });
}
