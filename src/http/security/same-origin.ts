import type { Session } from '../../contract/index.ts';

/** What decides whether a browser may have been led here by another site. */
export interface OriginFacts {
  readonly method: string;
  readonly via: Session['via'] | 'nobody';
  /** The Origin header. */
  readonly origin: string | undefined;
  /** The Sec-Fetch-Site header. */
  readonly fetchSite: string | undefined;
  /** The origins that this server answers as, in lower case; the first is scheme and Host of the request. */
  readonly ownOrigins: readonly string[];
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request may change something. Browsers say where a request comes from; programs say nothing and are let
 * through, as is a bearer token, which no browser attaches by itself.
 */
export function judgeOrigin(facts: OriginFacts): { readonly ok: boolean; readonly reason: string } {
  if (safeMethods.has(facts.method)) return { ok: true, reason: 'It changes nothing.' };
  if (facts.via === 'token') return { ok: true, reason: 'No browser attaches a bearer token by itself.' };
  if (facts.origin !== undefined) {
    return facts.ownOrigins.includes(facts.origin.toLowerCase())
      ? { ok: true, reason: 'It comes from a page of this server.' }
      : { ok: false, reason: 'It comes from a page of another site.' };
  }
  if (facts.fetchSite !== undefined && facts.fetchSite !== 'same-origin' && facts.fetchSite !== 'none') {
    return { ok: false, reason: `The browser says that it is ${facts.fetchSite.slice(0, 20)}.` };
  }
  return { ok: true, reason: 'Nothing says that another site caused it.' };
}

/** `next` when it is a path on this server that a browser may be sent to, else `/`. */
export function safeReturnPath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next)) return '/';
  const { pathname, search, origin } = new URL(next, 'http://own.invalid');
  const isOwn = origin === 'http://own.invalid' && !pathname.startsWith('//');
  return isOwn && !/^\/(login|logout)(\/|$)/.test(pathname) ? pathname + search : '/';
}
