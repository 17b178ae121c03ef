import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger, systemClock } from '../../kernel/index.ts';
import { openDatabase, type Database } from './database.ts';
import { migrate, SCHEMA_VERSION } from './migrations.ts';
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
