import { errors as undici } from 'undici';
import { describe, expect, test } from 'vitest';
import { AbortedError, MoonwardenError, TimeoutError } from '../../kernel/index.ts';
import { RefusedError } from './call.ts';
import { classifyError } from './classify-error.ts';
import type { Classification } from './classify.ts';
import { classifyCode } from './failure-codes.ts';
import {
  BAD_REQUEST,
  CANCELLED,
  CRITICAL,
  NEVER_SENT,
  OWN_MISTAKE,
  PERSISTENT,
  REFUSED,
  SYSTEM,
  THROTTLED,
  TRANSIENT,
} from './failure-classes.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

const failure = (properties: object, message = 'failed'): Error =>
  Object.assign(new Error(message), properties);
const code = (name: string, syscall?: string): Error => failure({ code: name, ...(syscall && { syscall }) });
const status = (number: number, more: object = {}): Error => failure({ status: number, ...more });
const named = (name: string, properties: object = {}): Error => failure({ name, ...properties });
const caused = (cause: unknown, message = 'fetch failed'): Error => new TypeError(message, { cause });
const asked = (meaning: Classification, retryAfterMs: number): Classification => ({
  ...meaning,
  retryAfterMs,
});

/** Its types tell less than it takes. */
const made = (type: unknown, ...given: unknown[]): unknown =>
  Reflect.construct(type as new () => object, given);

