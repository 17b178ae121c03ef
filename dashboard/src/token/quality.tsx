import type { DataQuality } from '../../../src/contract/index.ts';
import { StateMark } from '../common/state-mark.tsx';
import styles from './quality.module.css';

const says = {
  ok: ['healthy', 'Good'],
  warning: ['degraded', 'In doubt'],
  critical: ['critical', 'Not believed'],
} as const;

/** The level of a token's data as shape and words. */
export function Quality({ quality }: { readonly quality: DataQuality | null }) {
  if (!quality) return <>Not judged yet</>;
  const [state, text] = says[quality.level];
  return (
    <span className={styles.quality}>
      <StateMark state={state} silent /> {text}
    </span>
  );
}
