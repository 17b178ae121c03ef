import { expect, test } from 'vitest';
import { OWN_MISTAKE, PERSISTENT, TRANSIENT } from './failure-classes.ts';
import { classifyCode, classifySqlite } from './failure-codes.ts';

test.each([
  ['08006', TRANSIENT],
  ['0A000', OWN_MISTAKE],
  ['40002', TRANSIENT],
  ['53000', TRANSIENT],
  ['57P01', TRANSIENT],
  ['58000', TRANSIENT],
  ['XX000', PERSISTENT],
  ['CERT_HAS_EXPIRED', PERSISTENT],
  ['HPE_INVALID_CONSTANT', PERSISTENT],
  ['ERR_BROTLI_DECODER_ERROR_UNREACHABLE', PERSISTENT],
  ['UND_ERR_SOCKS5_AUTH', PERSISTENT],
  ['ERR_HTTP_HEADERS_SENT', OWN_MISTAKE],
  ['ERR_UNESCAPED_CHARACTERS', OWN_MISTAKE],
  ['ERR_MISSING_ARGS', OWN_MISTAKE],
])('%s is known', (code, meaning) => {
  expect(classifyCode(code, undefined)).toBe(meaning);
});

test.each([
  '',
  '99000',
  '0800',
  '080061',
  'SQLITE_',
  'SQLITE_NEVER_HEARD',
  'X_CERT_HAS_EXPIRED',
  'X_ERR_TLS_X',
  'X_HPE_INVALID',
  'X_ERR_BROTLI_X',
  'X_UND_ERR_SOCKS5_X',
  'X_ERR_HTTP_HEADERS_SENT',
  'X_ERR_UNESCAPED_CHARACTERS',
  'X_ERR_MISSING_ARGS',
])('nobody here knows %j', (code) => {
  expect(classifyCode(code, undefined)).toBeUndefined();
});

test('a number that SQLite does not use means nothing', () => {
  expect([classifySqlite(0), classifySqlite(200), classifySqlite(5)]).toEqual([
    undefined,
    undefined,
    TRANSIENT,
  ]);
});
