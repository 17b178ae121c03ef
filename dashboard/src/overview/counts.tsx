import type { Overview } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { count, rate } from '../format.ts';
import styles from './counts.module.css';

/** How many tokens stand where, and how fast they move. */
export function Counts({ overview }: { readonly overview: Overview }) {
  const { counts, rates } = overview;
  const rows = [
    ['Monitoring', count(counts.monitoring), 'tokens'],
    ['Active', count(counts.active), 'tokens'],
    ['Archived', count(counts.archived), 'tokens'],
    ['Discovered', rate(rates.discoveredPerHour), 'an hour'],
    ['Activated', rate(rates.activatedPerHour), 'an hour'],
    ['Refreshed', rate(rates.refreshedPerMinute), 'a minute'],
  ] as const;
  return (
    <dl className={styles.counts} aria-label="Tokens by status, and rates">
      {rows.map(([name, value, unit]) => (
        <div key={name} className={styles.count}>
          <dt>{name}</dt>
          <dd>
            <span className={styles.number} data-figure>
              <Changed text={value} />
            </span>{' '}
            <span className={styles.unit}>{unit}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
