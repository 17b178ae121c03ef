import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock, silentLogger } from '../../src/kernel/index.ts';
import {
  backupStopped,
  inspectDatabase,
  listBackups,
  openSqliteStore,
  restoreStopped,
  type Backups,
  type SqliteStore,
} from '../../src/storage/index.ts';
import { discovered, makeToken, noted, stored } from '../contracts/tokens.ts';

const WORKER = new URL('../../dist/storage/sqlite/maintenance-worker.js', import.meta.url);

let folder: string;
let file: string;
let clock: FakeClock;
const opened: SqliteStore[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden backups '));
  file = join(folder, 'moonwarden.db');
  clock = new FakeClock();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close().catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

function open(): SqliteStore {
  const store = openSqliteStore({ clock, log: silentLogger, folder, maintenanceWorkerUrl: WORKER });
  opened.push(store);
  return store;
}
async function add(store: SqliteStore, from: number, to: number): Promise<void> {
  const tokens = Array.from({ length: to - from }, (_, n) => makeToken(from + n));
  await store.commit(tokens.flatMap((token) => [...stored(token), noted(discovered(token))]));
}
const backupsOf = ({ backups }: SqliteStore): Backups => {
  if (backups === null) throw new Error('a store with a file has backups');
  return backups;
};
const inFolder = (): string[] => readdirSync(join(folder, 'backups'));

test('a backup holds what was there at one moment while others write, and is one whole file that others cannot read', async () => {
  const store = open();
  store.startUpkeep();
  await add(store, 0, 3_000);
  const making = backupsOf(store).make({ folder: null, keep: 7 });
  const state = { isMade: false };
  void making.finally(() => {
    state.isMade = true;
  });
  let added = 3_000;
  while (!state.isMade) {
    await add(store, added, ++added);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const made = await making;
  expect(added, 'writes went on meanwhile').toBeGreaterThan(3_000);
  expect(made.rows['token']).toBeGreaterThanOrEqual(3_000);
  expect(made.rows['token']).toBeLessThanOrEqual(added);
  expect(made.rows['journal']).toBe(made.rows['token']);
  expect(inFolder()).toEqual([`moonwarden-${new Date(made.at).toISOString().replaceAll(/[:.]/g, '-')}.db`]);
  expect(statSync(made.path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(made.path)).mode & 0o777).toBe(0o700);
  expect(inspectDatabase(made.path, 'whole')).toMatchObject({ rows: made.rows, faults: [] });
  expect(inFolder(), 'looking leaves nothing beside it').toHaveLength(1);
  expect(await backupsOf(store).list(null)).toMatchObject([{ path: made.path, at: made.at }]);
});

test('the newest are kept; what is not named as a backup is left alone, and halves are removed', async () => {
  const store = open();
  await add(store, 0, 10);
  const place = { folder: null, keep: 2 };
  const first = await backupsOf(store).make(place);
  writeFileSync(join(folder, 'backups', 'mine.db'), 'mine');
  writeFileSync(join(folder, 'backups', 'moonwarden-2026-01-02T03-04-05-006Z.db.77.tmp'), 'half');
  writeFileSync(join(folder, 'backups', 'moonwarden-2026-01-02T03-04-05-006Z.db.77.tmp-journal'), 'half');
  expect(await backupsOf(store).list(null), 'a half is no backup').toHaveLength(1);
  clock.jumpWall(1_000);
  await backupsOf(store).make(place);
  clock.jumpWall(1_000);
  const third = await backupsOf(store).make(place);
  expect(third.removed).toEqual([first.path.split('/').at(-1)]);
  expect(inFolder()).toHaveLength(3);
  expect(inFolder()).toContain('mine.db');
});

test('one that cannot be made removes none and leaves nothing half', async () => {
  const store = open();
  await add(store, 0, 10);
  const good = await backupsOf(store).make({ folder: null, keep: 1 });
  clock.jumpWall(1_000);
  const inTheWay = join(folder, 'a file');
  writeFileSync(inTheWay, '');
  await expect(backupsOf(store).make({ folder: inTheWay, keep: 1 })).rejects.toThrow(/EEXIST|ENOTDIR/);
  // A page that is broken in the file is broken in its copy.
  const leaf = new DatabaseSync(file);
  leaf.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const { pageno } = leaf
    .prepare("SELECT pageno FROM dbstat WHERE name = 'journal_by_type' AND pagetype = 'leaf' LIMIT 1")
    .get() as { pageno: number };
  leaf.close();
  const bytes = readFileSync(file);
  bytes.fill(0xa5, (pageno - 1) * 4_096, pageno * 4_096);
  writeFileSync(file, bytes);
  await expect(backupsOf(store).make({ folder: null, keep: 1 })).rejects.toThrow(
    /not whole|malformed|Tree|Page/i,
  );
  expect(inFolder()).toEqual([good.path.split('/').at(-1)]);
});

test('the store closes in the middle of a backup, and nothing half is left', async () => {
  const store = open();
  await add(store, 0, 4_000);
  const made = backupsOf(store)
    .make({ folder: null, keep: 7 })
    .then(
      () => 'made',
      () => 'given up',
    );
  const isBegun = (): boolean =>
    existsSync(join(folder, 'backups')) && inFolder().some((name) => name.endsWith('.tmp'));
  while (!isBegun()) await new Promise((resolve) => setImmediate(resolve));
  await store.close();
  expect(await made).toBe('given up');
  expect(inFolder()).toEqual([]);
});

test('since when there could have been one outlives the process', async () => {
  const first = open();
  const since = backupsOf(first).since();
  await first.close();
  clock.jumpWall(5_000);
  expect(backupsOf(open()).since()).toBe(since);
});

test('a backup is put in place of the database, which is set aside whole; no number of the journal is given twice', async () => {
  const store = open();
  await add(store, 0, 100);
  const made = await backupsOf(store).make({ folder: null, keep: 7 });
  await add(store, 100, 150);
  await expect(restoreStopped(folder, made.path, clock.now()), 'while it runs').rejects.toMatchObject({
    code: 'DATA_FOLDER_IN_USE',
  });
  await store.close();
  const { setAside } = await restoreStopped(folder, made.path, clock.now());
  expect(existsSync(made.path)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const old = new DatabaseSync(join(setAside ?? '', 'moonwarden.db'), { readOnly: true });
  expect(old.prepare('SELECT count(*) AS n FROM token').get()).toEqual({ n: 150 });
  old.close();
  const after = open();
  expect(after.recovery).toBeNull();
  expect([...after.loadTokens()]).toHaveLength(100);
  const [entry] = await after.commit([noted(discovered(makeToken(9)))]);
  expect(entry?.seq).toBe(151);
});

test('a restore that breaks off is ended by the next start, from whatever step', async () => {
  const store = open();
  await add(store, 0, 10);
  const made = await backupsOf(store).make({ folder: null, keep: 7 });
  await add(store, 10, 30);
  await store.close();
  const aside = `${file}.replaced-by-hand`;
  const begin = (): void => {
    writeFileSync(`${file}.incoming`, readFileSync(made.path));
    writeFileSync(`${file}.restore`, aside);
  };
  // Killed right after it was decided.
  begin();
  expect([...open().loadTokens()]).toHaveLength(10);
  expect(existsSync(join(aside, 'moonwarden.db'))).toBe(true);
  expect(existsSync(`${file}.restore`)).toBe(false);
  await opened.pop()?.close();
  // Killed when the old one had been moved away.
  rmSync(aside, { recursive: true });
  begin();
  mkdirSync(aside);
  writeFileSync(join(aside, 'moonwarden.db'), readFileSync(file));
  rmSync(file);
  expect([...open().loadTokens()]).toHaveLength(10);
  await opened.pop()?.close();
  // Killed when the new one was in place.
  writeFileSync(`${file}.restore`, aside);
  const last = open();
  expect([...last.loadTokens()]).toHaveLength(10);
  expect(existsSync(`${file}.restore`)).toBe(false);
});

test('a salvage that had broken off does not undo a restore', async () => {
  const store = open();
  await add(store, 0, 10);
  const made = await backupsOf(store).make({ folder: null, keep: 7 });
  await store.close();
  writeFileSync(`${file}.salvage`, `${file}.damaged-once`);
  mkdirSync(`${file}.damaged-once`);
  writeFileSync(join(`${file}.damaged-once`, 'moonwarden.db'), 'not a database');
  await restoreStopped(folder, made.path, clock.now());
  expect([...open().loadTokens()]).toHaveLength(10);
});

test('without a service a backup is made in the same way, and none where there is no database', async () => {
  await expect(backupStopped(folder, { folder: null, keep: 7 }, 1)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const store = open();
  await add(store, 0, 5);
  await expect(backupStopped(folder, { folder: null, keep: 7 }, 1)).rejects.toMatchObject({
    code: 'DATA_FOLDER_IN_USE',
  });
  await store.close();
  const { path, rows } = await backupStopped(folder, { folder: null, keep: 7 }, clock.now());
  expect(rows).toMatchObject({ token: 5, journal: 5 });
  expect((await listBackups(join(folder, 'backups'))).map((one) => one.path)).toEqual([path]);
});

test.each([
  [
    'cut off',
    (path: string) => {
      truncateSync(path, 8_192);
    },
    /malformed|Tree|Page|disk image/,
  ],
  [
    'no database',
    (path: string) => {
      writeFileSync(path, 'text'.repeat(2_000));
    },
    /not a database/,
  ],
  [
    'of another program',
    (path: string) => {
      rmSync(path);
      const other = new DatabaseSync(path);
      other.exec('CREATE TABLE other (a)');
      other.close();
    },
    /no database of Moonwarden/,
  ],
  [
    'of a later version',
    (path: string) => {
      const later = new DatabaseSync(path);
      later.exec('PRAGMA user_version = 999');
      later.close();
    },
    /later version \(schema 999/,
  ],
])('a file that is %s is said to be of no use', async (_what, spoil, fault) => {
  const store = open();
  await add(store, 0, 200);
  const { path } = await backupsOf(store).make({ folder: null, keep: 7 });
  spoil(path);
  expect(inspectDatabase(path, 'whole').faults.join('; ')).toMatch(fault);
});
