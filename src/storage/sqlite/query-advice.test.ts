import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { adviseOn, type QueryFacts, type TableFacts } from './query-advice.ts';

const journal: TableFacts = { name: 'j', rows: 5_000, columns: ['id', 'type', 'at'], indexed: ['at'] };
const facts = (sql: string, plan: string[] | null, more: Partial<QueryFacts> = {}): QueryFacts => ({
  sql,
  plan,
  rows: 3,
  tables: [journal],
  ...more,
});

test.each<[string, QueryFacts, string[], RegExp]>([
  [
    'a condition without an index',
    facts('SELECT * FROM j WHERE type = ?', ['SCAN j']),
    ['missing-index'],
    /all of j \(5,000 rows\): an index on j\(type\)/,
  ],
  [
    'one value before a range, and one range at the most',
    facts('SELECT * FROM j WHERE id > ? AND x < 3 AND type = ? AND y < ?', ['SCAN j'], {
      tables: [{ ...journal, columns: ['id', 'type', 'y'], indexed: [] }],
    }),
    ['missing-index'],
    /an index on j\(type, id\) would/,
  ],
  [
    'as many rows as are counted',
    facts('SELECT * FROM j WHERE type = ?', ['SCAN j'], { tables: [{ ...journal, rows: 100_000 }] }),
    ['missing-index'],
    /\(100,000 rows or more\)/,
  ],
  [
    'an index that cannot be used',
    facts('SELECT * FROM j WHERE ?1 IS NULL OR at = ?1', ['SCAN j']),
    ['full-scan'],
    /although at has an index/,
  ],
  ['all of it', facts('SELECT * FROM j', ['SCAN j']), ['full-scan'], /reads all of j .* whatever/],
  [
    'all of an index',
    facts('SELECT count(*) FROM j', ['SCAN j USING COVERING INDEX j_at']),
    ['full-scan'],
    /a whole index of j/,
  ],
  [
    'a small table',
    facts('SELECT * FROM j WHERE type = ?', ['SCAN j'], { tables: [{ ...journal, rows: 999 }] }),
    ['none'],
    /carried out well/,
  ],
  ['a table of another name', facts('SELECT * FROM k', ['SCAN k']), ['none'], /carried out well/],
  [
    'an index that is made each time',
    facts('SELECT * FROM j, k WHERE a = b', [
      'SCAN k',
      'SEARCH j USING AUTOMATIC COVERING INDEX (a=? AND b=?)',
    ]),
    ['missing-index'],
    /an index on j\(a, b\) anew each time/,
  ],
  [
    'sorting',
    facts('SELECT * FROM j WHERE at = ? ORDER BY type, id DESC LIMIT 5', [
      'SEARCH j USING INDEX j_at (at=?)',
      'USE TEMP B-TREE FOR ORDER BY',
    ]),
    ['sort'],
    /an index that ends in type, id DESC would/,
  ],
  [
    'grouping',
    facts('SELECT type FROM j WHERE at = ? GROUP BY type', ['USE TEMP B-TREE FOR GROUP BY']),
    ['sort'],
    /GROUP BY\): an index in that order/,
  ],
  [
    'many rows',
    facts('DELETE FROM j WHERE at < ?', ['SEARCH j USING INDEX j_at (at<?)'], { rows: 1_000 }),
    ['large-batch'],
    /took 1,000 rows at once/,
  ],
  ['not quite many rows', facts('SELECT 1', ['SEARCH j'], { rows: 999 }), ['none'], /carried out well/],
  [
    'several at once',
    facts('SELECT * FROM j WHERE type = ? ORDER BY id', ['SCAN j', 'USE TEMP B-TREE FOR ORDER BY'], {
      rows: 2_000,
    }),
    ['missing-index', 'sort', 'large-batch'],
    /./,
  ],
  ['a commit', facts('COMMIT', null), ['disk'], /disk/],
  ['a wait', facts('BEGIN IMMEDIATE', null), ['lock'], /Another program/],
  ['no plan', facts('SELECT 1', null), ['none'], /not known/],
])('%s', (_name, given, kinds, text) => {
  const advice = adviseOn(given);
  expect(advice.map(({ kind }) => kind)).toEqual(kinds);
  expect(advice[0]?.text).toMatch(text);
});

test('the lines of plans are those of this SQLite, and the advice that is followed changes them', () => {
  const database = openDatabase(':memory:');
  database.exec('CREATE TABLE j (id INTEGER PRIMARY KEY, type TEXT, at INTEGER)');
  const sql = 'SELECT * FROM j WHERE type = ? ORDER BY at';
  const kinds = (): string[] => {
    const plan = (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(
      ({ detail }) => detail,
    );
    return adviseOn({ sql, plan, rows: 1, tables: [{ ...journal, indexed: [] }] }).map(({ kind }) => kind);
  };
  expect(kinds()).toEqual(['missing-index', 'sort']);
  database.exec('CREATE INDEX j_type ON j (type)');
  expect(kinds()).toEqual(['sort']);
  database.exec('CREATE INDEX j_type_at ON j (type, at)');
  expect(kinds()).toEqual(['none']);
  database.close();
});
