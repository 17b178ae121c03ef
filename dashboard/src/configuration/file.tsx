import type { ConfigReport } from '../../../src/contract/index.ts';
import { Panel } from '../common/panel.tsx';
import { Prose } from '../common/prose.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { plural } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { valueText } from './settings.ts';
import styles from './file.module.css';

/** What is in force as a whole: since when, of which file, and what is wrong with that. */
export function File({ report }: { readonly report: ConfigReport }) {
  const { hash, acceptedAt, file, refused, items } = report;
  const waiting = items.filter(({ waits }) => waits);
  return (
    <>
      <p className={styles.sentence} data-testid="config-sentence">
        <StateMark state={refused === null ? 'healthy' : 'degraded'} size={12} silent />
        <span>
          In force since <Moment at={acceptedAt} /> (<Lasting since={acceptedAt} />
          ): {file === null ? 'no file' : <code className={styles.path}>{file}</code>}, content{' '}
          <code>{hash}</code>.
        </span>
      </p>
      {refused !== null && (
        <section className={styles.refused} aria-label="The file is refused">
          <h2>
            The file as it stands is not in force since <Moment at={refused.since} />:{' '}
            <Prose text={refused.reason} />.
          </h2>
          <p className={styles.what}>
            What was accepted last stays in force. Correct {refused.faults.length === 1 ? 'this' : 'these'};
            the file is read again as soon as it changes.
          </p>
          <ul className={styles.faults}>
            {refused.faults.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path}</code> <Prose text={message} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {waiting.length > 0 && (
        <Panel className={styles.waiting}>
          <h2>
            {plural(waiting.length, 'setting waits', 'settings wait')} for the next start of the service
          </h2>
          <ul>
            {waiting.map(({ path, value, inForce }) => (
              <li key={path}>
                <code>{path}</code>: now {valueText(inForce)}, then <strong>{valueText(value)}</strong>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
