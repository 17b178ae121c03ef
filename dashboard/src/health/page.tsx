import { useEffect } from 'react';
import { useDetailedHealth } from '../api/health-queries.ts';
import { useStaleSince } from '../live/connection.ts';
import { Actions } from './actions.tsx';
import { Components } from './components.tsx';
import { Healing } from './healing-section.tsx';
import { Incidents } from './incidents.tsx';
import { Rules } from './rules.tsx';
import styles from './page.module.css';

/** How the service judges itself, and what it does about what it finds. */
export default function HealthPage() {
  const health = useDetailedHealth();
  const stale = useStaleSince() !== undefined;
  useEffect(() => {
    document.title = 'Health · Moonwarden';
  }, []);
  return (
    <div className={styles.page} data-stale={stale}>
      <h1 className={styles.title} tabIndex={-1} data-page-heading>
        Health
      </h1>
      <div className={styles.first}>
        <Components query={health} stale={stale} />
        <Healing health={health.data} />
      </div>
      <Incidents components={health.data?.components ?? []} />
      <Actions />
      <Rules stale={stale} />
    </div>
  );
}
