import { useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type {
  EventName,
  JournalEntry,
  Overview,
  ScoreHistory,
  TokenDetail,
  TokenPage,
  TokenSummary,
} from '../../../src/contract/index.ts';
import { followEntry } from '../api/health-queries.ts';
import { keys } from '../api/keys.ts';
import { followServiceTime } from '../time/now.ts';
import type { TokenFilter } from '../tokens/filter.ts';
import { addEntries, clearEntries } from './live-journal.ts';
import { rememberTokens } from './live-tokens.ts';
import { patchHistory, patchTable } from './patch.ts';
import { EventStream } from './stream.ts';
import { learnSymbols } from './symbols.ts';

type Table = InfiniteData<TokenPage, string | null>;

let stream: EventStream | undefined;
export const tryNow = (): void => stream?.tryNow();

/** Keeps what the page shows in step with the service for as long as `on`. */
export function useLive(on: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!on) return;
    const live = new EventStream({
      onEvent: (name, data) => apply(client, name, data),
      onOpen: (again) => {
        void client.invalidateQueries(again ? {} : { queryKey: keys.journal });
      },
      onBroken: () => void client.invalidateQueries({ queryKey: keys.session }),
    });
    stream = live;
    live.start();
    const stopListening = client.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'success') live.heard();
    });
    return () => {
      stopListening();
      live.stop();
      stream = undefined;
    };
  }, [client, on]);
}

function apply(client: QueryClient, name: EventName, data: unknown): void {
  switch (name) {
    case 'state': {
      const overview = data as Overview;
      followServiceTime(overview.at);
      client.setQueryData(keys.overview, overview);
      return;
    }
    case 'tokens':
      applyTokens(client, data as TokenSummary[]);
      return;
    case 'journal':
      applyEntry(client, data as JournalEntry);
      return;
    case 'journal-gap':
      // What was held would have a hole; fetched pages have none.
      clearEntries();
      void client.invalidateQueries({ queryKey: keys.journal });
      return;
  }
}

function applyEntry(client: QueryClient, entry: JournalEntry): void {
  if (addEntries([entry])) void client.invalidateQueries({ queryKey: keys.journal });
  followEntry(client, entry);
  if (entry.subject !== null) void client.invalidateQueries({ queryKey: keys.story(entry.subject) });
}

function applyTokens(client: QueryClient, changed: readonly TokenSummary[]): void {
  rememberTokens(changed);
  learnSymbols(changed);
  for (const [key, table] of client.getQueriesData<Table>({ queryKey: keys.tables })) {
    if (table) client.setQueryData(key, patchTable(table, key[1] as TokenFilter, changed));
  }
  for (const token of changed) {
    client.setQueryData<ScoreHistory>(
      keys.history(token.mint, '2h'),
      (old) => old && patchHistory(old, token),
    );
    const detail = client.getQueryData<TokenDetail>(keys.token(token.mint));
    if (!detail) continue;
    client.setQueryData(keys.token(token.mint), { ...detail, ...token });
    // Components, pools and the check are not in the row.
    void client.invalidateQueries({ queryKey: keys.token(token.mint) });
  }
}
