import type { HistoryRange } from '../../../src/contract/index.ts';
import type { TokenFilter } from '../tokens/filter.ts';

/** The names under which answers are kept. */
export const keys = {
  overview: ['overview'] as const,
  session: ['session'] as const,
  journal: ['journal'] as const,
  tables: ['tokens'] as const,
  table: (filter: TokenFilter) => ['tokens', filter] as const,
  token: (mint: string) => ['token', mint] as const,
  story: (mint: string) => ['story', mint] as const,
  flow: (hours: number) => ['flow', hours] as const,
  stuck: (limit: number) => ['stuck', limit] as const,
  failed: (limit: number) => ['failed', limit] as const,
  scheduler: ['scheduler'] as const,
  jobs: ['jobs'] as const,
  job: (name: string, limit: number) => ['jobs', name, limit] as const,
  resources: ['resources'] as const,
  performance: ['performance'] as const,
  database: ['database'] as const,
  signals: ['signals'] as const,
  signal: (name: string, labels: string, range: string) => ['signals', name, labels, range] as const,
  detailed: ['detailed'] as const,
  recovery: ['recovery'] as const,
  incidents: ['incidents'] as const,
  incident: (id: string) => ['incidents', id] as const,
  rules: ['rules'] as const,
  config: ['config'] as const,
  configHistory: (limit: number) => ['config', 'history', limit] as const,
  history: (mint: string, range: HistoryRange) => ['history', mint, range] as const,
};
