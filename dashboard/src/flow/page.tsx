import { useEffect, useState } from 'react';
import { useFlow } from '../api/flow-queries.ts';
import { ErrorNotice } from '../common/notice.tsx';
import { Panel } from '../common/panel.tsx';
import { useStaleSince } from '../live/connection.ts';
import { Failed } from './failed.tsx';
import { Failures } from './failures.tsx';
import { Figures } from './figures.tsx';
import { Head, type Hours } from './head.tsx';
import { Places } from './places.tsx';
import { NumbersSkeleton } from './skeleton.tsx';
import { Stuck } from './stuck.tsx';
import { Success } from './success.tsx';
import { WhatIf } from './what-if.tsx';
import styles from './page.module.css';

const EVERY_MS = 30_000;

/** How tokens go from discovered to archived, and which of them do not go on. */
export default function FlowPage() {
  const [hours, setHours] = useState<Hours>(24);
  const { data: report, error, isFetching, isPlaceholderData, refetch } = useFlow(hours, EVERY_MS);
  const stale = useStaleSince() !== undefined;
  const busy = isPlaceholderData ? styles.busy : '';
  useEffect(() => {
    document.title = 'Flow · Moonwarden';
  }, []);

  return (
    <div className={styles.page} data-stale={stale}>
      <Head report={report} failed={error !== null} hours={hours} onHours={setHours} />
      {report && (
        <div className={`${styles.numbers} ${busy}`} aria-busy={isPlaceholderData}>
          <Places report={report} />
          <Figures report={report} />
        </div>
      )}
      {!report && !error && <NumbersSkeleton />}
      {!report && error && (
        <Panel>
          <ErrorNotice what="the flow" error={error} retrying={isFetching} onRetry={() => void refetch()} />
        </Panel>
      )}
      <Stuck />
      {report && (
        <div className={`${styles.pair} ${busy}`}>
          <Success report={report} />
          <div className={styles.side}>
            <Failures failures={report.failures} />
            <WhatIf rows={report.whatIf} />
          </div>
        </div>
      )}
      <Failed />
    </div>
  );
}
