/** Averages of periods, made of values as they come. Plain data. */
export interface Averages {
  /** Of finished periods: one pair after the other of time (the mean of its values', monotonic ms) and average. */
  readonly points: readonly number[];
  /** The period that runs. */
  readonly running: {
    readonly index: number;
    readonly atMs: number;
    readonly mean: number;
    readonly count: number;
  } | null;
}

export const NO_AVERAGES: Averages = { points: [], running: null };

/**
 * Takes one value; finished periods become points, the newest `most` of which are kept. Pure.
 * @param phaseMs moves the borders of the periods, so that many series do not all end in the same turn.
 */
export function addAverage(
  before: Averages,
  value: number,
  nowMs: number,
  { stepMs, phaseMs, most }: { readonly stepMs: number; readonly phaseMs: number; readonly most: number },
): Averages {
  const index = Math.floor((nowMs - phaseMs) / stepMs);
  const { points, running } = before;
  if (running === null) return { points, running: { index, atMs: nowMs, mean: value, count: 1 } };
  if (running.index === index) {
    const count = running.count + 1;
    const atMs = running.atMs + (nowMs - running.atMs) / count;
    return { points, running: { index, atMs, mean: running.mean + (value - running.mean) / count, count } };
  }
  const kept = points.length >= 2 * most ? points.slice(points.length - 2 * (most - 1)) : points;
  return {
    points: [...kept, running.atMs, running.mean],
    running: { index, atMs: nowMs, mean: value, count: 1 },
  };
}

/** A number below `stepMs` that is the same for the same text. FNV-1a. */
export function phaseOf(text: string, stepMs: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % Math.max(1, Math.floor(stepMs));
}
