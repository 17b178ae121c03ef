import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, backup } from '@photostructure/sqlite';
import { backupName, partName, removeOldest, removeParts } from './backup-files.ts';
import { inspectDatabase, rowCounts, schemaVersionOf } from './inspect.ts';

/** Where a backup goes. */
export interface BackupTarget {
  readonly folder: string;
  /** So many are kept, this one among them. */
  readonly keep: number;
  /** The time that it is called by, ms since the epoch. */
  readonly at: number;
}

/** A backup that was made and looked through. */
export interface BackupMade {
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
  readonly schemaVersion: number;
  readonly rows: Readonly<Record<string, number>>;
  /** Names of the backups that gave way to it. */
  readonly removed: readonly string[];
}

/** 16 MB. */
const PAGES_A_STEP = 4_000;
/** What a backup leaves free: the service has to go on writing. */
const SPARE_BYTES = 16e6;

/**
 * Copies the database as it is at one moment while others write to it, looks through the copy, and only then gives it its name.
 * It blocks while it looks, so a service does it in a thread of its own. That thread must not be ended meanwhile: the driver cannot
 * be interrupted while it copies, and takes the whole process with it.
 * @param signal gives it up after the step that it is at.
 * @throws an error that says what failed; then no backup was made, none was removed, and nothing half is left.
 */
export async function makeBackup(
  file: string,
  { folder, keep, at }: BackupTarget,
  signal?: AbortSignal,
): Promise<BackupMade> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await removeParts(folder);
  needRoom(file, folder);
  const part = join(folder, partName(at, process.pid));
  const path = join(folder, backupName(at));
  if (existsSync(path)) throw new Error(`there is a backup of this moment already: ${path}`);
  try {
    // Made by us with its mode: it holds the hashes of access tokens.
    closeSync(openSync(part, 'wx', 0o600));
    const source = await copyTo(part, file);
    signal?.throwIfAborted();
    const { bytes, schemaVersion, rows, faults } = inspectDatabase(part, 'quick');
    const differences = Object.entries(source.rows)
      .filter(([table, count]) => rows[table] !== count)
      .map(([table, count]) => `${table} has ${rows[table] ?? 0} rows and not ${count}`);
    if (schemaVersion !== source.schemaVersion)
      differences.push(`its schema is ${schemaVersion} and not ${source.schemaVersion}`);
    const wrong = [...faults, ...differences];
    if (wrong.length > 0) throw new Error(`the copy is not whole: ${wrong.join('; ')}`);
    signal?.throwIfAborted();
    syncPath(part);
    renameSync(part, path);
    syncPath(folder);
    return { path, at, bytes, schemaVersion, rows, removed: await removeOldest(folder, keep) };
  } catch (error) {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(part + suffix, { force: true });
    throw error;
  }
}

/** Copies what one transaction sees, so that no write makes the copying begin anew. */
async function copyTo(part: string, file: string): Promise<Pick<BackupMade, 'schemaVersion' | 'rows'>> {
  const source = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  let content: Pick<BackupMade, 'schemaVersion' | 'rows'>;
  try {
    source.exec('BEGIN');
    content = { schemaVersion: schemaVersionOf(source), rows: rowCounts(source) };
    await backup(source, part, { rate: PAGES_A_STEP });
    source.exec('COMMIT');
  } finally {
    source.close();
  }
  // One file that is whole by itself: with a write-ahead log it would be two.
  const copy = new DatabaseSync(part);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
  return content;
}

/** @throws Error when the copy would fill the disk. */
function needRoom(file: string, folder: string): void {
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const bytes = statSync(file).size + wal + SPARE_BYTES;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytes)
    throw new Error(
      `there is no room in ${folder}: it takes ${megabytes(bytes)}, and ${megabytes(bavail * bsize)} are free`,
    );
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`;

/** To the disk: the content of a file, or the names in a folder. @throws what the file system throws. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
