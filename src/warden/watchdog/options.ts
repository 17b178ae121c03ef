import type { Logger } from '../../kernel/index.ts';
import type { Block } from './block.ts';
import type { TraceTargets } from './trace.ts';

/** Options of {@link createWatchdog}. */
export interface WatchdogOptions {
  /** The loop is blocked when it has not turned for so long, in ms; at least 100. Default 1,000. */
  readonly limitMs?: number | undefined;
  /**
   * Whether the main thread is interrupted to see what blocks it. It is held up for some ms then, and only then. Default
   * true.
   */
  readonly captureStack?: boolean | undefined;
  /** Where a block leaves its trace while it lasts, also when it never ends. Default: a line of text on standard error. */
  readonly trace?: Partial<TraceTargets> | undefined;
  /** Told of each block once it is over. What it throws is logged. */
  readonly onBlock?: ((block: Block) => void) | undefined;
  /** Gets a warning for each block that is over, and what goes wrong. Default: nothing. */
  readonly log?: Logger | undefined;
}

export const watchdogDefaults = { limitMs: 1_000, captureStack: true } as const;

/** The least limit, in ms: what is shorter is measured by the delay of timers. */
export const LEAST_LIMIT_MS = 100;
const MOST_LIMIT_MS = 3_600_000;

/** @throws RangeError for a limit out of bounds. */
export function limitOf({ limitMs = watchdogDefaults.limitMs }: WatchdogOptions): number {
  if (limitMs >= LEAST_LIMIT_MS && limitMs <= MOST_LIMIT_MS) return limitMs;
  throw new RangeError(`limitMs is ${limitMs}; it must be from ${LEAST_LIMIT_MS} to ${MOST_LIMIT_MS} ms`);
}

export function traceOf({ trace }: WatchdogOptions): TraceTargets {
  return { logFile: null, blockFile: null, stderr: 'text', ...trace };
}
