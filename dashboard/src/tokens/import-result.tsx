import type { TokenImportResult } from '../../../src/contract/index.ts';
import { count, plural, shortMint, strangerText } from '../format.ts';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import styles from './import-box.module.css';

const SHOWN = 12;

/** What was added, what was known, and what was refused with its reason. */
export function ImportResult({ result }: { readonly result: TokenImportResult }) {
  const { added, duplicates, rejected } = result;
  return (
    <div className={styles.result}>
      <p>
        <strong>
          {added.length === 0 ? 'Nothing was added.' : `${plural(added.length, 'token')} added.`}
        </strong>{' '}
        {duplicates > 0 && `${count(duplicates)} known already. `}
        {rejected.length > 0 && `${count(rejected.length)} refused:`}
      </p>
      {rejected.length > 0 && (
        <ul className={styles.list}>
          {rejected.slice(0, SHOWN).map((each, index) => (
            <li key={index} className={styles.refused}>
              <bdi className={styles.code}>{strangerText(each.input, 48) || '(empty)'}</bdi>
              <span>{each.reason}</span>
            </li>
          ))}
          {rejected.length > SHOWN && <li>and {count(rejected.length - SHOWN)} more</li>}
        </ul>
      )}
      {added.length > 0 && (
        <ul className={styles.added}>
          {added.slice(0, SHOWN).map((mint) => (
            <li key={mint}>
              <Link href={tokenPath(mint)} className={styles.code}>
                {shortMint(mint)}
              </Link>
            </li>
          ))}
          {added.length > SHOWN && <li>and {count(added.length - SHOWN)} more</li>}
        </ul>
      )}
    </div>
  );
}
