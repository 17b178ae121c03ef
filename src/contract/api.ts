import { z } from 'zod';

/** RFC 9457 problem details, with our error code. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  correlationId: z.string(),
  /** What to do about it. */
  todo: z.string(),
  faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;

/** What a token may do; each scope includes the ones before it. */
export const scope = z.enum(['read', 'operate', 'admin']);
export type Scope = z.infer<typeof scope>;

/** `GET /api/session`: who is asking. */
export const session = z.object({
  /** How the caller was let in. */
  via: z.enum(['local', 'token', 'cookie']),
  name: z.string(),
  scope,
});
export type Session = z.infer<typeof session>;

export const loginBody = z.object({ token: z.string().min(1).max(200) });

/** What the login page posts: the token, and the path to come back to. */
export const loginForm = loginBody.extend({ next: z.string().max(2_000).optional() });

/** An access token as an administrator sees it. Its secret is shown once, when it is made. */
export const accessTokenInfo = z.object({
  id: z.string(),
  name: z.string(),
  scope,
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
});
export type AccessTokenInfo = z.infer<typeof accessTokenInfo>;

/** `GET /admin/tokens`, newest first. */
export const accessTokenList = z.object({ items: z.array(accessTokenInfo) });
export type AccessTokenList = z.infer<typeof accessTokenList>;

/** Body of `POST /admin/tokens`. */
export const accessTokenDraft = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^[^\p{C}]*$/u, 'has characters that cannot be shown'),
  scope,
});
export type AccessTokenDraft = z.infer<typeof accessTokenDraft>;

/** Answer of `POST /admin/tokens`: the only time that the secret is shown. */
export const accessTokenCreated = accessTokenInfo.extend({ secret: z.string() });
export type AccessTokenCreated = z.infer<typeof accessTokenCreated>;

/** The paths of the HTTP API: the one place that names them. */
export const paths = {
  health: '/health',
  live: '/health/live',
  ready: '/health/ready',
  detailed: '/health/detailed',
  resources: '/health/resources',
  scheduler: '/health/scheduler',
  performance: '/health/performance',
  database: '/health/database',
  work: '/health/tokens',
  recovery: '/health/recovery',
  overview: '/api/overview',
  tokens: '/api/tokens',
  token: '/api/tokens/:mint',
  tokenHistory: '/api/tokens/:mint/history',
  tokenStory: '/api/tokens/:mint/explain',
  tokenRefresh: '/api/tokens/:mint/refresh',
  flow: '/api/flow',
  flowStuck: '/api/flow/stuck',
  flowFailed: '/api/flow/failed',
  flowRelease: '/api/flow/release',
  exportMarkets: '/api/export/markets',
  incidents: '/api/incidents',
  incident: '/api/incidents/:id',
  journal: '/api/journal',
  metrics: '/metrics',
  signals: '/api/signals',
  signal: '/api/signals/:name',
  rules: '/api/rules',
  jobs: '/api/jobs',
  job: '/api/jobs/:name',
  jobRun: '/api/jobs/:name/run',
  jobRestart: '/api/jobs/:name/restart',
  jobPark: '/api/jobs/:name/park',
  jobUnpark: '/api/jobs/:name/unpark',
  schedulerRestart: '/api/scheduler/restart',
  events: '/api/events',
  session: '/api/session',
  login: '/login',
  loginLink: '/login/:link',
  logout: '/logout',
  recover: '/admin/recover',
  recommendations: '/admin/performance/recommendations',
  adminBackup: '/admin/db/backup',
  adminConfig: '/admin/config',
  adminTokens: '/admin/tokens',
  adminToken: '/admin/tokens/:id',
  docs: '/docs',
  docsJson: '/docs/json',
} as const;

/**
 * The server-sent events of `/api/events`. `journal` carries its `seq` as the event id, so that a reconnecting reader
 * gets what it missed; `state` (an Overview) and `tokens` (changed TokenSummary rows) are only ever the latest.
 * `journal-gap` says that a reader was too far behind: the entries `from`..`to` were not sent.
 */
export const eventNames = ['journal', 'state', 'tokens', 'journal-gap'] as const;
export type EventName = (typeof eventNames)[number];

/** The data of the event `journal-gap`: sequence numbers, both inclusive; read them with `GET /api/journal`. */
export const journalGap = z.object({ from: z.number(), to: z.number() });
export type JournalGap = z.infer<typeof journalGap>;
