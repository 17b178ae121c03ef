import type { JournalEntry } from '../../../src/contract/index.ts';
import { count, shortMint } from '../format.ts';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import { sumUp } from './group.ts';
import styles from './feed.module.css';

const SHOWN = 4;

/** Many entries about tokens in one line, with the newest tokens by name. */
export function RunWords({ entries }: { readonly entries: readonly JournalEntry[] }) {
  const mints = [...new Set(entries.flatMap((entry) => entry.subject ?? []))];
  return (
    <>
      <p className={styles.reason}>{sumUp(entries)}</p>
      <p className={styles.kind}>
        {mints.slice(0, SHOWN).map((mint) => (
          <Link key={mint} href={tokenPath(mint)} className={styles.mint}>
            <code>{shortMint(mint)}</code>
          </Link>
        ))}
        {mints.length > SHOWN && <span className={styles.rest}>and {count(mints.length - SHOWN)} more</span>}
      </p>
    </>
  );
}
