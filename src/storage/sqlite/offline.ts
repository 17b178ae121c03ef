import { existsSync } from 'node:fs';
import { MoonwardenError } from '../../kernel/index.ts';
import { makeBackup, type BackupMade } from './backup.ts';
import { backupFolderOf, type BackupPlace } from './backups.ts';
import { takeDataFolder, type DataFolder } from './data-folder.ts';
import { finishRestore, restoreDatabase, type Restored } from './restore.ts';

/** Takes the folder for as long as the work lasts, so that no service starts on it meanwhile. */
async function withFolder<T>(path: string, work: (folder: DataFolder) => T | Promise<T>): Promise<T> {
  const folder = takeDataFolder(path);
  try {
    finishRestore(folder.databaseFile);
    return await work(folder);
  } finally {
    folder.release();
  }
}

/**
 * Backs up the database of a data folder on which no service runs.
 * @throws MoonwardenError DATA_FOLDER_IN_USE, DATA_FOLDER_UNUSABLE, NOT_FOUND; what {@link makeBackup} throws.
 */
export function backupStopped(path: string, { folder, keep }: BackupPlace, now: number): Promise<BackupMade> {
  return withFolder(path, ({ databaseFile }) => {
    if (!existsSync(databaseFile)) throw new MoonwardenError('NOT_FOUND', `there is no database in ${path}`);
    return makeBackup(databaseFile, { folder: backupFolderOf(path, folder), keep, at: now });
  });
}

/**
 * Puts a backup, which was inspected before, in the place of the database of a data folder on which no service runs.
 * @throws MoonwardenError DATA_FOLDER_IN_USE, DATA_FOLDER_UNUSABLE; what the file system or SQLite throws.
 */
export const restoreStopped = (path: string, from: string, now: number): Promise<Restored> =>
  withFolder(path, ({ databaseFile }) => restoreDatabase(databaseFile, from, now));
