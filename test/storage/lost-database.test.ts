import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TokenChange } from '../../src/hosts/tokens/index.ts';
import { FakeClock, silentLogger, systemClock } from '../../src/kernel/index.ts';
import { openSqliteStore, type SqliteStore } from '../../src/storage/index.ts';
import { discovered, makeToken, noted, scored, START, stored } from '../contracts/tokens.ts';

const WORKER = new URL('../../dist/storage/sqlite/maintenance-worker.js', import.meta.url);

let folder: string;
let file: string;
let clock: FakeClock;
const opened: SqliteStore[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden lost '));
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
const entry = (n: number): TokenChange => noted(discovered(makeToken(n)));
const add = (store: SqliteStore, n: number): Promise<unknown> =>
  store.commit([...stored(makeToken(n)), entry(n)]);
const tokensIn = (path: string): number => {
  const database = new DatabaseSync(path, { readOnly: true });
  const { n } = database.prepare('SELECT count(*) AS n FROM token').get() as { n: number };
  database.close();
  return n;
};
/** What is looked for in the file system takes real time. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 400) throw new Error(`${what} did not come`);
    await clock.advance(100);
    await systemClock.sleep(5);
  }
}

test('what may wait does so while another program holds the lock, and is written in its order', async () => {
  const store = open();
  await add(store, 1);
  const told: (string | null)[] = [];
  store.onCommit((entries) => void told.push(...entries.map(({ subject }) => subject)));
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  const first = store.commit([entry(10)], { mayWait: true });
  await clock.advance(10_000);
  expect(await first, 'nobody is told of what is not stored').toEqual([]);
  expect(await store.commit([entry(11), entry(12)], { mayWait: true })).toEqual([]);
  expect(store.writing()).toMatchObject({ waiting: 3, lost: 0 });
  expect(store.fault()).toMatch(/locked/);
  await expect(add(store, 2), 'who needs to know is told').rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect([...store.loadTokens()], 'reads go on').toHaveLength(1);
  other.exec('ROLLBACK');
  other.close();
  await clock.advance(6_000);
  expect(store.writing().waiting).toBe(0);
  expect(store.fault()).toBeNull();
  expect(told).toEqual([10, 11, 12].map((n) => makeToken(n).mint));
});

test('a file that is removed is noticed, nothing is written beside it, and it is made anew from what is open', async () => {
  const store = open();
  store.startUpkeep();
  for (let n = 0; n < 50; n++) await add(store, n);
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  // Between two looks SQLite goes on with what nobody else can see.
  await add(store, 50);
  await until('the notice', () => store.fault() !== null);
  expect(store.fault()).toBe('the database file was removed');
  await expect(add(store, 51)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(await store.commit([entry(52)], { mayWait: true })).toEqual([]);
  await store.reconnect();
  await until('the end of the fault', () => store.fault() === null && store.writing().waiting === 0);
  expect(tokensIn(file)).toBe(51);
  await add(store, 53);
  expect(store.journal.lastSeq()).toBe(53);
  expect(await store.signals?.open(), 'the thread has the new file, too').toEqual([]);
  await store.close();
  const again = open();
  expect([...again.loadTokens()]).toHaveLength(52);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that is replaced is taken as it is; tokens that it lacks come back with their next read', async () => {
  const store = open();
  store.startUpkeep();
  await add(store, 1);
  const older = join(folder, 'older.db');
  await store.backups?.make({ folder: null, keep: 1 });
  const [name = ''] = readdirSync(join(folder, 'backups'));
  renameSync(join(folder, 'backups', name), older);
  await add(store, 2);
  renameSync(older, file);
  await until('the notice', () => store.fault() !== null);
  expect(store.fault()).toBe('the database file was replaced by another');
  await store.reconnect();
  await until('the end of the fault', () => store.fault() === null);
  expect([...store.loadTokens()].map(({ mint }) => mint)).toEqual([makeToken(1).mint]);
  const token = makeToken(2);
  await store.commit([{ kind: 'token.refreshed', token }, scored(token, 1, START, 0.5)]);
  expect([...store.loadTokens()]).toHaveLength(2);
  expect(store.history(token.mint, '2h', START).points).toHaveLength(1);
  const check = new DatabaseSync(file, { readOnly: true });
  expect(check.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  check.close();
});

test('opening anew a file that is well changes nothing', async () => {
  const store = open();
  await add(store, 1);
  await store.reconnect();
  await add(store, 2);
  expect([...store.loadTokens()]).toHaveLength(2);
  expect(readdirSync(folder).filter((name) => name.includes('replaced'))).toEqual([]);
});

test('the reserve takes its room while the store is kept up', async () => {
  const store = open();
  expect(existsSync(join(folder, 'reserve'))).toBe(false);
  store.startUpkeep();
  const { size, blocks } = statSync(join(folder, 'reserve'));
  expect(size).toBe(4 * 1_048_576);
  expect(blocks * 512, 'really').toBeGreaterThanOrEqual(size);
  await store.close();
});
