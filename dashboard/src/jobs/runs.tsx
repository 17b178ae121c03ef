import { Button } from '@mantine/core';
import { useState } from 'react';
import type { RunReport } from '../../../src/contract/index.ts';
import { useJob } from '../api/job-queries.ts';
import { ErrorNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { usePhone } from '../common/use-phone.ts';
import { count, plural } from '../format.ts';
import { time } from '../dependencies/time.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import { askedBy, outcomeOf } from './words.ts';
import styles from './runs.module.css';

/** Runs at first, and as many more at each wish; the service gives at most 500. */
const STEP = { phone: 4, wide: 8 };
const MOST = 500;

/** The last runs of a job, newest first. */
export function Runs({ name, wanted }: { readonly name: string; readonly wanted: boolean }) {
  const phone = usePhone();
  const step = phone ? STEP.phone : STEP.wide;
  const [limit, setLimit] = useState(step);
  const { data, error, isFetching, isPlaceholderData, refetch } = useJob(name, limit, wanted);
  if (!data && error)
    return (
      <ErrorNotice
        what={`the runs of ${name}`}
        error={error}
        retrying={isFetching}
        onRetry={() => void refetch()}
      />
    );
  if (!data) return <SkeletonPanel height={120} lines={3} />;
  const { runs } = data;
  if (runs.length === 0) return <p className={styles.none}>No run has ended yet.</p>;
  const label = `Last runs of ${name}`;
  return (
    <>
      {phone ? <Cards runs={runs} label={label} /> : <Table runs={runs} label={label} />}
      {runs.length >= limit && limit < MOST && (
        <Button
          variant="default"
          className={styles.more}
          loading={isPlaceholderData}
          onClick={() => setLimit(Math.min(MOST, limit + 4 * step))}
        >
          Show more
        </Button>
      )}
    </>
  );
}

interface ListProps {
  readonly runs: readonly RunReport[];
  readonly label: string;
}

function Table({ runs, label }: ListProps) {
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Outcome</th>
          <th scope="col" className={styles.number}>
            Ended
          </th>
          <th scope="col" className={styles.number}>
            Took
          </th>
          <th scope="col" className={styles.number}>
            Items
          </th>
          <th scope="col" className={styles.number}>
            Failed
          </th>
          <th scope="col">Started by</th>
          <th scope="col">Cause</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.runId} data-outcome={run.outcome}>
            <th scope="row" className={styles.tight}>
              <Outcome run={run} />
            </th>
            <td className={styles.number}>
              <RelativeTime at={run.endedAt} />
            </td>
            <td className={styles.number}>{time(run.durationMs)}</td>
            <td className={styles.number}>{count(run.itemsDone)}</td>
            <td className={styles.number}>{count(run.itemsFailed)}</td>
            <td className={styles.text}>
              <Prose text={askedBy(run)} />
            </td>
            <td className={styles.text}>{run.cause === null ? '–' : <Prose text={run.cause} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cards({ runs, label }: ListProps) {
  return (
    <ul aria-label={label}>
      {runs.map((run) => (
        <li key={run.runId} className={styles.card} data-outcome={run.outcome}>
          <p className={styles.cardHead}>
            <Outcome run={run} />
            <RelativeTime at={run.endedAt} />
          </p>
          <p className={styles.text}>
            {time(run.durationMs)}, {plural(run.itemsDone, 'item')}
            {run.itemsFailed > 0 && `, ${count(run.itemsFailed)} failed`}
            {(run.askedBy !== 'plan' || run.why !== null) && (
              <>
                ; <Prose text={askedBy(run)} />
              </>
            )}
          </p>
          {run.cause !== null && (
            <p className={styles.text}>
              <Prose text={run.cause} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function Outcome({ run }: { readonly run: RunReport }) {
  const { state, words } = outcomeOf(run);
  return (
    <span className={styles.outcome}>
      <StateMark state={state} size={10} silent />
      {words}
    </span>
  );
}
