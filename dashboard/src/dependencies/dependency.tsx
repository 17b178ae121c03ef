import type { DependencyReport } from '../../../src/contract/index.ts';
import { ChevronIcon } from '../common/icons.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { count } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import { Explanation } from './explanation.tsx';
import { Facts } from './facts.tsx';
import { QuotaBar } from './quota-bar.tsx';
import { standingOf } from './standing.ts';
import { time } from './time.ts';
import styles from './dependency.module.css';

interface Props {
  readonly dependency: DependencyReport;
  /** The page has lost its connection: nothing of this is known to be so. */
  readonly stale: boolean;
}

/** One line that unfolds: by itself when something is wrong. */
export function Dependency({ dependency, stale }: Props) {
  const { name, origin, latency, quotas, retriesLeft } = dependency;
  const { state, words } = standingOf(dependency);
  const isIll = state === 'critical' || state === 'degraded';
  return (
    <li className={styles.dependency} data-dependency={name}>
      <details open={isIll}>
        <summary className={styles.line}>
          <StateMark state={stale ? 'unknown' : state} size={12} silent />
          <h3 className={styles.name}>
            {name} <span className={styles.origin}>{origin.replace(/^\w+:\/\//, '')}</span>
          </h3>
          <p className={styles.standing}>
            <span className={styles.words}>{stale ? 'Unknown' : words}</span>{' '}
            <span className={styles.aside}>
              <When dependency={dependency} />
            </span>
          </p>
          <p className={styles.latency}>
            {latency && <span title="95 of 100 answers">p95 {time(latency.p95Ms)}</span>}
          </p>
          <div className={styles.quotas}>
            {quotas.map((quota) => (
              <QuotaBar key={quota.name} quota={quota} />
            ))}
          </div>
          <p className={styles.retries} data-none={retriesLeft === 0}>
            {retriesLeft !== null && `${count(Math.floor(retriesLeft))} retries left`}
          </p>
          <span className={styles.chevron}>
            <ChevronIcon />
          </span>
        </summary>
        <div className={styles.more}>
          <Explanation dependency={dependency} />
          <Facts dependency={dependency} />
        </div>
      </details>
    </li>
  );
}

/** When it last answered or told anything, and what comes next while it is away. */
function When({ dependency: { state, kind, since, nextTryAt, lastAnswerAt } }: Pick<Props, 'dependency'>) {
  const isStream = kind === 'stream';
  const next = nextTryAt !== null && state !== 'closed' && (
    <>
      , next try <RelativeTime at={nextTryAt} ahead />
    </>
  );
  if (isStream && state !== 'closed') {
    return (
      <>
        for <Lasting since={since} />
        {next}
      </>
    );
  }
  if (lastAnswerAt === null) {
    return (
      <>
        {isStream ? 'nothing told yet' : 'no answer yet'}
        {next}
      </>
    );
  }
  return (
    <>
      {isStream ? 'last told' : 'last answer'} <RelativeTime at={lastAnswerAt} />
      {next}
    </>
  );
}
