import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { MoonwardenError, describeError } from '../../kernel/index.ts';
import { isBusy } from './errors.ts';

const DATABASE_FILE = 'moonwarden.db';

/** The folder that one running instance owns. */
export interface DataFolder {
  readonly path: string;
  readonly databaseFile: string;
  /** Gives the folder free. The operating system does so too when the process dies. */
  release(): void;
}

/**
 * Makes the folder if needed and takes it for this process.
 * @throws MoonwardenError DATA_FOLDER_UNUSABLE, DATA_FOLDER_IN_USE.
 */
export function takeDataFolder(path: string): DataFolder {
  const unusable = (error: unknown): MoonwardenError =>
    new MoonwardenError('DATA_FOLDER_UNUSABLE', `cannot write to ${path}: ${describeError(error)}`, {
      cause: error,
    });
  try {
    makeFolder(path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(error);
  }
  // A lock that the kernel holds for us: unlike a pid file it is gone the moment the process is, however it ends.
  let lock: InstanceType<typeof DatabaseSync> | undefined;
  try {
    lock = new DatabaseSync(join(path, 'instance.lock'), { timeout: 0 });
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (isBusy(error)) {
      throw new MoonwardenError('DATA_FOLDER_IN_USE', `another instance runs on ${path}`, { cause: error });
    }
    throw unusable(error);
  }
  const held = lock;
  return {
    path,
    databaseFile: join(path, DATABASE_FILE),
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

/** By hand, because Node's `recursive` never ends where the system lets nobody make folders, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

const markerOf = (databaseFile: string): string => `${databaseFile}.damaged`;

/** Notes that the file was found damaged while in use, so that the next start sets it aside. */
export function markDamaged(databaseFile: string, finding: string): void {
  writeFileSync(markerOf(databaseFile), finding);
}

/** What was found the last time the file was in use; null when nothing was. */
export function damageFound(databaseFile: string): string | null {
  const marker = markerOf(databaseFile);
  return existsSync(marker) ? readFileSync(marker, 'utf8') : null;
}

/** Moves a damaged database with all that belongs to it into a folder of its own, and returns that folder. */
export function setAside(databaseFile: string, now: number): string {
  const folder = `${databaseFile}.damaged-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const suffix of ['', '-wal', '-shm', '.damaged']) {
    const file = databaseFile + suffix;
    if (existsSync(file)) renameSync(file, join(folder, DATABASE_FILE + suffix));
  }
  return folder;
}

/** Only the owner may read the database: it holds the hashes of access tokens. */
export function restrictAccess(databaseFile: string): void {
  chmodSync(databaseFile, 0o600);
}
