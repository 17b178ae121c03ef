import type { Classification } from './classify.ts';
import { classifyCode, classifySqlite } from './failure-codes.ts';
import { CANCELLED, OWN_MISTAKE, PERSISTENT, REFUSED, SYSTEM, TRANSIENT } from './failure-classes.ts';
import { isObject, peek } from './hostile.ts';
import { classifyStatus, isChallenge, retryAfterOf, statusOf } from './http-failure.ts';

/** So many errors are looked at: causes may run in a circle, or be made anew at each look. */
const MOST_LINKS = 16;

/**
 * What an error means, whatever was thrown; it never throws itself. It looks, in this order, at:
 *
 * 1. the errors of an AggregateError, as of several addresses tried (RFC 8305): the gravest of them, by the order critical,
 *    system, throttled, transient, persistent, cancelled; never sent only if none was;
 * 2. a refusal by a policy inside: nothing was run, nothing failed, and who refused says when to come back;
 * 3. the status of HTTP in `status` or `statusCode`, of the error or of its `response`: 408, 425 and 5xx may pass, 429
 *    throttles, 501, 505 and the rest persist. Those that speak of the one request (400, 404, 422 ...) are no failure of
 *    the other side, those that speak of us (401, 403 ...) are. A challenge of Cloudflare persists whatever its status;
 * 4. `code`, as of Node, undici, c-ares, SQLite, SQLSTATE, and the result code that `node:sqlite` gives as a number;
 * 5. the name: timeouts may pass, aborts are cancelled (unless a timeout aborted), answers that make no sense persist;
 * 6. the same of its `cause`, and so on;
 * 7. a TypeError, RangeError or ReferenceError without any of that is a mistake of the calling program: trying again
 *    repeats it, and it must not take a dependency away that answers.
 *
 * What is still unknown is transient and counts: most libraries throw plain errors when something did not work, and an
 * outage that goes unseen costs more than a retry, which the budget bounds.
 *
 * `nowMs` is the wall-clock time for a `Retry-After` that is a date in an answer without `Date`; without it such a date is
 * not understood.
 */
export function classifyError(error: unknown, nowMs = NaN): Classification {
  const found = classifyLink(error, nowMs, { links: MOST_LINKS });
  return found ?? withRetryAfter(TRANSIENT, retryAfterOf(error, nowMs));
}

/** How many more errors may be looked at. */
interface Effort {
  links: number;
}

/** Undefined when the error, its parts and its causes say nothing. */
function classifyLink(error: unknown, nowMs: number, effort: Effort): Classification | undefined {
  if (!isObject(error) || effort.links === 0) return undefined;
  effort.links -= 1;
  const found =
    byParts(error, nowMs, effort) ??
    byRefusal(error) ??
    byStatus(error) ??
    byAbort(error) ??
    byCode(error) ??
    BY_NAME.get(peek(error, 'name')) ??
    classifyLink(peek(error, 'cause'), nowMs, effort) ??
    byOwnMistake(error);
  return found && withRetryAfter(found, retryAfterOf(error, nowMs));
}

/** What a cause asks for holds for what it caused. */
const withRetryAfter = (found: Classification, retryAfterMs: number | undefined): Classification =>
  retryAfterMs === undefined ? found : { ...found, retryAfterMs };

const GRAVEST_FIRST = ['critical', 'system', 'throttled', 'transient', 'persistent', 'cancelled'];
const rank = ({ kind }: Classification): number => GRAVEST_FIRST.indexOf(kind);

function byParts(error: object, nowMs: number, effort: Effort): Classification | undefined {
  const errors = peek(error, 'errors');
  const length = peek(errors, 'length');
  if (typeof length !== 'number') return undefined;
  const known: Classification[] = [];
  const looked = Math.min(length, MOST_LINKS);
  for (let index = 0; index < looked; index++) {
    const part = classifyLink(peek(errors, index), nowMs, effort);
    if (part !== undefined) known.push(part);
  }
  if (known.length === 0) return undefined;
  // Beside what is known, what is not weighs as it would alone.
  const parts = known.length < length ? [...known, TRANSIENT] : known;
  const { neverSent: _, ...gravest } = parts.reduce((a, b) => (rank(b) < rank(a) ? b : a));
  const retryAfterMs = Math.max(...parts.map((part) => part.retryAfterMs ?? 0));
  return {
    ...gravest,
    ...(parts.every((part) => part.neverSent) && { neverSent: true }),
    ...(retryAfterMs > 0 && { retryAfterMs }),
  };
}

/** By name, not by class: it may come from another copy of this library. */
function byRefusal(error: object): Classification | undefined {
  if (peek(error, 'name') !== 'RefusedError') return undefined;
  const retryInMs = peek(error, 'retryInMs');
  return withRetryAfter(REFUSED, typeof retryInMs === 'number' && retryInMs >= 0 ? retryInMs : undefined);
}

function byStatus(error: object): Classification | undefined {
  const status = statusOf(error);
  if (status !== 429 && isChallenge(error)) return PERSISTENT;
  return status === undefined ? undefined : classifyStatus(status);
}

/** An abort says nothing, except when time was why: what listens to a signal may hide that in its cause. */
function byAbort(error: object): Classification | undefined {
  if (peek(error, 'name') !== 'AbortError') return undefined;
  return peek(peek(error, 'cause'), 'name') === 'TimeoutError' ? TRANSIENT : CANCELLED;
}

function byCode(error: object): Classification | undefined {
  const code = peek(error, 'code');
  if (typeof code !== 'string') return undefined;
  if (code !== 'ERR_SQLITE_ERROR') return classifyCode(code, peek(error, 'syscall'));
  const result = peek(error, 'errcode') ?? peek(error, 'sqliteCode');
  return typeof result === 'number' ? classifySqlite(result) : undefined;
}

const BY_NAME: ReadonlyMap<unknown, Classification> = new Map([
  ['TimeoutError', TRANSIENT],
  ['AbortedError', CANCELLED],
  ['SyntaxError', PERSISTENT],
  ['MalformedAnswerError', PERSISTENT],
  ['ZodError', PERSISTENT],
  ['HTTPParserError', PERSISTENT],
]);

const MISTAKES: ReadonlySet<unknown> = new Set([
  'TypeError',
  'RangeError',
  'ReferenceError',
  'EvalError',
  'URIError',
]);

function byOwnMistake(error: object): Classification | undefined {
  if (!MISTAKES.has(peek(error, 'name'))) return undefined;
  const message = peek(error, 'message');
  // V8 says so of buffers for which there is no memory.
  return typeof message === 'string' && message.includes('allocation failed') ? SYSTEM : OWN_MISTAKE;
}