const CHALLENGE = '<!DOCTYPE html><html><head><title>Just a moment...</title>';
const refused = new RefusedError({
  dependency: 'Market',
  by: 'breaker',
  reason: 'left alone',
  state: 'open',
  since: 0,
  nextTryAt: 9,
  retryInMs: 9,
  lastCause: null,
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
};

describe('what each class means', () => {
  test.each([
    ['transient', TRANSIENT, ['transient', true, true, 'warning', undefined]],
    ['never sent', NEVER_SENT, ['transient', true, true, 'warning', true]],
    ['throttled', THROTTLED, ['throttled', true, 'persisting', 'warning', undefined]],
    ['persistent', PERSISTENT, ['persistent', false, true, 'error', undefined]],
    ['a bad request', BAD_REQUEST, ['persistent', false, false, 'warning', undefined]],
    ['a mistake of ours', OWN_MISTAKE, ['persistent', false, false, 'error', undefined]],
    ['system', SYSTEM, ['system', false, false, 'error', undefined]],
    ['critical', CRITICAL, ['critical', false, true, 'critical', undefined]],
    ['cancelled', CANCELLED, ['cancelled', false, false, 'info', undefined]],
    ['refused', REFUSED, ['transient', false, false, 'info', true]],
  ])('%s', (_, { kind, retry, countsForBreaker, severity, neverSent }, meaning) => {
    expect([kind, retry, countsForBreaker, severity, neverSent]).toEqual(meaning);
  });
});

describe('the system and the network', () => {
  test.each<[string, Classification, string?]>([
    ['ECONNRESET', TRANSIENT, 'read'],
    ['ECONNRESET', NEVER_SENT, 'connect'],
    ['ECONNREFUSED', NEVER_SENT, 'connect'],
    ['ECONNREFUSED', NEVER_SENT],
    ['ECONNABORTED', TRANSIENT],
    ['ETIMEDOUT', TRANSIENT, 'read'],
    ['ETIMEDOUT', TRANSIENT],
    ['ETIMEDOUT', NEVER_SENT, 'connect'],
    ['EPIPE', TRANSIENT, 'write'],
    ['ENOTFOUND', NEVER_SENT, 'getaddrinfo'],
    ['EAI_AGAIN', NEVER_SENT, 'getaddrinfo'],
    ['EAI_AGAIN', NEVER_SENT],
    ['ESERVFAIL', NEVER_SENT, 'queryA'],
    ['ETIMEOUT', NEVER_SENT, 'queryAaaa'],
    ['EHOSTUNREACH', NEVER_SENT, 'connect'],
    ['EHOSTUNREACH', TRANSIENT, 'write'],
    ['EHOSTUNREACH', TRANSIENT, 'reconnect'],
    ['ENETUNREACH', NEVER_SENT, 'connect'],
    ['ENETUNREACH', TRANSIENT],
    ['ENETDOWN', NEVER_SENT, 'connect'],
    ['ENETDOWN', TRANSIENT],
    ['EHOSTDOWN', TRANSIENT],
    ['ENOENT', NEVER_SENT, 'connect'],
    ['ENOENT', BAD_REQUEST, 'open'],
    ['ENOENT', BAD_REQUEST],
    ['EACCES', PERSISTENT, 'connect'],
    ['EPERM', PERSISTENT],
    ['EPROTO', PERSISTENT],
    ['EINVAL', OWN_MISTAKE],
    ['EMFILE', SYSTEM, 'connect'],
    ['EMFILE', SYSTEM, 'open'],
    ['ENFILE', SYSTEM],
    ['ENOMEM', SYSTEM],
    ['ENOBUFS', SYSTEM],
    ['EADDRNOTAVAIL', SYSTEM, 'connect'],
    ['EADDRINUSE', SYSTEM, 'listen'],
    ['EDEADLK', SYSTEM],
    ['ERR_WORKER_OUT_OF_MEMORY', SYSTEM],
    ['ERR_MEMORY_ALLOCATION_FAILED', SYSTEM],
    ['ENOSPC', CRITICAL, 'write'],
    ['EDQUOT', CRITICAL],
    ['EROFS', CRITICAL, 'open'],
    ['EIO', CRITICAL],
    ['ECANCELED', CANCELLED],
    ['ERR_STREAM_PREMATURE_CLOSE', TRANSIENT],
    ['ERR_HTTP2_GOAWAY_SESSION', TRANSIENT],
    ['ERR_SOCKET_CONNECTION_TIMEOUT', NEVER_SENT],
    ['ERR_TLS_CERT_ALTNAME_INVALID', PERSISTENT],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', NEVER_SENT],
    ['ERR_SSL_WRONG_VERSION_NUMBER', PERSISTENT],
    ['ERR_OSSL_EVP_UNSUPPORTED', PERSISTENT],
    ['CERT_HAS_EXPIRED', PERSISTENT],
    ['CERT_NOT_YET_VALID', PERSISTENT],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', PERSISTENT],
    ['SELF_SIGNED_CERT_IN_CHAIN', PERSISTENT],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', PERSISTENT],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', PERSISTENT],
    ['HPE_INVALID_CONSTANT', PERSISTENT],
    ['HPE_INVALID_EOF_STATE', TRANSIENT],
    ['Z_DATA_ERROR', PERSISTENT],
    ['Z_BUF_ERROR', TRANSIENT],
    ['ERR__X', TRANSIENT],
    ['ERR_BROTLI_DECODER_ERROR_FORMAT_RESERVED', PERSISTENT],
    ['ERR_INVALID_URL', SYSTEM],
    ['ERR_INVALID_ARG_TYPE', OWN_MISTAKE],
    ['ERR_MISSING_ARGS', OWN_MISTAKE],
    ['ERR_OUT_OF_RANGE', OWN_MISTAKE],
    ['ERR_UNKNOWN_ENCODING', OWN_MISTAKE],
    ['ERR_ILLEGAL_CONSTRUCTOR', OWN_MISTAKE],
    ['ERR_HTTP_INVALID_HEADER_VALUE', OWN_MISTAKE],
    ['ERR_HTTP_HEADERS_SENT', OWN_MISTAKE],
    ['ERR_UNESCAPED_CHARACTERS', OWN_MISTAKE],
    ['ERR_HTTP_REQUEST_TIMEOUT', TRANSIENT],
    ['ERR_ASSERTION', OWN_MISTAKE],
    ['NOBODY_KNOWS', TRANSIENT],
    ['', TRANSIENT],
  ])('%s is %j at %s', (name, meaning, syscall) => {
    expect(classifyError(code(name, syscall))).toEqual(meaning);
  });
});

