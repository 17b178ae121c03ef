import type { TimingFigures } from './timing-series.ts';

/** How much slower something is than it was. */
export interface Slowness {
  /** Its average of the last minutes over that of the time before. */
  readonly ratio: number;
  readonly recentMs: number;
  readonly usualMs: number;
}

/** Fewer than so many say nothing, now or before. */
const LEAST = 10;
/** Below this nobody notices, in ms: the spread of so short a time is as large as itself. */
const LEAST_MS = 5;
/** What is recorded is known to the microsecond. */
const SHORTEST_MS = 0.001;
/** From here on it counts as slower (R-SIG-11: degradation against a baseline of 20 %). */
const LEAST_RATIO = 1.2;

/**
 * Whether something has become slower: the average of the last minutes against that of the hour without them. Pure.
 * @returns null when it has not, or too little is known.
 */
export function slowness(recent: TimingFigures, hour: TimingFigures): Slowness | null {
  const before = hour.count - recent.count;
  if (recent.count < LEAST || before < LEAST) return null;
  if (recent.averageMs === null || hour.averageMs === null) return null;
  const beforeMs = hour.averageMs * hour.count - recent.averageMs * recent.count;
  const usualMs = Math.max(SHORTEST_MS, beforeMs / before);
  const ratio = recent.averageMs / usualMs;
  if (!(ratio >= LEAST_RATIO) || recent.averageMs - usualMs < LEAST_MS) return null;
  return { ratio, recentMs: recent.averageMs, usualMs };
}
