import type { Clock } from '../../kernel/index.ts';
import type { Database, Statement } from './database.ts';
import { statementName } from './sql-text.ts';

/** What is known of one statement that took long. */
export interface SlowStatement {
  readonly name: string;
  readonly sql: string;
  readonly durationMs: number;
  /** Rows read or changed; null when that is not known. */
  readonly rows: number | null;
}

/** Who is told how long statements take. */
export interface StatementWatch {
  /** What to record a statement of this name with; undefined as long as nobody wants to know. */
  readonly timing: (name: string) => ((durationMs: number, ok: boolean) => void) | undefined;
  /** Told of each that took over {@link SLOW_MS}. */
  readonly onSlow: (statement: SlowStatement) => void;
}

/** From here on a statement is slow, in ms. */
const SLOW_MS = 100;

/**
 * The same database, whose statements are timed by name. Reading row by row (`iterate`) is not timed: how long that takes is
 * a matter of who reads.
 */
export function timedDatabase(
  database: Database,
  clock: Pick<Clock, 'monotonic'>,
  watch: StatementWatch,
): Database {
  const timed = (sql: string): (<T>(work: () => T, rowsOf: (result: T) => number | null) => T) => {
    const name = statementName(sql);
    let record: ReturnType<StatementWatch['timing']>;
    const done = (startMs: number, ok: boolean, rows: number | null): void => {
      const durationMs = clock.monotonic() - startMs;
      record ??= watch.timing(name);
      record?.(durationMs, ok);
      if (durationMs >= SLOW_MS) watch.onSlow({ name, sql, durationMs, rows });
    };
    return (work, rowsOf) => {
      const startMs = clock.monotonic();
      let result;
      try {
        result = work();
      } catch (error) {
        done(startMs, false, null);
        throw error;
      }
      done(startMs, true, rowsOf(result));
      return result;
    };
  };
  const executed = new Map<string, ReturnType<typeof timed>>();

  return {
    get isOpen() {
      return database.isOpen;
    },
    get isTransaction() {
      return database.isTransaction;
    },
    close() {
      database.close();
    },
    exec(sql) {
      let time = executed.get(sql);
      if (time === undefined) executed.set(sql, (time = timed(sql)));
      time(
        () => {
          database.exec(sql);
        },
        () => null,
      );
    },
    prepare(sql) {
      const statement = database.prepare(sql);
      const time = timed(sql);
      return {
        get: (...parameters) =>
          time(
            () => statement.get(...parameters),
            (row) => (row === undefined ? 0 : 1),
          ),
        all: (...parameters) =>
          time(
            () => statement.all(...parameters),
            (rows) => rows.length,
          ),
        run: (...parameters) =>
          time(
            () => statement.run(...parameters),
            ({ changes }) => changes,
          ),
        iterate: (...parameters) => statement.iterate(...parameters),
        columns: () => statement.columns(),
      } satisfies Statement;
    },
  };
}
