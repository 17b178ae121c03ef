import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { MoonwardenError, describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type {
  Alert,
  AlertChange,
  AlertStore,
  ChannelState,
  ChannelUse,
  Delivered,
  Group,
  Outgoing,
  Silence,
  Start,
} from '../../warden/alerts/index.ts';
import { openDatabase, type Database } from './database.ts';
import { isDamage, storeError } from './errors.ts';

/** Options of {@link openAlertStore}. */
export interface AlertStoreOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  /** Folder of the file `alerts.db`, on the machine's own disk; null: in memory. */
  readonly folder: string | null;
  /** Names this installation when the file is new. */
  readonly createInstallation: () => string;
}

const FILE = 'alerts.db';
const VERSION = 1;

/** What is read whole at the start is kept as JSON by kind and key; what is looked up or grows has columns. */
const SCHEMA = `
  CREATE TABLE record (
    kind TEXT NOT NULL CHECK (kind IN ('alert', 'group', 'silence', 'use', 'channel', 'meta')),
    key TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;
  CREATE TABLE outgoing (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, data TEXT NOT NULL);
  CREATE TABLE delivered (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    ref TEXT,
    thread TEXT,
    why TEXT
  );
  CREATE INDEX delivered_at ON delivered (at);
  -- The first message of a thread in a channel: what others answer to.
  CREATE TABLE thread (
    channel TEXT NOT NULL,
    thread TEXT NOT NULL,
    ref TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, thread)
  ) WITHOUT ROWID;
  CREATE TABLE start (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    key TEXT NOT NULL,
    rule TEXT NOT NULL,
    component TEXT NOT NULL,
    severity TEXT NOT NULL
  );
  CREATE INDEX start_at ON start (at);
  PRAGMA user_version = ${VERSION};
`;

/**
 * Opens the file of the alerts. A damaged one is set aside, and another one begun: that people are told goes before what was
 * told.
 * @throws MoonwardenError STORE_FAILED, STORE_FULL when it cannot be opened at all.
 */
export function openAlertStore(options: AlertStoreOptions): AlertStore {
  const file = options.folder === null ? ':memory:' : join(options.folder, FILE);
  try {
    return storeOf(prepare(file), options);
  } catch (error) {
    if (!isDamage(error) || !existsSync(file)) throw storeError(error);
    const aside = `${file}.damaged-${options.clock.now()}`;
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    options.log.critical('The file of the alerts was damaged and is set aside; alerts begin anew.', {
      path: aside,
      cause: describeError(error),
    });
    return storeOf(prepare(file), options);
  }
}

