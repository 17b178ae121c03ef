import {
  closeSync,
  copyFileSync,
  constants,
  existsSync,
  openSync,
  renameSync,
  fsyncSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { MoonwardenError, describeError, systemClock } from '../kernel/index.ts';
import type { BackupResult } from '../contract/index.ts';
import {
  backupFolderOf,
  backupStopped,
  inspectDatabase,
  listBackups,
  restoreStopped,
  type BackupFile,
  type DatabaseContent,
} from '../storage/index.ts';
import { openConfig } from './config/open.ts';

/** What the command line says about where the data and the backups are. */
export interface DatabaseChoice {
  readonly dataFolder: string;
  /** The configuration file, as for the service. */
  readonly config?: string | undefined;
}

/** A database file that was looked through. */
export interface VerifiedFile extends DatabaseContent {
  readonly path: string;
  /** Of which moment it is, by its name; null when it is no backup of ours. */
  readonly at: number | null;
}

const backupSettings = ({ dataFolder, config }: DatabaseChoice) =>
  openConfig({ file: config }, dataFolder).settings.backup;

const folderOf = (choice: DatabaseChoice): string =>
  backupFolderOf(choice.dataFolder, backupSettings(choice).folder);

/** Anything that the file system or SQLite says, by name. */
function named(
  code: 'BACKUP_FAILED' | 'FILE_UNREADABLE' | 'FILE_UNWRITABLE',
  error: unknown,
): MoonwardenError {
  return error instanceof MoonwardenError
    ? error
    : new MoonwardenError(code, describeError(error), { cause: error });
}

/**
 * Backs up the database while no service runs on the folder.
 * @throws MoonwardenError DATA_FOLDER_IN_USE, DATA_FOLDER_UNUSABLE, NOT_FOUND, BACKUP_FAILED; CONFIG_INVALID.
 */
export async function backupOffline(choice: DatabaseChoice): Promise<BackupResult> {
  const settings = backupSettings(choice);
  const beganMs = systemClock.monotonic();
  try {
    const made = await backupStopped(choice.dataFolder, settings, systemClock.now());
    return {
      ...made,
      rows: { ...made.rows },
      removed: [...made.removed],
      durationMs: Math.round(systemClock.monotonic() - beganMs),
    };
  } catch (error) {
    throw named('BACKUP_FAILED', error);
  }
}

/**
 * Copies a backup, whole or not at all; into a folder under its own name. Nothing is overwritten.
 * @returns where it is.
 * @throws MoonwardenError FILE_UNREADABLE when it is not on this machine, FILE_UNWRITABLE.
 */
export function copyBackup(path: string, to: string): string {
  if (!existsSync(path))
    throw new MoonwardenError(
      'FILE_UNREADABLE',
      `the backup is on the machine of the service, as ${path}; it can be copied there`,
    );
  const target = statSync(to, { throwIfNoEntry: false })?.isDirectory() ? join(to, basename(path)) : to;
  if (existsSync(target)) throw new MoonwardenError('FILE_UNWRITABLE', `${target} is there already`);
  const part = `${target}.${process.pid}.tmp`;
  try {
    copyFileSync(path, part, constants.COPYFILE_EXCL);
    const handle = openSync(part, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw named('FILE_UNWRITABLE', error);
  }
  return target;
}

/** The backups that there are, the newest first. @throws MoonwardenError FILE_UNREADABLE, CONFIG_INVALID. */
export async function backupsOf(choice: DatabaseChoice): Promise<readonly BackupFile[]> {
  try {
    return await listBackups(folderOf(choice));
  } catch (error) {
    throw named('FILE_UNREADABLE', error);
  }
}

/**
 * Looks through a database file, which is a path or the name of a backup.
 * @throws MoonwardenError FILE_UNREADABLE when there is none, CONFIG_INVALID.
 */
export async function verifyFile(choice: DatabaseChoice, file: string): Promise<VerifiedFile> {
  const path = existsSync(file) ? resolve(file) : join(folderOf(choice), file);
  try {
    const at = (await listBackups(dirname(path))).find((one) => one.path === path)?.at ?? null;
    return { path, at, ...inspectDatabase(path, 'whole') };
  } catch (error) {
    throw named('FILE_UNREADABLE', error);
  }
}

/**
 * Puts a file that was verified in the place of the database, while no service runs on the folder. The database of before is
 * set aside, not deleted.
 * @throws MoonwardenError DATA_FOLDER_IN_USE, DATA_FOLDER_UNUSABLE, FILE_UNWRITABLE.
 */
export async function restoreFile(
  { dataFolder }: DatabaseChoice,
  { path }: VerifiedFile,
): Promise<{ readonly setAside: string | null }> {
  try {
    return await restoreStopped(dataFolder, path, systemClock.now());
  } catch (error) {
    throw named('FILE_UNWRITABLE', error);
  }
}
