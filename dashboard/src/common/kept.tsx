import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { clockTime } from '../format.ts';
import { useStaleSince } from '../live/connection.ts';
import { StateMark } from './state-mark.tsx';
import styles from './kept.module.css';

type Query = Pick<UseQueryResult, 'data' | 'error' | 'dataUpdatedAt' | 'isFetching' | 'refetch'>;

interface Props {
  /** What is shown: "the latency". */
  readonly what: string;
  readonly query: Query;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** Whether what is shown could not be read anew, although the service is there. */
export function isOld({ data, error }: Pick<Query, 'data' | 'error'>): boolean {
  return data !== undefined && error !== null;
}

/** Says above what is shown that it is old and why; for a service that is gone there is a bar over the whole page. */
export function Kept({ what, query, className, children }: Props) {
  const isGone = useStaleSince() !== undefined;
  const old = isOld(query);
  return (
    <div className={className} data-stale={old || undefined}>
      {old && !isGone && (
        <div className={styles.old} role="status">
          <StateMark state="unknown" size={12} silent />
          <p className={styles.text}>
            <strong>As of {clockTime(query.dataUpdatedAt, true)}.</strong> Could not load {what} anew:{' '}
            {query.error?.message}
          </p>
          <Button
            variant="default"
            size="compact-sm"
            className={styles.button}
            disabled={query.isFetching}
            onClick={() => void query.refetch()}
          >
            Try now
          </Button>
        </div>
      )}
      {children}
    </div>
  );
}
