import type { StuckToken, TokenStory } from '../../../src/contract/index.ts';
import { Fault } from '../common/fault.tsx';
import { EmptyNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { StepValues } from '../common/step-values.tsx';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './why-not.module.css';

/** Why the token is not active, and what would change where it stands. */
export function WhyNot({ story }: { readonly story: TokenStory }) {
  const { whyNot, wouldChange } = story;
  return (
    <Section title={whyNot ? 'Why not yet' : 'What would change'} note={whyNot && <Fault token={whyNot} />}>
      {whyNot && <Waits token={whyNot} />}
      {wouldChange.length > 0 && (
        <div className={styles.change}>
          {whyNot && <h3 className={styles.title}>What would change it</h3>}
          <ul className={styles.list}>
            {wouldChange.map((each) => (
              <li key={each}>
                <Prose text={each} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {!whyNot && wouldChange.length === 0 && (
        <EmptyNotice title="Nothing is waited for">
          What would move this token to another status is said here.
        </EmptyNotice>
      )}
    </Section>
  );
}

function Waits({ token }: { readonly token: StuckToken }) {
  return (
    <div className={styles.waits}>
      <p>
        <Prose text={token.sentence} />
      </p>
      <dl className={styles.facts}>
        {token.step && (
          <div>
            <dt>Step that fails</dt>
            <dd>
              <StepValues step={token.step} />
            </dd>
          </div>
        )}
        <div>
          <dt>In monitoring</dt>
          <dd>
            <Lasting since={token.monitoringSince} />
          </dd>
        </div>
        {token.failingSince !== null && (
          <div>
            <dt>Fails so since</dt>
            <dd>
              <Moment at={token.failingSince} /> (<Lasting since={token.failingSince} />)
            </dd>
          </div>
        )}
        <div>
          <dt>Last check</dt>
          <dd>
            <RelativeTime at={token.lastCheckedAt} none="never" />
          </dd>
        </div>
        <div>
          <dt>Next check</dt>
          <dd>
            <RelativeTime at={token.nextCheckAt} none="not planned" ahead />
          </dd>
        </div>
      </dl>
    </div>
  );
}
