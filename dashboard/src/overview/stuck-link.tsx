import { useFlow } from '../api/flow-queries.ts';
import { StateMark } from '../common/state-mark.tsx';
import { plural } from '../format.ts';
import { Link } from '../routing/link.tsx';
import { flowPath } from '../routing/router.ts';
import styles from './stuck-link.module.css';

const EVERY_MS = 120_000;

/** Leads to the tokens that wait by our fault, if there are any. */
export function StuckLink() {
  const stuck = useFlow(24, EVERY_MS).data?.now.stuckOurs ?? 0;
  if (stuck === 0) return null;
  return (
    <Link href={flowPath} className={styles.link}>
      <StateMark state="degraded" size={12} silent />
      <span>
        <strong>{plural(stuck, 'token')} stuck by our fault</strong>
      </span>
      <span className={styles.more}>See the flow</span>
    </Link>
  );
}
