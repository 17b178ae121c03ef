import { openDatabase, type Database } from '../sqlite/database.ts';
import { startMaintenance } from '../sqlite/maintenance.ts';
import { migrate } from '../sqlite/migrations.ts';
import { createSignalTables, type SignalTables } from '../sqlite/signal-tables.ts';

export { startMaintenance };

/** Tables of the history of signals in this very thread, whose writes can be made to fail. */
export interface TestTables {
  readonly tables: SignalTables;
  readonly database: Database;
  /** The statement that writes after so many others throws. */
  crashAfter(statements: number): void;
}

export function openSignalTables(path: string): TestTables {
  const database = openDatabase(path);
  migrate(database);
  let left = Infinity;
  const prepare = (sql: string): unknown => {
    const statement = database.prepare(sql);
    return {
      all: statement.all.bind(statement),
      get: statement.get.bind(statement),
      run: (...parameters: readonly (string | number)[]) => {
        left -= 1;
        if (left < 0) {
          left = Infinity;
          throw new Error('planted');
        }
        return statement.run(...parameters);
      },
    };
  };
  const spoilt = new Proxy(database, {
    get(target, name) {
      if (name === 'prepare') return prepare;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return {
    tables: createSignalTables(spoilt),
    database,
    crashAfter(statements) {
      left = statements;
    },
  };
}
