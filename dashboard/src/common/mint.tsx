import { useEffect, useState } from 'react';
import { shortMint } from '../format.ts';
import { copyText } from './copy.ts';
import { usePhone } from './use-phone.ts';
import { CheckIcon, CopyIcon } from './icons.tsx';
import styles from './mint.module.css';

interface Props {
  readonly mint: string;
  /** The whole mint where there is room for it. */
  readonly whole?: boolean;
  readonly what?: string;
}

/** A mint, shortened in the middle; a click copies it. */
export function Mint({ mint, whole = false, what = 'mint' }: Props) {
  const phone = usePhone();
  const shown = whole ? shortMint(mint, phone ? 14 : 44, phone ? 14 : 0) : shortMint(mint);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), 1_500);
    return () => window.clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className={styles.mint}
      title={`${mint} – click to copy`}
      aria-label={`Copy ${what} ${shown}`}
      onClick={() => void copyText(mint).then(setCopied)}
    >
      <bdi className={whole ? styles.whole : undefined}>{shown}</bdi>
      <span className={styles.icon} data-copied={copied}>
        {copied ? <CheckIcon /> : <CopyIcon />}
      </span>
      <span className="sr-only" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}
