import type { Condition } from '../../../src/contract/index.ts';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { plural, words } from '../format.ts';
import { Link } from '../routing/link.tsx';
import { healthPath } from '../routing/router.ts';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { byGravity } from './gravest.ts';
import { measured } from './measured.ts';
import styles from './conditions.module.css';

/** What is not as it should be, each with its reason, since when, and what to do. */
export function Conditions({ conditions }: { readonly conditions: readonly Condition[] }) {
  if (conditions.length === 0) return null;
  return (
    <Section
      title="What is wrong"
      note={plural(conditions.length, 'condition')}
      id="conditions"
      controls={
        <Link href={healthPath} className={styles.health}>
          What is done about it
        </Link>
      }
    >
      <ul>
        {byGravity(conditions).map((each) => (
          <li key={each.rule} className={styles.condition}>
            <span className={styles.mark}>
              <StateMark state={each.level === 'critical' ? 'critical' : 'degraded'} size={14} />
            </span>
            <div className={styles.what}>
              <h3 className={styles.reason}>
                <Prose text={each.reason} />
              </h3>
              <p className={styles.meta}>
                {words(each.rule)}: {measured(each.value, each.unit)}, limit {measured(each.limit, each.unit)}
                . Since <Moment at={each.since} /> (<Lasting since={each.since} />)
              </p>
            </div>
            {each.nextSteps.length > 0 && (
              <div className={styles.steps}>
                <h4 className={styles.stepsTitle}>What to do</h4>
                <ol className={styles.list}>
                  {each.nextSteps.map((step) => (
                    <li key={step}>
                      <Prose text={step} />
                    </li>
                  ))}
                </ol>
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
