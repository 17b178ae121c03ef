import type { Overview } from '../../../src/contract/index.ts';
import { DroppedPairs } from './dropped-pairs.tsx';
import { Feeds } from './feeds.tsx';
import { MarketSource } from './market-source.tsx';
import styles from './sources.module.css';

/** Where the data comes from, where tokens come from, and what is left out. */
export function Sources({ overview }: { readonly overview: Overview }) {
  return (
    <div className={styles.sources}>
      <MarketSource market={overview.market} />
      <Feeds feeds={overview.feeds} />
      <DroppedPairs dropped={overview.droppedPairs} />
    </div>
  );
}
