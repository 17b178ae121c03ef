import type { ReactNode } from 'react';
import type { TokenSummary } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { Mint } from '../common/mint.tsx';
import { TokenName } from '../common/token-name.tsx';
import { compact, count, exact, price, score, words } from '../format.ts';
import { Link } from '../routing/link.tsx';
import { tokenPath } from '../routing/router.ts';
import { RelativeTime } from '../time/relative-time.tsx';
import type { SortKey } from './filter.ts';
import styles from './token-table.module.css';

export interface Column {
  readonly title: string;
  /** Shown small beside the title. */
  readonly unit?: string;
  readonly sort?: SortKey;
  readonly number?: boolean;
  /** Left out below this class's width. */
  readonly className?: string | undefined;
  readonly cell: (token: TokenSummary) => ReactNode;
}

const figure = (text: string, value: number | null): ReactNode => (
  <Changed text={text} title={exact(value)} />
);

export const columns: readonly Column[] = [
  {
    title: 'Token',
    sort: 'symbol',
    className: styles.token,
    cell: (token) => (
      <Link href={tokenPath(token.mint)} className={styles.link}>
        <TokenName {...token} />
      </Link>
    ),
  },
  { title: 'Mint', className: styles.mint, cell: (token) => <Mint mint={token.mint} /> },
  {
    title: 'Status',
    className: styles.status,
    cell: (token) => (
      <span className={styles[token.status]}>
        <Changed text={words(token.status)} />
      </span>
    ),
  },
  {
    title: 'Score',
    sort: 'score',
    number: true,
    cell: ({ smoothedScore, score: raw }) => (
      <span className={styles.score}>{figure(score(smoothedScore ?? raw), smoothedScore ?? raw)}</span>
    ),
  },
  {
    title: 'Liquidity',
    unit: 'USD',
    sort: 'liquidity',
    number: true,
    cell: (token) => figure(compact(token.liquidityUsd), token.liquidityUsd),
  },
  {
    title: 'Price',
    unit: 'USD',
    number: true,
    cell: (token) => figure(price(token.priceUsd), token.priceUsd),
  },
  {
    title: 'Volume 5 min',
    unit: 'USD',
    number: true,
    className: styles.wide,
    cell: (token) => figure(compact(token.volume5mUsd), token.volume5mUsd),
  },
  {
    title: 'Trades 5 min',
    number: true,
    className: styles.wide,
    cell: (token) => figure(count(token.tx5m), token.tx5m),
  },
  {
    title: 'Pools',
    number: true,
    className: styles.wider,
    cell: (token) => <Changed text={count(token.pools)} />,
  },
  {
    title: 'Largest on',
    className: styles.wider,
    cell: (token) => <bdi className={styles.dex}>{token.primaryDex ?? '–'}</bdi>,
  },
  {
    title: 'Discovered',
    sort: 'discovered',
    number: true,
    className: styles.wide,
    cell: (token) => <RelativeTime at={token.discoveredAt} />,
  },
  {
    title: 'Refreshed',
    sort: 'refreshed',
    number: true,
    cell: (token) => <RelativeTime at={token.refreshedAt} none="not yet" />,
  },
];
