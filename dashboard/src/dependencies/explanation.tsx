import type { ReactNode } from 'react';
import type { DependencyReport } from '../../../src/contract/index.ts';
import { Prose } from '../common/prose.tsx';
import { duration, inSentence } from '../format.ts';
import { Moment } from '../time/moment.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import { isSlow } from './standing.ts';
import { time } from './time.ts';
import styles from './dependency.module.css';

const sentence = (text: string): string => `${text.replace(/\.$/, '')}.`;

/** What an operator calls the state. */
const BREAKER: Record<DependencyReport['state'], string> = {
  closed: 'Breaker closed',
  open: 'Breaker open',
  half_open: 'Breaker half-open',
  isolated: 'Breaker held open',
};

/** Why it is as it is, since when, and what happens next, in sentences; nothing while all is well. */
export function Explanation({ dependency }: { readonly dependency: DependencyReport }) {
  const said = [...reasons(dependency), ...next(dependency)];
  if (said.length === 0) return null;
  return (
    <div className={styles.why}>
      {said.map((each, index) => (
        <p key={index}>{each}</p>
      ))}
    </div>
  );
}

function reasons(dependency: DependencyReport): ReactNode[] {
  const { kind, state, healthy, reason, lastError, since, quotas, timeoutMs, latency } = dependency;
  const said: ReactNode[] = [];
  if (!healthy) {
    const cause = lastError === null || reason.includes(lastError) ? '' : `: ${lastError}`;
    said.push(
      <>
        <Prose text={sentence(`${reason}${cause}`)} />
        {state !== 'closed' && (
          <>
            {' '}
            {kind === 'api' ? BREAKER[state] : 'Lost'} since <Moment at={since} />.
          </>
        )}
      </>,
    );
  }
  for (const { name, rate, limit, blockedForMs } of quotas) {
    if (rate >= limit && blockedForMs === 0) continue;
    const pause = blockedForMs > 0 ? `, and to be left alone for ${duration(blockedForMs + 999)}` : '';
    said.push(
      `It asked for fewer requests${pause}: ${rate} of ${limit} a minute are made for ${inSentence(name)}. The rate grows back by itself.`,
    );
  }
  if (healthy && isSlow(dependency) && latency && timeoutMs !== null) {
    said.push(
      `One answer of twenty takes ${time(latency.p95Ms)} or longer; a call is given up after ${time(timeoutMs)}.`,
    );
  }
  return said;
}

/** What its line does not say of it. */
function next({ kind, state, nextTryAt, probe }: DependencyReport): ReactNode[] {
  if (kind === 'stream') return [];
  if (state === 'half_open')
    return ['A few calls are let through; when they succeed, it is called as usual.'];
  if (state === 'isolated') return ['It is called again when that is ended by hand.'];
  if (state !== 'open') return [];
  const when = nextTryAt !== null && (
    <>
      It is tried again <RelativeTime at={nextTryAt} ahead /> at the latest, and as soon as a probe succeeds.
    </>
  );
  const probed = probe && (
    <>
      The last probe, <RelativeTime at={probe.at} />,{' '}
      {probe.ok ? 'succeeded.' : <Prose text={sentence(`failed: ${probe.cause ?? 'no reason was given'}`)} />}
    </>
  );
  return [
    <>
      {when} {probed}
    </>,
  ];
}
