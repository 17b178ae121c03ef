import type { Classification } from './classify.ts';
import {
  BAD_REQUEST,
  CANCELLED,
  CRITICAL,
  NEVER_SENT,
  OWN_MISTAKE,
  PERSISTENT,
  SYSTEM,
  THROTTLED,
  TRANSIENT,
} from './failure-classes.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** What a `code` means: of Node and its libuv, undici, c-ares, zlib, the drivers of databases, and ours. */
const BY_CODE: ReadonlyMap<string, Classification> = new Map(
  (
    [
      [
        TRANSIENT,
        `ECONNRESET ECONNABORTED EPIPE ETIMEDOUT ESOCKETTIMEDOUT EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ENETRESET
         ENOTCONN ESHUTDOWN EAGAIN EBUSY EINTR ETIME
         UND_ERR UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT UND_ERR_SOCKET UND_ERR_INFO UND_ERR_DESTROYED
         UND_ERR_RES_CONTENT_LENGTH_MISMATCH UND_ERR_REQ_RETRY UND_ERR_RESPONSE
         ERR_STREAM_PREMATURE_CLOSE ERR_STREAM_DESTROYED ERR_SOCKET_CLOSED ERR_SOCKET_CLOSED_BEFORE_CONNECTION
         ERR_HTTP_REQUEST_TIMEOUT ERR_HTTP2_GOAWAY_SESSION ERR_HTTP2_SESSION_ERROR ERR_HTTP2_STREAM_ERROR
         ERR_HTTP2_STREAM_CANCEL ERR_HTTP2_INVALID_SESSION ERR_HTTP2_INVALID_STREAM ERR_HTTP2_PING_CANCEL
         ERR_OPERATION_FAILED HPE_INVALID_EOF_STATE Z_BUF_ERROR ERR_BROTLI_DECODER_ERROR_NEEDS_MORE_INPUT
         SQLITE_BUSY SQLITE_LOCKED SQLITE_PROTOCOL ER_LOCK_WAIT_TIMEOUT PROTOCOL_CONNECTION_LOST
         40001 55P03 57014 SOURCE_UNAVAILABLE SERVICE_UNREACHABLE STARTING`,
      ],
      [
        NEVER_SENT,
        `ECONNREFUSED ENOTFOUND EAI_AGAIN EAI_FAIL EAI_NODATA EAI_NONAME EAI_SYSTEM ENODATA ESERVFAIL EREFUSED ETIMEOUT
         ENONAME EADDRGETNETWORKPARAMS UND_ERR_CONNECT_TIMEOUT UND_ERR_CLOSED ERR_SOCKET_CONNECTION_TIMEOUT
         ERR_TLS_HANDSHAKE_TIMEOUT 08001 08004 53300 57P03`,
      ],
      [THROTTLED, `RATE_LIMITED`],
      [
        PERSISTENT,
        `EPROTO EACCES EPERM UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_GET_ISSUER_CERT
         UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE
         UNABLE_TO_DECRYPT_CRL_SIGNATURE UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY DEPTH_ZERO_SELF_SIGNED_CERT
         SELF_SIGNED_CERT_IN_CHAIN CRL_NOT_YET_VALID CRL_HAS_EXPIRED CRL_SIGNATURE_FAILURE INVALID_CA INVALID_PURPOSE
         PATH_LENGTH_EXCEEDED HOSTNAME_MISMATCH ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD
         UND_ERR_HEADERS_OVERFLOW UND_ERR_RES_EXCEEDED_MAX_SIZE UND_ERR_PRX_TLS UND_ERR_SOCKS5
         UND_ERR_WS_MESSAGE_SIZE_EXCEEDED Z_DATA_ERROR Z_NEED_DICT Z_STREAM_ERROR EBADRESP EFORMERR ENOTIMP EBADNAME
         ERR_ENCODING_INVALID_ENCODED_DATA SQLITE_AUTH SQLITE_PERM UNAUTHORIZED FORBIDDEN`,
      ],
      [
        BAD_REQUEST,
        `ENOENT ENOTDIR EISDIR EEXIST ENOTEMPTY ENAMETOOLONG SQLITE_CONSTRAINT SQLITE_MISMATCH SQLITE_TOOBIG SQLITE_RANGE REQUEST_INVALID NOT_FOUND TOKEN_UNKNOWN
         MINT_INVALID PAYLOAD_TOO_LARGE`,
      ],
      [
        OWN_MISTAKE,
        `EINVAL EBADF UND_ERR_INVALID_ARG UND_ERR_INVALID_RETURN_VALUE UND_ERR_REQ_CONTENT_LENGTH_MISMATCH UND_ERR_NOT_SUPPORTED
         UND_ERR_BPL_MISSING_UPSTREAM ERR_ASSERTION ERR_METHOD_NOT_IMPLEMENTED ERR_STREAM_WRITE_AFTER_END
         SQLITE_ERROR SQLITE_MISUSE SQLITE_SCHEMA`,
      ],
      [
        SYSTEM,
        `EMFILE ENFILE ENOMEM ENOBUFS EADDRNOTAVAIL EADDRINUSE EDEADLK ERR_WORKER_OUT_OF_MEMORY
         ERR_MEMORY_ALLOCATION_FAILED ERR_WORKER_INIT_FAILED ERR_INVALID_URL Z_MEM_ERROR UND_ERR_MAX_ORIGINS_REACHED
         SQLITE_NOMEM SQLITE_CANTOPEN SQLITE_NOLFS ER_LOCK_DEADLOCK 40P01 CONFIG_INVALID`,
      ],
      [
        CRITICAL,
        `ENOSPC EROFS EDQUOT EIO SQLITE_CORRUPT SQLITE_FULL SQLITE_NOTADB SQLITE_IOERR SQLITE_READONLY
         SQLITE_FORMAT 53100 58030 XX001 XX002 STORE_FULL DATABASE_NEWER`,
      ],
      [CANCELLED, `ABORT_ERR UND_ERR_ABORT UND_ERR_ABORTED ECANCELED SQLITE_INTERRUPT`],
    ] as const
  ).flatMap(([meaning, codes]) => words(codes).map((code) => [code, meaning] as const)),
);

