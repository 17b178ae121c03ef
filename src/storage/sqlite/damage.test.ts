import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TokenChange } from '../../hosts/tokens/index.ts';
import { silentLogger, systemClock } from '../../kernel/index.ts';
import { discovered, makeToken, noted, scored, START, stored } from '../../../test/contracts/tokens.ts';
import { markDamaged, setAside } from './data-folder.ts';
import { openDatabase } from './database.ts';
import { migrate } from './migrations.ts';
import { salvage } from './salvage.ts';
import { openSqliteStore, type SqliteStore } from './store.ts';

const TOKENS = 3_000;
const PAGE = 4_096;

let folder: string;
let file: string;
let store: SqliteStore | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden damage '));
  file = join(folder, 'moonwarden.db');
});
afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(folder, { recursive: true, force: true });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The driver really closes a file when the last of its statements is collected; until then it shares its WAL. */
async function collect(): Promise<void> {
  for (let rounds = 0; rounds < 5; rounds++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const open = (): SqliteStore => {
  store = openSqliteStore({ clock: systemClock, log: silentLogger, folder });
  return store;
};

const changesOf = (from: number, to: number): TokenChange[] =>
  Array.from({ length: to - from }, (_, n) => makeToken(from + n)).flatMap((token) => [
    ...stored(token),
    noted(discovered(token)),
    scored(token, 1, START, 0.5),
  ]);

/** A file with tokens, their scores and journal, and one access token; `late` changes are only in the WAL. */
async function fill(late: readonly TokenChange[] = []): Promise<void> {
  await write(late);
  // When the collector takes the last statement is its own affair.
  for (let rounds = 0; rounds < 100 && existsSync(`${file}-wal`); rounds++) await collect();
  expect(existsSync(`${file}-wal`), 'the file was really closed').toBe(false);
  if (late.length > 0) restoreCrashed();
}

// On its own, so that nothing of the store is held when it is to be collected.
async function write(late: readonly TokenChange[]): Promise<void> {
  const first = openSqliteStore({ clock: systemClock, log: silentLogger, folder });
  first.accessTokens.add({ id: 'id', name: 'n', scope: 'read', hash: 'h', createdAt: 1, lastUsedAt: null });
  await first.commit(changesOf(0, TOKENS));
  if (late.length > 0) {
    const checkpoint = new DatabaseSync(file);
    checkpoint.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    checkpoint.close();
    await first.commit(late);
    // What a process that is killed would leave behind.
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, `${file}.kept${suffix}`);
  }
  await first.close();
}

const restoreCrashed = (): void => {
  for (const suffix of ['', '-wal']) copyFileSync(`${file}.kept${suffix}`, file + suffix);
};

function overwrite(target: string, at: number, bytes: Buffer): void {
  const handle = openSync(target, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

const bytesOf = (): (Buffer | null)[] =>
  ['', '-wal'].map((suffix) => (existsSync(file + suffix) ? readFileSync(file + suffix) : null));

/** Page numbers of the leaves of a table, in the order of its rows. */
function leavesOf(table: string): number[] {
  const database = new DatabaseSync(file);
  const rows = database
    .prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
    .all(table) as { pageno: number }[];
  database.close();
  return rows.map(({ pageno }) => pageno);
}

const JUNK = Buffer.alloc(PAGE, 0xa5);
const ruin = (page: number): void => {
  overwrite(file, (page - 1) * PAGE, JUNK);
};

/** What the next start must do: keep every byte of the old files, and say what it took over. */
function expectSetAside(before: readonly (Buffer | null)[]): NonNullable<SqliteStore['recovery']> {
  const { recovery } = open();
  if (recovery === null) throw new Error('the file was not set aside');
  expectSame(before, recovery);
  expect(existsSync(join(recovery.setAside, 'salvage.tmp'))).toBe(false);
  return recovery;
}

function expectSame(before: readonly (Buffer | null)[], recovery: { readonly setAside: string }): void {
  for (const [n, suffix] of ['', '-wal'].entries()) {
    const kept = join(recovery.setAside, `moonwarden.db${suffix}`);
    if (before[n]) expect(readFileSync(kept).equals(before[n]), `bytes of moonwarden.db${suffix}`).toBe(true);
  }
}

async function expectWorks(tokens: number): Promise<void> {
  const used = store ?? open();
  expect([...used.loadTokens()]).toHaveLength(tokens);
  const last = used.journal.lastSeq();
  const token = makeToken(90_000);
  const [entry] = await used.commit([
    ...stored(token),
    noted(discovered(token)),
    scored(token, 1, START, 0.7),
  ]);
  expect(entry?.seq).toBe(last + 1);
  expect(used.history(token.mint, '2h', START).points).toEqual([
    { at: START, score: 0.7, min: 0.7, max: 0.7, liquidityUsd: 1_001, priceUsd: 0.5 },
  ]);
  await used.close();
  const check = new DatabaseSync(file);
  expect(check.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(check.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  check.close();
  const again = open();
  expect(again.recovery).toBeNull();
}

describe('a file is set aside and what is readable is taken over', () => {
  test('when its header is gone', async () => {
    await fill();
    overwrite(file, 0, Buffer.alloc(100));
    const recovery = expectSetAside(bytesOf());
    expect(recovery.cause).toMatch(/not a database/);
    expect(Object.values(recovery.salvaged)).toEqual(Array(15).fill(0));
    await expectWorks(0);
  });

  test('when it is no database at all', async () => {
    overwriteNew('this is a text that somebody has put here\n'.repeat(500));
    expect(expectSetAside(bytesOf()).salvaged).toMatchObject({ token: 0, journal: 0 });
    await expectWorks(0);
  });

  test('when it is cut off in the middle', async () => {
    await fill();
    truncateSync(file, Math.floor(statSync(file).size / 2 / PAGE) * PAGE);
    const { salvaged } = expectSetAside(bytesOf());
    expect(salvaged['token']).toBeGreaterThan(0);
    await expectWorks(salvaged['token'] ?? 0);
  });

  test('when the first pages of its tables are overwritten', async () => {
    await fill();
    const [first = 0, second = 0] = leavesOf('token');
    ruin(first);
    const { salvaged } = expectSetAside(bytesOf());
    expect(second).toBeGreaterThan(0);
    expect(salvaged['token']).toBeGreaterThan(TOKENS * 0.9);
    expect(salvaged['token']).toBeLessThan(TOKENS);
    expect(salvaged).toMatchObject({ journal: TOKENS, access_token: 1 });
    // Scores of tokens that are lost must not become those of the next tokens.
    await expectWorks(salvaged['token'] ?? 0);
  });

  test('when the newest rows of its tables are overwritten, and no number is given a second time', async () => {
    await fill();
    const lastOf = (table: string): number => leavesOf(table).at(-1) ?? 0;
    for (const page of [lastOf('token'), lastOf('journal')]) ruin(page);
    const { salvaged } = expectSetAside(bytesOf());
    for (const table of ['token', 'journal']) {
      expect(salvaged[table], table).toBeGreaterThan(TOKENS * 0.9);
      expect(salvaged[table], table).toBeLessThan(TOKENS);
    }
    expect(store?.journal.lastSeq()).toBe(TOKENS);
    await expectWorks(salvaged['token'] ?? 0);
  });

  test('with everything that was only in the WAL, untouched', async () => {
    await fill(changesOf(TOKENS, TOKENS + 200));
    const [first = 0] = leavesOf('token');
    await collect();
    restoreCrashed();
    ruin(first);
    const before = bytesOf();
    expect(before[1]?.length).toBeGreaterThan(0);
    const recovery = expectSetAside(before);
    expect(recovery.salvaged['token']).toBeGreaterThan(TOKENS);
    // Whatever the damaged file still held open is gone by now, and has taken nothing of the new one with it.
    await collect();
    expect(existsSync(`${file}-wal`)).toBe(true);
    expectSame(before, recovery);
  });

  test('when its schema is unreadable, with a WAL that is kept as it was', async () => {
    await fill([{ kind: 'token.refreshed', token: makeToken(1, { score: 5 }) }]);
    overwrite(file, 100, JUNK.subarray(100));
    expectSetAside(bytesOf());
    await collect();
    expect(existsSync(`${file}-wal`)).toBe(true);
  });

  test('and takes up a salvage that broke off, at whatever step', async () => {
    await fill();
    ruin(leavesOf('token').at(40) ?? 0);
    const aside = setAside(file, systemClock.now());
    // Killed here: nothing is in place, or something half-filled is.
    writeFileSync(file, JUNK);
    const { recovery } = open();
    expect(recovery?.setAside).toBe(aside);
    expect(recovery?.salvaged['token']).toBeGreaterThan(TOKENS * 0.9);
    await expectWorks(recovery?.salvaged['token'] ?? 0);
    await store?.close();
    expect(open().recovery, 'a salvage that has ended is not begun again').toBeNull();
  });

  test('a disk that fills up while it salvages is an error, and the next start does it anew', async () => {
    await fill();
    ruin(leavesOf('token').at(40) ?? 0);
    const aside = setAside(file, systemClock.now());
    const into = openDatabase(':memory:');
    migrate(into);
    into.exec('PRAGMA max_page_count = 60');
    expect(() => salvage(aside, into)).toThrow(/full/);
    expect(into.isTransaction).toBe(false);
    into.close();
    expect(existsSync(join(aside, 'salvage.tmp'))).toBe(false);
    expect(open().recovery?.salvaged['token']).toBeGreaterThan(TOKENS * 0.9);
  });

  test('when the damage was found while it was in use', async () => {
    await fill();
    ruin(leavesOf('token').at(40) ?? 0);
    markDamaged(file, 'wrong # of entries in index token_by_score');
    const recovery = expectSetAside(bytesOf());
    expect(recovery.cause).toBe('wrong # of entries in index token_by_score');
    expect(recovery.salvaged['token']).toBeGreaterThan(TOKENS * 0.9);
    expect(existsSync(`${file}.damaged`)).toBe(false);
    await expectWorks(recovery.salvaged['token'] ?? 0);
  });
});

function overwriteNew(text: string): void {
  const handle = openSync(file, 'w');
  writeSync(handle, text);
  closeSync(handle);
}
