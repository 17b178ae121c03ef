import type { HistoryRange } from '../../../src/contract/index.ts';
import type { TokenFilter } from '../tokens/filter.ts';

/** The names under which answers are kept. */
export const keys = {
  overview: ['overview'] as const,
  session: ['session'] as const,
  journals: ['journal'] as const,
  journal: (subject: string | undefined) => ['journal', subject ?? null] as const,
  tables: ['tokens'] as const,
  table: (filter: TokenFilter) => ['tokens', filter] as const,
  token: (mint: string) => ['token', mint] as const,
  history: (mint: string, range: HistoryRange) => ['history', mint, range] as const,
};
