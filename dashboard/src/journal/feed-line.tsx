import { useState } from 'react';
import { StateMark } from '../common/state-mark.tsx';
import { now } from '../time/now.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import { stateOf } from './describe.ts';
import { EntryWords } from './entry-words.tsx';
import type { FeedItem } from './group.ts';
import { RunWords } from './run-words.tsx';
import styles from './feed.module.css';

interface Props {
  readonly item: FeedItem;
}

const NEW_MS = 3_000;

export function FeedLine({ item }: Props) {
  const newest = item.kind === 'entry' ? item.entry : item.entries[0];
  const [isNew] = useState(() => newest !== undefined && now() - newest.at < NEW_MS);
  if (!newest) return null;
  const state = stateOf(newest);
  return (
    <li className={isNew ? styles.newLine : styles.line} data-seq={newest.seq}>
      <span className={styles.mark}>
        {state ? <StateMark state={state} size={12} /> : <span className={styles.dot} />}
      </span>
      <div className={styles.words}>
        {item.kind === 'entry' ? <EntryWords entry={item.entry} /> : <RunWords entries={item.entries} />}
      </div>
      <span className={styles.time}>
        <RelativeTime at={newest.at} />
      </span>
    </li>
  );
}
