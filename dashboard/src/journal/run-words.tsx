import type { JournalEntry } from '../../../src/contract/index.ts';
import { count, words } from '../format.ts';
import { ShortToken } from '../common/short-token.tsx';
import { usePhone } from '../common/use-phone.ts';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import { sumUp } from './group.ts';
import styles from './feed.module.css';

interface Props {
  readonly entries: readonly JournalEntry[];
}

/** Many entries in one line, with what they are about by name. */
export function RunWords({ entries }: Props) {
  return entries[0]?.type === 'feature.changed' ? (
    <FeatureWords entries={entries} />
  ) : (
    <TokenWords entries={entries} />
  );
}

function FeatureWords({ entries }: Props) {
  return (
    <>
      <p className={styles.reason}>{sumUp(entries)}</p>
      <p className={styles.kind}>
        {entries
          .toReversed()
          .map(({ subject }) => words(subject ?? ''))
          .join(', ')}
      </p>
    </>
  );
}

function TokenWords({ entries }: Props) {
  const most = usePhone() ? 2 : 4;
  const mints = [...new Set(entries.flatMap((entry) => entry.subject ?? []))];
  return (
    <>
      <p className={styles.reason}>{sumUp(entries)}</p>
      <p className={styles.kind}>
        {mints.slice(0, most).map((mint) => (
          <Link key={mint} href={tokenPath(mint)} className={styles.mint}>
            <ShortToken mint={mint} />
          </Link>
        ))}
        {mints.length > most && <span className={styles.rest}>and {count(mints.length - most)} more</span>}
      </p>
    </>
  );
}
