import type { FeatureReport } from '../../../src/contract/index.ts';
import { Prose } from '../common/prose.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { words } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { missingIn } from './missing.ts';
import styles from './missing-features.module.css';

/** What the service does not do meanwhile, or does with old data, and why. */
export function MissingFeatures({ features }: { readonly features: readonly FeatureReport[] }) {
  const missing = missingIn(features);
  if (missing.length === 0) return null;
  return (
    <div className={styles.missing}>
      <h3 className={styles.title}>Meanwhile</h3>
      <ul>
        {missing.map(({ reason, since, off, stale }) => (
          <li key={reason} className={styles.group}>
            {off.length > 0 && <Names state="off" names={off} />}
            {stale.length > 0 && <Names state="stale" names={stale} />}
            <p className={styles.reason}>
              Since <Moment at={since} /> (<Lasting since={since} />
              ): <Prose text={`${reason}.`} />
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Names({ state, names }: { readonly state: 'off' | 'stale'; readonly names: readonly string[] }) {
  return (
    <div className={styles.names}>
      <StateMark state={state === 'off' ? 'critical' : 'degraded'} size={12} silent />
      <p className={styles.how}>{state === 'off' ? 'Off' : 'On data from before'}</p>
      <ul className={styles.list}>
        {names.map((name) => (
          <li key={name}>{words(name)}</li>
        ))}
      </ul>
    </div>
  );
}