describe('undici', () => {
  const aborted = new undici.RequestAbortedError();
  test.each<[string, Classification, unknown]>([
    ['a connect timeout', NEVER_SENT, new undici.ConnectTimeoutError()],
    ['a headers timeout', TRANSIENT, new undici.HeadersTimeoutError()],
    ['a body timeout', TRANSIENT, new undici.BodyTimeoutError()],
    ['a socket that the other side closed', TRANSIENT, new undici.SocketError('other side closed')],
    ['an informational error', TRANSIENT, new undici.InformationalError('reset')],
    ['any error of it', TRANSIENT, new undici.UndiciError('x')],
    ['a pool that was closed', NEVER_SENT, new undici.ClientClosedError()],
    ['a pool that was destroyed', TRANSIENT, new undici.ClientDestroyedError()],
    ['an answer cut off', TRANSIENT, new undici.ResponseContentLengthMismatchError()],
    ['a request of the wrong length', OWN_MISTAKE, new undici.RequestContentLengthMismatchError()],
    ['headers without end', PERSISTENT, new undici.HeadersOverflowError()],
    ['an answer without end', PERSISTENT, new undici.ResponseExceededMaxSizeError('x')],
    ['no HTTP', PERSISTENT, made(undici.HTTPParserError, 'x', 'INVALID_CONSTANT')],
    ['no HTTP, without a code', PERSISTENT, new undici.HTTPParserError('x')],
    ['an argument', OWN_MISTAKE, new undici.InvalidArgumentError('x')],
    ['a value given back', OWN_MISTAKE, new undici.InvalidReturnValueError('x')],
    ['what it cannot do', OWN_MISTAKE, new undici.NotSupportedError('x')],
    ['no upstream', OWN_MISTAKE, new undici.BalancedPoolMissingUpstreamError()],
    ['an abort', CANCELLED, aborted],
    ['too many origins', SYSTEM, code('UND_ERR_MAX_ORIGINS_REACHED')],
    ['TLS of a proxy', PERSISTENT, new undici.SecureProxyConnectionError(new Error('x'), 'x')],
    ['SOCKS', PERSISTENT, code('UND_ERR_SOCKS5_AUTH')],
    [
      'a 503 of the retry handler',
      asked(TRANSIENT, 7_000),
      made(undici.RequestRetryError, 'x', 503, { headers: { 'retry-after': '7' }, data: { count: 1 } }),
    ],
    ['a 403 of the response handler', PERSISTENT, new undici.ResponseError('x', 403, { headers: {} })],
  ])('%s', (_, meaning, error) => {
    expect(classifyError(error)).toEqual(meaning);
  });

  test('no error of it is unknown', () => {
    const codes = Object.values(undici)
      .map((type) => made(type, 'x', 503, {}) as { code?: unknown })
      .map(({ code: own }) => own)
      .filter((own) => typeof own === 'string');
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((own) => classifyCode(own, undefined) === undefined)).toEqual([]);
  });
});

