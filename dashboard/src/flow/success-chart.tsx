import { useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { FlowHour } from '../../../src/contract/index.ts';
import { usePlot } from '../common/use-plot.ts';
import { count, moment, percent } from '../format.ts';
import { useStaleSince } from '../live/connection.ts';
import { now } from '../time/now.ts';
import { successOf } from './rates.ts';
import { successData, successOptions } from './success-options.ts';
import styles from './success.module.css';

/** The rate as a line over the number of checks; the hours come oldest first. */
export default function SuccessChart({ hours }: { readonly hours: readonly FlowHour[] }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const scheme = useComputedColorScheme('light');
  const stale = useStaleSince() !== undefined;
  const data = useMemo(() => successData(hours), [hours]);
  const box = usePlot(
    (holder, size) => successOptions(holder, size, setPointed, stale),
    data,
    `${scheme} ${stale}`,
  );
  const hour = pointed === null ? undefined : hours[pointed];
  return (
    <>
      <p className={styles.readout} aria-hidden>
        {hour && (
          <>
            {moment(hour.at, now())} <strong>{percent(successOf([hour]))}</strong>, {count(hour.passed)} of{' '}
            {count(hour.checked)}
          </>
        )}
      </p>
      <div ref={box} className={styles.chart} role="img" aria-label={summary(hours)} />
    </>
  );
}

function summary(hours: readonly FlowHour[]): string {
  const measured = hours.filter((hour) => hour.checked > 0);
  const first = measured[0];
  const last = measured.at(-1);
  if (!first || !last) return 'No checks';
  const rates = measured.map((hour) => hour.passed / hour.checked);
  return `Success rate by hour from ${moment(first.at, last.at)} to ${moment(last.at, last.at)}: from ${percent(Math.min(...rates))} to ${percent(Math.max(...rates))}, last ${percent(rates.at(-1) ?? null)}`;
}
