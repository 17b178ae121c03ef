import type { Call } from './call.ts';
import { sessionCookie } from './security/cookie.ts';
import type { BrowserSession } from './security/sessions.ts';

/** Starts a session in place of the caller's old one; gives the header that hands the browser its cookie. */
export function startSession(
  { caller, address, services }: Call,
  who: Pick<BrowserSession, 'tokenId' | 'name' | 'scope'>,
): Record<string, string> {
  const { sessions, events, secure, settings } = services;
  if (caller?.sessionKey != null) sessions.end(caller.sessionKey);
  const id = sessions.start(who);
  events.tell('login', address, `Somebody logged in with ${who.name}, which has the scope ${who.scope}.`);
  return { 'set-cookie': sessionCookie(id, secure, settings.limits.sessionMs) };
}
