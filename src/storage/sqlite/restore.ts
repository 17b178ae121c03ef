import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { syncPath } from './backup.ts';
import { moveInto, salvageMarkerOf } from './data-folder.ts';
import { inspectDatabase } from './inspect.ts';

/** What was put in place of what. */
export interface Restored {
  /** The folder that holds the database as it was before; null when there was none. */
  readonly setAside: string | null;
}

const markerOf = (databaseFile: string): string => `${databaseFile}.restore`;
const incomingOf = (databaseFile: string): string => `${databaseFile}.incoming`;

/**
 * Puts a copy of `from`, which was inspected before, in the place of the database. The old one goes into a folder of its own with all that belongs to
 * it. Whoever calls this holds the lock of the data folder. When it breaks off at any moment, {@link finishRestore} ends it, or
 * nothing has changed yet.
 * @throws what the file system or SQLite throws.
 */
export function restoreDatabase(databaseFile: string, from: string, now: number): Restored {
  takeIn(incomingOf(databaseFile), from, lastNumber(databaseFile));
  const folder = `${databaseFile}.replaced-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  const isFirst = !existsSync(databaseFile);
  // From here on it is finished, whatever happens.
  writeFileSync(markerOf(databaseFile), folder);
  syncPath(markerOf(databaseFile));
  syncPath(dirname(databaseFile));
  finishRestore(databaseFile);
  return { setAside: isFirst ? null : folder };
}

/** Makes the copy that is put in place. @throws what the file system or SQLite throws; then there is none. */
function takeIn(incoming: string, from: string, lastSeq: number): void {
  const remove = (): void => {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(incoming + suffix, { force: true });
  };
  remove();
  try {
    closeSync(openSync(incoming, 'wx', 0o600));
    copyFileSync(from, incoming);
    if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${incoming}-wal`);
    chmodSync(incoming, 0o600);
    prepare(incoming, lastSeq);
    const { faults } = inspectDatabase(incoming, 'quick');
    if (faults.length > 0) throw new Error(`the copy is not whole: ${faults.join('; ')}`);
    syncPath(incoming);
  } catch (error) {
    remove();
    throw error;
  }
}

/** Ends a restore that broke off. To be called before the database is opened; does nothing when there is none. */
export function finishRestore(databaseFile: string): void {
  const marker = markerOf(databaseFile);
  if (!existsSync(marker)) return;
  const incoming = incomingOf(databaseFile);
  // As long as the new one waits, what is in place is the old one, or what of it has not been moved yet.
  if (existsSync(incoming)) {
    const folder = readFileSync(marker, 'utf8');
    if (existsSync(databaseFile)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (existsSync(folder)) moveInto(folder, databaseFile);
    // A salvage that had broken off would fill the file anew from what it had set aside.
    rmSync(salvageMarkerOf(databaseFile), { force: true });
    renameSync(incoming, databaseFile);
    syncPath(dirname(databaseFile));
  }
  rmSync(marker, { force: true });
}

/** One file that is whole by itself, whose journal goes on where the one before ended: no number is given twice. */
function prepare(incoming: string, lastSeq: number): void {
  const database = new DatabaseSync(incoming);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
    database.exec(`
      UPDATE sqlite_sequence SET seq = max(seq, ${lastSeq}) WHERE name = 'journal';
      INSERT INTO sqlite_sequence SELECT 'journal', ${lastSeq}
        WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'journal');
    `);
  } finally {
    database.close();
  }
}

/** The last number that the journal gave; 0 where that cannot be read. */
function lastNumber(databaseFile: string): number {
  if (!existsSync(databaseFile)) return 0;
  let database: InstanceType<typeof DatabaseSync> | undefined;
  try {
    database = new DatabaseSync(databaseFile, { readOnly: true });
    const row = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").get() as
      { seq: number } | undefined;
    const seq = row?.seq ?? 0;
    return Number.isSafeInteger(seq) ? seq : 0;
  } catch {
    return 0;
  } finally {
    database?.close();
  }
}
