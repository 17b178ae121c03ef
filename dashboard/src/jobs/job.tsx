import { useState } from 'react';
import type { JobReport, OpenRun } from '../../../src/contract/index.ts';
import { ChevronIcon } from '../common/icons.tsx';
import { Prose } from '../common/prose.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { count, plural } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import { actionsOf } from './actions.ts';
import { Runs } from './runs.tsx';
import { Steer } from './steer.tsx';
import { isExplained, shareDone, standingOf } from './words.ts';
import styles from './job.module.css';

interface Props {
  readonly job: JobReport;
  /** Why it is in its state stands above it already. */
  readonly told: boolean;
  /** It is the only one of its group: its last runs are shown at once. */
  readonly alone: boolean;
  readonly maySteer: boolean;
  readonly stale: boolean;
}

/** How a job is, what can be done with it, and its last runs. */
export function Job({ job, told, alone, maySteer, stale }: Props) {
  const { name, plan, essential, nextStartAt, failures, waiting, reason, running } = job;
  const [open, setOpen] = useState(alone);
  const { state, words } = standingOf(job);
  return (
    <li className={styles.job} data-job={name}>
      <div className={styles.head}>
        <h4 className={styles.name}>
          <StateMark state={stale ? 'unknown' : state} size={10} silent />
          {name}
        </h4>
        <p className={styles.standing}>
          <span className={styles.words}>{stale ? 'Unknown' : words}</span>
          <span>{plan}</span>
          {nextStartAt !== null && (
            <span>
              next <RelativeTime at={nextStartAt} ahead />
            </span>
          )}
          {essential && <span>essential</span>}
          {waiting > 0 && <span>{plural(waiting, 'start waits', 'starts wait')}</span>}
          {failures > 0 && <span>{plural(failures, 'run')} in a row did not succeed</span>}
        </p>
      </div>
      {isExplained(job) && !told && (
        <p className={styles.reason}>
          <Prose text={reason} />
        </p>
      )}
      {running.map((run) => (
        <UnderWay key={run.runId} run={run} />
      ))}
      {maySteer && <Steer actions={actionsOf(job)} />}
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className={styles.runs}>
        <summary className={styles.summary}>
          <span className={styles.chevron}>
            <ChevronIcon />
          </span>
          Last runs
        </summary>
        <Runs name={name} wanted={open} />
      </details>
    </li>
  );
}

/** A run that has not ended: for how long, and how far it is. */
function UnderWay({ run }: { readonly run: OpenRun }) {
  const { startedAt, progressAt, progress, itemsDone, itemsFailed, inFlight, errors } = run;
  const share = shareDone(progress);
  const items = itemsDone + itemsFailed + inFlight > 0;
  return (
    <div className={styles.underWay}>
      <p className={styles.standing}>
        <span>
          Under way for <Lasting since={startedAt} />
        </span>
        {progress && (
          <span>
            {count(progress.done)} of {count(progress.total)}
          </span>
        )}
        {items && (
          <span>
            {plural(itemsDone, 'item')} done, {count(itemsFailed)} failed, {count(inFlight)} in flight
          </span>
        )}
        <span>
          got on <RelativeTime at={progressAt} />
        </span>
      </p>
      {share !== null && (
        <svg className={styles.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
          <rect className={styles.track} width="100" height="4" />
          <rect className={styles.done} width={100 * share} height="4" />
        </svg>
      )}
      {errors.map(({ cause, count: times }) => (
        <p key={cause} className={styles.cause}>
          {plural(times, 'item')}: <Prose text={cause} />
        </p>
      ))}
    </div>
  );
}
