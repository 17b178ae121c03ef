import {
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  copyFileSync,
  mkdirSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock, silentLogger, systemClock, type LogFields, type Logger } from '../../src/kernel/index.ts';
import { openSqliteStore, type SqliteStore } from '../../src/storage/index.ts';
import { discovered, makeToken, noted, stored } from '../contracts/tokens.ts';

const WORKER = new URL('../../dist/storage/sqlite/maintenance-worker.js', import.meta.url);
const PAGE = 4_096;

let folder: string;
let file: string;
let clock: FakeClock;
let lines: { readonly level: string; readonly msg: string; readonly fields: LogFields }[];
const opened: SqliteStore[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden upkeep '));
  file = join(folder, 'moonwarden.db');
  clock = new FakeClock();
  lines = [];
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close().catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

const write =
  (level: string) =>
  (msg: string, fields: LogFields = {}): void => {
    lines.push({ level, msg, fields });
  };
const log: Logger = {
  ...silentLogger,
  info: write('info'),
  warning: write('warning'),
  critical: write('critical'),
  child: () => log,
};

function open(at = folder, workerUrl = WORKER): SqliteStore {
  const store = openSqliteStore({ clock, log, folder: at, maintenanceWorkerUrl: workerUrl });
  opened.push(store);
  return store;
}

async function add(store: SqliteStore, from: number, to: number): Promise<void> {
  const tokens = Array.from({ length: to - from }, (_, n) => makeToken(from + n));
  await store.commit(tokens.flatMap((token) => [...stored(token), noted(discovered(token))]));
}

/** Waits until something is so. What it waits for happens in another thread, so virtual time cannot bring it. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadlineMs = systemClock.monotonic() + 20_000;
  while (!isSo()) {
    if (systemClock.monotonic() > deadlineMs)
      throw new Error(`${what} did not come: ${JSON.stringify(lines)}`);
    await systemClock.sleep(5);
  }
}

/** The folder as a process leaves it that is killed now. */
function crashed(name: string, change: (copy: string) => void = () => undefined): string {
  const path = join(folder, name);
  mkdirSync(path);
  const copy = join(path, 'moonwarden.db');
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, copy + suffix);
  change(copy);
  return path;
}

const said = (text: string): boolean => lines.some(({ msg }) => msg.includes(text));

test('the checkpoint moves the WAL into the file, so that it does not grow for ever', async () => {
  const store = open();
  store.startUpkeep();
  const watcher = new DatabaseSync(file);
  const isMoved = (): boolean => {
    const state = watcher.prepare('PRAGMA wal_checkpoint(NOOP)').get() as {
      log: number;
      checkpointed: number;
    };
    return state.log === state.checkpointed;
  };
  const sizes: number[] = [];
  for (let rounds = 0; rounds < 6; rounds++) {
    await add(store, 50 * rounds, 50 * rounds + 50);
    expect(isMoved()).toBe(false);
    await clock.advance(10_000);
    await until('the checkpoint', isMoved);
    sizes.push(statSync(`${file}-wal`).size);
  }
  watcher.close();
  // It starts over after each checkpoint instead of taking six times as much.
  const [first = 0] = sizes;
  expect(Math.max(...sizes)).toBeLessThan(2 * first);
  expect(lines).toEqual([]);
});

test('a sound file is found sound after an unclean end, and is not looked at after a clean one', async () => {
  const store = open();
  store.startUpkeep();
  await add(store, 0, 10);
  const path = crashed('crash');
  await store.close();
  const again = open();
  again.startUpkeep();
  const after = open(path);
  // Opening it for a moment, as commands do, is no clean end.
  await after.close();
  const started = open(path);
  started.startUpkeep();
  await until('the check', () => said('is sound after an unclean end'));
  expect(lines).toHaveLength(1);
  expect(started.fault()).toBeNull();
  expect([...started.loadTokens()]).toHaveLength(10);
});

