import type { Clock } from '../../kernel/index.ts';
import type { Labels } from './family.ts';

/** An instrument was given more label combinations than it may have. */
export interface Overflow {
  readonly instrument: string;
  readonly maxSeries: number;
  /** The first combination that found no room, and is counted under `other` with all that come later. */
  readonly labels: Labels;
}

/** A series that could not be read. */
export interface ReadFailure {
  readonly instrument: string;
  readonly labels: Labels;
  readonly error: unknown;
}

/** Options of `createMetrics`. */
export interface MetricsOptions {
  /** The most label combinations of an instrument that names no other number. From 1 to 10,000, default 100. */
  readonly maxSeries?: number | undefined;
  /** Told once an instrument. What it throws is dropped. Default: nobody. */
  readonly onOverflow?: ((overflow: Overflow) => void) | undefined;
  /** Told when a reader begins to fail, and again only after it has worked. What it throws is dropped. Default: nobody. */
  readonly onReadFailure?: ((failure: ReadFailure) => void) | undefined;
  /** For the windows of histograms. Default: the machine's. */
  readonly clock?: Clock | undefined;
}

export const metricsDefaults = { maxSeries: 100 } as const;

/** A listener changes nothing, also when it throws. */
export function tell<Event>(listener: ((event: Event) => void) | undefined, event: Event): void {
  try {
    listener?.(event);
  } catch {
    // There is nobody else to tell.
  }
}
