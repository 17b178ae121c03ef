import type { StuckToken } from '../../../src/contract/index.ts';
import { Fault } from '../common/fault.tsx';
import { Prose } from '../common/prose.tsx';
import { StepValues } from '../common/step-values.tsx';
import { TokenName } from '../common/token-name.tsx';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import { Lasting } from '../time/lasting.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './list.module.css';

/** The table on a phone: whose fault and why decide. */
export function StuckCards({ rows }: { readonly rows: readonly StuckToken[] }) {
  return (
    <ul aria-label="Stuck tokens">
      {rows.map((token) => (
        <li key={token.mint} className={styles.card} data-mint={token.mint} data-kind={token.kind}>
          <Link href={tokenPath(token.mint)} className={styles.cardHead}>
            <TokenName symbol={token.symbol} name={null} mint={token.mint} />
            <Fault token={token} />
          </Link>
          <p className={`${styles.why} ${styles.sentence}`}>
            <Prose text={token.sentence} />
          </p>
          <p className={styles.meta}>
            {token.step && (
              <span>
                <StepValues step={token.step} />
              </span>
            )}
            <span>
              waits for <Lasting since={token.monitoringSince} />
            </span>
            <span>
              checked <RelativeTime at={token.lastCheckedAt} none="never" />
            </span>
            {token.nextCheckAt !== null && (
              <span>
                next <RelativeTime at={token.nextCheckAt} ahead />
              </span>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}
