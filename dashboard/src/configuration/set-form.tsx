import { SegmentedControl, TextInput, Textarea } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import type { ConfigChange } from '../../../src/contract/index.ts';
import { useConfigChange } from '../api/config-queries.ts';
import { RequestError } from '../api/http.ts';
import { Confirm } from '../common/confirm.tsx';
import { Prose } from '../common/prose.tsx';
import { Change } from './change.tsx';
import { isJson, isWhole, typedText, typedValue, valueText, type Setting } from './settings.ts';
import styles from './set-form.module.css';

const LONGEST_WHY = 500;

interface Props {
  readonly item: Setting;
  readonly asked: boolean;
  readonly onClose: () => void;
}

/** Sets one value at run time, and says what that came to; what is refused is said at the field. */
export function SetForm({ item, asked, onClose }: Props) {
  const change = useConfigChange();
  const outcome = useRef<HTMLDivElement>(null);
  const { data, error, reset } = change;
  useEffect(() => {
    if (data) outcome.current?.focus();
  }, [data]);
  useEffect(() => {
    if (asked) reset();
  }, [asked, reset]);
  if (asked)
    return (
      <Form
        item={item}
        busy={change.isPending}
        error={error}
        onClose={onClose}
        onSure={(value, why) =>
          change.mutate({ set: { [item.path]: value }, ...(why !== '' && { why }) }, { onSuccess: onClose })
        }
      />
    );
  if (!data) return null;
  return <Outcome ref={outcome} sentence={data.sentence} changes={data.changes} />;
}

interface OutcomeProps {
  readonly ref: React.Ref<HTMLDivElement>;
  readonly sentence: string;
  readonly changes: readonly ConfigChange[];
}

function Outcome({ ref, sentence, changes }: OutcomeProps) {
  return (
    <div ref={ref} className={styles.outcome} role="status" tabIndex={-1}>
      <p>
        <Prose text={sentence} />
      </p>
      {changes.map((each) => (
        <p key={each.path}>
          <Change change={each} />
        </p>
      ))}
    </div>
  );
}

interface FormProps {
  readonly item: Setting;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSure: (value: unknown, why: string) => void;
  readonly onClose: () => void;
}

function Form({ item: { path, value, live }, busy, error, onSure, onClose }: FormProps) {
  const [text, setText] = useState(() => typedText(value));
  const [why, setWhy] = useState('');
  const [mistake, setMistake] = useState<string>();
  const label = useId();
  const faults = error instanceof RequestError ? error.faults : [];
  const atField =
    mistake ??
    (faults.length > 0
      ? faults
          .map((fault) => (fault.path === path ? fault.message : `${fault.path}: ${fault.message}`))
          .join('; ')
      : undefined);
  const type = (next: string): void => {
    setText(next);
    setMistake(undefined);
  };
  const props = {
    label: `New value of ${path}`,
    autoComplete: 'off',
    spellCheck: false,
    value: text,
    error: atField,
  };
  return (
    <Confirm
      confirm={`Set ${path}`}
      effect={
        <>
          It holds over the file, also after a restart, until it is reverted. It acts{' '}
          {live ? 'at once' : 'at the next start of the service'}.
          {!isWhole(value) && ' Not all of the present value is shown, so write the whole of the new one.'}
        </>
      }
      busy={busy}
      ready={text.trim() !== ''}
      failure={
        error && faults.length === 0
          ? `${error.message} ${error instanceof RequestError ? error.todo : ''}`
          : null
      }
      onClose={onClose}
      onSure={() => {
        const typed = typedValue(text, value);
        if (typed.ok) onSure(typed.value, why.trim());
        else setMistake(typed.message);
      }}
    >
      {typeof value === 'boolean' ? (
        <div>
          <p id={label} className={styles.label}>
            {props.label}
          </p>
          <SegmentedControl
            data={['true', 'false']}
            value={text}
            onChange={type}
            aria-labelledby={label}
            className={styles.choice}
          />
          {atField && <p className={styles.mistake}>{atField}</p>}
        </div>
      ) : isJson(value) ? (
        <Textarea
          {...props}
          description="As JSON."
          rows={Math.min(12, Math.max(4, text.split('\n').length + 1))}
          classNames={{ input: styles.json ?? '' }}
          onChange={(event) => type(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          {...props}
          description={`Now: ${isWhole(value) ? valueText(value) : 'not shown'}. Lists, maps and null are JSON.`}
          onChange={(event) => type(event.currentTarget.value)}
        />
      )}
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
