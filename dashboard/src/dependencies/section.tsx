import type { Overview } from '../../../src/contract/index.ts';
import { Section } from '../common/section.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { useStaleSince } from '../live/connection.ts';
import { Dependency } from './dependency.tsx';
import { MissingFeatures } from './missing-features.tsx';
import { headline } from './standing.ts';
import styles from './section.module.css';

type Props = Pick<Overview, 'dependencies' | 'features'>;

/** What the service needs of the world: a line each while all is well, and what is wrong where it is not. */
export function Dependencies({ dependencies, features }: Props) {
  const stale = useStaleSince() !== undefined;
  const { state, words } = headline(dependencies);
  return (
    <Section
      title="Dependencies"
      fold
      startOpen={state === 'critical' || state === 'degraded'}
      note={
        <span className={styles.headline}>
          <StateMark state={stale ? 'unknown' : state} silent /> {stale ? 'Unknown' : words}
        </span>
      }
    >
      <ul>
        {dependencies.map((each) => (
          <Dependency key={each.name} dependency={each} stale={stale} />
        ))}
      </ul>
      <MissingFeatures features={features} />
    </Section>
  );
}
