import { expect, test } from 'vitest';
import { comparedColumns, statementName } from './sql-text.ts';

test.each<[string, string]>([
  ['SELECT * FROM journal WHERE type = ? AND at >= ? ORDER BY seq', 'SELECT journal by type, at'],
  ['SELECT * FROM token ORDER BY id', 'SELECT token'],
  ["SELECT * FROM journal WHERE seq > ? AND type <> 'samples' ORDER BY seq", 'SELECT journal by seq, type'],
  ['SELECT * FROM journal WHERE seq < ? AND (?2 IS NULL OR subject = ?2)', 'SELECT journal by seq, subject'],
  ['select "mint" from "token" where "status" in (?, ?) and "x" = ?', 'SELECT token by status, x'],
  ['select "mint" from "token" where "token"."status" in (?, ?, ?)', 'SELECT token by status'],
  ['INSERT OR IGNORE INTO score (a, b) SELECT id, ? FROM token WHERE mint = ?', 'INSERT score'],
  ['\n  UPDATE token SET a = ?,\n b = ? WHERE mint = ?', 'UPDATE token by mint'],
  ['DELETE FROM x WHERE id IN (SELECT id FROM x WHERE at < ? LIMIT 9)', 'DELETE x by id, at'],
  ['SELECT max(at) FROM (SELECT at FROM p WHERE s = ? AND at < ? LIMIT ?)', 'SELECT p by s, at'],
  ['SELECT * FROM t WHERE a = 1 AND b = 2 AND c = 3 AND d = 4 AND e = 5', 'SELECT t by a, b, c, d'],
  ['SELECT a FROM t WHERE NOT b IS NULL', 'SELECT t by b'],
  ['BEGIN IMMEDIATE', 'BEGIN IMMEDIATE'],
  ['COMMIT', 'COMMIT'],
  ['PRAGMA synchronous = FULL', 'PRAGMA synchronous'],
  ['', ''],
])('%s', (sql, name) => {
  expect(statementName(sql)).toBe(name);
});

test('columns that are compared with one value are told from those with a range', () => {
  expect(comparedColumns('SELECT 1 FROM t WHERE a = ? AND t.b >= ? AND c IN (?) AND a > 1 LIMIT 5')).toEqual([
    { column: 'a', isEqual: true },
    { column: 'b', isEqual: false },
    { column: 'c', isEqual: true },
  ]);
});
