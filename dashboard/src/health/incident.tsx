import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IncidentDetail } from '../../../src/contract/index.ts';
import { useIncident } from '../api/health-queries.ts';
import { copyText } from '../common/copy.ts';
import { Loaded } from '../common/loaded.tsx';
import { Prose } from '../common/prose.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { clockTime, duration, exactTime, plural, strangerText, words } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { happeningWords, levelState } from './words.ts';
import styles from './incident.module.css';

/** One incident: what began it, what followed, and how it went. */
export function Incident({ id }: { readonly id: string }) {
  const query = useIncident(id, true);
  return (
    <div className={styles.incident}>
      <Loaded what="the incident" query={query} lines={5} height={200}>
        {(incident) => (
          <>
            <div className={styles.parts}>
              <Conditions incident={incident} />
              <Timeline incident={incident} />
            </div>
            <PostMortem incident={incident} />
          </>
        )}
      </Loaded>
    </div>
  );
}

const roles = {
  root: 'What began it',
  symptom: 'What followed from it',
  beside: 'What else there was',
} as const;

function Conditions({ incident: { conditions } }: { readonly incident: IncidentDetail }) {
  return (
    <div className={styles.roles}>
      {(['root', 'symptom', 'beside'] as const).map((role) => {
        const of = conditions.filter((each) => each.role === role);
        if (of.length === 0) return null;
        return (
          <section key={role} aria-label={roles[role]}>
            <h4 className={styles.heading}>{roles[role]}</h4>
            <ul>
              {of.map(({ id, level, since, endedAt, starts }) => (
                <li key={id} className={styles.condition}>
                  <StateMark state={endedAt === null ? levelState(level) : 'healthy'} size={10} silent />
                  <div>
                    <p>
                      <code>{strangerText(id, 120)}</code>
                    </p>
                    <p className={styles.meta}>
                      {level}, from <Moment at={since} />,{' '}
                      {endedAt === null ? (
                        <>
                          there for <Lasting since={since} />
                        </>
                      ) : (
                        `over after ${duration(endedAt - since)}`
                      )}
                      {starts > 1 && `, began ${plural(starts, 'time')}`}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function Timeline({ incident: { timeline, leftOut } }: { readonly incident: IncidentDetail }) {
  return (
    <section aria-label="Timeline">
      <h4 className={styles.heading}>Timeline</h4>
      <ol className={styles.timeline}>
        {timeline.map(({ seq, at, type, reason }) => (
          <li key={seq} className={styles.happening}>
            <time className={styles.time} dateTime={new Date(at).toISOString()} title={exactTime(at)}>
              {clockTime(at, true)}
            </time>
            <div className={styles.what}>
              <p>
                <Prose text={reason} />
              </p>
              <p className={styles.meta}>{happeningWords(type)}</p>
            </div>
          </li>
        ))}
      </ol>
      {leftOut > 0 && (
        <p className={styles.meta}>
          {plural(leftOut, 'entry', 'entries')} in the middle {leftOut === 1 ? 'is' : 'are'} left out; the
          journal has them.
        </p>
      )}
    </section>
  );
}

/** The same for people who were not there, as Markdown. */
function PostMortem({ incident: { id, postMortem } }: { readonly incident: IncidentDetail }) {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    setSaid((await copyText(postMortem)) ? 'Copied.' : 'Could not copy; download it.');
  };
  return (
    <div className={styles.postMortem}>
      <Button variant="default" className={styles.button} onClick={() => void copy()}>
        Copy post-mortem
      </Button>
      <Button
        variant="default"
        className={styles.button}
        onClick={() => {
          download(`incident-${words(id).toLowerCase().replaceAll(' ', '-')}.md`, postMortem);
          setSaid('Downloaded.');
        }}
      >
        Download it
      </Button>
      <span role="status" className={styles.meta}>
        {said}
      </span>
    </div>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
