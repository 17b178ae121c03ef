import type { StuckToken } from '../../../src/contract/index.ts';
import { StateMark } from './state-mark.tsx';
import styles from './fault.module.css';

const faults: Record<StuckToken['fault'], string> = {
  market: 'market',
  queue: 'queue',
  quota: 'quota',
  fetch: 'read',
  rule: 'rule',
  held: 'held back',
};

/** Whether a waiting token is a fact of the market or a fault of the service, as shape and words. */
export function Fault({ token }: { readonly token: StuckToken }) {
  const ours = token.kind === 'ours';
  return (
    <span className={styles.fault} data-ours={ours}>
      {ours ? <StateMark state="degraded" size={12} silent /> : <span className={styles.dot} />}
      <span>
        {ours ? (
          <>
            Our fault<span className={styles.which}>, {faults[token.fault]}</span>
          </>
        ) : (
          'Not eligible'
        )}
      </span>
    </span>
  );
}
