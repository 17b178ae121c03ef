import {
  closeSync,
  openSync,
  rmSync,
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

/** Names the folder of a salvage that has not ended. */
export const salvageMarkerOf = (databaseFile: string): string => `${databaseFile}.salvage`;

/**
 * Moves a damaged database with all that belongs to it into a folder of its own, and returns that folder. Until
 * {@link endSalvage} a marker names it, so that a salvage that breaks off is taken up again by the next start.
 */
export function setAside(databaseFile: string, now: number): string {
  const folder = `${databaseFile}.damaged-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(salvageMarkerOf(databaseFile), folder);
  moveInto(folder, databaseFile);
  return folder;
}

/** The folder of a salvage that broke off, ready to be salvaged again; null when there is none. */
export function resumeSalvage(databaseFile: string): string | null {
  const marker = salvageMarkerOf(databaseFile);
  if (!existsSync(marker)) return null;
  const folder = readFileSync(marker, 'utf8');
  if (existsSync(join(folder, DATABASE_FILE))) {
    // What lies in place was being filled from the folder, and nothing else has ever been written to it.
    for (const suffix of SUFFIXES) rmSync(databaseFile + suffix, { force: true });
  } else moveInto(folder, databaseFile);
  return folder;
}

export function endSalvage(databaseFile: string): void {
  rmSync(salvageMarkerOf(databaseFile), { force: true });
}

const SUFFIXES = ['', '-wal', '-shm', '.damaged'];

/** Moves a database with all that belongs to it; what was moved already is left out. */
export function moveInto(folder: string, databaseFile: string): void {
  // The database itself last: where it is tells whether the move was done.
  for (const suffix of [...SUFFIXES].reverse()) {
    const file = databaseFile + suffix;
    if (existsSync(file)) renameSync(file, join(folder, DATABASE_FILE + suffix));
  }
}

/** Only the owner may read the database: it holds the hashes of access tokens. Makes the file if there is none. */
export function makePrivate(databaseFile: string): void {
  closeSync(openSync(databaseFile, 'a', 0o600));
  chmodSync(databaseFile, 0o600);
}
