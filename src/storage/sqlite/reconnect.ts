import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, backup } from '@photostructure/sqlite';
import { describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { Database } from './database.ts';
import type { Reopenable } from './reopenable.ts';

/** Watches whether the file that is open is the one of the data folder, and opens it anew. */
export interface Reconnection {
  /** To be called now and then. */
  look(): Promise<void>;
  /** @throws SQLite's error, or the one of the file system; then all is as before. */
  reconnect(): Promise<void>;
}

/** What tells one file from another under the same name. */
interface Identity {
  readonly dev: number;
  readonly ino: number;
}

export function createReconnection(ports: {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  readonly databaseFile: string;
  readonly database: Reopenable;
  /** Opens the file, and makes it where there is none. */
  readonly open: () => Database;
  /** The file is not the one that is open, and why; null when it is. */
  readonly onLost: (why: string | null) => void;
  readonly onOpened: () => Promise<void>;
}): Reconnection {
  const { clock, log, databaseFile, database, open, onLost, onOpened } = ports;
  const identify = (): Identity => {
    const { dev, ino } = statSync(databaseFile);
    return { dev, ino };
  };
  let own = identify();

  const isThere = async (): Promise<'ours' | 'another' | 'none'> => {
    try {
      const { dev, ino } = await stat(databaseFile);
      return dev === own.dev && ino === own.ino ? 'ours' : 'another';
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'none';
      throw error;
    }
  };

  /** The log of the file of before must not be taken for one of the next. */
  const moveLogs = (): void => {
    const folder = `${databaseFile}.replaced-${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-')}`;
    for (const suffix of ['-wal', '-shm']) {
      if (!existsSync(databaseFile + suffix)) continue;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      renameSync(databaseFile + suffix, join(folder, `moonwarden.db${suffix}`));
    }
  };

  /** What was removed is still open here: it is written anew. */
  const rescue = async (): Promise<void> => {
    const incoming = `${databaseFile}.rescued`;
    rmSync(incoming, { force: true });
    try {
      const source = database.current();
      if (!(source instanceof DatabaseSync)) throw new Error('it is not open');
      await backup(source, incoming, { rate: -1 });
      moveLogs();
      renameSync(incoming, databaseFile);
      log.warning('The database file was removed; it has been written anew from what was still open.');
    } catch (error) {
      rmSync(incoming, { force: true });
      moveLogs();
      log.critical(
        'The database file was removed, and nothing of it could be written anew: a new one is begun.',
        {
          cause: describeError(error),
        },
      );
    }
  };

  return {
    async look() {
      const there = await isThere();
      if (there === 'ours') onLost(null);
      else
        onLost(
          there === 'none' ? 'the database file was removed' : 'the database file was replaced by another',
        );
    },
    async reconnect() {
      const there = await isThere();
      if (there === 'none') await rescue();
      else if (there === 'another') moveLogs();
      database.reopen(open());
      own = identify();
      onLost(null);
      await onOpened();
      log.info('The database was opened anew.', { file: there });
    },
  };
}
