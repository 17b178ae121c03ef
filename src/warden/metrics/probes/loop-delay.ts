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

/** Often enough to see most pauses of over 20 ms. The figures are those of a timer of this pace throughout. */
const EVERY_MS = 20;
/** The pace while the loop is quiet: waking a process that rests costs more than all else that is measured of it. */
const QUIET_EVERY_MS = 100;
/** A loop is quiet that was active for less than this share of so long. */
const QUIET_SHARE = 0.1;
const QUIET_MS = 1_000;
/** A timer as late as this was held up by a pause; others are late because the machine is. */
const HELD_UP_MS = 10;
const LONGEST_US = 3_600_000_000;
/** No more timers than would have been in time in a minute are counted at once. */
const MOST_IN_TIME = 3_000;

const toUs = (ms: number): number => Math.min(LONGEST_US, Math.max(1, Math.round(ms * 1_000)));

/**
 * Node's own monitorEventLoopDelay forgets with each reset when its timer fired last, so that it does not see what blocks
 * the loop right after a reset. Here each timer is compared with the time at which it was due, which no reset touches.
 *
 * While the loop is quiet there are fewer timers, and each stands for all that would have been due since the one before. How
 * long a pause was that held one up is then known by the time for which the loop was active; one that lies between two of
 * them, and so was shorter than {@link QUIET_EVERY_MS}, is not seen, but brings the full pace back.
 * @param activeMs for how long the loop was active in all; never decreases.
 */
export function createLoopDelayMeter(clock: Clock, activeMs: () => number): LoopDelayMeter {
  const delaysUs = createHistogram({ lowest: 1, highest: LONGEST_US, figures: 3 });
  let dueMs = 0;
  let everyMs = EVERY_MS;
  /** When the timer before was noted, and how active the loop had been then. */
  let before = { ms: 0, activeMs: 0 };
  let quiet = { sinceMs: 0, activeMs: 0 };
  let cancel: CancelTimer | undefined;

  const note = (nowMs: number): void => {
    const active = activeMs();
    const lateMs = Math.max(0, nowMs - dueMs);
    const activeForMs = active - before.activeMs;
    const elapsedMs = nowMs - before.ms;
    const isHeldUp = lateMs >= HELD_UP_MS;
    // At the full pace the pause would have held up a timer that was due at most so long after it began.
    const longestMs = Math.min(activeForMs, lateMs + everyMs) - EVERY_MS;
    const pauseMs = isHeldUp && everyMs > EVERY_MS ? Math.max(lateMs, longestMs) : lateMs;
    const inTime = Math.min(MOST_IN_TIME, Math.round((elapsedMs - pauseMs) / EVERY_MS) - 1);
    for (let nr = 0; nr < inTime; nr++) delaysUs.record(isHeldUp ? 1 : toUs(lateMs));
    delaysUs.record(toUs(pauseMs));
    before = { ms: nowMs, activeMs: active };
    if (activeForMs > QUIET_SHARE * Math.max(QUIET_EVERY_MS, elapsedMs)) {
      quiet = { sinceMs: nowMs, activeMs: active };
      everyMs = EVERY_MS;
    } else if (nowMs - quiet.sinceMs >= QUIET_MS) {
      const wasQuiet = active - quiet.activeMs <= QUIET_SHARE * (nowMs - quiet.sinceMs);
      everyMs = wasQuiet ? QUIET_EVERY_MS : EVERY_MS;
      quiet = { sinceMs: nowMs, activeMs: active };
    }
  };
  const arm = (): void => {
    dueMs = clock.monotonic() + everyMs;
    cancel = clock.schedule(everyMs, () => {
      note(clock.monotonic());
      arm();
    });
  };
  return {
    start() {
      if (cancel) return;
      const [ms, active] = [clock.monotonic(), activeMs()];
      before = { ms, activeMs: active };
      quiet = { sinceMs: ms, activeMs: active };
      everyMs = EVERY_MS;
      arm();
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
    take() {
      const nowMs = clock.monotonic();
      // The loop was blocked until now, and who asks came first.
      if (cancel && nowMs > dueMs) {
        note(nowMs);
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
