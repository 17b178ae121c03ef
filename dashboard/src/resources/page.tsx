import { useEffect } from 'react';
import { usePerformance, useDatabase, useResources, useSignals } from '../api/resource-queries.ts';
import { Kept, isOld } from '../common/kept.tsx';
import { ErrorNotice } from '../common/notice.tsx';
import { Panel } from '../common/panel.tsx';
import { Prose } from '../common/prose.tsx';
import { useStaleSince } from '../live/connection.ts';
import { Database } from './database.tsx';
import { History } from './history.tsx';
import { Latency } from './latency.tsx';
import { Now } from './now.tsx';
import { NowSkeleton } from './skeleton.tsx';
import styles from './page.module.css';

/** What the service and its machine use, how long things take, and how that went over time. */
export default function ResourcesPage() {
  const resources = useResources();
  const signals = useSignals();
  const stale = useStaleSince() !== undefined;
  useEffect(() => {
    document.title = 'Resources · Moonwarden';
  }, []);
  const { data: report, error } = resources;
  return (
    <div className={styles.page} data-stale={stale}>
      <header className={styles.head}>
        <h1 className={styles.title} tabIndex={-1} data-page-heading>
          Resources
        </h1>
        <Findings />
      </header>
      {report && (
        <Kept what="what is used now" query={resources} className={styles.page}>
          <Now report={report} signals={signals.data} />
        </Kept>
      )}
      {!report && !error && <NowSkeleton />}
      {!report && error && (
        <Panel>
          <ErrorNotice
            what="what is used now"
            error={error}
            retrying={resources.isFetching}
            onRetry={() => void resources.refetch()}
          />
        </Panel>
      )}
      <History signals={signals} />
      <Latency />
      <Database />
    </div>
  );
}

/** What has become slower and what the database needs, in sentences; one line when there is nothing. */
function Findings() {
  const performance = usePerformance();
  const database = useDatabase();
  const findings = [...(performance.data?.findings ?? []), ...(database.data?.findings ?? [])];
  const isKnown = [performance, database].every((query) => query.data && !isOld(query));
  if (findings.length === 0 && !isKnown) return null;
  if (findings.length === 0)
    return <p className={styles.calm}>Nothing has become slower, and the database needs nothing.</p>;
  return (
    <ul className={styles.findings} aria-label="What is to be seen to">
      {findings.map((finding) => (
        <li key={finding}>
          <Prose text={finding} />
        </li>
      ))}
    </ul>
  );
}
