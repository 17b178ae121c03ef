import { SegmentedControl, Skeleton } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { HistoryRange } from '../../../src/contract/index.ts';
import { useHistory } from '../api/queries.ts';
import { EmptyNotice, ErrorNotice } from '../common/notice.tsx';
import { Section } from '../common/section.tsx';
import styles from './history.module.css';

// The chart library is a sixth of the page and only this chart needs it.
const Chart = lazy(() => import('./chart.tsx'));

const ranges = [
  { value: '2h', label: '2 h' },
  { value: '48h', label: '48 h' },
  { value: '30d', label: '30 d' },
];

const kept: Record<HistoryRange, string> = {
  '2h': 'each value as it came',
  '48h': 'one point a minute, with its lowest and highest',
  '30d': 'one point each 15 minutes, with its lowest and highest',
};

export function History({ mint }: { readonly mint: string }) {
  const [range, setRange] = useState<HistoryRange>('2h');
  const { data, error, isFetching, refetch } = useHistory(mint, range);
  return (
    <Section
      title="Score history"
      controls={
        <SegmentedControl
          size="xs"
          data={ranges}
          value={range}
          onChange={(value) => setRange(value as HistoryRange)}
          aria-label="How far back"
        />
      }
      className={styles.section}
    >
      <div className={styles.body}>
        {!data && !error && <Skeleton height="100%" radius="sm" aria-hidden />}
        {!data && error && (
          <ErrorNotice
            what="the history"
            error={error}
            retrying={isFetching}
            onRetry={() => void refetch()}
          />
        )}
        {data && data.points.length < 2 && (
          <EmptyNotice title={data.points.length === 0 ? 'No scores in this time' : 'One score so far'}>
            Scores are drawn here as they come: each for 2 hours, then by minute for 48 hours, then by quarter
            of an hour for 30 days.
          </EmptyNotice>
        )}
        {data && data.points.length >= 2 && (
          <Suspense fallback={<Skeleton height="100%" radius="sm" />}>
            <Chart points={data.points} range={range} />
          </Suspense>
        )}
      </div>
      <p className={styles.foot}>
        <span className={styles.key}>
          <span className={styles.signal} /> smoothed score
        </span>
        <span className={styles.key}>
          <span className={styles.context} /> liquidity
        </span>
        <span>{kept[range]}</span>
      </p>
    </Section>
  );
}
