import { useMemo, useRef } from 'react';
import type { TokenSummary } from '../../../src/contract/index.ts';
import { useTokens } from '../api/queries.ts';
import { sortTokens, type TokenFilter } from './filter.ts';
import { keepOrder } from './keep-order.ts';

/** The rows of the table, in order; while `held` they stay where they are and only their values change. */
export function useTable(filter: TokenFilter, held: boolean) {
  const query = useTokens(filter);
  const { data } = query;
  const sorted = useMemo(() => {
    const rows = new Map<string, TokenSummary>();
    for (const token of data?.pages.flatMap((page) => page.items) ?? []) rows.set(token.mint, token);
    return sortTokens([...rows.values()], filter.sort);
  }, [data, filter.sort]);

  const key = JSON.stringify([filter, data?.pages.length]);
  const shown = useRef<{ key: string; rows: readonly TokenSummary[] }>({ key, rows: [] });
  const holding = held && shown.current.key === key && shown.current.rows.length > 0;
  const rows = holding ? keepOrder(shown.current.rows, sorted) : sorted;
  shown.current = { key, rows };
  return { ...query, rows, total: data?.pages[0]?.total ?? 0 };
}
