import type { Overview } from '../../../src/contract/index.ts';
import { Section } from '../common/section.tsx';
import { count, words } from '../format.ts';
import styles from './sources.module.css';

export function DroppedPairs({ dropped }: { readonly dropped: Overview['droppedPairs'] }) {
  const total = dropped.reduce((sum, each) => sum + each.count, 0);
  const most = Math.max(...dropped.map((each) => each.count), 1);
  const rows = dropped.toSorted((a, b) => b.count - a.count);
  return (
    <Section title="Pairs left out" fold note={count(total)}>
      {rows.length === 0 ? (
        <p className={styles.empty}>None. A pair that cannot be used is counted here by its reason.</p>
      ) : (
        <ul className={styles.reasons}>
          {rows.map((each) => (
            <li key={each.reason}>
              <span className={styles.reason}>{words(each.reason)}</span>
              <span className={styles.bar} aria-hidden>
                <svg width="100%" height="4" preserveAspectRatio="none" viewBox="0 0 100 4">
                  <rect width={(each.count / most) * 100} height="4" />
                </svg>
              </span>
              <span className={styles.amount}>{count(each.count)}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
