import { dirname, join } from 'node:path';
import type { Clock } from '../../kernel/index.ts';
import type { BackupMade } from './backup.ts';
import { listBackups, type BackupFile } from './backup-files.ts';
import type { Database } from './database.ts';
import type { Maintenance } from './maintenance.ts';

/** Where backups are kept, and how many. */
export interface BackupPlace {
  /** Null: `backups` in the data folder. */
  readonly folder: string | null;
  readonly keep: number;
}

/** Copies of the database file. */
export interface Backups {
  /** Since when this database could have been copied, ms since the epoch. @throws SQLite's error. */
  since(): number;
  /** The newest first. @throws what the file system throws. */
  list(folder: string | null): Promise<readonly BackupFile[]>;
  /**
   * Makes one while the service goes on, in a thread of its own. Asked again meanwhile, it gives the one that is being made.
   * @throws an error that says what failed; then nothing has changed.
   */
  make(place: BackupPlace): Promise<BackupMade>;
  /** Gives up the one that is being made, and waits until it has ended. Never rejects. */
  stop(): Promise<void>;
}

/** Where backups are kept when nobody says otherwise. */
export const backupFolderOf = (dataFolder: string, folder: string | null): string =>
  folder ?? join(dataFolder, 'backups');

const SINCE = 'backups_since';

/** @param startWorker starts a thread for one backup: what else the maintenance thread does is not to wait for it. */
export function createBackups(ports: {
  readonly clock: Pick<Clock, 'now'>;
  readonly database: Database;
  readonly databaseFile: string;
  readonly startWorker: () => Maintenance;
}): Backups {
  const { clock, database, databaseFile, startWorker } = ports;
  const folderOf = (folder: string | null): string => backupFolderOf(dirname(databaseFile), folder);
  const get = database.prepare('SELECT value FROM meta WHERE key = ?');
  const put = database.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)');
  let making: { readonly worker: Maintenance; readonly made: Promise<BackupMade> } | null = null;

  const makeIn = async (worker: Maintenance, { folder, keep }: BackupPlace): Promise<BackupMade> => {
    try {
      return await worker.backup({ folder: folderOf(folder), keep, at: clock.now() });
    } finally {
      making = null;
      await worker.close();
    }
  };

  return {
    since() {
      put.run(SINCE, String(clock.now()));
      return Number((get.get(SINCE) as { value: string }).value);
    },
    list: (folder) => listBackups(folderOf(folder)),
    make(place) {
      if (making === null) {
        const worker = startWorker();
        making = { worker, made: makeIn(worker, place) };
      }
      return making.made;
    },
    async stop() {
      const last = making;
      await last?.worker.giveUp();
      await last?.made.catch(() => undefined);
    },
  };
}
