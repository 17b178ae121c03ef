import { StateMark } from '../common/state-mark.tsx';
import { useOverview } from '../api/queries.ts';
import { useStaleSince } from '../live/connection.ts';
import { Link } from '../routing/link.tsx';
import styles from './state-line.module.css';

/** The sentence on every page but the overview, which has it large. */
export function StateLine() {
  const { data } = useOverview();
  const stale = useStaleSince() !== undefined;
  return (
    <div className={styles.line} aria-live="polite">
      {data && (
        <Link href="/" className={styles.link}>
          <StateMark state={stale ? 'unknown' : data.status} size={12} />
          <span className={styles.text}>{data.sentence}</span>
        </Link>
      )}
    </div>
  );
}
