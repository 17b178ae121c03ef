// Over 350 lines because all parts of the store share what they know of the faults of the file.
import { MoonwardenError, describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { JournalEntry } from '../../contract/index.ts';
import type { RunLedger } from '../../warden/scheduler/index.ts';
import type { TokenChange, TokenStore } from '../../hosts/tokens/index.ts';
import type { SignalHistoryStore } from '../../warden/metrics/index.ts';
import { createAccessTokenStore, type AccessTokenStore } from './access-tokens.ts';
import { ageOut, type StoreRetention } from './aging.ts';
import { createBackups, type Backups } from './backups.ts';
import { createCommits, type WriteState } from './commits.ts';
import {
  damageFound,
  markDamaged,
  makePrivate,
  endSalvage,
  resumeSalvage,
  setAside,
  takeDataFolder,
  type DataFolder,
} from './data-folder.ts';
import { openDatabase, probe, type Database } from './database.ts';
import { isBusy, isDamage, storeError } from './errors.ts';
import { createDatabaseWatch, type DatabaseFacts, type StatementTiming } from './database-watch.ts';
import { createFlowReader } from './flow-reads.ts';
import { createIntegrityCheck } from './integrity.ts';
import { createJournalReads, type JournalReads } from './journal-reads.ts';
import { startMaintenance, type Maintenance } from './maintenance.ts';
import { migrate, SCHEMA_VERSION } from './migrations.ts';
import { createRunLedger } from './run-ledger.ts';
import { createReconnection } from './reconnect.ts';
import { reopenable } from './reopenable.ts';
import { createReserve } from './reserve.ts';
import { roomySignals } from './roomy-signals.ts';
import { finishRestore } from './restore.ts';
import { salvage } from './salvage.ts';
import type { createPageReader } from './token-page.ts';
import { createDetailReader, createHistoryReader, readTokens } from './token-reads.ts';
import { timedDatabase } from './timed-database.ts';
import { createWriter } from './write.ts';

/** Everything that is stored, in one SQLite database. */
export interface SqliteStore extends TokenStore {
  readonly journal: JournalReads;
  readonly accessTokens: AccessTokenStore;
  /** The history of signals, written and read by the maintenance thread; null without a file. */
  readonly signals: SignalHistoryStore | null;
  /** Copies of the file; null without one. */
  readonly backups: Backups | null;
  /** What jobs have run, and what they had in flight. */
  readonly runs: RunLedger;
  /** What happened to the file before this start, if it had to be set aside. */
  readonly recovery: Recovery | null;
  /** How writing stands. */
  writing(): WriteState;
  /**
   * Opens the file anew. One that was removed is made from what is still open; one that was replaced is taken as it is.
   * @throws SQLite's error, or the one of the file system; then all is as before.
   */
  reconnect(): Promise<void>;
  /** What is wrong with the store now, in one sentence; null when nothing is. */
  fault(): string | null;
  /** What is known of the database itself; asking measures nothing. */
  facts(): DatabaseFacts;
  /** From now on this is told how long each statement takes, by name. */
  recordStatements(timing: StatementTiming): void;
  /** Called with the entries of each commit. */
  onCommit(listener: (entries: readonly JournalEntry[]) => void): void;
  /** Starts aging and, for a file, checkpoints, and the check of its integrity after an unclean end and then each day. */
  /** @throws MoonwardenError STORE_FULL, STORE_FAILED. */
  startUpkeep(): void;
  close(): Promise<void>;
}

/** A damaged database was moved out of the way. */
export interface Recovery {
  readonly cause: string;
  readonly setAside: string;
  readonly salvaged: Readonly<Record<string, number>>;
}

export interface SqliteStoreOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The data folder; null keeps everything in memory. */
  readonly folder: string | null;
  readonly maintenanceWorkerUrl?: URL;
  /** How long history is kept; the defaults without it. */
  readonly retention?: StoreRetention | undefined;
  /** Only look: a damaged file is left where it is and reported as an error. */
  readonly probeOnly?: boolean;
}

const AGING_INTERVAL_MS = 60_000;
const CHECKPOINT_INTERVAL_MS = 10_000;
const MEASURE_INTERVAL_MS = 60_000;
const INTEGRITY_LOOK_MS = 600_000;
const FILE_LOOK_MS = 5_000;

/**
 * Opens the store. A damaged file is set aside and what can still be read of it is taken over.
 * @throws MoonwardenError DATA_FOLDER_UNUSABLE, DATA_FOLDER_IN_USE, DATABASE_NEWER, STORE_FULL, STORE_FAILED.
 */
