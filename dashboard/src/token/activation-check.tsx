import type { CheckStep, TokenDetail } from '../../../src/contract/index.ts';
import { CheckIcon, CrossIcon } from '../common/icons.tsx';
import { EmptyNotice } from '../common/notice.tsx';
import { Prose } from '../common/prose.tsx';
import { Section } from '../common/section.tsx';
import { stepLimit, stepValue, words } from '../format.ts';
import { Lasting } from '../time/lasting.tsx';
import { Moment } from '../time/moment.tsx';
import { RelativeTime } from '../time/relative-time.tsx';
import styles from './activation-check.module.css';

/** Whether the token may become active, step by step. */
export function ActivationCheck({ token }: { readonly token: TokenDetail }) {
  const { check } = token;
  if (!check) {
    return (
      <Section title="Activation check">
        <EmptyNotice title="Not checked yet">
          The check reads all pools of the token.{' '}
          {token.nextCheckAt === null ? (
            'None is planned yet.'
          ) : (
            <>
              The first comes <RelativeTime at={token.nextCheckAt} ahead />.
            </>
          )}
        </EmptyNotice>
      </Section>
    );
  }
  const failed = check.steps.filter((step) => !step.passed).length;
  const verdict = check.passed ? 'passed' : `not passed, ${failed} of ${check.steps.length} steps fail`;
  return (
    <Section
      title="Activation check"
      note={
        <>
          {verdict}, <RelativeTime at={check.at} />
          {token.checkSince !== null && (
            <>
              {'; so since '}
              <Moment at={token.checkSince} /> (<Lasting since={token.checkSince} />)
            </>
          )}
        </>
      }
    >
      <ol className={styles.steps}>
        {check.steps.map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
    </Section>
  );
}

function Step({ step }: { readonly step: CheckStep }) {
  return (
    <li className={styles.step} data-passed={step.passed}>
      <span className={styles.mark} role="img" aria-label={step.passed ? 'Passed' : 'Not passed'}>
        {step.passed ? <CheckIcon /> : <CrossIcon />}
      </span>
      <div className={styles.what}>
        <h3 className={styles.name}>{words(step.name)}</h3>
        <p className={styles.reason}>
          <Prose text={step.reason} />
        </p>
      </div>
      {(step.value !== null || step.limit !== null) && (
        <p className={styles.values}>
          <strong>{stepValue(step.value)}</strong>
          {step.limit !== null && <span className={styles.limit}>{stepLimit(step.limit)}</span>}
        </p>
      )}
    </li>
  );
}
