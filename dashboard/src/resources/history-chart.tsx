import { useComputedColorScheme } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { usePlot } from '../common/use-plot.ts';
import { clockTime, moment } from '../format.ts';
import { useStaleSince } from '../live/connection.ts';
import { now } from '../time/now.ts';
import { chartData, withGaps, type Row } from './chart-data.ts';
import { historyOptions } from './history-options.ts';
import { measure } from './measure.ts';
import styles from './history.module.css';

interface Props {
  readonly name: string;
  readonly unit: string | null;
  readonly rows: readonly Row[];
  readonly stepMs: number;
  readonly from: number;
  readonly to: number;
  /** Limits to draw. */
  readonly limits: readonly number[];
  /** It could not be read anew. */
  readonly isOld: boolean;
}

/** A signal over time: what a pointer is on, or the arrow keys, stands above it. */
export default function HistoryChart({ name, unit, rows, stepMs, from, to, limits, isOld }: Props) {
  const [pointed, setPointed] = useState<number | null>(null);
  const scheme = useComputedColorScheme('light');
  const stale = useStaleSince() !== undefined || isOld;
  const limitsKey = limits.join(' ');
  const points = useMemo(() => withGaps(rows, stepMs), [rows, stepMs]);
  // The limits are compared by value: each answer brings them anew.
  const data = useMemo(
    () => chartData(points, stepMs, limitsKey === '' ? [] : limitsKey.split(' ').map(Number)),
    [points, stepMs, limitsKey],
  );
  const look = useRef({ unit, from, to, stale, limits: limits.length });
  look.current = { unit, from, to, stale, limits: limits.length };
  const box = usePlot(
    (holder, size) => historyOptions(holder, size, setPointed, () => look.current),
    data,
    `${name} ${unit} ${scheme} ${stale} ${limitsKey}`,
    pointed,
  );
  const point = pointed === null ? null : (points[pointed] ?? null);
  const text = point === null ? 'nothing measured' : readout(point, unit, stepMs);
  return (
    <>
      <p className={styles.readout} aria-hidden>
        {pointed !== null && text}
      </p>
      <div ref={box} className={styles.chart} role="img" aria-label={summary(name, rows, unit)} />
      <input
        type="range"
        className={styles.slider}
        aria-label="Point of the chart"
        aria-valuetext={pointed === null ? 'none' : text}
        min={0}
        max={Math.max(0, points.length - 1)}
        value={pointed ?? points.length - 1}
        onChange={(event) => setPointed(Number(event.currentTarget.value))}
      />
    </>
  );
}

function readout(row: Row, unit: string | null, stepMs: number): string {
  const at = stepMs < 60_000 ? clockTime(row.at, true) : moment(row.at, now());
  const value = measure(row.avg, unit);
  if (row.count <= 1 || row.min === row.max) return `${at}: ${value}`;
  return `${at}: ${value} on average, ${measure(row.min, unit)} to ${measure(row.max, unit)}`;
}

function summary(name: string, rows: readonly Row[], unit: string | null): string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return 'No values';
  const low = rows.reduce((least, { min }) => Math.min(least, min), Infinity);
  const high = rows.reduce((most, { max }) => Math.max(most, max), -Infinity);
  return `${name} from ${moment(first.at, last.at)} to ${moment(last.at, last.at)}: from ${measure(low, unit)} to ${measure(high, unit)}, last ${measure(last.avg, unit)}`;
}
