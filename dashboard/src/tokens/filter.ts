import type { TokenSort, TokenStatus, TokenSummary } from '../../../src/contract/index.ts';

/** What the table shows, and in which order. */
export interface TokenFilter {
  readonly q: string;
  readonly status: TokenStatus | 'all';
  readonly sort: TokenSort;
}

export const startFilter: TokenFilter = { q: '', status: 'all', sort: '-score' };

export type SortKey = 'score' | 'liquidity' | 'discovered' | 'refreshed' | 'symbol';

export function sortKey(sort: TokenSort): SortKey {
  return sort.replace('-', '') as SortKey;
}

export const isDescending = (sort: TokenSort): boolean => sort.startsWith('-');

/** The same column turns its order round; another starts with what one wants to see first. */
export function nextSort(current: TokenSort, key: SortKey): TokenSort {
  if (sortKey(current) === key) return isDescending(current) ? key : `-${key}`;
  return key === 'symbol' ? key : `-${key}`;
}

const valueOf: Record<SortKey, (token: TokenSummary) => number | string | null> = {
  score: (token) => token.smoothedScore ?? token.score,
  liquidity: (token) => token.liquidityUsd,
  discovered: (token) => token.discoveredAt,
  refreshed: (token) => token.refreshedAt,
  symbol: (token) => token.symbol?.toLowerCase() ?? null,
};

/** The service's order, kept up while values change; a token without a value comes last either way. */
export function sortTokens(tokens: readonly TokenSummary[], sort: TokenSort): TokenSummary[] {
  const read = valueOf[sortKey(sort)];
  const sign = isDescending(sort) ? -1 : 1;
  return tokens.toSorted((a, b) => {
    const [x, y] = [read(a), read(b)];
    if (x === y) return 0;
    if (x === null) return 1;
    if (y === null) return -1;
    return (x < y ? -1 : 1) * sign;
  });
}

export function matches(token: TokenSummary, filter: TokenFilter): boolean {
  if (filter.status !== 'all' && token.status !== filter.status) return false;
  const q = filter.q.trim().toLowerCase();
  return !q || [token.symbol, token.name, token.mint].some((text) => text?.toLowerCase().includes(q));
}
