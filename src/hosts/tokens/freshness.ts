import type { TokenGroup } from '../../contract/index.ts';

/** How old the data of a group is. Ages are now - the time of the last answer, in ms. */
export interface Freshness {
  readonly group: TokenGroup;
  readonly count: number;
  readonly intervalMs: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  readonly oldestMs: number | null;
  /** Tokens whose data is older than three intervals, or that have had none for that long. */
  readonly stale: number;
}

/** Older than this many intervals is stale. */
const STALE_INTERVALS = 3;

/**
 * Sums up the ages of a group, in ms. Quantiles are selected, not sorted for: O(n). Orders `ages` anew on the way.
 */
export function measureFreshness(group: TokenGroup, ages: Float64Array, intervalMs: number): Freshness {
  const count = ages.length;
  let stale = 0;
  let oldest = 0;
  for (let at = 0; at < count; at++) {
    const age = ages[at] as number;
    if (age > STALE_INTERVALS * intervalMs) stale += 1;
    if (age > oldest) oldest = age;
  }
  const rank = (q: number): number => Math.min(count - 1, Math.ceil(q * count) - 1);
  return {
    group,
    count,
    intervalMs,
    medianMs: count === 0 ? null : select(ages, rank(0.5), 0),
    // What is left of the median is below it by now.
    p95Ms: count === 0 ? null : select(ages, rank(0.95), rank(0.5)),
    oldestMs: count === 0 ? null : oldest,
    stale,
  };
}

/** The value of a rank, from 0, by Hoare's quickselect; what lies before `from` has to be below it already. */
function select(values: Float64Array, rank: number, from: number): number {
  let low = from;
  let high = values.length - 1;
  while (low < high) {
    const pivot = medianOf(
      values[low] as number,
      values[(low + high) >> 1] as number,
      values[high] as number,
    );
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1;
      while ((values[right] as number) > pivot) right -= 1;
      if (left > right) break;
      const swapped = values[left] as number;
      values[left++] = values[right] as number;
      values[right--] = swapped;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else break;
  }
  return values[rank] as number;
}

const medianOf = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
