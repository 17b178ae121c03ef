import type { paths as contractPaths } from '../../../src/contract/index.ts';

/** The contract's own paths, held to them letter by letter; importing the value would bring zod into the page. */
export const paths: Pick<
  typeof contractPaths,
  | 'overview'
  | 'tokens'
  | 'token'
  | 'tokenHistory'
  | 'tokenStory'
  | 'tokenRefresh'
  | 'flow'
  | 'flowStuck'
  | 'flowFailed'
  | 'scheduler'
  | 'job'
  | 'jobRun'
  | 'jobRestart'
  | 'jobPark'
  | 'jobUnpark'
  | 'schedulerRestart'
  | 'resources'
  | 'performance'
  | 'database'
  | 'signals'
  | 'signal'
  | 'detailed'
  | 'recovery'
  | 'recover'
  | 'incidents'
  | 'incident'
  | 'rules'
  | 'adminConfig'
  | 'journal'
  | 'events'
  | 'session'
  | 'login'
  | 'logout'
  | 'docs'
> = {
  overview: '/api/overview',
  tokens: '/api/tokens',
  token: '/api/tokens/:mint',
  tokenHistory: '/api/tokens/:mint/history',
  tokenStory: '/api/tokens/:mint/explain',
  tokenRefresh: '/api/tokens/:mint/refresh',
  flow: '/api/flow',
  flowStuck: '/api/flow/stuck',
  flowFailed: '/api/flow/failed',
  scheduler: '/health/scheduler',
  job: '/api/jobs/:name',
  jobRun: '/api/jobs/:name/run',
  jobRestart: '/api/jobs/:name/restart',
  jobPark: '/api/jobs/:name/park',
  jobUnpark: '/api/jobs/:name/unpark',
  schedulerRestart: '/api/scheduler/restart',
  resources: '/health/resources',
  performance: '/health/performance',
  database: '/health/database',
  signals: '/api/signals',
  signal: '/api/signals/:name',
  detailed: '/health/detailed',
  recovery: '/health/recovery',
  recover: '/admin/recover',
  incidents: '/api/incidents',
  incident: '/api/incidents/:id',
  rules: '/api/rules',
  adminConfig: '/admin/config',
  journal: '/api/journal',
  events: '/api/events',
  session: '/api/session',
  login: '/login',
  logout: '/logout',
  docs: '/docs',
};

export function withMint(path: string, mint: string): string {
  return path.replace(':mint', encodeURIComponent(mint));
}

export function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}
