import type { InfiniteData } from '@tanstack/react-query';
import type { ScoreHistory, TokenPage, TokenSummary } from '../../../src/contract/index.ts';
import { matches, sortTokens, type TokenFilter } from '../tokens/filter.ts';

type Table = InfiniteData<TokenPage, string | null>;

/**
 * A table with the changed rows in place. A token that the table did not have comes in if it belongs among the rows
 * that are loaded; one that no longer matches goes.
 */
export function patchTable(table: Table, filter: TokenFilter, changed: readonly TokenSummary[]): Table {
  const byMint = new Map(changed.map((token) => [token.mint, token]));
  const known = new Set<string>();
  let gone = 0;
  const pages = table.pages.map((page) => ({
    ...page,
    items: page.items.flatMap((old) => {
      known.add(old.mint);
      const token = byMint.get(old.mint) ?? old;
      if (token === old || matches(token, filter)) return [token];
      gone += 1;
      return [];
    }),
  }));
  const fresh = changed.filter((token) => !known.has(token.mint) && belongs(table, filter, token));
  return {
    ...table,
    pages: pages.map((page, index) => ({
      ...page,
      items: index === 0 ? [...fresh, ...page.items] : page.items,
      total: page.total + fresh.length - gone,
    })),
  };
}

function belongs(table: Table, filter: TokenFilter, token: TokenSummary): boolean {
  if (!matches(token, filter)) return false;
  const last = table.pages.at(-1);
  const end = last?.items.at(-1);
  if (!last?.nextCursor || !end) return true;
  return sortTokens([end, token], filter.sort)[0] === token;
}

/** The newest two hours of a token's score, with what just came. */
export function patchHistory(history: ScoreHistory, token: TokenSummary): ScoreHistory {
  const at = token.refreshedAt;
  const value = token.smoothedScore;
  if (history.range !== '2h' || at === null || value === null) return history;
  const last = history.points.at(-1);
  if (last && last.at >= at) return history;
  const point = {
    at,
    score: value,
    min: value,
    max: value,
    liquidityUsd: token.liquidityUsd,
    priceUsd: token.priceUsd,
  };
  const from = at - 2 * 3_600_000;
  return { ...history, points: [...history.points.filter((old) => old.at >= from), point] };
}