describe('statuses of HTTP', () => {
  test.each<[number, Classification]>([
    [100, PERSISTENT],
    [200, PERSISTENT],
    [204, PERSISTENT],
    [301, PERSISTENT],
    [304, PERSISTENT],
    [399, PERSISTENT],
    [400, BAD_REQUEST],
    [401, PERSISTENT],
    [402, PERSISTENT],
    [403, PERSISTENT],
    [404, BAD_REQUEST],
    [405, BAD_REQUEST],
    [407, PERSISTENT],
    [408, TRANSIENT],
    [409, BAD_REQUEST],
    [410, BAD_REQUEST],
    [413, BAD_REQUEST],
    [422, BAD_REQUEST],
    [425, TRANSIENT],
    [429, THROTTLED],
    [451, PERSISTENT],
    [499, BAD_REQUEST],
    [500, TRANSIENT],
    [501, PERSISTENT],
    [502, TRANSIENT],
    [503, TRANSIENT],
    [504, TRANSIENT],
    [505, PERSISTENT],
    [520, TRANSIENT],
    [530, TRANSIENT],
    [599, TRANSIENT],
    [600, PERSISTENT],
    [999, PERSISTENT],
    // No statuses.
    [0, TRANSIENT],
    [99, TRANSIENT],
    [1_000, TRANSIENT],
    [403.5, TRANSIENT],
  ])('%d', (number, meaning) => {
    expect(classifyError(status(number))).toEqual(meaning);
    expect(classifyError(failure({ statusCode: number }))).toEqual(meaning);
    expect(classifyError(failure({ response: { status: number } }))).toEqual(meaning);
    expect(classifyError(failure({ response: { statusCode: number } }))).toEqual(meaning);
  });

  test('what is no number is no status', () => {
    expect(classifyError(failure({ status: '403' }))).toEqual(TRANSIENT);
    expect(classifyError(failure({ status: 'failed', statusCode: 403 }))).toEqual(PERSISTENT);
  });

  test.each<[string, Classification, object]>([
    ['a number of ms', asked(THROTTLED, 250), { status: 429, retryAfterMs: 250 }],
    ['a number of 0 ms', asked(THROTTLED, 0), { status: 429, retryAfterMs: 0 }],
    ['a number below 0', THROTTLED, { status: 429, retryAfterMs: -1 }],
    ['no number', THROTTLED, { status: 429, retryAfterMs: NaN }],
    ['a text', THROTTLED, { status: 429, retryAfterMs: '250' }],
    ['a header', asked(THROTTLED, 3_000), { status: 429, headers: { 'retry-after': '3' } }],
    ['a header in capitals', asked(THROTTLED, 3_000), { status: 429, headers: { 'Retry-After': '3' } }],
    ['a list of them', asked(THROTTLED, 3_000), { status: 429, headers: { 'retry-after': ['3', '9'] } }],
    ['a Headers', asked(THROTTLED, 3_000), { status: 429, headers: new Headers({ 'Retry-After': '3' }) }],
    ['a Map', asked(THROTTLED, 3_000), { status: 429, headers: new Map([['retry-after', '3']]) }],
    [
      'the headers of its response',
      asked(THROTTLED, 3_000),
      { response: { status: 429, headers: { 'retry-after': '3' } } },
    ],
    ['other headers', THROTTLED, { status: 429, headers: { 'x-retry-after': '3' } }],
    ['an empty Headers', THROTTLED, { status: 429, headers: new Headers() }],
    ['junk', THROTTLED, { status: 429, headers: { 'retry-after': 'soon' } }],
    [
      'a date',
      asked(TRANSIENT, 45_000),
      { status: 503, headers: { 'retry-after': 'Thu, 01 Jan 2026 12:00:45 GMT' } },
    ],
    [
      'a date, by the clock of the other side',
      asked(TRANSIENT, 15_000),
      {
        status: 503,
        headers: { date: 'Thu, 01 Jan 2026 12:00:30 GMT', 'retry-after': 'Thu, 01 Jan 2026 12:00:45 GMT' },
      },
    ],
    ['also of what persists', asked(PERSISTENT, 3_000), { status: 403, headers: { 'retry-after': '3' } }],
    ['also of what is unknown', asked(TRANSIENT, 3_000), { retryAfterMs: 3_000 }],
  ])('Retry-After: %s', (_, meaning, properties) => {
    expect(classifyError(failure(properties), NOW)).toEqual(meaning);
  });

  test('a date without anything to measure it against is not understood', () => {
    const headers = { 'retry-after': 'Thu, 01 Jan 2026 12:00:45 GMT' };
    expect(classifyError(status(503, { headers }))).toEqual(TRANSIENT);
  });
});

describe('Cloudflare', () => {
  test.each<[string, Classification, object]>([
    ['a challenge with 403', PERSISTENT, { status: 403, body: CHALLENGE }],
    ['a challenge with 503', PERSISTENT, { status: 503, body: CHALLENGE }],
    ['a challenge with 200', PERSISTENT, { status: 200, body: CHALLENGE }],
    ['a challenge without a status', PERSISTENT, { body: CHALLENGE }],
    ['a challenge in the data of a response', PERSISTENT, { response: { status: 503, data: CHALLENGE } }],
    ['a challenge in the body of a response', PERSISTENT, { response: { status: 503, body: CHALLENGE } }],
    ['a challenge in data', PERSISTENT, { status: 503, data: CHALLENGE }],
    ['a challenge in its message', PERSISTENT, { status: 503, message: `got 503: ${CHALLENGE}` }],
    ['a challenge that it names', PERSISTENT, { status: 503, headers: { 'cf-mitigated': 'challenge' } }],
    ['another header', TRANSIENT, { status: 503, headers: { 'cf-mitigated': 'no' } }],
    ['1020, access denied', PERSISTENT, { status: 503, body: 'error code: 1020' }],
    ['1015 with 429, rate limited', THROTTLED, { status: 429, body: 'error code: 1015' }],
    ['a security check', PERSISTENT, { status: 503, body: '<p>Performing security verification</p> Ray ID' }],
    ['a browser check', PERSISTENT, { status: 503, body: 'Checking your browser before accessing' }],
    ['attention', PERSISTENT, { status: 503, body: 'Attention Required! | Cloudflare' }],
    ['its scripts', PERSISTENT, { status: 503, body: '<script src="/cdn-cgi/challenge-platform/x">' }],
    [
      'bad gateway, in HTML',
      TRANSIENT,
      { status: 502, body: '<html>502 Bad Gateway, Cloudflare Ray ID: 9f0' },
    ],
    ['a body that is no text', TRANSIENT, { status: 502, body: { text: CHALLENGE } }],
    [
      'a page on which it comes late',
      TRANSIENT,
      { status: 502, body: `${' '.repeat(4_096)}Just a moment...` },
    ],
    [
      'a page on which it ends in time',
      PERSISTENT,
      { status: 502, body: `${' '.repeat(4_083)}Just a moment` },
    ],
  ])('%s', (_, meaning, properties) => {
    expect(classifyError(failure(properties))).toEqual(meaning);
  });
});

