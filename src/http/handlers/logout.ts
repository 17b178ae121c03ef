import { empty, seeOther } from '../answer.ts';
import type { Handler } from '../call.ts';
import { sessionCookie } from '../security/cookie.ts';

/** Ends the caller's session and removes the cookie. */
export const logout: Handler = ({ caller, address, isForm, services }) => {
  if (caller?.sessionKey != null && services.sessions.end(caller.sessionKey)) {
    services.events.tell('logout', address, `Somebody who came with ${caller.name} logged out.`);
  }
  const headers = { 'set-cookie': sessionCookie(null, services.secure, 0) };
  return isForm ? seeOther('/', headers) : empty(headers);
};
