import { describeError } from '../kernel/index.ts';
import type { Caller } from './call.ts';
import type { Settings } from './options.ts';
import { Credentials } from './security/credentials.ts';
import { LockOut } from './security/lock-out.ts';
import { LoginLinks } from './security/login-links.ts';
import { RateLimit } from './security/rate-limit.ts';
import { SecurityEvents } from './security/security-events.ts';
import { Sessions } from './security/sessions.ts';
import { StreamHub } from './stream/hub.ts';

/** What lives as long as the server and handlers work with. */
export interface Services {
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly events: SecurityEvents;
  readonly links: LoginLinks;
  readonly rateLimit: RateLimit;
  readonly sessions: Sessions;
  readonly streams: StreamHub;
  readonly secure: boolean;
}

export function createServices(settings: Settings): Services {
  const { clock, entropy, access, limits, log } = settings;
  const events = new SecurityEvents({
    clock,
    onSecurity: settings.onSecurity,
    windowMs: limits.failureWindowMs,
    addresses: limits.addresses,
    onError: (error) => {
      log.error('a security event could not be journaled', { error: describeError(error) });
    },
  });
  const links = new LoginLinks(clock, entropy, limits);
  const lockOut = new LockOut(clock, limits);
  const sessions = new Sessions(clock, entropy, access, limits);
  const mayGoOn = ({ tokenId, sessionKey }: Caller): boolean => {
    if (sessionKey !== null) return sessions.peek(sessionKey) !== undefined;
    return tokenId === null || access.list().some(({ id }) => id === tokenId);
  };
  return {
    settings,
    events,
    links,
    sessions,
    credentials: new Credentials({ clock, log, access, lockOut, links, events }),
    rateLimit: new RateLimit(clock, limits.requestsPerMinute, limits.addresses),
    streams: new StreamHub({ clock, log, view: settings.view, limits, mayGoOn }),
    secure: settings.tls !== undefined,
  };
}
