import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import type { HistoryRange, ScorePoint } from '../../../src/contract/index.ts';
import { clockTime, compact, moment, score } from '../format.ts';
import { useStaleSince } from '../live/connection.ts';
import { now } from '../time/now.ts';
import { chartData, chartOptions } from './chart-options.ts';
import styles from './history.module.css';

interface Props {
  readonly points: readonly ScorePoint[];
  readonly range: HistoryRange;
}

/** The smoothed score as a line in its band, with liquidity in grey behind. New points are appended in place. */
export default function Chart({ points, range }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(points);
  latest.current = points;
  const [pointed, setPointed] = useState<number | null>(null);
  const scheme = useComputedColorScheme('light');
  const stale = useStaleSince() !== undefined;

  useEffect(() => {
    const holder = box.current;
    if (!holder) return;
    const size = { width: holder.clientWidth, height: holder.clientHeight };
    const made = new uPlot(chartOptions(holder, size, setPointed, stale), chartData(latest.current), holder);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (holder.clientWidth > 0) made.setSize({ width: holder.clientWidth, height: holder.clientHeight });
    });
    observer.observe(holder);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // Colours are read once, so another scheme needs another chart.
  }, [scheme, range, stale]);

  useEffect(() => plot.current?.setData(chartData(points)), [points]);

  const point = pointed === null ? undefined : points[pointed];
  return (
    <>
      <p className={styles.readout} aria-hidden>
        {point && (
          <>
            {range === '2h' ? clockTime(point.at, true) : moment(point.at, now())}{' '}
            <strong>{score(point.score)}</strong>
            {point.max > point.min && ` (${score(point.min)} to ${score(point.max)})`}
            {point.liquidityUsd !== null && `, liquidity ${compact(point.liquidityUsd)} USD`}
          </>
        )}
      </p>
      <div ref={box} className={styles.chart} role="img" aria-label={summary(points)} />
    </>
  );
}

function summary(points: readonly ScorePoint[]): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return 'No scores';
  const low = Math.min(...points.map((point) => point.min));
  const high = Math.max(...points.map((point) => point.max));
  return `Smoothed score from ${moment(first.at, last.at)} to ${moment(last.at, last.at)}: from ${score(low)} to ${score(high)}, last ${score(last.score)}`;
}
