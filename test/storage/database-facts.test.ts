import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock, silentLogger, systemClock, type Clock } from '../../src/kernel/index.ts';
import { openSqliteStore, type SqliteStore } from '../../src/storage/index.ts';
import { discovered, makeToken, noted, stored } from '../contracts/tokens.ts';

const WORKER = new URL('../../dist/storage/sqlite/maintenance-worker.js', import.meta.url);
const DAY_MS = 24 * 3_600_000;

let folder: string;
let file: string;
let clock: FakeClock;
let store: SqliteStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden facts '));
  file = join(folder, 'moonwarden.db');
  clock = new FakeClock();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(with_: Clock = clock): void {
  store = openSqliteStore({ clock: with_, log: silentLogger, folder, maintenanceWorkerUrl: WORKER });
}

async function add(from: number, to: number): Promise<void> {
  const tokens = Array.from({ length: to - from }, (_, n) => makeToken(from + n));
  await store.commit(tokens.flatMap((token) => [...stored(token), noted(discovered(token))]));
}

/** What happens in another thread, virtual time cannot bring. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadlineMs = systemClock.monotonic() + 20_000;
  while (!isSo()) {
    if (systemClock.monotonic() > deadlineMs)
      throw new Error(`${what} did not come: ${JSON.stringify(store.facts())}`);
    await systemClock.sleep(5);
  }
}

test('the sizes are those that the file system and another connection tell', async () => {
  open();
  await add(0, 2_000);
  const other = new DatabaseSync(file);
  other.exec('DELETE FROM token_detail');
  store.startUpkeep();
  await until('the sizes', () => store.facts().file?.at !== null);
  const number = (pragma: string): number =>
    Object.values(other.prepare(`PRAGMA ${pragma}`).get() as Record<string, number>)[0] ?? 0;
  const free = number('freelist_count') * number('page_size');
  expect(free).toBeGreaterThan(0);
  expect(store.facts().file).toEqual({
    at: clock.now(),
    bytes: statSync(file).size,
    walBytes: statSync(`${file}-wal`).size,
    freeBytes: free,
    error: null,
  });
  await clock.advance(10_000);
  await until('the checkpoint', () => store.facts().checkpoint !== null);
  const { pages, moved, error } = store.facts().checkpoint ?? {};
  // A log of whole frames: a head of 32 bytes, and 24 beside each page.
  const frames = (statSync(`${file}-wal`).size - 32) / (number('page_size') + 24);
  expect({ pages, moved, error }).toEqual({ pages: frames, moved: frames, error: null });
  other.close();
});

test('a change that waits for another writer is counted as long as it waits', async () => {
  open(systemClock);
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  const adding = add(0, 1);
  await until('the wait', () => store.facts().writer.waiting === 1);
  await systemClock.sleep(60);
  other.exec('ROLLBACK');
  await adding;
  other.close();
  const { waiting, busyRetries, waitLongestMs } = store.facts().writer;
  expect(waiting).toBe(0);
  expect(busyRetries).toBeGreaterThan(0);
  expect(waitLongestMs).toBeGreaterThan(50);
});

test('the file is checked once a day, however often it is opened', async () => {
  const checkedAt = (): number | undefined => store.facts().integrity?.at;
  open();
  store.startUpkeep();
  await clock.advance(600_000);
  await until('the first check', () => checkedAt() !== undefined);
  const first = clock.now();
  expect(store.facts().integrity).toMatchObject({ at: first, faults: [], error: null });
  await store.close();
  open();
  store.startUpkeep();
  expect(store.facts().integrity).toEqual({ at: first, durationMs: null, faults: [], error: null });
  await clock.advance(DAY_MS - 600_000);
  expect(checkedAt(), 'it is not a day yet').toBe(first);
  await clock.advance(600_000);
  await until('the second check', () => checkedAt() !== first);
});

test('statements and tasks of the thread are timed by name', async () => {
  open();
  const told = new Map<string, number>();
  store.recordStatements((name) => () => {
    told.set(name, (told.get(name) ?? 0) + 1);
  });
  store.startUpkeep();
  await add(0, 10);
  store.journal.since('token.discovered', 0);
  await store.page({ sort: '-score', limit: 5 });
  await store.signals?.open();
  await until('the sizes', () => store.facts().file?.at !== null);
  expect(Object.fromEntries(told)).toMatchObject({
    'BEGIN IMMEDIATE': 1,
    COMMIT: 1,
    'INSERT token': 10,
    'SELECT journal by type, at': 1,
    'SELECT token': 2,
    'maintenance: signals.open': 1,
    'maintenance: measure': 1,
  });
});

test('a slow statement is kept, and the thread explains it', async () => {
  // Time that jumps at each reading makes any statement slow.
  let aheadMs = 0;
  const jumping: Clock = {
    now: () => clock.now(),
    monotonic: () => (aheadMs += 150),
    schedule: (delayMs, fn) => clock.schedule(delayMs, fn),
    sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
  };
  open(jumping);
  await add(0, 1_200);
  await store.page({ sort: '-score', limit: 5, q: 'abc' });
  const counted = () => store.facts().slow.find(({ sql }) => sql.includes('count(*)'));
  await until('the plan', () => counted()?.plan != null);
  expect(counted()).toMatchObject({
    durationMs: 150,
    rows: 1,
    thread: 'main',
    plan: [expect.stringMatching(/^SCAN token/)],
    advice: [{ kind: 'full-scan', text: expect.stringContaining('1,200 rows') as string }],
  });
  expect(store.facts().slow).toHaveLength(20);
});
