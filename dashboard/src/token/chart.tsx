import { useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { HistoryRange, ScorePoint } from '../../../src/contract/index.ts';
import { usePlot } from '../common/use-plot.ts';
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
  const [pointed, setPointed] = useState<number | null>(null);
  const scheme = useComputedColorScheme('light');
  const stale = useStaleSince() !== undefined;
  const data = useMemo(() => chartData(points), [points]);
  const box = usePlot(
    (holder, size) => chartOptions(holder, size, setPointed, stale),
    data,
    `${scheme} ${range} ${stale}`,
  );

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