/** What codes have in common that begin alike; the first that fits. */
const BY_PREFIX: readonly (readonly [RegExp, Classification])[] = [
  [/^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_)/, PERSISTENT],
  // The other side does not speak HTTP.
  [/^HPE_/, PERSISTENT],
  [/^ERR_BROTLI_/, PERSISTENT],
  [/^UND_ERR_SOCKS5_/, PERSISTENT],
  [/^ERR_HTTP_(?:INVALID|HEADERS)|^ERR_UNESCAPED/, OWN_MISTAKE],
  [/^ERR_(?:INVALID|MISSING|OUT_OF_RANGE|UNKNOWN|ILLEGAL)/, OWN_MISTAKE],
];

/** Classes of SQLSTATE (ISO 9075, PostgreSQL's appendix A): the first two of five characters. */
const BY_SQLSTATE: ReadonlyMap<string, Classification> = new Map([
  ['08', TRANSIENT],
  ['0A', OWN_MISTAKE],
  ['22', BAD_REQUEST],
  ['23', BAD_REQUEST],
  ['28', PERSISTENT],
  ['3D', PERSISTENT],
  ['40', TRANSIENT],
  ['42', OWN_MISTAKE],
  ['53', TRANSIENT],
  ['57', TRANSIENT],
  ['58', TRANSIENT],
  ['XX', PERSISTENT],
]);

/** SQLite's primary result codes by number, as `node:sqlite` and its likes give them. */
const SQLITE_NAMES: readonly string[] = words(
  `OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY
   SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB`,
);

/** What the system was asked to do when a request had not been sent yet. */
const BEFORE_SENDING = /^(?:connect|getaddrinfo|query[A-Z]\w*)$/;

/**
 * What an error's `code` means; undefined for one that nobody here knows. `syscall` is what Node says failed.
 */
export function classifyCode(code: string, syscall: unknown): Classification | undefined {
  const found = BY_CODE.get(code) ?? bySqlite(code) ?? bySqlState(code) ?? byPrefix(code);
  if (typeof syscall !== 'string' || !BEFORE_SENDING.test(syscall)) return found;
  // A local socket of a server that is down does not exist.
  return found === TRANSIENT || code === 'ENOENT' ? NEVER_SENT : found;
}

/** What a result code of SQLite means, extended or not; undefined for none. */
export function classifySqlite(result: number): Classification | undefined {
  return BY_CODE.get(`SQLITE_${SQLITE_NAMES[result & 0xff] ?? ''}`);
}

/** Drivers name extended codes too: SQLITE_BUSY_SNAPSHOT. */
const bySqlite = (code: string): Classification | undefined =>
  BY_CODE.get(/^SQLITE_[A-Z]+(?=_)/.exec(code)?.[0] ?? '');

const bySqlState = (code: string): Classification | undefined =>
  code.length === 5 ? BY_SQLSTATE.get(code.slice(0, 2)) : undefined;

const byPrefix = (code: string): Classification | undefined =>
  BY_PREFIX.find(([prefix]) => prefix.test(code))?.[1];
