import { Button } from '@mantine/core';
import { useEffect, useRef, type ReactNode, type SubmitEvent } from 'react';
import styles from './confirm.module.css';

interface Props {
  /** On the button that does it, and the name of the form. */
  readonly confirm: string;
  /** What it will do. */
  readonly effect: ReactNode;
  readonly busy: boolean;
  /** False while something is missing. */
  readonly ready?: boolean;
  /** Why it was refused. */
  readonly failure?: ReactNode;
  readonly onSure: () => void;
  readonly onClose: () => void;
  /** What else is asked. */
  readonly children?: ReactNode;
}

/** Says what something will do before it is done. */
export function Confirm({ confirm, effect, busy, ready = true, failure, onSure, onClose, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // The first thing that can be filled in or pressed.
    form.current?.querySelector<HTMLElement>('input, textarea, button')?.focus();
  }, []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (ready && !busy) onSure();
  };
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={submit}
      aria-label={confirm}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div className={styles.effect}>{effect}</div>
      {children}
      <div role="alert" className={styles.failure}>
        {failure}
      </div>
      <div className={styles.buttons}>
        <Button type="submit" className={styles.button} disabled={!ready} loading={busy}>
          {confirm}
        </Button>
        <Button variant="subtle" className={styles.button} onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
