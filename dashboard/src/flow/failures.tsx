import type { FlowReport } from '../../../src/contract/index.ts';
import { EmptyNotice } from '../common/notice.tsx';
import { Section } from '../common/section.tsx';
import { count, percent, plural, words } from '../format.ts';
import styles from './failures.module.css';

/** At which step of the activation check how many tokens failed last. */
export function Failures({ failures }: { readonly failures: FlowReport['failures'] }) {
  const rows = failures.toSorted((a, b) => b.count - a.count);
  const total = rows.reduce((sum, each) => sum + each.count, 0);
  return (
    <Section title="Failures by step" note={total > 0 ? plural(total, 'token') : undefined} fold startOpen>
      {rows.length === 0 ? (
        <EmptyNotice title="No step has failed">
          The steps of the activation check that fail are counted here.
        </EmptyNotice>
      ) : (
        <ul className={styles.rows}>
          {rows.map((each) => (
            <li key={each.step} className={styles.row}>
              <span className={styles.step}>{words(each.step)}</span>
              <svg className={styles.bar} preserveAspectRatio="none" viewBox="0 0 100 8" aria-hidden>
                <rect width={Math.min(1, each.share) * 100} height="8" />
              </svg>
              <span className={styles.share}>{percent(each.share)}</span>
              <span className={styles.count}>
                {count(each.count)}
                <span className="sr-only"> tokens</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
