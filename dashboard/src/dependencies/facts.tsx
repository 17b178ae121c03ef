import type { ReactNode } from 'react';
import type { DependencyReport } from '../../../src/contract/index.ts';
import { count, inSentence, plural, words } from '../format.ts';
import { time } from './time.ts';
import { failuresIn, refusedIn } from './counted.ts';
import { QuotaBar } from './quota-bar.tsx';
import styles from './dependency.module.css';

/** The figures of the last five minutes. */
export function Facts({ dependency }: { readonly dependency: DependencyReport }) {
  const { kind, origin } = dependency;
  return (
    <dl className={styles.facts}>
      {kind === 'stream' ? <Fact name="Listens to">{origin}</Fact> : ofApi(dependency)}
    </dl>
  );
}

function ofApi(dependency: DependencyReport): ReactNode {
  const { recent, errorRate, latency, timeoutMs, retriesLeft, quotas } = dependency;
  const refused = recent && refusedIn(recent.refused);
  return (
    <>
      {recent && (
        <Fact name="Calls in 5 minutes">
          {count(recent.attempts)}, {failuresIn(recent.failures, errorRate) ?? 'none failed'}
        </Fact>
      )}
      {refused !== null && <Fact name="Calls not made">{refused}</Fact>}
      <Fact name="Answers take">
        {latency === null
          ? 'none in 5 minutes'
          : `median ${time(latency.p50Ms)}, p95 ${time(latency.p95Ms)}, p99 ${time(latency.p99Ms)}`}
      </Fact>
      {timeoutMs !== null && <Fact name="Given up after">{time(timeoutMs)}</Fact>}
      <Fact name="Retries">
        {count(recent?.retries ?? 0)} made
        {retriesLeft !== null && `, ${count(Math.floor(retriesLeft))} left`}
      </Fact>
      {recent && recent.cacheHits + recent.staleAnswers > 0 && (
        <Fact name="From the cache">
          {count(recent.cacheHits)} fresh, {count(recent.staleAnswers)} old because nothing newer could be had
        </Fact>
      )}
      {quotas.map((quota) => (
        <Fact key={quota.name} name={`${words(quota.name)}, a minute`} className={styles.quotaFact}>
          <QuotaBar quota={quota} nameless />
        </Fact>
      ))}
      {quotas.map(({ name, waiting, incidents }) => {
        const more = [
          ...(waiting > 0 ? [`${plural(waiting, 'call')} waiting`] : []),
          ...(incidents > 0
            ? [`asked for fewer ${incidents === 1 ? 'once' : `${count(incidents)} times`} since the start`]
            : []),
        ];
        return (
          more.length > 0 && (
            <Fact key={name} name={`Quota of ${inSentence(name)}`}>
              {more.join(', ')}
            </Fact>
          )
        );
      })}
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

function Fact({ name, className = '', children }: FactProps) {
  return (
    <div className={`${styles.fact} ${className}`}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
