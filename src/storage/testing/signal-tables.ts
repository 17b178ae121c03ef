import { openDatabase, type Database } from '../sqlite/database.ts';
import { startMaintenance, type Maintenance } from '../sqlite/maintenance.ts';
import { migrate } from '../sqlite/migrations.ts';
import { createSignalTables, type SignalTables } from '../sqlite/signal-tables.ts';

export { startMaintenance, type Maintenance };

/** The tables of the history of signals on a file of their own, or in memory, in this very thread. */
export function openSignalTables(path: string): {
  readonly tables: SignalTables;
  readonly database: Database;
} {
  const database = openDatabase(path);
  migrate(database);
  return { tables: createSignalTables(database), database };
}
