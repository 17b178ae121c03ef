import type { ReactNode } from 'react';
import type { DetailedHealth, JudgedRule, RecoveryReport } from '../../../src/contract/index.ts';
import { useRecovery, useRules } from '../api/health-queries.ts';
import { Loaded } from '../common/loaded.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { duration, strangerText, words } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { useNow } from '../time/now.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import { conditionId, healingSentence, treatments, type Pending, type Treated } from './healing.ts';
import { levelState, stepWords } from './words.ts';
import styles from './healing.module.css';

const NO_RULES: readonly JudgedRule[] = [];

/** What is being healed, what waits and why, and what needs a person. */
export function Healing({ health }: { readonly health: DetailedHealth | undefined }) {
  const query = useRecovery();
  const rules = useRules().data?.items ?? NO_RULES;
  return (
    <Section title="Healing now">
      <Loaded what="the recovery" query={query} lines={5} height={200}>
        {(report) => <Now report={report} health={health} rules={rules} />}
      </Loaded>
    </Section>
  );
}

interface NowProps {
  readonly report: RecoveryReport;
  readonly health: DetailedHealth | undefined;
  readonly rules: readonly JudgedRule[];
}

function Now({ report, health, rules }: NowProps) {
  const conditions = health?.conditions ?? [];
  const treated = treatments(conditions, report, rules);
  const byId = new Map(conditions.map((each) => [conditionId(each), each]));
  return (
    <>
      {report.mode === 'observe' && (
        <p className={styles.observe}>
          <StateMark state="unknown" size={12} silent />
          <span>
            <strong>It only observes.</strong> The service says what it would do, and does nothing by itself.
          </span>
        </p>
      )}
      <p className={styles.sentence} data-testid="healing-sentence">
        {healingSentence(report, treated)}
      </p>
      {report.pending.length > 0 && (
        <ul aria-label="Running or being verified">
          {report.pending.map((pending) => (
            <Running key={pending.id} pending={pending} reason={byId.get(pending.condition ?? '')?.reason} />
          ))}
        </ul>
      )}
      {treated.length > 0 && (
        <ul aria-label="Conditions">
          {treated.map((each) => (
            <Condition key={each.id} treated={each} />
          ))}
        </ul>
      )}
      <Budget report={report} />
    </>
  );
}

function Running({ pending, reason }: { readonly pending: Pending; readonly reason: string | undefined }) {
  const { action, step, condition, by, startedAt, verifyBy } = pending;
  return (
    <li className={styles.item} data-action={action}>
      <p className={styles.head}>
        <strong>{words(action)}</strong>
        <span className={styles.aside}>{stepWords[step]}</span>
        <span className={styles.when} data-testid="judged">
          {verifyBy === null ? (
            <>
              running for <Lasting since={startedAt} />
            </>
          ) : (
            <Countdown to={verifyBy} />
          )}
        </span>
      </p>
      <p className={styles.why}>
        {condition === null ? 'For no condition' : <Prose text={reason ?? `For ${condition}.`} />}
      </p>
      <p className={styles.meta}>
        {by === 'service' ? 'Begun by the service' : `Asked for by ${by}`} <RelativeTime at={startedAt} />
        {condition !== null && (
          <>
            {' '}
            for <code>{strangerText(condition, 120)}</code>
          </>
        )}
      </p>
    </li>
  );
}

/** When its effect is judged. */
function Countdown({ to }: { readonly to: number }) {
  return useNow((now) => (to <= now ? 'being judged' : `judged in ${duration(to - now + 999)}`));
}

const headings: Record<Treated['standing']['kind'], string> = {
  manual: 'Needs a person',
  recovering: 'Being healed',
  waiting: 'Waits',
  none: 'No action for it',
};

function Condition({ treated: { id, condition, lastAt, standing } }: { readonly treated: Treated }) {
  const steps = condition?.nextSteps ?? [];
  const isForPerson = standing.kind === 'manual' || (standing.kind === 'none' && standing.remedy === null);
  return (
    <li className={styles.item} data-condition={id}>
      <p className={styles.head}>
        <StateMark state={condition ? levelState(condition.level) : 'unknown'} size={12} />
        <strong>{headings[standing.kind]}</strong>
        <span className={styles.when}>
          {condition && (
            <>
              for <Lasting since={condition.since} />
            </>
          )}
        </span>
      </p>
      <p className={styles.reason}>
        <Prose text={condition?.reason ?? `${id}.`} />
      </p>
      <Why standing={standing} />
      {isForPerson && steps.length > 0 && (
        <div className={styles.steps}>
          <p className={styles.stepsTitle}>What to do</p>
          <ol>
            {steps.map((step) => (
              <li key={step}>
                <Prose text={step} />
              </li>
            ))}
          </ol>
        </div>
      )}
      <p className={styles.meta}>
        <code>{strangerText(id, 120)}</code>
        {lastAt !== null && (
          <>
            , last try <RelativeTime at={lastAt} />
          </>
        )}
      </p>
    </li>
  );
}

function Why({ standing }: Pick<Treated, 'standing'>): ReactNode {
  if (standing.kind === 'none')
    return (
      <p className={styles.why}>
        {standing.remedy === null ? (
          'The service has nothing that would end it.'
        ) : (
          <Prose text={`Meanwhile: ${standing.remedy}.`} />
        )}
      </p>
    );
  return (
    standing.why !== null && (
      <p className={styles.why}>
        <Prose text={standing.why} />
      </p>
    )
  );
}

/** What the hour still allows. */
function Budget({ report: { budget, noRestart } }: { readonly report: RecoveryReport }) {
  return (
    <div className={styles.budget}>
      <Used what="Tries within the hour" used={budget.used} of={budget.perHour} />
      <Used what="Restarts of the process" used={budget.hardUsed} of={budget.hardPerHour} />
      {noRestart !== null && (
        <p className={styles.noRestart}>
          <Prose text={noRestart} />
        </p>
      )}
    </div>
  );
}

function Used({ what, used, of }: { readonly what: string; readonly used: number; readonly of: number }) {
  const share = of === 0 ? 0 : Math.min(1, used / of);
  return (
    <div className={styles.used}>
      <p className={styles.usedWords}>
        <span>{what}</span>
        <span>
          <strong>{used}</strong> of {of}
        </span>
      </p>
      <svg className={styles.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
        <rect className={styles.track} width="100" height="4" />
        <rect className={styles.full} width={100 * share} height="4" />
      </svg>
    </div>
  );
}
