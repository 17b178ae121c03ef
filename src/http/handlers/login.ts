import { json, page, seeOther } from '../answer.ts';
import type { Handler } from '../call.ts';
import { retryAfter } from '../gate.ts';
import { startSession } from '../login.ts';
import { loginPage } from '../pages/pages.ts';
import { HttpError } from '../problem.ts';
import { safeReturnPath } from '../security/same-origin.ts';

/** Trades an access token for a session cookie: for a form with a page, for JSON with JSON. */
export const login: Handler<unknown, unknown, { token: string; next?: string | undefined }> = (call) => {
  const { body, address, isForm, services } = call;
  const next = safeReturnPath(body.next);
  const outcome = services.credentials.tryToken(body.token.trim(), address);
  if (outcome.kind === 'right') {
    const { id: tokenId, name, scope } = outcome.found;
    const headers = startSession(call, { tokenId, name, scope });
    return isForm ? seeOther(next, headers) : json({ via: 'cookie', name, scope }, 200, headers);
  }
  const isLocked = outcome.kind === 'locked';
  const fault = isLocked
    ? 'Too many wrong tokens came from this address. Wait, then try again.'
    : 'This token is not valid.';
  const headers = isLocked ? retryAfter(outcome.retryAfterMs) : {};
  if (!isForm) throw new HttpError(isLocked ? 'LOCKED_OUT' : 'UNAUTHORIZED', fault, headers);
  const again = loginPage({ next, fault });
  return page({ html: again.html, headers: { ...again.headers, ...headers } }, isLocked ? 429 : 401);
};
