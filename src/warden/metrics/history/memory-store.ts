import type { ReadPart } from './query.ts';
import { rollUp, rowOfPoint, type Row } from './roll-up.ts';
import type { SignalSeries } from './series.ts';
import { PRUNE_ROWS, type SeriesPoint, type SignalHistoryStore, type TierSize } from './store-port.ts';
import { periodOf, TIERS, type Tier } from './tiers.ts';

/** Six numbers and their object. */
const BYTES_A_ROW = 72;
const ROLLED_UP = ['minute', 'quarter'] as const;
const ALL = ['raw', ...ROLLED_UP] as const;

/** History in memory, settling in microtasks only: for tests and for runs under virtual time. */
export function createMemorySignalStore(): SignalHistoryStore {
  const known = new Map<number, SignalSeries>();
  const tables: Record<Tier, Map<number, Row[]>> = { raw: new Map(), minute: new Map(), quarter: new Map() };
  /** Periods that are due, with their series. */
  const due: Record<(typeof ROLLED_UP)[number], Map<number, Set<number>>> = {
    minute: new Map(),
    quarter: new Map(),
  };
  let sealedBefore = -Infinity;

  const rowsOf = (tier: Tier, series: number): Row[] => {
    let rows = tables[tier].get(series);
    if (!rows) tables[tier].set(series, (rows = []));
    return rows;
  };

  const take = ({ series, at, value }: SeriesPoint): boolean => {
    if (at < sealedBefore) return false;
    if (!put(rowsOf('raw', series), rowOfPoint({ at, value }), false)) return true;
    for (const tier of ROLLED_UP) {
      const period = periodOf(at, TIERS[tier].stepMs);
      const marks = due[tier].get(period);
      if (marks) marks.add(series);
      else due[tier].set(period, new Set([series]));
    }
    return true;
  };

  const rollUpOne = (tier: (typeof ROLLED_UP)[number], period: number, series: number): void => {
    const { stepMs } = TIERS[tier];
    const points = between(rowsOf('raw', series), period, period + stepMs);
    for (const row of rollUp(
      points.map(({ at, avg }) => ({ at, value: avg })),
      stepMs,
    ))
      put(rowsOf(tier, series), row, true);
  };

  return {
    open() {
      for (const id of [...known.keys()])
        if (ALL.every((tier) => (tables[tier].get(id)?.length ?? 0) === 0)) known.delete(id);
      return Promise.resolve([...known.values()]);
    },
    write(series, points) {
      for (const one of series) known.set(one.id, one);
      return Promise.resolve(points.filter((point) => !take(point)).length);
    },
    rollUp(closedBefore, most) {
      let done = 0;
      for (const tier of ROLLED_UP) {
        const closed = [...due[tier]].filter(([period]) => period + TIERS[tier].stepMs <= closedBefore);
        for (const [period, marks] of closed) {
          for (const series of marks) {
            if (done === most) return Promise.resolve(done);
            rollUpOne(tier, period, series);
            marks.delete(series);
            done += 1;
          }
          due[tier].delete(period);
        }
      }
      return Promise.resolve(done);
    },
    prune(before) {
      let removed = 0;
      const firstDue = Math.min(...ROLLED_UP.flatMap((tier) => [...due[tier].keys()]));
      for (const tier of ALL) {
        const limit =
          tier === 'raw' ? Math.min(before.raw, periodOf(firstDue, TIERS.quarter.stepMs)) : before[tier];
        for (const rows of tables[tier].values()) {
          const old = rows.splice(0, Math.min(firstFrom(rows, limit), PRUNE_ROWS - removed));
          removed += old.length;
          const newest = old.at(-1);
          if (tier === 'raw' && newest)
            sealedBefore = Math.max(
              sealedBefore,
              periodOf(newest.at, TIERS.quarter.stepMs) + TIERS.quarter.stepMs,
            );
        }
      }
      return Promise.resolve(removed);
    },
    read: (series, parts) =>
      Promise.resolve(parts.map(({ tier, from, to }: ReadPart) => between(rowsOf(tier, series), from, to))),
    size() {
      const sizeOf = (tier: Tier): TierSize => {
        const rows = [...tables[tier].values()].reduce((total, { length }) => total + length, 0);
        return { rows, bytes: rows * BYTES_A_ROW };
      };
      return Promise.resolve({ raw: sizeOf('raw'), minute: sizeOf('minute'), quarter: sizeOf('quarter') });
    },
  };
}

/** Index of the first row that is not before a moment; rows are in order of time. */
function firstFrom(rows: readonly Row[], at: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.at ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

const between = (rows: readonly Row[], from: number, to: number): readonly Row[] =>
  rows.slice(firstFrom(rows, from), firstFrom(rows, to));

/** Puts a row in its place. False when one is there and stays. */
function put(rows: Row[], row: Row, replaces: boolean): boolean {
  const last = rows.at(-1);
  if (!last || last.at < row.at) {
    rows.push(row);
    return true;
  }
  const index = firstFrom(rows, row.at);
  const isThere = rows[index]?.at === row.at;
  if (isThere && !replaces) return false;
  rows.splice(index, isThere ? 1 : 0, row);
  return true;
}
