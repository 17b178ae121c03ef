import { useEffect } from 'react';
import { useConfig, useConfigHistory } from '../api/config-queries.ts';
import { useSession } from '../api/queries.ts';
import { Loaded } from '../common/loaded.tsx';
import { EmptyNotice } from '../common/notice.tsx';
import { Panel } from '../common/panel.tsx';
import { useStaleSince } from '../live/connection.ts';
import { AtRunTime } from './at-run-time.tsx';
import { File } from './file.tsx';
import { History } from './history.tsx';
import { Settings } from './settings-section.tsx';
import { entriesOf } from './settings.ts';
import styles from './page.module.css';

/** So many changes are looked through for who set what. */
const LOOKED_THROUGH = 100;

/** What is in force, where it comes from, and ways to change it. */
export default function ConfigurationPage() {
  const scope = useSession().data?.scope;
  const isAdmin = scope === 'admin';
  const query = useConfig(isAdmin);
  const history = useConfigHistory(LOOKED_THROUGH, isAdmin);
  const stale = useStaleSince() !== undefined;
  useEffect(() => {
    document.title = 'Configuration · Moonwarden';
  }, []);
  const entries = history.data ? entriesOf(history.data) : [];
  return (
    <div className={styles.page} data-stale={stale}>
      <h1 className={styles.title} tabIndex={-1} data-page-heading>
        Configuration
      </h1>
      {scope !== undefined && !isAdmin ? (
        <Panel>
          <EmptyNotice title="Only an admin may see this">
            What is in force, where it comes from and what was changed is shown to who logs in with a token of
            the scope admin. Yours is {scope}.
          </EmptyNotice>
        </Panel>
      ) : (
        <>
          <Loaded what="the configuration" query={query} lines={14} height={560}>
            {(report) => (
              <div className={styles.page}>
                <File report={report} />
                <AtRunTime report={report} entries={entries} />
                <Settings report={report} />
              </div>
            )}
          </Loaded>
          {query.data && <History />}
        </>
      )}
    </div>
  );
}
