import { existsSync } from 'node:fs';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { isDamage } from './errors.ts';

/** A statement that is prepared once. */
export interface Statement {
  all(...parameters: readonly unknown[]): unknown[];
  get(...parameters: readonly unknown[]): unknown;
  run(...parameters: readonly unknown[]): {
    readonly changes: number;
    readonly lastInsertRowid: number | bigint;
  };
  iterate(...parameters: readonly unknown[]): IterableIterator<unknown>;
  columns(): readonly unknown[];
}

/** An open database, for prepared statements on hot paths. */
export type Database = Pick<DatabaseSyncInstance, 'close' | 'exec' | 'isOpen' | 'isTransaction'> & {
  prepare(sql: string): Statement;
};

/** Longest wait for another writer inside one statement; longer waits are asynchronous, in `commit`. */
export const BUSY_TIMEOUT_MS = 20;
// The maintenance worker checkpoints; this is the fallback if it cannot, at 64 MB.
const FALLBACK_CHECKPOINT_PAGES = 16_000;

/** Opens a file, or `:memory:`. @throws SQLite's error. */
export function openDatabase(path: string): Database {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA foreign_keys = ON;
      PRAGMA cache_size = -16000;
      PRAGMA wal_autocheckpoint = ${FALLBACK_CHECKPOINT_PAGES};
    `);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

const TABLES = [
  'token',
  'token_detail',
  'journal',
  'score',
  'score_row',
  'access_token',
  'meta',
  // Last, because a file of an earlier version lacks them and the looking ends there.
  ...['signal_series', 'signal_point', 'signal_minute', 'signal_quarter', 'signal_due'],
];
/** Of tables without rowid. */
const KEYS: Readonly<Record<string, string>> = {
  signal_point: 'series_id',
  signal_minute: 'series_id',
  signal_quarter: 'series_id',
  signal_due: 'step_ms',
};

/**
 * Touches both ends of each table, which finds most damage in milliseconds. Read-only, because closing the only writer
 * of a file moves its WAL into it, and a damaged one is to be kept as it was.
 * @throws SQLite's error when the file is damaged.
 */
export function probe(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
  try {
    for (const table of TABLES) {
      const key = KEYS[table] ?? 'rowid';
      const ends = table === 'meta' ? ['1'] : [key, `${key} DESC`];
      // `exec` leaves no statement behind, so that the file is really closed afterwards.
      for (const end of ends) database.exec(`SELECT * FROM ${table} ORDER BY ${end} LIMIT 1`);
    }
  } catch (error) {
    // What else is wrong, such as a table that is still to be made, shows when the file is opened.
    if (isDamage(error)) throw error;
  } finally {
    database.close();
  }
}