export function openSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const folder = options.folder === null ? null : takeDataFolder(options.folder);
  try {
    const { database, recovery } = folder
      ? openFile(folder, options)
      : { database: openMemory(), recovery: null };
    return createStore(database, folder, recovery, options);
  } catch (error) {
    folder?.release();
    throw storeError(error);
  }
}

function openMemory(): Database {
  const database = openDatabase(':memory:');
  migrate(database);
  return database;
}

function openFile(
  folder: DataFolder,
  { clock, log, probeOnly }: SqliteStoreOptions,
): { database: Database; recovery: Recovery | null } {
  const file = folder.databaseFile;
  if (!probeOnly) finishRestore(file);
  const resumed = probeOnly ? null : resumeSalvage(file);
  let cause = resumed === null ? damageFound(file) : 'found by an earlier start, which broke off';
  try {
    if (cause === null) {
      probe(file);
      // Only looked at: the next start brings it up to date, and the statements of today do not fit it before.
      if (probeOnly && isOutdated(file)) return { database: openMemory(), recovery: null };
      return { database: openAndMigrate(file, probeOnly), recovery: null };
    }
  } catch (error) {
    if (!isDamage(error) || probeOnly) throw error;
    cause = describeError(error);
  }
  if (probeOnly) throw new MoonwardenError('STORE_FAILED', `the database file is damaged: ${cause}`);
  const aside = resumed ?? setAside(file, clock.now());
  const database = openAndMigrate(file);
  let salvaged: Record<string, number>;
  try {
    salvaged = salvage(aside, database);
  } catch (error) {
    database.close();
    throw error;
  }
  endSalvage(file);
  log.critical('The database was damaged and has been set aside; what could be read was taken over.', {
    cause,
    aside,
    salvaged,
  });
  return { database, recovery: { cause, setAside: aside, salvaged } };
}

function isOutdated(file: string): boolean {
  const database = openDatabase(file);
  try {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    return version < SCHEMA_VERSION;
  } finally {
    database.close();
  }
}

