import type { Overview } from '../../../src/contract/index.ts';
import { DroppedPairs } from './dropped-pairs.tsx';
import { Feeds } from './feeds.tsx';
import styles from './sources.module.css';

/** Where tokens come from, and what is left out. */
export function Sources({ overview }: { readonly overview: Overview }) {
  return (
    <div className={styles.sources}>
      <Feeds feeds={overview.feeds} />
      <DroppedPairs dropped={overview.droppedPairs} />
    </div>
  );
}
