import { useEffect } from 'react';
import { useScheduler } from '../api/job-queries.ts';
import { useSession } from '../api/queries.ts';
import { ErrorNotice } from '../common/notice.tsx';
import { Panel } from '../common/panel.tsx';
import { useStaleSince } from '../live/connection.ts';
import { Groups } from './groups.tsx';
import { Head } from './head.tsx';
import { GroupsSkeleton } from './skeleton.tsx';
import styles from './page.module.css';

/** The jobs by group: how they do, what they did last, and ways to steer them. */
export default function JobsPage() {
  const { data: report, error, isFetching, refetch } = useScheduler();
  const scope = useSession().data?.scope;
  const maySteer = scope === 'operate' || scope === 'admin';
  const stale = useStaleSince() !== undefined;
  useEffect(() => {
    document.title = 'Jobs · Moonwarden';
  }, []);
  return (
    <div className={styles.page} data-stale={stale}>
      <Head report={report} failed={error !== null} maySteer={maySteer} stale={stale} />
      {report && <Groups report={report} maySteer={maySteer} stale={stale} />}
      {!report && !error && <GroupsSkeleton />}
      {!report && error && (
        <Panel>
          <ErrorNotice what="the jobs" error={error} retrying={isFetching} onRetry={() => void refetch()} />
        </Panel>
      )}
    </div>
  );
}