describe('databases', () => {
  test.each<[string, Classification]>([
    ['SQLITE_BUSY', TRANSIENT],
    ['SQLITE_BUSY_SNAPSHOT', TRANSIENT],
    ['SQLITE_LOCKED', TRANSIENT],
    ['SQLITE_CORRUPT', CRITICAL],
    ['SQLITE_CORRUPT_INDEX', CRITICAL],
    ['SQLITE_FULL', CRITICAL],
    ['SQLITE_NOTADB', CRITICAL],
    ['SQLITE_IOERR_READ', CRITICAL],
    ['SQLITE_READONLY', CRITICAL],
    ['SQLITE_NOMEM', SYSTEM],
    ['SQLITE_CANTOPEN', SYSTEM],
    ['SQLITE_CONSTRAINT_UNIQUE', BAD_REQUEST],
    ['SQLITE_AUTH', PERSISTENT],
    ['SQLITE_MISUSE', OWN_MISTAKE],
    ['SQLITE_NEVER_HEARD', TRANSIENT],
    ['40P01', SYSTEM],
    ['40001', TRANSIENT],
    ['08006', TRANSIENT],
    ['08001', NEVER_SENT],
    ['57P03', NEVER_SENT],
    ['57P01', TRANSIENT],
    ['53300', NEVER_SENT],
    ['53100', CRITICAL],
    ['58030', CRITICAL],
    ['XX001', CRITICAL],
    ['XX000', PERSISTENT],
    ['28P01', PERSISTENT],
    ['3D000', PERSISTENT],
    ['23505', BAD_REQUEST],
    ['22P02', BAD_REQUEST],
    ['42601', OWN_MISTAKE],
    ['4260', TRANSIENT],
    ['426010', TRANSIENT],
    ['ER_LOCK_DEADLOCK', SYSTEM],
    ['ER_LOCK_WAIT_TIMEOUT', TRANSIENT],
  ])('%s', (name, meaning) => {
    expect(classifyError(code(name))).toEqual(meaning);
  });

  test.each<[string, Classification, object]>([
    ['busy', TRANSIENT, { errcode: 5 }],
    ['busy, extended', TRANSIENT, { errcode: 517 }],
    ['busy, as another driver says it', TRANSIENT, { sqliteCode: 5 }],
    ['corrupt', CRITICAL, { errcode: 11 }],
    ['full', CRITICAL, { sqliteCode: 13 }],
    ['no database', CRITICAL, { errcode: 26 }],
    ['out of memory', SYSTEM, { errcode: 7 }],
    ['a constraint', BAD_REQUEST, { errcode: 19 }],
    ['an unknown one', TRANSIENT, { errcode: 99 }],
    ['none', TRANSIENT, {}],
  ])('SQLite by number: %s', (_, meaning, properties) => {
    expect(classifyError(failure({ code: 'ERR_SQLITE_ERROR', ...properties }))).toEqual(meaning);
  });
});

