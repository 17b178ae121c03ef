import type { DataQuality, TokenDetail } from '../../../src/contract/index.ts';
import { Prose } from '../common/prose.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './doubts.module.css';

/** What stands between this token and the ordinary course: data that is not believed, a move that is held. */
export function Doubts({ token }: { readonly token: TokenDetail }) {
  const { held, quality } = token;
  const doubtful = quality !== null && quality.level !== 'ok';
  if (!held && !doubtful) return null;
  return (
    <ul className={styles.doubts} aria-label="Doubts">
      {held && (
        <li className={styles.doubt}>
          <Mark state="degraded" />
          <div className={styles.words}>
            <p>
              <strong>The move to {held.to} is held</strong> since <Moment at={held.since} /> (
              <Lasting since={held.since} />)
            </p>
            <p className={styles.reason}>
              <Prose text={held.reason} />
            </p>
          </div>
        </li>
      )}
      {doubtful && <Quality quality={quality} />}
    </ul>
  );
}

function Quality({ quality }: { readonly quality: DataQuality }) {
  const critical = quality.level === 'critical';
  return (
    <li className={styles.doubt}>
      <Mark state={critical ? 'critical' : 'degraded'} />
      <div className={styles.words}>
        <p>
          <strong>{critical ? 'Data not believed' : 'Data in doubt'}</strong>{' '}
          {critical ? 'and not scored, ' : 'but scored, '}
          <RelativeTime at={quality.at} />
        </p>
        {quality.reasons.map((reason) => (
          <p key={reason} className={styles.reason}>
            <Prose text={reason} />
          </p>
        ))}
      </div>
    </li>
  );
}

function Mark({ state }: { readonly state: 'degraded' | 'critical' }) {
  return (
    <span className={styles.mark}>
      <StateMark state={state} size={14} />
    </span>
  );
}
