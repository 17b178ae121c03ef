import type { PoolVerification } from '../../../src/contract/index.ts';
import { Mint } from '../common/mint.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { plural, stepValue } from '../format.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './verification.module.css';

interface Difference {
  readonly pairAddress: string;
  readonly what: string;
  readonly here: string;
  readonly there: string;
}

/** What the other endpoint says of the same pools. */
export function Verification({ verification }: { readonly verification: PoolVerification }) {
  const rows = differencesOf(verification);
  return (
    <Section
      title="The other endpoint"
      note={rows.length === 0 ? 'no difference' : plural(rows.length, 'difference')}
      fold
    >
      <p className={styles.sentence}>
        <Prose text={verification.sentence} />{' '}
        <span className={styles.at}>
          Asked <RelativeTime at={verification.at} />.
        </span>
      </p>
      {rows.length > 0 && (
        <table className={styles.table} aria-label="Differences">
          <thead>
            <tr>
              <th scope="col">Pool</th>
              <th scope="col">What differs</th>
              <th scope="col" className={styles.value}>
                Usual endpoint
              </th>
              <th scope="col" className={styles.value}>
                Other endpoint
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.pairAddress} ${row.what}`}>
                <th scope="row">
                  <Mint mint={row.pairAddress} what="pool address" />
                </th>
                <td>{row.what}</td>
                <td className={styles.value}>
                  <bdi>{row.here}</bdi>
                </td>
                <td className={styles.value}>
                  <bdi>{row.there}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function differencesOf({ onlyHere, onlyThere, differs }: PoolVerification): Difference[] {
  const names = { liquidity: 'Liquidity USD', quote: 'Quote' };
  return [
    ...onlyHere.map((pairAddress) => ({ pairAddress, what: 'Pool', here: 'listed', there: 'missing' })),
    ...onlyThere.map((pairAddress) => ({ pairAddress, what: 'Pool', here: 'missing', there: 'listed' })),
    ...differs.map(({ pairAddress, field, here, there }) => ({
      pairAddress,
      what: names[field],
      here: stepValue(here),
      there: stepValue(there),
    })),
  ];
}