describe('names', () => {
  test.each<[string, Classification, unknown]>([
    ['our timeout', TRANSIENT, new TimeoutError('GET', 1)],
    ['a timeout of a signal', TRANSIENT, new DOMException('x', 'TimeoutError')],
    ['our abort', CANCELLED, new AbortedError('GET', 'enough')],
    [
      'our abort, because an outer time was over',
      CANCELLED,
      new AbortedError('GET', new TimeoutError('x', 1)),
    ],
    ['an abort of a signal', CANCELLED, new DOMException('x', 'AbortError')],
    ['an abort of Node', CANCELLED, named('AbortError', { code: 'ABORT_ERR', cause: new Error('enough') })],
    [
      'an abort by a timeout',
      TRANSIENT,
      named('AbortError', { code: 'ABORT_ERR', cause: new TimeoutError('x', 1) }),
    ],
    ['the code of an abort', CANCELLED, code('ABORT_ERR')],
    ['a refusal', asked(REFUSED, 9), refused],
    ['a refusal of another copy', asked(REFUSED, 0), named('RefusedError', { retryInMs: 0 })],
    ['a refusal without a time', REFUSED, named('RefusedError')],
    ['a refusal with a bad time', REFUSED, named('RefusedError', { retryInMs: -1 })],
    ['broken JSON', PERSISTENT, parsed('{"pairs": [')],
    ['HTML as JSON', PERSISTENT, parsed('<!DOCTYPE html>')],
    ['an answer without sense', PERSISTENT, named('MalformedAnswerError')],
    [
      'an answer that a schema refuses',
      PERSISTENT,
      named('ZodError', { issues: [], errors: [{ code: 'x' }] }),
    ],
    ['a TypeError', OWN_MISTAKE, new TypeError('x is not a function')],
    ['a ReferenceError', OWN_MISTAKE, new ReferenceError('x is not defined')],
    ['a RangeError', OWN_MISTAKE, new RangeError('Invalid array length')],
    ['a URIError', OWN_MISTAKE, new URIError('x')],
    ['an EvalError', OWN_MISTAKE, new EvalError('x')],
    ['no memory for a buffer', SYSTEM, new RangeError('Array buffer allocation failed')],
    ['an Error', TRANSIENT, new Error('x')],
    ['an Error that speaks of memory', TRANSIENT, new Error('allocation failed')],
    ['a text', TRANSIENT, 'broken'],
    ['nothing', TRANSIENT, undefined],
    ['null', TRANSIENT, null],
    ['a number', TRANSIENT, 403],
    ['an object', TRANSIENT, {}],
    ['a plain object with a status', PERSISTENT, { status: 403 }],
    ['a function with a code', NEVER_SENT, Object.assign(() => undefined, { code: 'ENOTFOUND' })],
    ['our configuration', SYSTEM, new MoonwardenError('CONFIG_INVALID', 'x')],
    ['our store is full', CRITICAL, new MoonwardenError('STORE_FULL', 'x')],
    [
      'our store failed, for a reason that passes',
      TRANSIENT,
      new MoonwardenError('STORE_FAILED', 'x', { cause: failure({ code: 'ERR_SQLITE_ERROR', errcode: 5 }) }),
    ],
    [
      'our store failed, for one that does not',
      CRITICAL,
      new MoonwardenError('STORE_FAILED', 'x', { cause: code('SQLITE_CORRUPT') }),
    ],
    ['our source', TRANSIENT, new MoonwardenError('SOURCE_UNAVAILABLE', 'x')],
    ['our own limit', THROTTLED, new MoonwardenError('RATE_LIMITED', 'x')],
  ])('%s', (_, meaning, error) => {
    expect(classifyError(error)).toEqual(meaning);
  });
});

