import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, test } from 'vitest';
import { isBusy, isDamage, sqliteCode, storeError } from './errors.ts';

const sqliteError = (message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', ...more });

test.each([
  ['database is locked', 5, true, false, 'STORE_FAILED'],
  ['database table is locked', 6, true, false, 'STORE_FAILED'],
  ['attempt to write a readonly database', 8, false, false, 'STORE_FAILED'],
  ['disk I/O error', 10, false, false, 'STORE_FULL'],
  ['database disk image is malformed', 11, false, true, 'STORE_FAILED'],
  ['database or disk is full', 13, false, false, 'STORE_FULL'],
  ['file is not a database', 26, false, true, 'STORE_FAILED'],
])('%s is known by its code and by its text', (message, code, busy, damage, means) => {
  for (const error of [sqliteError(message), sqliteError('other', { sqliteCode: code | (3 << 8) })]) {
    expect(sqliteCode(error)).toBe(code);
    expect([isBusy(error), isDamage(error)]).toEqual([busy, damage]);
    expect(storeError(error)).toMatchObject({ code: means, cause: error });
  }
});

describe('what is not an error of SQLite', () => {
  test.each([null, undefined, 'database is locked', new Error('database is locked'), { sqliteCode: 5 }])(
    '%s',
    (error) => {
      expect(sqliteCode(error)).toBeUndefined();
    },
  );
  test('stays what it is when it has a name already', () => {
    const named = storeError(sqliteError('disk I/O error'));
    expect(storeError(named)).toBe(named);
  });
});

test('a real error has one of the two', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA max_page_count = 2; CREATE TABLE t (x)');
  const fill = database.prepare('INSERT INTO t VALUES (zeroblob(9000))');
  const acts: (() => unknown)[] = [
    () => fill.run(),
    (): unknown => fill.all(),
    (): unknown => fill.get(),
    () => {
      database.exec('INSERT INTO t VALUES (zeroblob(9000))');
    },
  ];
  const outcomes = acts.map((act) => {
    try {
      return act();
    } catch (error) {
      return sqliteCode(error);
    }
  });
  expect(outcomes).toEqual([13, 13, 13, 13]);
  database.close();
});
