import type { CheckStep } from '../../../src/contract/index.ts';
import { stepLimit, stepValue, words } from '../format.ts';
import styles from './step-values.module.css';

/** A step in one line: its name, its value, and what it asks for. */
export function StepValues({ step }: { readonly step: CheckStep }) {
  return (
    <span className={styles.step}>
      {words(step.name)}{' '}
      {(step.value !== null || step.limit !== null) && (
        <strong>
          <bdi>{stepValue(step.value)}</bdi>
        </strong>
      )}
      {step.limit !== null && (
        <>
          {', '}
          <span className={styles.limit}>
            <bdi>{stepLimit(step.limit)}</bdi>
          </span>
        </>
      )}
    </span>
  );
}
