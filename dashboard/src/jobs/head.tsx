import { Skeleton } from '@mantine/core';
import type { SchedulerReport } from '../../../src/contract/index.ts';
import { Prose } from '../common/prose.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { restartsOf } from './actions.ts';
import { Steer } from './steer.tsx';
import styles from './page.module.css';

interface Props {
  readonly report: SchedulerReport | undefined;
  readonly failed: boolean;
  readonly maySteer: boolean;
  readonly stale: boolean;
}

/** All jobs in one sentence, and the restart of all. */
export function Head({ report, failed, maySteer, stale }: Props) {
  const jobs = report?.groups.reduce((sum, group) => sum + group.jobs.length, 0) ?? 0;
  return (
    <header className={styles.head}>
      <h1 className={styles.title} tabIndex={-1} data-page-heading>
        Jobs
      </h1>
      {report && (
        <p className={styles.sentence} data-testid="jobs-sentence">
          <StateMark state={stale ? 'unknown' : report.status} size={12} silent={!stale} />
          <Prose text={report.sentence} />
        </p>
      )}
      {!report && !failed && <Skeleton height={14} width="40%" radius="sm" aria-hidden />}
      {maySteer && jobs > 0 && <Steer actions={[restartsOf('every job', undefined)]} />}
    </header>
  );
}
