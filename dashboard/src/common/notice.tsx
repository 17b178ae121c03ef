import { Button } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { RequestError } from '../api/http.ts';
import { now } from '../time/now.ts';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import styles from './notice.module.css';

interface EmptyProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly heading?: 'h1' | 'h3';
}

/** What would be here, and how to get it. */
export function EmptyNotice({ title, children, action, heading: Heading = 'h3' }: EmptyProps) {
  return (
    <div className={styles.notice}>
      <Heading
        className={styles.title}
        {...(Heading === 'h1' && { tabIndex: -1, 'data-page-heading': true })}
      >
        {title}
      </Heading>
      <p className={styles.text}>{children}</p>
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}

interface ErrorProps {
  /** What could not be shown: "the tokens". */
  readonly what: string;
  readonly error: Error;
  readonly retrying: boolean;
  readonly onRetry: () => void;
}

/** What failed, since when, what to do, and a way to try again. */
export function ErrorNotice({ what, error, retrying, onRetry }: ErrorProps) {
  const [since] = useState(now);
  const [pressed, setPressed] = useState(false);
  useEffect(() => {
    if (!retrying) setPressed(false);
  }, [retrying]);
  return (
    <div className={styles.notice} role="alert">
      <h3 className={styles.title}>Could not load {what}</h3>
      <p className={styles.text}>
        {error.message} {error instanceof RequestError && error.todo}
      </p>
      <p className={styles.meta}>
        Since <Moment at={since} /> (<Lasting since={since} />)
        {error instanceof RequestError && error.correlationId && <> · reference {error.correlationId}</>}
      </p>
      <div className={styles.action}>
        <Button
          variant="default"
          className={styles.button}
          loading={pressed && retrying}
          onClick={() => {
            setPressed(true);
            onRetry();
          }}
        >
          Try again
        </Button>
      </div>
    </div>
  );
}