function prepare(file: string): Database {
  const database = openDatabase(file);
  try {
    // What was accepted must be there after the power went, and not only after the process did.
    database.exec('PRAGMA synchronous = FULL');
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    if (version > VERSION)
      throw new MoonwardenError(
        'STORE_FAILED',
        `${file} is of a newer version of Moonwarden (${version}); this one knows ${VERSION}`,
      );
    if (version === 0) inTransaction(database, () => database.exec(SCHEMA));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function inTransaction(database: Database, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function storeOf(database: Database, { createInstallation }: AlertStoreOptions): AlertStore {
  const put = database.prepare(
    'INSERT INTO record (kind, key, data) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET data = excluded.data',
  );
  const drop = database.prepare('DELETE FROM record WHERE kind = ? AND key = ?');
  const all = database.prepare('SELECT data FROM record WHERE kind = ? ORDER BY key');
  const meta = database.prepare("SELECT data FROM record WHERE kind = 'meta' AND key = ?");
  const putOutgoing = database.prepare(
    'INSERT INTO outgoing (id, created_at, data) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data',
  );
  const dropOutgoing = database.prepare('DELETE FROM outgoing WHERE id = ?');
  const allOutgoing = database.prepare('SELECT data FROM outgoing ORDER BY created_at, rowid');
  const addDelivered = database.prepare(
    'INSERT INTO delivered (id, channel, at, outcome, ref, thread, why) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const addThread = database.prepare(
    'INSERT INTO thread (channel, thread, ref, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const refOf = database.prepare('SELECT ref FROM thread WHERE channel = ? AND thread = ?');
  const newest = database.prepare(
    'SELECT id, channel, at, outcome, ref, thread, why FROM delivered ORDER BY seq DESC LIMIT ?',
  );
  const addStart = database.prepare(
    'INSERT INTO start (at, key, rule, component, severity) VALUES (?, ?, ?, ?, ?)',
  );
  const startsSince = database.prepare(
    'SELECT at, key, rule, component, severity FROM start WHERE at >= ? ORDER BY seq',
  );
  const forget = ['delivered', 'start', 'thread'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE at < ?`),
  );

  const parsed = <Row>(rows: readonly unknown[]): Row[] =>
    rows.map((row) => JSON.parse((row as { data: string }).data) as Row);
  const records = <Row>(kind: string): Row[] => parsed<Row>(all.all(kind));
  const metaOf = (key: string): string | undefined => (meta.get(key) as { data: string } | undefined)?.data;

  let installation = metaOf('installation');
  if (installation === undefined) {
    installation = createInstallation();
    put.run('meta', 'installation', installation);
  }
  const own = installation;

  const apply = (change: AlertChange): void => {
    switch (change.kind) {
      case 'alert':
        put.run('alert', change.alert.key, JSON.stringify(change.alert));
        break;
      case 'alert.gone':
        drop.run('alert', change.key);
        break;
      case 'group':
        put.run('group', change.group.key, JSON.stringify(change.group));
        break;
      case 'group.gone':
        drop.run('group', change.key);
        break;
      case 'silence':
        put.run('silence', change.silence.id, JSON.stringify(change.silence));
        break;
      case 'silence.gone':
        drop.run('silence', change.id);
        break;
      case 'use':
        put.run('use', change.use.name, JSON.stringify(change.use));
        break;
      case 'channel':
        put.run('channel', change.state.name, JSON.stringify(change.state));
        break;
      case 'outgoing':
        putOutgoing.run(change.outgoing.id, change.outgoing.createdAt, JSON.stringify(change.outgoing));
        break;
      case 'delivered': {
        const { id, channel, at, outcome, ref, thread, why } = change.delivered;
        dropOutgoing.run(id);
        addDelivered.run(id, channel, at, outcome, ref, thread, why);
        if (ref !== null && thread !== null) addThread.run(channel, thread, ref, at);
        break;
      }
      case 'start': {
        const { at, key, rule, component, severity } = change.start;
        addStart.run(at, key, rule, component, severity);
        break;
      }
      case 'notices':
        put.run('meta', 'notices', String(change.count));
        break;
    }
  };

  return {
    snapshot: () => ({
      installation: own,
      notices: Number(metaOf('notices') ?? 0),
      alerts: records<Alert>('alert'),
      groups: records<Group>('group'),
      silences: records<Silence>('silence'),
      uses: records<ChannelUse>('use'),
      channels: records<ChannelState>('channel'),
      outgoing: parsed<Outgoing>(allOutgoing.all()),
    }),
    commit(changes) {
      if (changes.length === 0) return;
      try {
        inTransaction(database, () => {
          for (const change of changes) apply(change);
        });
      } catch (error) {
        throw storeError(error);
      }
    },
    refOf: (channel, thread) => (refOf.get(channel, thread) as { ref: string } | undefined)?.ref ?? null,
    delivered: (limit) => newest.all(limit).map((row) => ({ ...(row as Delivered) })),
    starts: (since) => startsSince.all(since).map((row) => ({ ...(row as Start) })),
    forget(before) {
      try {
        inTransaction(database, () => {
          for (const statement of forget) statement.run(before);
        });
      } catch (error) {
        throw storeError(error);
      }
    },
    close() {
      database.close();
    },
  };
}
