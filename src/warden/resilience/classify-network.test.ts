import { errors as undici } from 'undici';
import { describe, expect, test } from 'vitest';
import { classifyError } from './classify-error.ts';
import type { Classification } from './classify.ts';
import {
  BAD_REQUEST,
  CANCELLED,
  CRITICAL,
  NEVER_SENT,
  OWN_MISTAKE,
  PERSISTENT,
  SYSTEM,
  TRANSIENT,
} from './failure-classes.ts';
import { classifyCode } from './failure-codes.ts';
import { asked, code } from './testing/failures.ts';

/** Its types tell less than it takes. */
const made = (type: unknown, ...given: unknown[]): unknown =>
  Reflect.construct(type as new () => object, given);

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
    ['ECONNRESET', TRANSIENT, 'query'],
    ['ECONNRESET', TRANSIENT, 'querya'],
    ['ECONNRESET', TRANSIENT, 'connected'],
    ['ECONNRESET', TRANSIENT, 'queryA!'],
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
