import { summaryOf, type Summary } from '../../../kernel/index.ts';
import { periodOf } from './tiers.ts';

/** A measurement: when (ms since the epoch) and what. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** What is known of a period that begins at `at`; of a raw point, at its own moment, with a count of 1. */
export interface Row extends Summary {
  readonly at: number;
}

/** A point as the row that it is by itself. */
export const rowOfPoint = ({ at, value }: Point): Row => ({
  at,
  min: value,
  max: value,
  avg: value,
  p95: value,
  count: 1,
});

/**
 * The rows of points that are in order of time. Every row follows from the raw points of its period alone: rows of 15
 * minutes are not made of those of one, so that their p95 is exact, too.
 */
export function rollUp(points: readonly Point[], stepMs: number): readonly Row[] {
  return groups(points, stepMs).map(({ at, members }) => ({
    at,
    ...summaryOf(members.map(({ value }) => value)),
  }));
}

/**
 * Sums up rows, in order of time, by longer periods. Min, max, count and the average (weighted by count) are those of the
 * points. The p95 is exact when every row is one point; else it is the highest of the rows, which that of the points
 * never exceeds.
 */
export function combine(rows: readonly Row[], stepMs: number): readonly Row[] {
  return groups(rows, stepMs).map(({ at, members }) => {
    const [only] = members;
    if (only && members.length === 1) return { ...only, at };
    if (members.every(({ count }) => count === 1)) return { at, ...summaryOf(members.map(({ avg }) => avg)) };
    const count = members.reduce((total, row) => total + row.count, 0);
    const min = Math.min(...members.map((row) => row.min));
    const max = Math.max(...members.map((row) => row.max));
    const avg = members.reduce((total, row) => total + row.avg * (row.count / count), 0);
    const p95 = Math.max(...members.map((row) => row.p95));
    return { at, min, max, avg: Math.min(max, Math.max(min, avg)), p95, count };
  });
}

function groups<T extends { readonly at: number }>(
  items: readonly T[],
  stepMs: number,
): readonly { readonly at: number; readonly members: readonly T[] }[] {
  const found: { at: number; members: T[] }[] = [];
  for (const item of items) {
    const at = periodOf(item.at, stepMs);
    const last = found.at(-1);
    if (last?.at === at) last.members.push(item);
    else found.push({ at, members: [item] });
  }
  return found;
}
