import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { JobGroup } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { ChevronIcon } from '../common/icons.tsx';
import { Prose } from '../common/prose.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { count, plural, rate, words } from '../format.ts';
import { time } from '../dependencies/time.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import { restartsOf } from './actions.ts';
import { Job } from './job.tsx';
import { Steer } from './steer.tsx';
import { runsAgainstPlan, statusWords } from './words.ts';
import styles from './group.module.css';

interface Props {
  readonly group: JobGroup;
  readonly maySteer: boolean;
  /** The page has lost its connection: nothing of this is known to be so. */
  readonly stale: boolean;
}

/** One line that unfolds: by itself when something is wrong. */
export function Group({ group, maySteer, stale }: Props) {
  const { group: name, status, jobs, lagMs, backlog, itemsPerMinute, lastRun } = group;
  const [first] = group.reasons;
  const isIll = status === 'critical' || status === 'degraded';
  const [open, setOpen] = useState(isIll);
  const inUse = useRef(false);
  useEffect(() => {
    // Who has just mended it still reads what came of that.
    if (isIll || !inUse.current) setOpen(isIll);
  }, [isIll]);
  return (
    <li className={styles.group} data-group={name}>
      <details
        open={open}
        onToggle={(event) => setOpen(event.currentTarget.open)}
        onClickCapture={() => (inUse.current = true)}
      >
        <summary className={styles.line}>
          <span className={styles.mark}>
            <StateMark state={stale ? 'unknown' : status} size={12} silent />
          </span>
          <h3 className={styles.name}>
            {words(name)}
            {jobs.length > 1 && <span className={styles.aside}> {plural(jobs.length, 'job')}</span>}
          </h3>
          <p className={styles.standing}>
            {stale ? 'Unknown' : statusWords[status]}
            {!stale && first !== undefined && (
              <span className={styles.first}>
                : <Prose text={first} />
              </span>
            )}
          </p>
          <p className={styles.figure} data-name="lag">
            {lagMs === null ? '–' : <span title={`at most ${time(lagMs.max)}`}>{time(lagMs.mean)}</span>}
          </p>
          <p className={styles.figure} data-name="backlog">
            <Changed text={count(backlog)} />
          </p>
          <p className={styles.figure} data-name="a minute">
            {rate(itemsPerMinute)}
          </p>
          <p className={styles.figure} data-name="runs">
            {runsAgainstPlan(group)}
          </p>
          <p className={styles.figure} data-name="last run">
            <RelativeTime at={lastRun?.endedAt ?? null} none="never" />
          </p>
          <span className={styles.chevron}>
            <ChevronIcon />
          </span>
        </summary>
        <div className={styles.more}>
          <Reasons group={group} />
          <Facts group={group} />
          {maySteer && jobs.length > 1 && <Steer actions={[restartsOf(`all of ${name}`, name)]} />}
          <ul className={styles.jobs}>
            {jobs.map((job) => (
              <Job
                key={job.name}
                job={job}
                told={group.reasons.some((reason) => reason.includes(job.reason))}
                alone={jobs.length === 1}
                maySteer={maySteer}
                stale={stale}
              />
            ))}
          </ul>
        </div>
      </details>
    </li>
  );
}

function Reasons({ group: { reasons } }: Pick<Props, 'group'>) {
  if (reasons.length === 0) return null;
  return (
    <ul className={styles.reasons} aria-label="Reasons">
      {reasons.map((reason) => (
        <li key={reason}>
          <Prose text={`${reason}.`} />
        </li>
      ))}
    </ul>
  );
}

/** What its line does not say; on a phone that is more. */
function Facts({ group }: Pick<Props, 'group'>) {
  const { durationMs, lagMs, backlog, itemsPerMinute, errors } = group;
  const causes = Object.entries(errors).sort(([, a], [, b]) => b - a);
  return (
    <dl className={styles.facts}>
      <Fact name="Runs take">
        {durationMs === null
          ? 'none in the last hour'
          : `median ${time(durationMs.p50)}, p95 ${time(durationMs.p95)}, at most ${time(durationMs.max)}`}
      </Fact>
      <Fact name="Runs start late by">
        {lagMs === null ? '–' : `${time(lagMs.mean)} on average, at most ${time(lagMs.max)}`}
      </Fact>
      <Fact name="Starts that wait" narrow>
        {count(backlog)}
      </Fact>
      <Fact name="Items a minute" narrow>
        {rate(itemsPerMinute)}
      </Fact>
      <Fact name="Runs that did not succeed">
        {causes.length === 0 ? (
          'none'
        ) : (
          <ul>
            {causes.map(([cause, times]) => (
              <li key={cause}>
                {count(times)}: <Prose text={cause} />
              </li>
            ))}
          </ul>
        )}
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  /** Only where there is no room for it in the line. */
  readonly narrow?: boolean;
  readonly children: ReactNode;
}

function Fact({ name, narrow = false, children }: FactProps) {
  return (
    <div className={`${styles.fact} ${narrow ? styles.narrow : ''}`}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
