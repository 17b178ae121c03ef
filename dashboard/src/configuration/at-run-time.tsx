import { Button, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ConfigReport } from '../../../src/contract/index.ts';
import { useConfigChange } from '../api/config-queries.ts';
import { RequestError } from '../api/http.ts';
import { Confirm } from '../common/confirm.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { plural } from '../format.ts';
import { Moment } from '../time/moment.tsx';
import { Change } from './change.tsx';
import { isAtRunTime, lastChange, valueText, type ConfigEntry } from './settings.ts';
import styles from './at-run-time.module.css';

const LONGEST_WHY = 500;

interface Props {
  readonly report: ConfigReport;
  /** Of the journal, newest first. */
  readonly entries: readonly ConfigEntry[];
}

/** What somebody set over the file, and a way to take it back. */
export function AtRunTime({ report, entries }: Props) {
  const set = report.items.filter(isAtRunTime);
  const [asked, setAsked] = useState<string>();
  const change = useConfigChange();
  const outcome = useRef<HTMLParagraphElement>(null);
  const { data, error } = change;
  useEffect(() => {
    if (data) outcome.current?.focus();
  }, [data]);
  const ask = (what: string | undefined): void => {
    change.reset();
    setAsked(what);
  };
  const form = (what: string) =>
    asked === what && (
      <Revert
        what={what}
        busy={change.isPending}
        failure={error && failureText(error)}
        onClose={() => ask(undefined)}
        onSure={(why) =>
          change.mutate(
            { revert: what === ALL ? 'all' : [what], ...(why !== '' && { why }) },
            { onSuccess: () => setAsked(undefined) },
          )
        }
      />
    );
  return (
    <Section
      title="Set at run time"
      note={set.length > 0 ? plural(set.length, 'setting') : undefined}
      controls={
        set.length > 1 && (
          <Button
            variant="default"
            size="compact-sm"
            className={styles.button}
            aria-expanded={asked === ALL}
            onClick={() => ask(asked === ALL ? undefined : ALL)}
          >
            Revert all
          </Button>
        )
      }
    >
      {asked === ALL && <div className={styles.all}>{form(ALL)}</div>}
      <p ref={outcome} className={styles.outcome} role="status" tabIndex={-1}>
        {data && !asked && <Prose text={data.sentence} />}
      </p>
      {set.length === 0 && (
        <p className={styles.none}>
          Nothing. What is set here goes before the file, also after a restart, until it is reverted.
        </p>
      )}
      {set.length > 0 && (
        <ul aria-label="Settings set at run time">
          {set.map((item) => {
            const last = lastChange(entries, item.path);
            return (
              <li key={item.path} className={styles.item} data-set={item.path}>
                <div className={styles.line}>
                  <div className={styles.what}>
                    <p>
                      <code className={styles.path}>{item.path}</code>{' '}
                      {last ? (
                        <Change change={last.change} nameless />
                      ) : (
                        <strong>{valueText(item.value)}</strong>
                      )}
                    </p>
                    {last && (
                      <p className={styles.meta}>
                        <Moment at={last.entry.at} />
                        {last.entry.data.who !== null && `, by ${last.entry.data.who}`}
                        {last.entry.data.why !== null && (
                          <>
                            : <Prose text={last.entry.data.why} />
                          </>
                        )}
                      </p>
                    )}
                  </div>
                  <Button
                    variant="default"
                    size="compact-sm"
                    className={styles.button}
                    aria-label={`Revert ${item.path}`}
                    aria-expanded={asked === item.path}
                    onClick={() => ask(asked === item.path ? undefined : item.path)}
                  >
                    Revert
                  </Button>
                </div>
                {form(item.path)}
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

/** No setting has such a path. */
const ALL = '';

const failureText = (error: Error): string =>
  error instanceof RequestError && error.faults.length > 0
    ? error.faults.map(({ path, message }) => `${path}: ${message}`).join(' ')
    : `${error.message} ${error instanceof RequestError ? error.todo : ''}`;

interface RevertProps {
  readonly what: string;
  readonly busy: boolean;
  readonly failure: string | null;
  readonly onSure: (why: string) => void;
  readonly onClose: () => void;
}

function Revert({ what, busy, failure, onSure, onClose }: RevertProps) {
  const [why, setWhy] = useState('');
  return (
    <Confirm
      confirm={what === ALL ? 'Revert all of them' : `Revert ${what}`}
      effect={
        what === ALL
          ? 'Each of them goes back to what file or default say. All go back, or none.'
          : 'It goes back to what file or default say.'
      }
      busy={busy}
      failure={failure}
      onSure={() => onSure(why.trim())}
      onClose={onClose}
    >
      <TextInput
        label="Why (may be left out)"
        description="It goes into the journal with your name."
        maxLength={LONGEST_WHY}
        autoComplete="off"
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
    </Confirm>
  );
}
