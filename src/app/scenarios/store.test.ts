import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeClock, silentLogger } from '../../kernel/index.ts';
import { openSqliteStore } from '../../storage/index.ts';
import { MINUTE_MS, closeScenes, openScene, type SceneOptions } from './testing/scene.ts';
import { eligible, mints, type ScriptedMarket } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
let folder: string;
let database: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden scenario '));
  database = join(folder, 'moonwarden.db');
});
afterEach(async () => {
  await closeScenes();
  rmSync(folder, { recursive: true, force: true });
});

const all = mints(4);
const script = (market: ScriptedMarket): void => market.list(all, eligible);
const storeIn =
  (path: string): NonNullable<SceneOptions['store']> =>
  (clock, log) =>
    openSqliteStore({ clock, log, folder: path });
const store: SceneOptions['store'] = (clock, log) => openSqliteStore({ clock, log, folder });
const openIn = (path: string): unknown =>
  openSqliteStore({ clock: new FakeClock(), log: silentLogger, folder: path });

describe('scenario 7: two schedulers', () => {
  // Two workers of the web server each started a scheduler on the same database: every token was worked twice.
  test('a second instance on the same data is refused by name; the first goes on and loses nothing', async () => {
    const { pass, token, journal, stop } = await openScene({ watch: all, script, store });
    await pass(MINUTE_MS);
    expect(() => openIn(folder)).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_IN_USE' }) as Error);
    await pass(MINUTE_MS);
    for (const mint of all) expect(token(mint).status).toBe('active');
    expect((await journal({ type: 'token.moved' })).length).toBe(all.length);
    await stop();
    const after = await openScene({ script, store });
    for (const mint of all) expect(after.token(mint).status).toBe('active');
  });
});

describe('scenario 16: a database that is locked, damaged or of another version', () => {
  // A migration ended in "database disk image is malformed"; a missing column stopped every write after a deploy.
  test('another program holds the lock for two seconds: nothing is lost', async () => {
    const { pass, token, journal, conditions, add, clock } = await openScene({ watch: all, script, store });
    await pass(MINUTE_MS);
    const other = new DatabaseSync(database);
    other.exec('BEGIN IMMEDIATE');
    const [late = ''] = mints(1, 50);
    const unlock = clock.schedule(2_000, () => other.exec('ROLLBACK'));
    const added = await add([late]);
    await pass(2_000);
    unlock();
    other.close();
    expect(added).toMatchObject({ added: [late] });
    await pass(MINUTE_MS);
    expect(conditions()).toEqual([]);
    expect(token(late).discoveredBy).toBe('a person');
    expect((await journal({ subject: late, type: 'token.discovered' })).length).toBe(1);
    for (const mint of all) {
      expect(clock.now() - (token(mint).refreshedAt ?? 0)).toBeLessThan(15_000);
      expect((await journal({ subject: mint, type: 'token.moved' })).length).toBe(1);
    }
  });

  test('a damaged file is set aside, what can be read is taken over, and the journal says so', async () => {
    const first = await openScene({ watch: all, script, store });
    await first.pass(MINUTE_MS);
    const { path, file } = copyOf(database);
    ruinTable(file, 'score');
    const second = await openScene({ script, store: storeIn(path), clock: first.clock });
    const [recovered] = await second.journal({ type: 'store.recovered' });
    expect(recovered?.reason).toMatch(/^The database was damaged/);
    expect(recovered?.type === 'store.recovered' && existsSync(recovered.data.setAside)).toBe(true);
    await second.pass(MINUTE_MS);
    for (const mint of all) expect(second.token(mint).status).toBe('active');
    expect(second.health().status).toBe('healthy');
    expect((await second.journal({ type: 'token.discovered' })).length).toBe(all.length);
  });

  test.each([
    ['of a newer version', 'PRAGMA user_version = 99', 'DATABASE_NEWER'],
    ['without a column that is needed', 'ALTER TABLE token DROP COLUMN held', 'STORE_FAILED'],
  ])('a database %s is refused and left as it is', async (_, sql, code) => {
    const first = await openScene({ watch: all, script, store });
    await first.pass(MINUTE_MS);
    const { path, file } = copyOf(database);
    const other = new DatabaseSync(file);
    other.exec(sql);
    other.close();
    const before = tokensIn(file);
    expect(before).toHaveLength(all.length);
    expect(() => openIn(path)).toThrow(expect.objectContaining({ code }) as Error);
    expect(tokensIn(file)).toEqual(before);
  });
});

/** The database as it is now, in a folder of its own: the driver closes a file only when its statements are collected. */
function copyOf(from: string): { readonly path: string; readonly file: string } {
  const path = join(folder, 'copy');
  mkdirSync(path);
  const file = join(path, 'moonwarden.db');
  const reader = new DatabaseSync(from);
  reader.prepare('VACUUM INTO ?').run(file);
  reader.close();
  return { path, file };
}

/** Overwrites the first page of a table, in a file of pages of 4,096 bytes. */
function ruinTable(file: string, table: string): void {
  const reader = new DatabaseSync(file, { readOnly: true });
  const { rootpage } = reader.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').get(table) as {
    rootpage: number;
  };
  reader.close();
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(4_096, 0xff), 0, 4_096, (rootpage - 1) * 4_096);
  closeSync(handle);
}

function tokensIn(path: string): unknown[] {
  const reader = new DatabaseSync(path, { readOnly: true });
  try {
    return reader.prepare('SELECT mint, status, score, refreshed_at FROM token ORDER BY mint').all();
  } finally {
    reader.close();
  }
}
