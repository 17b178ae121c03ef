import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLogger, systemClock } from '../../kernel/index.ts';
import { openDatabase, type Database } from './database.ts';
import { migrate, SCHEMA_VERSION } from './migrations.ts';
import { salvage } from './salvage.ts';
import { openSqliteStore } from './store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden migrations '));
  file = join(folder, 'moonwarden.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const schemaOf = (database: Database): unknown =>
  database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
const versionOf = (database: Database): unknown => database.prepare('PRAGMA user_version').get();
const open = () => openSqliteStore({ clock: systemClock, log: silentLogger, folder });

test('a second run changes nothing', () => {
  const database = openDatabase(file);
  migrate(database);
  const before = schemaOf(database);
  database.exec("INSERT INTO meta VALUES ('kept', 'yes')");
  migrate(database);
  expect(schemaOf(database)).toEqual(before);
  expect(versionOf(database)).toEqual({ user_version: SCHEMA_VERSION });
  expect(database.prepare('SELECT * FROM meta').all()).toEqual([{ key: 'kept', value: 'yes' }]);
  database.close();
});

test('a database of a newer version is refused and left as it is', async () => {
  await open().close();
  const database = new DatabaseSync(file);
  database.exec(
    `PRAGMA user_version = ${SCHEMA_VERSION + 1}; CREATE TABLE of_the_future (x); INSERT INTO of_the_future VALUES (1)`,
  );
  database.close();
  const before = readFileSync(file);
  for (let tries = 0; tries < 2; tries++)
    expect(open).toThrow(expect.objectContaining({ code: 'DATABASE_NEWER' }) as Error);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
});

test('a step that breaks off in the middle leaves the version before it, and the next run makes it whole', () => {
  const database = openDatabase(file);
  // Something in the way of the last table of the step: everything before it has been made by then.
  database.exec('CREATE TABLE access_token (in_the_way)');
  const before = schemaOf(database);
  expect(() => {
    migrate(database);
  }).toThrow('access_token');
  expect(database.isTransaction).toBe(false);
  expect(schemaOf(database)).toEqual(before);
  expect(versionOf(database)).toEqual({ user_version: 0 });
  database.exec('DROP TABLE access_token');
  migrate(database);
  expect(versionOf(database)).toEqual({ user_version: SCHEMA_VERSION });
  database.close();
});

test('a crash in the middle of a step leaves the version before it', () => {
  const database = openDatabase(file);
  migrate(database);
  const whole = schemaOf(database);
  database.close();
  rmSync(file);
  const crashing = openDatabase(file);
  crashing.exec('BEGIN IMMEDIATE; CREATE TABLE meta (key); PRAGMA user_version = 1');
  // As the kernel leaves the files of a process that is killed: nothing is rolled back, nothing is closed.
  const after = join(folder, 'after');
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, after + suffix);
  crashing.close();
  const reopened = openDatabase(after);
  expect(versionOf(reopened)).toEqual({ user_version: 0 });
  migrate(reopened);
  expect(schemaOf(reopened)).toEqual(whole);
  reopened.close();
});

describe('a database of version 1', () => {
  const STEPS = [{ name: 'pools_listed', passed: false, value: 0, limit: 1, reason: 'none' }];
  beforeEach(() => {
    const database = openDatabase(file);
    migrate(database, 1);
    database.exec(`
      INSERT INTO token (id, mint, status, status_since, discovered_at, discovered_by, pool_count, score, smoothed_score,
        refreshed_at, checked_at) VALUES (1, 'm', 'monitoring', 1, 1, 'file', 0, 0.5, 0.4, 7, 8);
      INSERT INTO score (token_id, tick, at, score, smoothed_score) VALUES (1, 1, 1, 1, 1)`);
    database
      .prepare('INSERT INTO token_detail (token_id, pools, activation_check) VALUES (1, ?, ?)')
      .run('[]', JSON.stringify({ at: 8, passed: false, steps: STEPS, pools: [] }));
    database.close();
  });
  const expectTakenOver = async (): Promise<void> => {
    const store = open();
    expect([...store.loadTokens()]).toMatchObject([
      { mint: 'm', score: 0.5, scoredAt: 7, checkSince: 8, belowMs: 0, check: { at: 8, steps: STEPS } },
    ]);
    expect(store.detail('m')).toMatchObject({ pools: [], check: { steps: STEPS }, verification: null });
    expect(store.history('m', '30d', 5).mint).toBe('m');
    await store.close();
  };

  test('is brought up to date with all that it holds', expectTakenOver);

  test('is sound when it is only looked at, and stays as it is', async () => {
    await openSqliteStore({ clock: systemClock, log: silentLogger, folder, probeOnly: true }).close();
    const database = openDatabase(file);
    expect(versionOf(database)).toEqual({ user_version: 1 });
    database.close();
  });

  test('loses nothing that can be read when it is damaged', async () => {
    const set = join(folder, 'damaged');
    mkdirSync(set);
    for (const suffix of ['', '-wal', '-shm']) {
      if (!existsSync(file + suffix)) continue;
      copyFileSync(file + suffix, join(set, `moonwarden.db${suffix}`));
      rmSync(file + suffix);
    }
    const into = openDatabase(file);
    migrate(into);
    expect(salvage(set, into)).toMatchObject({ token: 1, token_detail: 1, score: 1 });
    into.close();
    await expectTakenOver();
  });
});
