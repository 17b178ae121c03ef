import { statSync } from 'node:fs';
import type { Database } from './database.ts';
import { MOST_COUNTED, type TableFacts } from './query-advice.ts';

/** Sizes of a database file, in bytes. */
export interface FileSizes {
  readonly bytes: number;
  /** Of the write-ahead log beside it. */
  readonly walBytes: number;
  /** Of the pages inside the file that hold nothing. */
  readonly freeBytes: number;
}

/** What became of a checkpoint: pages in the log, and how many of them are in the file now. */
export interface CheckpointResult {
  readonly pages: number;
  readonly moved: number;
}

/** How a statement would be carried out, and the tables of which it would read all. */
export interface Explanation {
  readonly plan: readonly string[];
  readonly tables: readonly TableFacts[];
}

/** @throws SQLite's error, or the one of the file system. */
export function measureFile(database: Database, file: string): FileSizes {
  const number = (pragma: string): number =>
    Object.values(database.prepare(`PRAGMA ${pragma}`).get() as Record<string, number>)[0] ?? 0;
  return {
    bytes: statSync(file).size,
    walBytes: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    freeBytes: number('freelist_count') * number('page_size'),
  };
}

/** Moves what nobody reads any more out of the log into the file, without waiting for anybody. @throws SQLite's error. */
export function checkpoint(database: Database): CheckpointResult {
  const { log, checkpointed } = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as {
    log: number;
    checkpointed: number;
  };
  return { pages: Math.max(0, log), moved: Math.max(0, checkpointed) };
}

const SCANNED = /^SCAN "?(\w+)"?/;

/**
 * Explains a statement of this program without carrying it out. Its parameters count as unknown. Counting the rows of its tables
 * ends at {@link MOST_COUNTED}.
 * @throws SQLite's error, also when the statement has no plan.
 */
export function explain(database: Database, sql: string): Explanation {
  const plan = (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(
    ({ detail }) => detail,
  );
  const scanned = new Set(plan.flatMap((line) => SCANNED.exec(line)?.[1] ?? []));
  const isTable = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  const tables = [...scanned].filter((name) => isTable.get(name) !== undefined);
  return { plan, tables: tables.map((name) => tableFacts(database, name)) };
}

function tableFacts(database: Database, name: string): TableFacts {
  const { rows } = database
    .prepare(`SELECT count(*) AS rows FROM (SELECT 1 FROM "${name}" LIMIT ${MOST_COUNTED})`)
    .get() as { rows: number };
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(name) as { name: string }[];
  const indexed = database
    .prepare(
      `SELECT DISTINCT info.name AS name FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info
       WHERE info.seqno = 0 AND info.name IS NOT NULL`,
    )
    .all(name) as { name: string }[];
  return {
    name,
    rows,
    columns: columns.map((column) => column.name),
    indexed: indexed.map((column) => column.name),
  };
}
