import type { TokenSummary } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { TokenName } from '../common/token-name.tsx';
import { compact, score, words } from '../format.ts';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './token-cards.module.css';

/** The table on a phone: score and liquidity decide, the rest is on the token's page. */
export function TokenCards({ rows }: { readonly rows: readonly TokenSummary[] }) {
  return (
    <ul aria-label="Tokens">
      {rows.map((token) => (
        <li key={token.mint} data-mint={token.mint}>
          <Link href={tokenPath(token.mint)} className={styles.card}>
            <span className={styles.who}>
              <TokenName {...token} />
              <span className={styles.status}>
                {words(token.status)}, <RelativeTime at={token.refreshedAt} none="not refreshed yet" />
              </span>
            </span>
            <span className={styles.field}>
              <span className={styles.value}>
                <Changed text={score(token.smoothedScore ?? token.score)} />
              </span>
              <span className={styles.label}>score</span>
            </span>
            <span className={styles.field}>
              <span className={styles.value}>
                <Changed text={compact(token.liquidityUsd)} />
              </span>
              <span className={styles.label}>liquidity, USD</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
