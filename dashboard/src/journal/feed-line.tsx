import { StateMark } from '../common/state-mark.tsx';
import { count, shortMint } from '../format.ts';
import { now } from '../time/now.ts';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import { useState } from 'react';
import { kindOf, stateOf } from './describe.ts';
import { isAboutToken, type FeedItem } from './group.ts';
import styles from './feed.module.css';

interface Props {
  readonly item: FeedItem;
  /** Whether token entries lead to the token's page; on that page itself they do not. */
  readonly linked: boolean;
}

const NEW_MS = 3_000;

export function FeedLine({ item, linked }: Props) {
  const newest = item.kind === 'entry' ? item.entry : item.entries[0];
  const [isNew] = useState(() => newest !== undefined && now() - newest.at < NEW_MS);
  if (!newest) return null;
  const state = item.kind === 'entry' ? stateOf(item.entry) : null;
  return (
    <li className={isNew ? styles.newLine : styles.line} data-seq={newest.seq}>
      <span className={styles.mark}>
        {state ? <StateMark state={state} size={12} /> : <span className={styles.dot} />}
      </span>
      <div className={styles.words}>
        {item.kind === 'entry' ? entryWords(item.entry, linked) : runWords(item)}
      </div>
      <span className={styles.time}>
        <RelativeTime at={newest.at} />
      </span>
    </li>
  );
}

function entryWords(entry: Extract<FeedItem, { kind: 'entry' }>['entry'], linked: boolean) {
  const mint = isAboutToken(entry) ? entry.subject : null;
  return (
    <>
      <p className={styles.reason}>
        {mint && linked ? (
          <Link href={tokenPath(mint)} className={styles.link}>
            <bdi>{entry.reason}</bdi>
          </Link>
        ) : (
          <bdi>{entry.reason}</bdi>
        )}
      </p>
      <p className={styles.kind}>
        {kindOf(entry)}
        {mint && linked && (
          <>
            {' · '}
            <code>{shortMint(mint)}</code>
          </>
        )}
      </p>
    </>
  );
}

function runWords({ entries }: Extract<FeedItem, { kind: 'discoveries' }>) {
  const shown = entries.slice(0, 4);
  return (
    <>
      <p className={styles.reason}>{count(entries.length)} tokens were discovered.</p>
      <p className={styles.kind}>
        {shown.map(({ subject, seq }) =>
          subject ? (
            <Link key={seq} href={tokenPath(subject)} className={styles.mint}>
              <code>{shortMint(subject)}</code>
            </Link>
          ) : null,
        )}
        {entries.length > shown.length && `and ${count(entries.length - shown.length)} more`}
      </p>
    </>
  );
}
