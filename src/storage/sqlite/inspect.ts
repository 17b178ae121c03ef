import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { describeError } from '../../kernel/index.ts';
import { SCHEMA_VERSION } from './migrations.ts';

/** What is in a database file, and whether it is whole. */
export interface DatabaseContent {
  readonly bytes: number;
  readonly schemaVersion: number;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** When the newest entry of its journal was written, ms since the epoch; null when it has none. */
  readonly lastEntryAt: number | null;
  /** Why it cannot be used; empty when it can. */
  readonly faults: readonly string[];
}

/** Tables without which a file is no database of this program, in any version of it. */
const ALWAYS = ['meta', 'token', 'journal'];

type Reader = Pick<InstanceType<typeof DatabaseSync>, 'prepare'>;

/** How many rows each table has. @throws SQLite's error. */
export function rowCounts(database: Reader): Record<string, number> {
  const tables = database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all() as { name: string }[];
  return Object.fromEntries(
    tables.map(({ name }) => {
      const { rows } = database
        .prepare(`SELECT count(*) AS rows FROM "${name.replaceAll('"', '""')}"`)
        .get() as { rows: number };
      return [name, rows];
    }),
  );
}

/** The version of its schema. @throws SQLite's error. */
export const schemaVersionOf = (database: Reader): number =>
  (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;

/**
 * Opens a database file and looks through all of it, without changing it or leaving anything beside it. It blocks: seconds at
 * a few million rows.
 * @param check `quick` leaves out whether the indexes agree with their tables.
 * @throws what the file system throws, when there is no such file.
 */
export function inspectDatabase(file: string, check: 'quick' | 'whole'): DatabaseContent {
  const { size: bytes } = statSync(file);
  const faults: string[] = [];
  let schemaVersion = 0;
  let rows: Record<string, number> = {};
  let lastEntryAt: number | null = null;
  let database: InstanceType<typeof DatabaseSync> | undefined;
  try {
    database = new DatabaseSync(readOnlyAddress(file), { readOnly: true });
    schemaVersion = schemaVersionOf(database);
    const pragma = check === 'quick' ? 'quick_check' : 'integrity_check';
    for (const row of database.prepare(`PRAGMA ${pragma}(20)`).all()) {
      const [finding] = Object.values(row as Record<string, string>);
      if (finding !== undefined && finding !== 'ok') faults.push(finding);
    }
    rows = rowCounts(database);
    const lacking = ALWAYS.filter((table) => !(table in rows));
    if (lacking.length > 0) faults.push('it is no database of Moonwarden');
    else
      lastEntryAt =
        (
          database.prepare('SELECT at FROM journal ORDER BY seq DESC LIMIT 1').get() as
            { at: number } | undefined
        )?.at ?? null;
    if (schemaVersion > SCHEMA_VERSION)
      faults.push(
        `it was written by a later version (schema ${schemaVersion}; this program knows up to ${SCHEMA_VERSION})`,
      );
  } catch (error) {
    // Some damage ends the looking before it can tell of it.
    faults.push(describeError(error));
  } finally {
    database?.close();
  }
  return { bytes, schemaVersion, rows, lastEntryAt, faults };
}

/** A file that has no write-ahead log is read as one that nobody changes: so nothing is made beside it. */
function readOnlyAddress(file: string): URL | string {
  const wal = `${file}-wal`;
  if (existsSync(wal) && statSync(wal).size > 0) return file;
  const address = pathToFileURL(file);
  address.searchParams.set('immutable', '1');
  return address;
}
