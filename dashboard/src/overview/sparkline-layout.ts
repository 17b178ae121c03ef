import type { Series } from '../../../src/contract/index.ts';

/** Sixty points a minute apart span 59 minutes. */
const HOUR_MS = 59 * 60_000;
/** The newest value may be of the minute before. */
const LATE_MS = 2 * 60_000;
/** A longer gap than this many usual steps is a gap in the line, not a slope. */
const GAP_STEPS = 4;

export interface SparklineLayout {
  readonly line: string;
  readonly area: string;
  readonly limitY: number | undefined;
  readonly x: (at: number) => number;
}

/** Paths of the last hour in a box. The scale starts at 0 and always holds the limit, so that its distance shows. */
export function layOut(
  series: Series,
  limit: number | undefined,
  until: number,
  width: number,
  height: number,
): SparklineLayout {
  const { end, spanMs } = spanOf(series, until);
  const top = Math.max(limit ?? 0, ...series.map(([, value]) => value)) * 1.08 || 1;
  const pad = 2;
  const x = (at: number): number => round(Math.max(0, 1 - (end - at) / spanMs) * width);
  const y = (value: number): number => round(height - pad - (value / top) * (height - 2 * pad));
  const runs = runsOf(series);
  const points = (run: Series): string => run.map(([at, value]) => `${x(at)} ${y(value)}`).join('L');
  return {
    line: runs.map((run) => `M${points(run)}`).join(''),
    area: runs
      .map((run) => `M${x(run[0]?.[0] ?? 0)} ${height}L${points(run)}L${x(run.at(-1)?.[0] ?? 0)} ${height}Z`)
      .join(''),
    limitY: limit === undefined ? undefined : y(limit),
    x,
  };
}

function runsOf(series: Series): Series[] {
  const steps = series.slice(1).map(([at], index) => at - (series[index]?.[0] ?? at));
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const runs: Series[] = [[]];
  series.forEach((point, index) => {
    if (index > 0 && (steps[index - 1] ?? 0) > GAP_STEPS * usual) runs.push([]);
    runs.at(-1)?.push(point);
  });
  return runs;
}

/** The point nearest to a place in the box, 0 left to 1 right. */
export function nearest(series: Series, until: number, place: number): Series[number] | undefined {
  const { end, spanMs } = spanOf(series, until);
  const at = end - (1 - place) * spanMs;
  let best: Series[number] | undefined;
  for (const point of series) {
    if (!best || Math.abs(point[0] - at) < Math.abs(best[0] - at)) best = point;
  }
  return best;
}

/** The last hour, or what there is of it: a young service does not hide its first minutes in a corner. */
export function spanOf(series: Series, until: number): { readonly end: number; readonly spanMs: number } {
  const first = series[0]?.[0] ?? until;
  const last = series.at(-1)?.[0] ?? until;
  const end = until - last < LATE_MS ? last : until;
  return { end, spanMs: Math.min(HOUR_MS, Math.max(60_000, end - first)) };
}

const round = (value: number): number => Math.round(value * 100) / 100;
