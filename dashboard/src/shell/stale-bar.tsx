import { Button } from '@mantine/core';
import { clockTime, duration } from '../format.ts';
import { staleSince, useConnection, type Connection } from '../live/connection.ts';
import { tryNow } from '../live/use-live.ts';
import { useNow } from '../time/now.ts';
import { Lasting } from '../time/lasting.tsx';
import { StateMark } from '../common/state-mark.tsx';
import styles from './stale-bar.module.css';

/** Says that what is shown is old, since when, and when the page tries again. */
export function StaleBar() {
  const connection = useConnection();
  const since = staleSince(connection);
  return (
    <div role="status" className={styles.holder}>
      {connection.phase === 'lost' && since !== undefined && <Bar connection={connection} />}
    </div>
  );
}

function Bar({ connection }: { readonly connection: Extract<Connection, { phase: 'lost' }> }) {
  return (
    <div className={styles.bar} data-testid="stale-bar">
      <StateMark state="unknown" size={12} silent />
      <p className={styles.text}>
        <strong>Connection lost at {clockTime(connection.since, true)}.</strong> Everything below is as it was
        then
        <span aria-hidden>
          , <Lasting since={connection.since} /> ago
        </span>
        .
      </p>
      <span className={styles.next} aria-hidden>
        <NextTry at={connection.nextTryAt} />
      </span>
      <Button variant="default" size="compact-sm" className={styles.button} onClick={tryNow}>
        Try now
      </Button>
    </div>
  );
}

function NextTry({ at }: { readonly at: number | null }) {
  return useNow((now) => (at === null || at <= now ? 'Trying…' : `Next try in ${duration(at - now + 999)}`));
}
