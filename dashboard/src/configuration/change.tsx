import type { ConfigChange } from '../../../src/contract/index.ts';
import { strangerText } from '../format.ts';
import { valueText } from './settings.ts';
import styles from './change.module.css';

const LONGEST = 2_000;

interface Props {
  readonly change: ConfigChange;
  /** Where its name stands already. */
  readonly nameless?: boolean;
}

/** A setting before and after. */
export function Change({ change: { path, from, to, live }, nameless = false }: Props) {
  return (
    <span className={styles.change}>
      {!nameless && <code className={styles.path}>{path}</code>} <span className="sr-only">before: </span>
      <del className={styles.before}>{strangerText(valueText(from), LONGEST)}</del> <span aria-hidden>→</span>{' '}
      <span className="sr-only">after: </span>
      <ins className={styles.after}>{strangerText(valueText(to), LONGEST)}</ins>
      {!live && <span className={styles.aside}> at the next start</span>}
    </span>
  );
}
