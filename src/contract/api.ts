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

/** The paths of the HTTP API: the one place that names them. */
export const paths = {
  health: '/health',
  live: '/health/live',
  ready: '/health/ready',
  overview: '/api/overview',
  tokens: '/api/tokens',
  token: '/api/tokens/:mint',
  tokenHistory: '/api/tokens/:mint/history',
  journal: '/api/journal',
  events: '/api/events',
  session: '/api/session',
  login: '/login',
  loginLink: '/login/:link',
  logout: '/logout',
  docs: '/docs',
} as const;

/**
 * The server-sent events of `/api/events`. `journal` carries its `seq` as the event id, so that a reconnecting reader
 * gets what it missed; `state` (an Overview) and `tokens` (changed TokenSummary rows) are only ever the latest.
 */
export const eventNames = ['journal', 'state', 'tokens'] as const;
export type EventName = (typeof eventNames)[number];
