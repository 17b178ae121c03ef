import type { Classification } from './classify.ts';
import { BAD_REQUEST, PERSISTENT, THROTTLED, TRANSIENT } from './failure-classes.ts';
import { ask, isObject, peek } from './hostile.ts';
import { parseHttpDate, parseRetryAfter } from './retry-after.ts';

/** The server gave up waiting for the request; it was too early; it asks for less. */
const TRANSIENT_4XX = new Set([408, 425]);
/** Who we are, or what we have paid for: it will be the same for the next request. */
const PERSISTENT_4XX = new Set([401, 402, 403, 407, 451]);
/** It cannot do what was asked, which is no passing trouble. */
const PERSISTENT_5XX = new Set([501, 505]);

/** What a status of HTTP means that an error carries (RFC 9110, section 15; RFC 6585; RFC 8470). */
export function classifyStatus(status: number): Classification {
  if (status === 429) return THROTTLED;
  if (TRANSIENT_4XX.has(status)) return TRANSIENT;
  if (status >= 500 && status <= 599) return PERSISTENT_5XX.has(status) ? PERSISTENT : TRANSIENT;
  // An error although the status is a success, or a redirection that nobody follows: the answer makes no sense.
  if (status < 400 || status > 499 || PERSISTENT_4XX.has(status)) return PERSISTENT;
  return BAD_REQUEST;
}

/** The status that an error carries, or the response that it carries; undefined when there is none. */
export function statusOf(error: unknown): number | undefined {
  for (const holder of [error, peek(error, 'response')]) {
    for (const key of ['status', 'statusCode']) {
      const status = peek(holder, key);
      if (Number.isInteger(status) && (status as number) >= 100 && (status as number) <= 999) {
        return status as number;
      }
    }
  }
  return undefined;
}

/**
 * How long the other side asks to be left alone, in ms: `retryAfterMs` of the error, or `Retry-After` of its headers. A
 * date there is measured against the `Date` of the same answer, else against `nowMs`.
 */
export function retryAfterOf(error: unknown, nowMs: number): number | undefined {
  const own = peek(error, 'retryAfterMs');
  if (typeof own === 'number' && own >= 0) return own;
  const value = header(error, 'retry-after');
  return parseRetryAfter(value, parseHttpDate(header(error, 'date'), nowMs) ?? nowMs);
}

const CHALLENGE =
  /just a moment|attention required! \| cloudflare|performing security verification|checking your browser|challenge-platform|cf-chl|error code: 10\d\d/i;
const LOOKED_AT = 4_096;

/**
 * Whether the answer that an error carries is a page by which Cloudflare keeps programs away. It says so in the header
 * `cf-mitigated`; else by the texts of its pages, looked for in the first 4,096 characters of body and message.
 */
export function isChallenge(error: unknown): boolean {
  if (header(error, 'cf-mitigated') === 'challenge') return true;
  const response = peek(error, 'response');
  const bodies = [
    peek(error, 'message'),
    peek(error, 'body'),
    peek(error, 'data'),
    peek(response, 'body'),
    peek(response, 'data'),
  ];
  return bodies.some((body) => typeof body === 'string' && isChallengePage(body));
}

/** Whether a body is such a page. */
export const isChallengePage = (body: string): boolean => CHALLENGE.test(body.slice(0, LOOKED_AT));

/** A header of an error, or of the response that it carries: a `Headers`, a map, or an object whatever its case. */
function header(error: unknown, name: string): unknown {
  for (const holder of [error, peek(error, 'response')]) {
    const headers = peek(holder, 'headers');
    const value = ask(headers, 'get', name) ?? peek(headers, name) ?? peek(headers, keyOf(headers, name));
    // Several of one name come as a list.
    if (value !== undefined && value !== null) return isObject(value) ? peek(value, 0) : value;
  }
  return undefined;
}

/** The name as the object writes it. */
function keyOf(headers: unknown, name: string): string {
  try {
    return isObject(headers)
      ? (Object.keys(headers).find((key) => key.toLowerCase() === name) ?? name)
      : name;
  } catch {
    return name;
  }
}
