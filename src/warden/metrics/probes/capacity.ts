/** A measurement: time in ms, value. */
export interface CapacityPoint {
  readonly atMs: number;
  readonly value: number;
}

/** Fewer points say too little about a direction. */
const FEWEST_POINTS = 5;
/** One-sided, 5 % of values that go nowhere are taken for growing. */
const SURE = 1.645;
/** The number of pairs grows with the square of the points. */
const MOST_POINTS = 60;

/**
 * Seconds until a growing value reaches its limit, by the slope of the last 60 points (Theil-Sen: the median of the slopes
 * of all pairs, which a quarter of wild points does not bend; Sen 1968, doi:10.1080/01621459.1968.10480934). The line
 * passes through the median of what the points make of today. 0 when the limit is reached; null when the value does not
 * grow beyond its own noise (Mann-Kendall; Mann 1945, doi:10.2307/1907187), or there are fewer than five points. Works for whatever runs full: disk, memory, a quota, a backlog. Pure.
 */
export function secondsUntilFull(points: readonly CapacityPoint[], limit: number): number | null {
  const last = points.slice(-MOST_POINTS);
  const newest = last.at(-1);
  if (newest === undefined || !Number.isFinite(limit)) return null;
  if (newest.value >= limit) return 0;
  if (last.length < FEWEST_POINTS) return null;
  const slopes: number[] = [];
  let rising = 0;
  last.forEach((a, index) => {
    for (const b of last.slice(index + 1)) {
      if (!(b.atMs > a.atMs)) continue;
      slopes.push((b.value - a.value) / (b.atMs - a.atMs));
      rising += Math.sign(b.value - a.value);
    }
  });
  const count = last.length;
  const spread = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  if ((rising - 1) / spread < SURE) return null;
  const slope = median(slopes);
  if (slope === null || !(slope > 0)) return null;
  const today = median(last.map(({ atMs, value }) => value + slope * (newest.atMs - atMs))) ?? newest.value;
  const seconds = Math.max(0, limit - today) / slope / 1_000;
  return Number.isFinite(seconds) ? seconds : null;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
