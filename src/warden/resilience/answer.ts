/**
 * How an answer came about. `fresh`: loaded for this call, or for one that was under way; `cached`: kept from before and
 * within its time; `stale`: kept for longer than that, and given because nothing better could be had.
 */
export type Freshness = 'fresh' | 'cached' | 'stale';

/** A value that says where it is from and how old it is. It may be shared with other callers: do not alter it. */
export interface Answer<T> {
  readonly value: T;
  readonly freshness: Freshness;
  /** How old the value is at most, in ms: time since its load began, and what it had of age by then. */
  readonly ageMs: number;
  /** Who gave it, as in `dexscreener`. */
  readonly source: string;
}
