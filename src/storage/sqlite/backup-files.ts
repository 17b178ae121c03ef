import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A backup that was made whole. */
export interface BackupFile {
  readonly path: string;
  readonly name: string;
  /** Of which moment it is, ms since the epoch; by its name, so that copying the file changes nothing. */
  readonly at: number;
  readonly bytes: number;
}

const NAME = /^moonwarden-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z\.db$/;
/** What is being made, or was when its process died, with what SQLite puts beside it. */
const PART = /^moonwarden-[\dTZ-]+\.db\.\d+\.tmp(?:-journal|-wal|-shm)?$/;

/** The name of a backup; names sort by time. */
export const backupName = (at: number): string =>
  `moonwarden-${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}.db`;

/** The name under which it is made: nothing that lists backups takes it for one. */
export const partName = (at: number, pid: number): string => `${backupName(at)}.${pid}.tmp`;

function timeOf(name: string): number | null {
  const [, day, hours, minutes, seconds, millis] = NAME.exec(name) ?? [];
  if (day === undefined) return null;
  const at = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${millis}Z`);
  return Number.isNaN(at) ? null : at;
}

/** The backups of a folder, the newest first; none where there is no such folder. @throws what the file system throws. */
export async function listBackups(folder: string): Promise<readonly BackupFile[]> {
  const found: BackupFile[] = [];
  for (const name of await namesIn(folder)) {
    const at = timeOf(name);
    if (at === null) continue;
    const path = join(folder, name);
    // One that is removed meanwhile is none.
    const facts = await stat(path).catch(() => null);
    if (facts?.isFile()) found.push({ path, name, at, bytes: facts.size });
  }
  return found.sort((a, b) => b.at - a.at);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Removes what processes left that died while they made a backup. @throws what the file system throws. */
export async function removeParts(folder: string): Promise<void> {
  for (const name of await namesIn(folder))
    if (PART.test(name)) await rm(join(folder, name), { force: true });
}

/** Removes all but the newest `keep`. @returns the names of what was removed. @throws what the file system throws. */
export async function removeOldest(folder: string, keep: number): Promise<readonly string[]> {
  const old = (await listBackups(folder)).slice(keep);
  for (const { path } of old) await rm(path, { force: true });
  return old.map(({ name }) => name);
}
