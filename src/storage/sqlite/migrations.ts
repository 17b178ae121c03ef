import { MoonwardenError } from '../../kernel/index.ts';
import type { Database } from './database.ts';

/** One step of the schema, in order; never changed once released. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE token (
    id INTEGER PRIMARY KEY,
    mint TEXT NOT NULL UNIQUE,
    symbol TEXT,
    name TEXT,
    status TEXT NOT NULL CHECK (status IN ('monitoring', 'active', 'archived')),
    status_since INTEGER NOT NULL,
    discovered_at INTEGER NOT NULL,
    discovered_by TEXT NOT NULL,
    -- REAL, because strangers give it: a whole number beyond 2^53 could be written and never be read again.
    first_pool_at REAL,
    score REAL,
    smoothed_score REAL,
    components TEXT,
    smoothed_components TEXT,
    metrics TEXT,
    scored_tick INTEGER,
    liquidity_usd REAL,
    price_usd REAL,
    volume_5m_usd REAL,
    tx_5m REAL,
    pool_count INTEGER NOT NULL,
    primary_dex TEXT,
    refreshed_at INTEGER,
    checked_at INTEGER
  );
  -- Apart, because a row is written whole: a refresh must not rewrite kilobytes of pools.
  CREATE TABLE token_detail (
    token_id INTEGER PRIMARY KEY REFERENCES token (id),
    pools TEXT NOT NULL,
    activation_check TEXT
  );
  CREATE INDEX token_by_score ON token (smoothed_score DESC, mint);
  CREATE INDEX token_by_status ON token (status, smoothed_score DESC, mint);
  CREATE INDEX token_by_discovery ON token (discovered_at DESC, mint);

  CREATE TABLE score (
    token_id INTEGER NOT NULL REFERENCES token (id),
    tick INTEGER NOT NULL,
    at INTEGER NOT NULL,
    score REAL NOT NULL,
    smoothed_score REAL NOT NULL,
    liquidity_usd REAL,
    price_usd REAL,
    UNIQUE (token_id, tick)
  );
  CREATE INDEX score_by_time ON score (at);

  CREATE TABLE score_row (
    token_id INTEGER NOT NULL REFERENCES token (id),
    step_ms INTEGER NOT NULL,
    at INTEGER NOT NULL,
    min REAL NOT NULL,
    max REAL NOT NULL,
    sum REAL NOT NULL,
    count INTEGER NOT NULL,
    liquidity_usd REAL,
    price_usd REAL,
    UNIQUE (token_id, step_ms, at)
  );
  CREATE INDEX score_row_by_time ON score_row (step_ms, at);

  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    subject TEXT,
    reason TEXT NOT NULL,
    data TEXT NOT NULL
  );
  CREATE INDEX journal_by_subject ON journal (subject, seq);
  CREATE INDEX journal_by_type ON journal (type, seq);
  CREATE INDEX journal_by_time ON journal (at);
  CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON journal
  BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
  END;
  CREATE TRIGGER journal_ages_out BEFORE DELETE ON journal
  WHEN OLD.seq >= COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'journal_floor'), 0)
  BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
  END;

  CREATE TABLE access_token (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'operate', 'admin')),
    hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
  );
  `,
  `
  ALTER TABLE token ADD COLUMN check_since INTEGER;
  ALTER TABLE token ADD COLUMN quality TEXT;
  ALTER TABLE token ADD COLUMN scored_at INTEGER;
  ALTER TABLE token ADD COLUMN loss TEXT;
  ALTER TABLE token ADD COLUMN below_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE token ADD COLUMN held TEXT;
  -- Apart from the detail, because it is read of every token at the start.
  ALTER TABLE token ADD COLUMN check_steps TEXT;
  ALTER TABLE token_detail ADD COLUMN verification TEXT;
  UPDATE token SET scored_at = refreshed_at WHERE score IS NOT NULL;
  UPDATE token SET check_since = checked_at,
    check_steps = (SELECT json_extract(activation_check, '$.steps') FROM token_detail WHERE token_id = token.id);

  CREATE TABLE token_move (
    id INTEGER PRIMARY KEY,
    token_id INTEGER NOT NULL REFERENCES token (id),
    at INTEGER NOT NULL,
    from_status TEXT NOT NULL,
    to_status TEXT NOT NULL,
    cause TEXT NOT NULL,
    dwell_ms INTEGER NOT NULL,
    age_ms INTEGER NOT NULL
  );
  CREATE INDEX token_move_by_time ON token_move (at);

  CREATE TABLE check_hour (
    hour INTEGER NOT NULL,
    token_id INTEGER NOT NULL REFERENCES token (id),
    passed INTEGER NOT NULL,
    failed_step TEXT,
    -- NULL where a check was beyond any limit, so that min and max must not skip it.
    best_limit_usd REAL,
    worst_limit_usd REAL,
    UNIQUE (hour, token_id)
  );
  `,
  `
  CREATE TABLE signal_series (id INTEGER PRIMARY KEY, name TEXT NOT NULL, labels TEXT NOT NULL, UNIQUE (name, labels));
  -- Without rowid: a row of a series lies beside the one before it, and its key is stored once.
  CREATE TABLE signal_point (
    series_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (series_id, at)
  ) WITHOUT ROWID;
  CREATE TABLE signal_minute (
    series_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    min REAL NOT NULL,
    max REAL NOT NULL,
    avg REAL NOT NULL,
    p95 REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (series_id, at)
  ) WITHOUT ROWID;
  CREATE TABLE signal_quarter (
    series_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    min REAL NOT NULL,
    max REAL NOT NULL,
    avg REAL NOT NULL,
    p95 REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (series_id, at)
  ) WITHOUT ROWID;
  -- Rows that are yet to be rolled up, or again.
  CREATE TABLE signal_due (
    step_ms INTEGER NOT NULL,
    at INTEGER NOT NULL,
    series_id INTEGER NOT NULL,
    PRIMARY KEY (step_ms, at, series_id)
  ) WITHOUT ROWID;
  `,
  `
  -- ended_at is NULL while it runs.
  CREATE TABLE job_run (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    job TEXT NOT NULL,
    job_group TEXT NOT NULL,
    planned_at REAL NOT NULL,
    started_at REAL NOT NULL,
    asked_by TEXT NOT NULL,
    who TEXT,
    why TEXT,
    ended_at REAL,
    duration_ms REAL,
    outcome TEXT,
    abandoned INTEGER NOT NULL DEFAULT 0,
    items_done INTEGER NOT NULL DEFAULT 0,
    items_failed INTEGER NOT NULL DEFAULT 0,
    cause TEXT
  );
  CREATE INDEX job_run_by_job ON job_run (job, id);
  CREATE INDEX job_run_by_end ON job_run (ended_at);

  -- Items in flight, or of a run that was cut off.
  CREATE TABLE job_item (
    seq INTEGER PRIMARY KEY,
    job TEXT NOT NULL,
    item TEXT NOT NULL,
    run_id TEXT NOT NULL,
    UNIQUE (job, item)
  );
  CREATE INDEX job_item_by_run ON job_item (run_id);

  CREATE TABLE scheduler_lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until_at REAL NOT NULL
  ) WITHOUT ROWID;
  `,
];

/** The version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings the schema up to date, each step in a transaction of its own.
 * @throws MoonwardenError DATABASE_NEWER when the file was written by a later version; then nothing is changed.
 * @param upTo the version at which it stops.
 */
export function migrate(database: Database, upTo = SCHEMA_VERSION): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > SCHEMA_VERSION) {
    throw new MoonwardenError(
      'DATABASE_NEWER',
      `the database has schema version ${version}, this program knows up to ${SCHEMA_VERSION}`,
    );
  }
  for (let next = version; next < upTo; next++) {
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(`${MIGRATIONS[next] ?? ''}; PRAGMA user_version = ${next + 1}; COMMIT`);
    } catch (error) {
      // After some errors (a full disk) SQLite has rolled back already.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}