test('damage that no start sees is found after an unclean end, and the next start sets the file aside', async () => {
  const store = open();
  store.startUpkeep();
  await add(store, 0, 3_000);
  const bare = new DatabaseSync(file);
  bare.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const leaves = bare
    .prepare("SELECT pageno FROM dbstat WHERE name = 'token' AND pagetype = 'leaf' ORDER BY path")
    .all() as { pageno: number }[];
  bare.close();
  const middle = leaves[Math.floor(leaves.length / 2)]?.pageno ?? 0;
  const path = crashed('crash', (copy) => {
    const handle = openSync(copy, 'r+');
    writeSync(handle, Buffer.alloc(PAGE, 0xa5), 0, PAGE, (middle - 1) * PAGE);
    closeSync(handle);
  });
  const damaged = open(path);
  expect(damaged.recovery).toBeNull();
  damaged.startUpkeep();
  await until('the finding', () => damaged.fault() !== null);
  expect(damaged.fault()).toMatch(/^the database file is damaged: ./);
  expect(lines).toMatchObject([{ level: 'critical', fields: { finding: expect.any(String) as string } }]);
  await damaged.commit([noted(discovered(makeToken(9_000)))]).catch(() => undefined);
  expect(damaged.fault(), 'a commit that works does not make the file sound').toMatch(/damaged/);
  expect(existsSync(join(path, 'moonwarden.db.damaged'))).toBe(true);
  await damaged.close();

  const recovered = open(path);
  expect(recovered.recovery?.cause).toMatch(/malformed|Tree|Page/i);
  expect(readFileSync(join(recovered.recovery?.setAside ?? '', 'moonwarden.db.damaged'), 'utf8')).toBe(
    recovered.recovery?.cause,
  );
  const tokens = [...recovered.loadTokens()].length;
  expect(tokens).toBe(recovered.recovery?.salvaged['token']);
  expect(tokens).toBeGreaterThan(2_900);
  expect(tokens).toBeLessThan(3_000);
  expect(recovered.recovery?.salvaged['journal']).toBeGreaterThanOrEqual(3_000);
  expect(recovered.fault()).toBeNull();
});

test.each([
  [
    'zeroed',
    (wal: string) => {
      writeFileSync(wal, Buffer.alloc(statSync(wal).size));
    },
  ],
  [
    'cut off',
    (wal: string) => {
      truncateSync(wal, 32 + 100);
    },
  ],
])('a WAL that is %s costs what was only in it, and nothing else', async (_what, spoil) => {
  const store = open();
  store.startUpkeep();
  await add(store, 0, 1_000);
  const bare = new DatabaseSync(file);
  bare.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  bare.close();
  await add(store, 1_000, 1_100);
  const path = crashed('crash', (copy) => {
    spoil(`${copy}-wal`);
  });
  const after = open(path);
  expect(after.recovery).toBeNull();
  after.startUpkeep();
  await until('the check', () => said('is sound after an unclean end'));
  expect([...after.loadTokens()]).toHaveLength(1_000);
  await add(after, 2_000, 2_010);
  expect([...after.loadTokens()]).toHaveLength(1_010);
});

test('a worker that dies is reported, and the store goes on and closes without it', async () => {
  const dying = join(folder, 'dying.mjs');
  writeFileSync(
    dying,
    `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('planted'); });`,
  );
  const store = open(folder, pathToFileURL(dying));
  store.startUpkeep();
  await clock.advance(10_000);
  await until('the report', () => said('The checkpoint failed'));
  expect(lines).toMatchObject([{ level: 'warning', fields: { cause: 'planted' } }]);
  await clock.advance(10_000);
  await until('the second report', () => lines.length > 1);
  await add(store, 0, 1);
  await store.close();
  const again = open();
  expect([...again.loadTokens()]).toHaveLength(1);
});

test('a worker that dies while it is told to close does not keep the store open', async () => {
  const dying = join(folder, 'dying.mjs');
  writeFileSync(
    dying,
    `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { process.exit(1); });`,
  );
  const store = open(folder, pathToFileURL(dying));
  store.startUpkeep();
  await store.close();
  await open().close();
});

test('closing ends the worker and leaves no timer', async () => {
  const store = open();
  store.startUpkeep();
  await add(store, 0, 5);
  const closing = store.close();
  await closing;
  await store.close();
  expect(clock.pending).toBe(0);
  await expect(store.commit([noted(discovered(makeToken(1)))])).rejects.toMatchObject({
    code: 'STORE_FAILED',
  });
});
