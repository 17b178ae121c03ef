import type { ReadPart } from './query.ts';
import type { Point, Row } from './roll-up.ts';
import type { SignalSeries } from './series.ts';
import type { Tier } from './tiers.ts';

/** A point of a series. */
export interface SeriesPoint extends Point {
  readonly series: number;
}

/** How much of a tier is stored. Bytes of an index belong to its table. */
export interface TierSize {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Where the history of signals is kept. A point marks the periods it falls into as due in the same transaction; rolling
 * one up takes the mark away in the transaction that writes the row. So a crash at any moment leaves either both or
 * none, and a point that comes late opens its periods again.
 */
export interface SignalHistoryStore {
  /** The series that hold anything; others are forgotten. To be called first. */
  open(): Promise<readonly SignalSeries[]>;
  /**
   * Stores new series and points; when it resolves they survive `kill -9`. Of two points of a series at one moment the
   * first stays, so the same call may be repeated.
   * @returns how many points were not taken: those whose raw period is deleted already.
   */
  write(series: readonly SignalSeries[], points: readonly SeriesPoint[]): Promise<number>;
  /**
   * Rolls up at most `most` due rows of periods that ended by `closedBefore` (ms since the epoch), from raw points.
   * @returns how many; 0 when nothing is due.
   */
  rollUp(closedBefore: number, most: number): Promise<number>;
  /**
   * Deletes at most 1,000 rows from before the given moments, oldest of each series first; never a raw point whose rows
   * are due. @returns how many; 0 when there are none.
   */
  prune(before: Readonly<Record<Tier, number>>): Promise<number>;
  /** What each part of a plan holds of a series, oldest first. */
  read(series: number, parts: readonly ReadPart[]): Promise<readonly (readonly Row[])[]>;
  size(): Promise<Readonly<Record<Tier, TierSize>>>;
}

/** The most rows that one call of `prune` deletes. */
export const PRUNE_ROWS = 1_000;
