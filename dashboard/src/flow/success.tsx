import { lazy, Suspense, useMemo } from 'react';
import { Skeleton } from '@mantine/core';
import type { FlowReport } from '../../../src/contract/index.ts';
import { EmptyNotice } from '../common/notice.tsx';
import { PagePart, partOfPage } from '../common/page-part.tsx';
import { Section } from '../common/section.tsx';
import { points } from '../format.ts';
import styles from './success.module.css';

const SuccessChart = lazy(() => partOfPage(import('./success-chart.tsx')));

/** How many of the tokens checked met the condition, hour by hour. */
export function Success({ report }: { readonly report: FlowReport }) {
  const hours = useMemo(() => report.byHour.toSorted((a, b) => a.at - b.at), [report.byHour]);
  const measured = hours.filter((hour) => hour.checked > 0).length;
  return (
    <Section title="Success rate by hour" className={styles.section}>
      {measured < 2 ? (
        <EmptyNotice title={measured === 0 ? 'No checks in this time' : 'One hour of checks so far'}>
          Each hour shows here how many tokens were checked and how many of them met the condition.
        </EmptyNotice>
      ) : (
        <>
          <p className={styles.trend}>{trendOf(report.successTrend)}</p>
          <div className={styles.body}>
            <PagePart what="the chart">
              <Suspense fallback={<Skeleton height="100%" radius="sm" aria-hidden />}>
                <SuccessChart hours={hours} />
              </Suspense>
            </PagePart>
          </div>
          <p className={styles.foot}>
            <span className={styles.key}>
              <span className={styles.signal} /> success rate
            </span>
            <span className={styles.key}>
              <span className={styles.mean} /> mean of each half
            </span>
            <span className={styles.key}>
              <span className={styles.context} /> tokens checked
            </span>
          </p>
        </>
      )}
    </Section>
  );
}

/** "Up 1.2 points in the later half of this time." The service counts a token once a half, the chart once an hour. */
function trendOf(change: number | null): string {
  if (change === null) return 'No trend yet: it takes checks in both halves of this time.';
  const words = points(change);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} in the later half of this time, each token counted once.`;
}
