import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  HistoryRange,
  JournalPage,
  Overview,
  ScoreHistory,
  Session,
  TokenDetail,
  TokenPage,
} from '../../../src/contract/index.ts';
import { freshest } from '../live/live-tokens.ts';
import { learnSymbols } from '../live/symbols.ts';
import { followServiceTime } from '../time/now.ts';
import type { TokenFilter } from '../tokens/filter.ts';
import { request } from './http.ts';
import { keys } from './keys.ts';
import { paths, withMint, withQuery } from './paths.ts';

const JOURNAL_PAGE = 100;
const TABLE_PAGE = 50;

export function useOverview() {
  const client = useQueryClient();
  return useQuery({
    queryKey: keys.overview,
    queryFn: async ({ signal }) => {
      const overview = await request<Overview>(paths.overview, { signal });
      followServiceTime(overview.at);
      // An event may have brought a newer one while this was under way.
      const held = client.getQueryData<Overview>(keys.overview);
      return held && held.at > overview.at ? held : overview;
    },
    // The event stream brings each change; this only guards against a stream that is open and silent.
    refetchInterval: 15_000,
  });
}

export function useSession() {
  return useQuery({
    queryKey: keys.session,
    queryFn: ({ signal }) => request<Session>(paths.session, { signal }),
    staleTime: Infinity,
  });
}

export function useJournal() {
  return useInfiniteQuery({
    queryKey: keys.journal,
    queryFn: ({ pageParam, signal }) =>
      request<JournalPage>(
        withQuery(paths.journal, { before: pageParam ?? undefined, limit: JOURNAL_PAGE }),
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.nextBefore,
    staleTime: Infinity,
  });
}

export function useTokens(filter: TokenFilter) {
  return useInfiniteQuery({
    queryKey: keys.table(filter),
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        sort: filter.sort,
        status: filter.status === 'all' ? undefined : filter.status,
        q: filter.q.trim(),
        cursor: pageParam ?? undefined,
        limit: TABLE_PAGE,
      };
      const page = await request<TokenPage>(withQuery(paths.tokens, query), { signal });
      learnSymbols(page.items);
      return { ...page, items: page.items.map(freshest) };
    },
    // Order, totals and pages follow the service now and then; values come as events.
    refetchInterval: 30_000,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function useToken(mint: string) {
  return useQuery({
    queryKey: keys.token(mint),
    queryFn: ({ signal }) => request<TokenDetail>(withMint(paths.token, mint), { signal }),
  });
}

export function useHistory(mint: string, range: HistoryRange) {
  return useQuery({
    queryKey: keys.history(mint, range),
    queryFn: ({ signal }) =>
      request<ScoreHistory>(withQuery(withMint(paths.tokenHistory, mint), { range }), { signal }),
    refetchInterval: range === '2h' ? false : 60_000,
  });
}
