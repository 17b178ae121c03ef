import { createHistogram } from 'node:perf_hooks';
import type { CancelTimer, Clock } from '../../../kernel/index.ts';

/** How late timers fired in an interval, in seconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Measures how late a timer fires that is set again and again. */
export interface LoopDelayMeter {
  start(): void;
  stop(): void;
  /** The delays since the last call; null when no timer was due. */
  take(): LoopDelay | null;
}

/** Often enough to see most pauses of over 20 ms, for less than a thousandth of a core. */
const EVERY_MS = 20;
const LONGEST_US = 3_600_000_000;

/**
 * Node's own monitorEventLoopDelay forgets with each reset when its timer fired last, so that it does not see what blocks
 * the loop right after a reset. Here each timer is compared with the time at which it was due, which no reset touches.
 */
export function createLoopDelayMeter(clock: Clock): LoopDelayMeter {
  const delaysUs = createHistogram({ lowest: 1, highest: LONGEST_US, figures: 3 });
  let dueMs = 0;
  let cancel: CancelTimer | undefined;
  const record = (nowMs: number): void => {
    delaysUs.record(Math.min(LONGEST_US, Math.max(1, Math.round((nowMs - dueMs) * 1_000))));
  };
  const arm = (): void => {
    dueMs = clock.monotonic() + EVERY_MS;
    cancel = clock.schedule(EVERY_MS, () => {
      record(clock.monotonic());
      arm();
    });
  };
  return {
    start() {
      if (!cancel) arm();
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
    take() {
      const nowMs = clock.monotonic();
      // The loop was blocked until now, and who asks came first.
      if (cancel && nowMs > dueMs) {
        record(nowMs);
        dueMs = nowMs;
      }
      if (delaysUs.count === 0) return null;
      const seconds = (us: number): number => us / 1e6;
      const [p50, p99] = [seconds(delaysUs.percentile(50)), seconds(delaysUs.percentile(99))];
      const max = seconds(delaysUs.max);
      delaysUs.reset();
      return { p50, p99, max };
    },
  };
}
