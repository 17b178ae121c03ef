import type uPlot from 'uplot';
import type { SignalHistoryReport, SignalLimit } from '../../../src/contract/index.ts';

export type Row = SignalHistoryReport['series'][number]['rows'][number];

/** After so many steps without a row nothing was measured; turns come a little early or late. */
const GAP_STEPS = 2.5;
/** A limit further off than this many times the highest value would press the line flat. */
const FAR = 3;

/** The rows with null where something is missing between two of them. Pure. */
export function withGaps(rows: readonly Row[], stepMs: number): readonly (Row | null)[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1];
    return before && row.at - before.at > GAP_STEPS * stepMs ? [null, row] : [row];
  });
}

/** Time, highest, lowest and mean for uPlot, and each limit as a line of its own. Pure. */
export function chartData(
  points: readonly (Row | null)[],
  stepMs: number,
  limits: readonly number[],
): uPlot.AlignedData {
  let lastAt = 0;
  const times = points.map((point) => {
    lastAt = point?.at ?? lastAt + stepMs;
    return lastAt / 1_000;
  });
  const column = (of: (row: Row) => number): (number | null)[] =>
    points.map((point) => (point ? of(point) : null));
  return [
    times,
    column((row) => row.max),
    column((row) => row.min),
    column((row) => row.avg),
    ...limits.map((limit) => times.map(() => limit)),
  ];
}

/** Which limits hold for a series, and which of them are near enough to be drawn. Pure. */
export function limitsOf(
  limits: readonly SignalLimit[],
  labels: Readonly<Record<string, string>>,
  rows: readonly Row[],
): { readonly drawn: readonly SignalLimit[]; readonly far: readonly SignalLimit[] } {
  const own = limits.filter((limit) =>
    Object.entries(limit.labels).every(([name, value]) => labels[name] === value),
  );
  const highest = rows.reduce((most, { max }) => Math.max(most, max), 0);
  return {
    drawn: own.filter(({ value }) => value <= FAR * highest),
    far: own.filter(({ value }) => value > FAR * highest),
  };
}

/** Bounds of the axis: from zero on where that leaves the line most of the height, with some room else. Pure. */
export function bounds(low: number, high: number): [number, number] {
  if (low >= 0 && low <= high / 2) return [0, high === 0 ? 1 : high * 1.1];
  const room = Math.max((high - low) * 0.15, Math.abs(high) * 0.02, Number.MIN_VALUE);
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}
