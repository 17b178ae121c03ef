import { shortMint, strangerText } from '../format.ts';
import styles from './token-name.module.css';

interface Props {
  readonly symbol: string | null;
  readonly name: string | null;
  readonly mint: string;
}

/** Symbol and name as strangers chose them: each isolated, one line, cut with an ellipsis. */
export function TokenName({ symbol, name, mint }: Props) {
  const shownSymbol = strangerText(symbol, 24);
  const shownName = strangerText(name, 48);
  return (
    <span className={styles.token} title={[shownSymbol, shownName].filter(Boolean).join(' · ') || mint}>
      <bdi className={styles.symbol}>{shownSymbol || shownName || shortMint(mint)}</bdi>
      {shownSymbol && shownName && shownName !== shownSymbol && (
        <bdi className={styles.name}>{shownName}</bdi>
      )}
    </span>
  );
}
