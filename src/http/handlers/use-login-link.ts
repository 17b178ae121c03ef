import { page, seeOther } from '../answer.ts';
import type { Handler } from '../call.ts';
import { retryAfter } from '../gate.ts';
import { startSession } from '../login.ts';
import { deadLinkPage } from '../pages/pages.ts';

/** Uses a one-time link up and logs the browser in. */
export const useLoginLink: Handler<{ link: string }> = (call) => {
  const { params, address, services } = call;
  const outcome = services.credentials.tryLink(params.link, address);
  if (outcome.kind === 'right') {
    return seeOther('/', startSession(call, { tokenId: null, name: 'a login link', scope: 'admin' }));
  }
  if (outcome.kind === 'wrong') return page(deadLinkPage('This link was used before, or is too old.'), 401);
  const locked = deadLinkPage('Too many wrong tokens came from this address. Wait, then try again.');
  return page(
    { html: locked.html, headers: { ...locked.headers, ...retryAfter(outcome.retryAfterMs) } },
    429,
  );
};