describe('causes and parts', () => {
  const circle = new Error('a');
  circle.cause = new Error('b', { cause: circle });
  const deep = (links: number, end: unknown): unknown =>
    links === 0 ? end : new Error('x', { cause: deep(links - 1, end) });
  const many = (count: number, part: unknown): unknown[] => Array.from({ length: count }, () => part);

  test.each<[string, Classification, unknown]>([
    ['fetch failed: reset', TRANSIENT, caused(code('ECONNRESET', 'read'))],
    ['fetch failed: refused', NEVER_SENT, caused(code('ECONNREFUSED', 'connect'))],
    ['fetch failed: no such name', NEVER_SENT, caused(code('ENOTFOUND', 'getaddrinfo'))],
    ['fetch failed: connect timeout', NEVER_SENT, caused(new undici.ConnectTimeoutError())],
    ['fetch failed: a certificate', PERSISTENT, caused(code('CERT_HAS_EXPIRED'))],
    ['fetch, cut off', TRANSIENT, caused(new undici.SocketError('other side closed'), 'terminated')],
    ['fetch failed: nobody knows', OWN_MISTAKE, caused(new Error('x'))],
    ['a mistake as a cause', OWN_MISTAKE, new Error('x', { cause: new TypeError('y') })],
    [
      'a throttle as a cause',
      asked(THROTTLED, 5),
      new Error('x', { cause: status(429, { retryAfterMs: 5 }) }),
    ],
    [
      'a throttle as a cause, and its own time',
      asked(THROTTLED, 7),
      failure({ retryAfterMs: 7, cause: status(429, { retryAfterMs: 5 }) }),
    ],
    ['its own status goes before that of its cause', PERSISTENT, status(403, { cause: status(503) })],
    ['its status goes before its code', PERSISTENT, failure({ status: 403, code: 'ECONNRESET' })],
    ['its code goes before its name', NEVER_SENT, named('SyntaxError', { code: 'ENOTFOUND' })],
    ['a text as a cause', TRANSIENT, new Error('x', { cause: 'y' })],
    ['a circle', TRANSIENT, circle],
    ['15 causes deep', PERSISTENT, deep(15, status(403))],
    ['16 causes deep', TRANSIENT, deep(16, status(403))],
    [
      'several addresses, all refused',
      NEVER_SENT,
      Object.assign(new AggregateError([code('ECONNREFUSED', 'connect'), code('ENETUNREACH', 'connect')]), {
        code: 'ECONNREFUSED',
      }),
    ],
    [
      'several addresses, one of which was reached',
      TRANSIENT,
      new AggregateError([code('ECONNREFUSED', 'connect'), code('ECONNRESET', 'read')]),
    ],
    ['the same, as a cause', NEVER_SENT, caused(new AggregateError([code('ETIMEDOUT', 'connect')]))],
    ['the gravest tells', CRITICAL, new AggregateError([status(503), code('ENOSPC'), code('EMFILE')])],
    ['system before throttled', SYSTEM, new AggregateError([status(429), code('EMFILE')])],
    ['throttled before transient', THROTTLED, new AggregateError([status(503), status(429)])],
    ['transient before persistent', TRANSIENT, new AggregateError([status(403), status(503)])],
    ['persistent before cancelled', PERSISTENT, new AggregateError([new AbortedError('x'), status(403)])],
    ['the first of those that are alike', BAD_REQUEST, new AggregateError([status(404), status(403)])],
    ['all cancelled', CANCELLED, new AggregateError([new AbortedError('x'), new AbortedError('y')])],
    [
      'the longest wait',
      asked(THROTTLED, 9),
      new AggregateError([status(429, { retryAfterMs: 5 }), status(503, { retryAfterMs: 9 }), status(503)]),
    ],
    [
      'one that nobody knows beside one that persists',
      TRANSIENT,
      new AggregateError([status(403), new Error('x')]),
    ],
    [
      'one that nobody knows beside one that was not sent',
      TRANSIENT,
      new AggregateError([code('ENOTFOUND'), 'x']),
    ],
    [
      'an empty place beside one that was not sent',
      TRANSIENT,
      new AggregateError([undefined, code('ENOTFOUND')]),
    ],
    ['only what nobody knows', TRANSIENT, new AggregateError([new Error('x')])],
    ['only what nobody knows, and a code', NEVER_SENT, failure({ errors: [{}], code: 'ENOTFOUND' })],
    ['no parts, and a code', NEVER_SENT, failure({ errors: [], code: 'ENOTFOUND' })],
    ['parts that are no list', NEVER_SENT, failure({ errors: 'many', code: 'ENOTFOUND' })],
    ['15 parts', NEVER_SENT, new AggregateError(many(15, code('ENOTFOUND')))],
    ['more parts than are looked at', TRANSIENT, new AggregateError(many(17, code('ENOTFOUND')))],
    ['parts within parts', NEVER_SENT, new AggregateError([new AggregateError([code('ENOTFOUND')])])],
  ])('%s', (_, meaning, error) => {
    expect(classifyError(error)).toEqual(meaning);
  });
});
