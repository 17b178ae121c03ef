import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Database } from './database.ts';

const TABLES = [
  'token',
  'token_detail',
  'access_token',
  'journal',
  'score',
  'score_row',
  'token_move',
  'check_hour',
  'signal_series',
  'signal_point',
  'signal_minute',
  'signal_quarter',
  'signal_due',
  'job_run',
  'job_item',
];

/** The first column of the key, of tables without rowid. */
const KEYS: Readonly<Record<string, string>> = {
  signal_point: 'series_id',
  signal_minute: 'series_id',
  signal_quarter: 'series_id',
  signal_due: 'step_ms',
};
const orderOf = (table: string, direction: string): string => {
  const key = KEYS[table];
  return key === undefined ? `rowid ${direction}` : `${key} ${direction}, at ${direction}`;
};

/** As the migrations do. */
const FILL_WHAT_EARLIER_VERSIONS_LACK = `
  UPDATE token SET scored_at = refreshed_at WHERE scored_at IS NULL AND score IS NOT NULL;
  UPDATE token SET check_since = checked_at WHERE check_since IS NULL;
  UPDATE token SET check_steps = (
    SELECT json_extract(activation_check, '$.steps') FROM token_detail
    WHERE token_id = token.id AND json_valid(activation_check)
  ) WHERE check_steps IS NULL;`;

/**
 * Copies every row that can still be read from a database that was set aside into a new one. The set-aside files are
 * left as they are: the reading is done on a copy.
 * @returns rows saved by table; a table that cannot be read at all has 0.
 * @throws what writing threw, e.g. on a full disk; then nothing is lost, and salvaging may begin again from the folder.
 */
export function salvage(folder: string, into: Database): Record<string, number> {
  const original = join(folder, 'moonwarden.db');
  const copy = join(folder, 'salvage.tmp');
  const suffixes = ['', '-wal'].filter((suffix) => existsSync(original + suffix));
  const saved = Object.fromEntries(TABLES.map((table) => [table, 0]));
  let from: Database | null = null;
  try {
    for (const suffix of suffixes) copyFileSync(original + suffix, copy + suffix);
    from = openDamaged(copy);
    into.exec('PRAGMA foreign_keys = OFF');
    if (from) {
      for (const table of TABLES) saved[table] = salvageTable(from, into, table);
      keepNumbers(from, into);
    }
    // A score of a token that is lost would become one of the next token that gets its number.
    for (const table of ['token_detail', 'score', 'score_row', 'token_move', 'check_hour'])
      into.exec(`DELETE FROM ${table} WHERE token_id NOT IN (SELECT id FROM token)`);
    into.exec(FILL_WHAT_EARLIER_VERSIONS_LACK);
    into.exec('PRAGMA foreign_keys = ON');
  } finally {
    from?.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(copy + suffix, { force: true });
  }
  return saved;
}

/** Null when it is not readable at all: then nothing can be saved, and the original is kept. */
function openDamaged(file: string): Database | null {
  let from: DatabaseSyncInstance | undefined;
  try {
    from = new DatabaseSync(file);
    // Some kinds of damage only show in pages that no row needs; and only so is a file read that was cut off.
    from.enableDefensive(false);
    from.exec('PRAGMA cell_size_check = OFF; PRAGMA writable_schema = ON; SELECT 1 FROM sqlite_schema');
    return from;
  } catch {
    from?.close();
    return null;
  }
}

/** Reads upwards until something breaks, then downwards from the end: what is lost is the broken middle. */
function salvageTable(from: Database, into: Database, table: string): number {
  const columns = (into.prepare(`PRAGMA table_info(${table})`).all() as { name: string }[]).map(
    ({ name }) => name,
  );
  let saved = 0;
  let insert: { readonly run: (row: Record<string, unknown>) => number } | null = null;
  // A file of an earlier version lacks columns: they get their defaults, which NULL would not leave them.
  const prepare = (sample: Record<string, unknown>): NonNullable<typeof insert> => {
    const shared = columns.filter((column) => Object.hasOwn(sample, column));
    const statement = into.prepare(
      `INSERT OR IGNORE INTO ${table} (${shared.join(', ')}) VALUES (${shared.map(() => '?').join(', ')})`,
    );
    return { run: (row) => statement.run(...shared.map((column) => row[column] as never)).changes };
  };
  into.exec('BEGIN');
  try {
    for (const direction of ['ASC', 'DESC']) {
      const { rows, broke } = readable(from, `SELECT * FROM ${table} ORDER BY ${orderOf(table, direction)}`);
      for (const row of rows()) {
        insert ??= prepare(row);
        const changes = insert.run(row);
        if (direction === 'DESC' && changes === 0) break;
        saved += changes;
      }
      if (!broke()) break;
    }
    into.exec('COMMIT');
    return saved;
  } catch (error) {
    // Only writing throws here: the caller must not take a full disk for a broken page.
    if (into.isTransaction) into.exec('ROLLBACK');
    throw error;
  }
}

/** The rows of a query up to the first that cannot be read, and whether there was one. */
function readable(
  from: Database,
  query: string,
): { readonly rows: () => Generator<Record<string, unknown>>; readonly broke: () => boolean } {
  let broke = false;
  return {
    *rows() {
      let iterator: Iterator<unknown>;
      try {
        iterator = from.prepare(query).iterate();
      } catch {
        broke = true;
        return;
      }
      for (;;) {
        let next: IteratorResult<unknown>;
        try {
          next = iterator.next();
        } catch {
          broke = true;
          return;
        }
        if (next.done) return;
        yield next.value as Record<string, unknown>;
      }
    },
    broke: () => broke,
  };
}

/** Numbers of the journal are never given twice, also if the entries that had the last ones are lost. */
function keepNumbers(from: Database, into: Database): void {
  const [row] = readable(from, "SELECT seq FROM sqlite_sequence WHERE name = 'journal'").rows();
  const seq = Number(row?.['seq'] ?? 0);
  into.prepare("DELETE FROM sqlite_sequence WHERE name = 'journal' AND seq < ?").run(seq);
  into
    .prepare(
      "INSERT INTO sqlite_sequence SELECT 'journal', ? WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'journal')",
    )
    .run(seq);
}
