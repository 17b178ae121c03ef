import type { QuotaReport } from '../../../src/contract/index.ts';
import { count, words } from '../format.ts';
import styles from './quota-bar.module.css';

interface Props {
  readonly quota: QuotaReport;
  /** Where its name stands already. */
  readonly nameless?: boolean;
}

/** What is used of a quota, and the part of it that is not used for now because the other side asked for less. */
export function QuotaBar({ quota: { name, limit, rate, used }, nameless = false }: Props) {
  const share = (value: number): number => (limit === 0 ? 0 : Math.min(100, (100 * value) / limit));
  return (
    <div className={styles.quota}>
      <p className={styles.words}>
        {!nameless && <span className={styles.name}>{words(name)}</span>}{' '}
        <span className={styles.numbers}>
          {count(used)} of {count(rate)}
          {rate < limit && <span className={styles.full}> (quota {count(limit)})</span>}
        </span>
      </p>
      <svg className={styles.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
        <rect className={styles.track} width={share(rate)} height="4" />
        {rate < limit && <path className={styles.withheld} d={`M${share(rate)} 2H100`} />}
        <rect className={styles.used} width={share(used)} height="4" />
      </svg>
    </div>
  );
}
