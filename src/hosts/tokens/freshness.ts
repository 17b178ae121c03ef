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

/** Pure. A token without an answer is as old as its discovery. */
export function measureFreshness(
  group: TokenGroup,
  tokens: Iterable<{ readonly refreshedAt: number | null; readonly discoveredAt: number }>,
  intervalMs: number,
  now: number,
): Freshness {
  const ages: number[] = [];
  let stale = 0;
  for (const { refreshedAt, discoveredAt } of tokens) {
    const age = Math.max(0, now - (refreshedAt ?? discoveredAt));
    ages.push(age);
    if (age > STALE_INTERVALS * intervalMs) stale += 1;
  }
  const sorted = Float64Array.from(ages).sort();
  const quantile = (q: number): number | null =>
    sorted.length === 0
      ? null
      : (sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? null);
  return {
    group,
    count: sorted.length,
    intervalMs,
    medianMs: quantile(0.5),
    p95Ms: quantile(0.95),
    oldestMs: sorted.at(-1) ?? null,
    stale,
  };
}
