/** What has come together of one or two counts, and what it was at moments of the window. Plain data, bounded. */
export interface Totals {
  /** Of each count, since the first value. */
  readonly now: readonly number[];
  /** One row after the other: the time, then each total at that time. Oldest first. */
  readonly points: readonly number[];
}

/** A window is looked back upon at so many moments. */
const POINTS = 30;

/** The totals after this step; the window begins at `nowMs` where there were none. Pure. */
export function addTotals(
  before: Totals | null,
  deltas: readonly number[],
  nowMs: number,
  windowMs: number,
): Totals {
  if (before === null) {
    return { now: deltas, points: [nowMs, ...deltas.map(() => 0)] };
  }
  const width = deltas.length + 1;
  const { points } = before;
  const isDue = nowMs - (points[points.length - width] ?? -Infinity) >= windowMs / POINTS;
  if (!isDue && deltas.every((delta) => delta === 0)) return before;
  const now = before.now.map((total, column) => total + (deltas[column] ?? 0));
  if (!isDue) return { now, points };
  let first = 0;
  // The newest of those that are older than the window is its beginning.
  while (nowMs - (points[first + width] ?? Infinity) >= windowMs) first += width;
  return { now, points: [...points.slice(first), nowMs, ...now] };
}

/** What each total grew by since the beginning of the window, and how long ago that was. */
export function growthOf(
  { now, points }: Totals,
  nowMs: number,
  windowMs: number,
): { readonly by: readonly number[]; readonly elapsedMs: number } {
  const width = now.length + 1;
  let first = 0;
  while (nowMs - (points[first + width] ?? Infinity) >= windowMs) first += width;
  const by = now.map((total, column) => total - (points[first + 1 + column] ?? total));
  return { by, elapsedMs: nowMs - (points[first] ?? nowMs) };
}

/** What a counter grew by: where it fell, it was reset and has counted from zero. */
export const counterDelta = (before: number, value: number): number =>
  value >= before ? value - before : value;
