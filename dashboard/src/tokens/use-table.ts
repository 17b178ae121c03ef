import { useMemo } from 'react';
import type { TokenSummary } from '../../../src/contract/index.ts';
import { useTokens } from '../api/queries.ts';
import { useSteadyRows } from '../common/steady-rows.ts';
import { sortTokens, type TokenFilter } from './filter.ts';

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
  const rows = useSteadyRows(sorted, held, key);
  return { ...query, rows, total: data?.pages[0]?.total ?? 0 };
}
