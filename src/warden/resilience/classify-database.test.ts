import { describe, expect, test } from 'vitest';
import { classifyError } from './classify-error.ts';
import type { Classification } from './classify.ts';
import {
  BAD_REQUEST,
  CRITICAL,
  NEVER_SENT,
  OWN_MISTAKE,
  PERSISTENT,
  SYSTEM,
  TRANSIENT,
} from './failure-classes.ts';
import { code, failure } from './testing/failures.ts';

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
    ['MY_SQLITE_CORRUPT_X', TRANSIENT],
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
    ['no number', TRANSIENT, { errcode: '11' }],
    ['none', TRANSIENT, {}],
  ])('SQLite by number: %s', (_, meaning, properties) => {
    expect(classifyError(failure({ code: 'ERR_SQLITE_ERROR', ...properties }))).toEqual(meaning);
  });
});
