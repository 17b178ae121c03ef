import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { FailedList, FlowReport, StuckList, TokenStory } from '../../../src/contract/index.ts';
import { learnSymbols } from '../live/symbols.ts';
import { request } from './http.ts';
import { keys } from './keys.ts';
import { paths, withMint, withQuery } from './paths.ts';

/** How tokens flow, over the last `hours`; read anew each `everyMs`. */
export function useFlow(hours: number, everyMs: number) {
  return useQuery({
    queryKey: keys.flow(hours),
    queryFn: ({ signal }) => request<FlowReport>(withQuery(paths.flow, { hours }), { signal }),
    staleTime: 30_000,
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  });
}

export function useStuck(limit: number) {
  return useQuery({
    queryKey: keys.stuck(limit),
    queryFn: async ({ signal }) => {
      const list = await request<StuckList>(withQuery(paths.flowStuck, { limit }), { signal });
      learnSymbols(list.items);
      return list;
    },
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
  });
}

export function useFailed(limit: number) {
  return useQuery({
    queryKey: keys.failed(limit),
    queryFn: async ({ signal }) => {
      const list = await request<FailedList>(withQuery(paths.flowFailed, { limit }), { signal });
      learnSymbols(list.items);
      return list;
    },
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
}

export function useStory(mint: string) {
  return useQuery({
    queryKey: keys.story(mint),
    queryFn: ({ signal }) => request<TokenStory>(withMint(paths.tokenStory, mint), { signal }),
    // Events about the token bring it up to date; this is for the times that move without an event.
    refetchInterval: 60_000,
  });
}
