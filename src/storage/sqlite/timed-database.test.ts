import { expect, test } from 'vitest';
import { systemClock } from '../../kernel/index.ts';
import { openDatabase } from './database.ts';
import { timedDatabase, type SlowStatement } from './timed-database.ts';

/** Time passes inside of SQLite alone: the statement calls this function. */
function open(): {
  database: ReturnType<typeof timedDatabase>;
  told: [string, number, boolean][];
  slow: SlowStatement[];
} {
  let nowMs = 0;
  const bare = openDatabase(':memory:');
  const told: [string, number, boolean][] = [];
  const slow: SlowStatement[] = [];
  const monotonic = (): number => nowMs;
  const slowly = new Proxy(bare, {
    get(target, key) {
      if (key === 'exec')
        return (sql: string) => {
          nowMs += 7;
          target.exec(sql);
        };
      if (key === 'prepare')
        return (sql: string) => {
          const statement = target.prepare(sql);
          const pass = (ms: unknown): void => {
            nowMs += Number(ms);
          };
          return {
            get: (ms: number) => (pass(ms), statement.get()),
            all: (ms: number) => (pass(ms), statement.all()),
            run: (ms: number) => (pass(ms), statement.run()),
            iterate: (ms: number) => (pass(ms), statement.iterate()),
            columns: () => statement.columns(),
          };
        };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const database = timedDatabase(
    slowly,
    { monotonic },
    {
      timing: (name) => (durationMs, ok) => {
        told.push([name, durationMs, ok]);
      },
      onSlow: (statement) => {
        slow.push(statement);
      },
    },
  );
  return { database, told, slow };
}

test('each statement is timed by its name, also when it fails, and only slow ones are told with their text', () => {
  const { database, told, slow } = open();
  database.exec('CREATE TABLE t (a UNIQUE)');
  const put = database.prepare('INSERT INTO t (a) VALUES (1), (2), (3)');
  put.run(99.9);
  expect(() => put.run(20)).toThrow('UNIQUE');
  expect(database.prepare('SELECT a FROM t WHERE a > 1').all(100)).toHaveLength(2);
  expect(database.prepare('SELECT a FROM t WHERE a = 9').get(250)).toBeUndefined();
  expect(database.prepare('UPDATE t SET a = a + 10').run(300).changes).toBe(3);
  expect([...database.prepare('SELECT a FROM t').iterate(500)]).toHaveLength(3);
  expect(told).toEqual(
    [
      ['CREATE TABLE', 7, true],
      ['INSERT t', 99.9, true],
      ['INSERT t', 20, false],
      ['SELECT t by a', 100, true],
      ['SELECT t by a', 250, true],
      ['UPDATE t', 300, true],
    ].map(([name, ms, ok]): unknown[] => [name, expect.closeTo(ms as number, 6), ok]),
  );
  expect(slow.map(({ sql, rows }) => [sql, rows])).toEqual([
    ['SELECT a FROM t WHERE a > 1', 2],
    ['SELECT a FROM t WHERE a = 9', 0],
    ['UPDATE t SET a = a + 10', 3],
  ]);
});

test('it is the database that it was', () => {
  const { database } = open();
  expect(database.isTransaction).toBe(false);
  database.exec('BEGIN');
  expect(database.isTransaction).toBe(true);
  database.exec('COMMIT');
  expect(database.prepare('SELECT 1 AS one').columns()).toHaveLength(1);
  database.close();
  expect(database.isOpen).toBe(false);
});

test('a real statement takes as long as a watch from outside tells', () => {
  const bare = openDatabase(':memory:');
  let measuredMs = 0;
  const database = timedDatabase(bare, systemClock, {
    timing: () => (durationMs) => {
      measuredMs = durationMs;
    },
    onSlow: () => undefined,
  });
  const count = database.prepare(
    'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT count(*) FROM n',
  );
  const shares = Array.from({ length: 5 }, () => {
    const startMs = systemClock.monotonic();
    count.get();
    return measuredMs / (systemClock.monotonic() - startMs);
  });
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  // The best of them, because a busy machine may take away the processor at any time.
  expect(Math.max(...shares)).toBeGreaterThan(0.95);
  bare.close();
});
