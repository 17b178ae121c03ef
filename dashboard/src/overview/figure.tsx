import { useState } from 'react';
import type { Series } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { clockTime, duration } from '../format.ts';
import { spanOf } from './sparkline-layout.ts';
import { Sparkline } from './sparkline.tsx';
import styles from './figures.module.css';

interface Props {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  readonly note: string;
  readonly series: Series | undefined;
  readonly limit: number | undefined;
  readonly format: (value: number) => string;
  readonly over: boolean;
  readonly until: number;
}

export function Figure({ name, value, unit, note, series, limit, format, over, until }: Props) {
  const [pointed, setPointed] = useState<Series[number] | undefined>();
  const { spanMs } = spanOf(series ?? [], until);
  const lately = (series?.length ?? 0) > 1 && spanMs < 50 * 60_000 ? `last ${duration(spanMs)}` : 'last hour';
  return (
    <li className={styles.figure}>
      <h2 className={styles.name}>
        {name}
        {over && (
          <span className={styles.over}>
            <StateMark state="degraded" silent /> over its limit
          </span>
        )}
      </h2>
      <p className={styles.value}>
        <span className={styles.number} data-figure>
          <Changed text={value} />
        </span>
        {unit && <span className={styles.unit}>{unit}</span>}
      </p>
      <p className={styles.note}>{note}</p>
      <Sparkline
        name={name}
        series={series ?? []}
        limit={limit}
        format={format}
        until={until}
        onPoint={setPointed}
      />
      <p className={styles.caption}>
        <span className={pointed ? undefined : styles.lastHour}>
          {pointed ? `${clockTime(pointed[0])}: ${format(pointed[1])}` : lately}
        </span>
        {limit !== undefined && (
          <span className={styles.limit}>
            <svg width="16" height="2" aria-hidden>
              <path d="M0 1h16" stroke="currentColor" strokeWidth="1.5" strokeDasharray="3 3" />
            </svg>
            limit {format(limit)}
          </span>
        )}
      </p>
    </li>
  );
}