function openAndMigrate(file: string, probeOnly = false): Database {
  // Made by us with its mode: SQLite gives the WAL the mode of the file.
  if (!probeOnly) makePrivate(file);
  const database = openDatabase(file);
  try {
    if (!probeOnly) {
      migrate(database);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function createStore(
  bare: Database,
  folder: DataFolder | null,
  recovery: Recovery | null,
  { clock, log, maintenanceWorkerUrl, retention }: SqliteStoreOptions,
): SqliteStore {
  const startThread = ({ databaseFile }: DataFolder): Maintenance =>
    startMaintenance(databaseFile, clock, maintenanceWorkerUrl, (...done) => {
      watch.onThread(...done);
    });
  const maintenance = folder && startThread(folder);
  const watch = createDatabaseWatch(clock, maintenance && ((sql) => maintenance.explain(sql)));
  const connection = reopenable(bare);
  const database = timedDatabase(connection, clock, watch);
  const write = createWriter(database);
  const history = createHistoryReader(database);
  // Loaded when somebody asks for a page: what puts queries together takes 5 MB.
  let pageReader: Promise<ReturnType<typeof createPageReader>> | undefined;
  const listeners: ((entries: readonly JournalEntry[]) => void)[] = [];
  const stopping = new AbortController();
  let damage: string | null = null;
  let durable: boolean | undefined;
  // Only who says that it runs may say that it has ended: others open the file for a moment, even after a crash.
  let noted = false;

  const noteDamage = (finding: string): void => {
    if (damage !== null || !folder) return;
    damage = finding;
    try {
      markDamaged(folder.databaseFile, finding);
    } catch (error) {
      log.error('The damage could not be noted for the next start.', { cause: describeError(error) });
    }
    log.critical('The database file is damaged. A restart sets it aside and takes over what can be read.', {
      finding,
    });
  };

  const setDurable = (mustEndure: boolean): void => {
    if (durable === mustEndure) return;
    database.exec(`PRAGMA synchronous = ${mustEndure ? 'FULL' : 'NORMAL'}`);
    durable = mustEndure;
  };

  const transact = (changes: readonly TokenChange[]): JournalEntry[] => {
    // What is told to somebody must outlive a power cut; a score that is lost with the last second is computed again.
    const mustEndure =
      folder !== null && changes.some(({ kind }) => kind === 'journal' || kind === 'token.added');
    setDurable(mustEndure);
    database.exec('BEGIN IMMEDIATE');
    try {
      const entries = write(changes);
      database.exec('COMMIT');
      return entries;
    } catch (error) {
      // After some errors (a full disk) SQLite has rolled back already.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };

  /** What is stored is stored: a listener that fails must not make its writer believe otherwise. */
  const tell = (entries: readonly JournalEntry[]): void => {
    for (const listener of listeners) {
      try {
        listener(entries);
      } catch (error) {
        log.error('A listener to the journal failed.', { cause: describeError(error) });
      }
    }
  };

  const reserve = folder && createReserve(folder.path);
  const commits = createCommits({
    clock,
    log,
    watch,
    transact,
    reserve,
    onDamage: noteDamage,
    tell,
    stopping: stopping.signal,
  });
  const reconnection =
    folder &&
    createReconnection({
      clock,
      log,
      databaseFile: folder.databaseFile,
      database: connection,
      open: () => openAndMigrate(folder.databaseFile),
      onLost: (why) => {
        commits.lose(why);
      },
      async onOpened() {
        durable = undefined;
        await maintenance?.renew();
      },
    });

  const every = (intervalMs: number, what: string, work: () => Promise<unknown>): void => {
    void (async () => {
      while (!stopping.signal.aborted) {
        await clock.sleep(intervalMs, stopping.signal);
        await work().catch((error: unknown) => {
          if (isDamage(error)) noteDamage(describeError(error));
          if (!stopping.signal.aborted && !isBusy(error))
            log.warning(`${what} failed and is tried again.`, { cause: describeError(error) });
        });
      }
    })().catch(() => undefined);
  };

  const setMeta = database.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const getMeta = database.prepare('SELECT value FROM meta WHERE key = ?');
  const backups =
    folder &&
    createBackups({
      clock,
      database,
      databaseFile: folder.databaseFile,
      startWorker: () => startThread(folder),
    });

  return {
    commit: commits.commit,
    isHeldUp: commits.isHeldUp,
    writing: commits.state,
    recovery,
    journal: createJournalReads(database),
    accessTokens: createAccessTokenStore(database),
    signals: maintenance && roomySignals(maintenance.signals, commits),
    backups,
    // Runs of the last moment may be lost with the power: what they did is due again. A lease may, too: who held it is gone.
    runs: createRunLedger(database, clock, () => {
      setDurable(false);
    }),
    loadTokens: () => readTokens(database),
    detail: createDetailReader(database),
    async page(query) {
      pageReader ??= import('./token-page.ts').then((module) => module.createPageReader(database));
      return (await pageReader)(query);
    },
    history,
    flow: createFlowReader(database),
    reconnect: async () => {
      await reconnection?.reconnect();
    },
    fault: () => (damage === null ? commits.fault() : `the database file is damaged: ${damage}`),
    facts: () => watch.facts(),
    recordStatements: (timing) => {
      watch.recordTo(timing);
    },
    onCommit: (listener) => {
      listeners.push(listener);
    },
    startUpkeep() {
      every(AGING_INTERVAL_MS, 'Removing old history', () =>
        ageOut(database, clock, stopping.signal, retention),
      );
      if (!maintenance) return;
      reserve?.make();
      every(FILE_LOOK_MS, 'Looking at the file', async () => {
        commits.lookAtRoom();
        await reconnection?.look();
      });
      every(CHECKPOINT_INTERVAL_MS, 'The checkpoint', () =>
        watch.checkpointed(() => maintenance.checkpoint()),
      );
      const measure = (): Promise<void> => watch.measured(() => maintenance.measure());
      void measure();
      every(MEASURE_INTERVAL_MS, 'Measuring the file', measure);
      const integrity = createIntegrityCheck({
        clock,
        database,
        worker: maintenance,
        watch,
        onDamage: noteDamage,
      });
      every(INTEGRITY_LOOK_MS, 'The integrity check', () => integrity.checkDaily());
      const endedUncleanly = (getMeta.get('running') as { value: string } | undefined)?.value === 'yes';
      try {
        setMeta.run('running', 'yes');
      } catch (error) {
        throw storeError(error);
      }
      noted = true;
      if (!endedUncleanly) return;
      integrity.check().then(
        (isSound) => {
          if (isSound) log.info('The database is sound after an unclean end.');
        },
        (error: unknown) => {
          log.warning('The integrity check could not run.', { cause: describeError(error) });
        },
      );
    },
    async close() {
      stopping.abort(new Error('the store is closing'));
      commits.end();
      await backups?.stop();
      await maintenance?.close();
      if (!database.isOpen) return;
      try {
        if (noted) setMeta.run('running', 'no');
      } catch (error) {
        log.warning('The clean end could not be noted.', { cause: describeError(error) });
      }
      database.close();
      folder?.release();
    },
  };
}
