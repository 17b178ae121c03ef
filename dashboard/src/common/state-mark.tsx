import type { HealthStatus } from '../../../src/contract/index.ts';
import styles from './state-mark.module.css';

const says: Record<HealthStatus, string> = {
  healthy: 'Healthy',
  degraded: 'Degraded',
  critical: 'Critical',
  unknown: 'Unknown',
};

interface Props {
  readonly state: HealthStatus;
  readonly size?: number;
  /** Where the words beside it already say the state. */
  readonly silent?: boolean;
}

/** A state as colour and shape: filled dot, half dot, square, hollow dot. */
export function StateMark({ state, size = 10, silent = false }: Props) {
  return (
    <svg
      className={styles[state]}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      {...(silent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': says[state] })}
    >
      {state === 'healthy' && <circle cx="8" cy="8" r="7" fill="currentColor" />}
      {state === 'critical' && <rect x="1" y="1" width="14" height="14" rx="2" fill="currentColor" />}
      {(state === 'degraded' || state === 'unknown') && (
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" />
      )}
      {state === 'degraded' && <path d="M8 2a6 6 0 0 0 0 12z" fill="currentColor" />}
    </svg>
  );
}
