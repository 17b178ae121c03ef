import type { JournalEntry } from '../../../src/contract/index.ts';
import { Prose } from '../common/prose.tsx';
import { ShortToken } from '../common/short-token.tsx';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import { kindOf } from './describe.ts';
import { isAboutToken } from './group.ts';
import styles from './feed.module.css';

/** The reason as a sentence, and under it what kind of thing happened. */
export function EntryWords({ entry }: { readonly entry: JournalEntry }) {
  const mint = isAboutToken(entry) ? entry.subject : null;
  const reason = <Prose text={entry.reason} />;
  return (
    <>
      <p className={styles.reason}>
        {mint ? (
          <Link href={tokenPath(mint)} className={styles.link}>
            {reason}
          </Link>
        ) : (
          reason
        )}
      </p>
      <p className={styles.kind}>
        <span>{kindOf(entry)}</span>
        {mint && <ShortToken mint={mint} />}
      </p>
    </>
  );
}
