import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { RequestError } from '../api/http.ts';
import { useSteering } from '../api/job-queries.ts';
import { Prose } from '../common/prose.tsx';
import type { Action } from './actions.ts';
import styles from './steer.module.css';

const SHORTEST_WHY = 3;
const LONGEST_WHY = 300;

/** What can be done, as buttons; each says what it will do and asks why before it does it. */
export function Steer({ actions }: { readonly actions: readonly Action[] }) {
  const [asked, setAsked] = useState<Action>();
  const steering = useSteering();
  const outcome = useRef<HTMLParagraphElement>(null);
  const { data, error } = steering;
  useEffect(() => {
    if (data) outcome.current?.focus();
  }, [data]);
  return (
    <div className={styles.steer}>
      <div className={styles.buttons}>
        {actions.map((action) => (
          <Button
            key={action.name}
            variant="default"
            className={styles.button}
            aria-expanded={asked?.name === action.name}
            onClick={() => {
              steering.reset();
              setAsked(asked?.name === action.name ? undefined : action);
            }}
          >
            {action.name}
          </Button>
        ))}
      </div>
      {asked && (
        <Form
          key={asked.name}
          action={asked}
          busy={steering.isPending}
          failure={error && `${error.message} ${error instanceof RequestError ? error.todo : ''}`}
          onClose={() => setAsked(undefined)}
          onSure={(why, emergency) =>
            steering.mutate(
              {
                path: asked.path,
                body: {
                  ...(why !== '' && { why }),
                  ...(emergency && { emergency }),
                  ...(asked.group !== undefined && { group: asked.group }),
                },
              },
              { onSuccess: () => setAsked(undefined) },
            )
          }
        />
      )}
      <p ref={outcome} className={styles.outcome} role="status" tabIndex={-1}>
        {data && !asked && <Prose text={data.sentence} />}
      </p>
    </div>
  );
}

interface FormProps {
  readonly action: Action;
  readonly busy: boolean;
  readonly failure: string | null;
  readonly onClose: () => void;
  readonly onSure: (why: string, emergency: boolean) => void;
}

function Form({ action, busy, failure, onClose, onSure }: FormProps) {
  const [why, setWhy] = useState('');
  const [how, setHow] = useState('graceful');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const given = why.trim();
  const isEnough = given.length >= SHORTEST_WHY || (!action.needsWhy && given === '');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isEnough && !busy) onSure(given, how === 'emergency');
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-label={action.confirm}>
      <p className={styles.effect}>
        {how === 'emergency'
          ? 'What runs is cut off at once and starts anew; a result that it still gives is ignored.'
          : action.effect}
      </p>
      {action.mayCutOff && (
        <SegmentedControl
          className={styles.how}
          data={[
            { value: 'graceful', label: 'Let runs end' },
            { value: 'emergency', label: 'Cut off at once' },
          ]}
          value={how}
          onChange={setHow}
          aria-label="How"
        />
      )}
      <TextInput
        ref={input}
        label={action.needsWhy ? 'Why' : 'Why (may be left out)'}
        description="It goes into the journal with your name."
        maxLength={LONGEST_WHY}
        autoComplete="off"
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
        error={failure}
      />
      <div className={styles.buttons}>
        <Button type="submit" className={styles.button} disabled={!isEnough} loading={busy}>
          {action.confirm}
        </Button>
        <Button variant="subtle" className={styles.button} onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
