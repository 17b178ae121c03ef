import type { TokenDetail } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { EmptyNotice } from '../common/notice.tsx';
import { Section } from '../common/section.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { score } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { contributions, type Contribution } from './contributions.ts';
import styles from './score.module.css';

export function Score({ token }: { readonly token: TokenDetail }) {
  const parts = contributions(token);
  const value = token.smoothedScore ?? token.score;
  return (
    <Section title="Score">
      <div className={styles.big}>
        <span className={styles.number} data-figure>
          <Changed text={score(value)} />
        </span>
        <span className={styles.note}>
          {token.smoothedScore === null ? 'no smoothed score yet' : 'smoothed'}
          {token.score !== null && (
            <>
              , latest <Changed text={score(token.score)} />
            </>
          )}
        </span>
        <Kept token={token} />
      </div>
      {parts.length === 0 ? (
        <EmptyNotice title="Not scored yet">
          The score comes with the first answer that holds a pool of this token.
        </EmptyNotice>
      ) : (
        <Parts parts={parts} />
      )}
    </Section>
  );
}

/** While data is not believed the score stands as it was. */
function Kept({ token }: { readonly token: TokenDetail }) {
  const { quality, scoredAt, refreshedAt } = token;
  const kept = quality?.level === 'critical' && scoredAt !== null && scoredAt < (refreshedAt ?? 0);
  if (!kept) return null;
  return (
    <p className={styles.kept}>
      <StateMark state="critical" silent />
      <span>
        Kept from <Moment at={scoredAt} /> (<Lasting since={scoredAt} />
        ), data not believed
      </span>
    </p>
  );
}

function Parts({ parts }: { readonly parts: readonly Contribution[] }) {
  const most = Math.max(...parts.map((part) => Math.abs(part.share)), 0.001);
  return (
    <table className={styles.parts}>
      <thead>
        <tr>
          <th scope="col">Component</th>
          <th scope="col">Value</th>
          <th scope="col">Weight</th>
          <th scope="col">Contributes</th>
        </tr>
      </thead>
      <tbody>
        {parts.map((part) => (
          <tr key={part.key}>
            <th scope="row">
              {part.name}
              <span className={styles.says}>{part.says}</span>
            </th>
            <td>
              <Changed text={score(part.value)} />
            </td>
            <td>× {part.weight}</td>
            <td>
              <Changed text={score(part.share)} />
              <svg className={styles.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
                <rect
                  width={(Math.abs(part.share) / most) * 100}
                  x={100 - (Math.abs(part.share) / most) * 100}
                  height="4"
                  className={part.share < 0 ? styles.minus : styles.plus}
                />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
