import type { Clock } from './clock.ts';
import { TimeoutError, withTimeout } from './abort.ts';

/** How the stopping of one part ended. */
export interface StopOutcome {
  readonly name: string;
  readonly result: 'stopped' | 'failed' | 'timed-out';
  readonly error?: unknown;
  readonly durationMs: number;
}

/** What runs, in the order in which it was started; stopped in the opposite order, once. */
export interface Lifecycle {
  /** Registers how to stop a part that has just started. Added after the stop began, it is stopped at once. */
  add(name: string, stop: () => void | Promise<void>, limitMs?: number): void;
  /** Stops everything, last started first. A second call gives the same promise. Never rejects. */
  stop(reason: string): Promise<readonly StopOutcome[]>;
  /** Aborts when the stop begins. */
  readonly signal: AbortSignal;
}

/** Default time that one part may take to stop. */
export const STOP_LIMIT_MS = 10_000;

export function createLifecycle(clock: Clock): Lifecycle {
  const parts: { name: string; stop: () => void | Promise<void>; limitMs: number }[] = [];
  const outcomes: StopOutcome[] = [];
  const controller = new AbortController();
  let stopping: Promise<readonly StopOutcome[]> | undefined;

  const stopAll = async (): Promise<readonly StopOutcome[]> => {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const { name, stop, limitMs } = part;
      const startedMs = clock.monotonic();
      const outcome = await withTimeout(clock, limitMs, `stopping ${name}`, async () => stop()).then(
        (): Pick<StopOutcome, 'result'> => ({ result: 'stopped' }),
        (error: unknown): Pick<StopOutcome, 'result' | 'error'> => ({
          result: error instanceof TimeoutError ? 'timed-out' : 'failed',
          error,
        }),
      );
      outcomes.push({ name, durationMs: clock.monotonic() - startedMs, ...outcome });
    }
    return outcomes;
  };

  return {
    add(name, stop, limitMs = STOP_LIMIT_MS) {
      parts.push({ name, stop, limitMs });
      if (stopping) stopping = stopping.then(stopAll);
    },
    stop(reason) {
      if (!stopping) {
        // Later, so that a part that asks for the stop while it is being stopped finds it under way.
        stopping = Promise.resolve().then(stopAll);
        controller.abort(new Error(`stopping: ${reason}`));
      }
      return stopping;
    },
    signal: controller.signal,
  };
}
