import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock, silentLogger, systemClock, type Clock } from '../../kernel/index.ts';
import type { TokenChange } from '../../hosts/tokens/index.ts';
import { BUSY_TIMEOUT_MS } from './database.ts';
import { openSqliteStore, type SqliteStore } from './store.ts';

let folder: string;
let other: InstanceType<typeof DatabaseSync> | undefined;
let store: SqliteStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden busy '));
});
afterEach(async () => {
  if (other?.isTransaction) other.exec('ROLLBACK');
  other?.close();
  other = undefined;
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const openWith = (clock: Clock): void => {
  store = openSqliteStore({ clock, log: silentLogger, folder });
};
/** Another program takes the lock that every writer needs. */
const lock = (): InstanceType<typeof DatabaseSync> => {
  other = new DatabaseSync(join(folder, 'moonwarden.db'));
  other.exec('BEGIN IMMEDIATE');
  return other;
};
const entry: TokenChange = {
  kind: 'journal',
  entry: { type: 'service.stopped', at: 1, subject: null, reason: 'r', data: { cause: 'c' } },
};

test('a commit waits for another writer while everything else goes on', async () => {
  openWith(systemClock);
  const locked = lock();
  let settled = false;
  const committing = store.commit([entry]).finally(() => {
    settled = true;
  });
  // Turns of the loop, not time: each one was free to do other work, and none of them saw the commit end.
  for (let turns = 0; turns < 30; turns++) {
    await systemClock.sleep(1);
    expect(settled).toBe(false);
    expect(store.journal.lastSeq(), 'reads go on').toBe(0);
  }
  expect(store.fault()).toBeNull();
  locked.exec('ROLLBACK');
  await expect(committing).resolves.toMatchObject([{ seq: 1 }]);
});

test('no try holds up the loop for longer than 20 ms', async () => {
  expect(BUSY_TIMEOUT_MS).toBeLessThanOrEqual(20);
  const clock = new FakeClock();
  openWith(clock);
  lock();
  const longest: number[] = [];
  const timed = async (work: () => unknown): Promise<void> => {
    const startedMs = performance.now();
    await work();
    longest.push(performance.now() - startedMs);
  };
  let committing: Promise<unknown> = Promise.resolve();
  await timed(() => {
    committing = store.commit([entry]);
  });
  for (let tries = 0; tries < 8; tries++) await timed(() => clock.advance(25));
  // The median, because a busy machine may take away the processor at any time.
  expect(longest.toSorted((a, b) => a - b)[4]).toBeLessThan(2 * BUSY_TIMEOUT_MS);
  other?.exec('ROLLBACK');
  await clock.advance(25);
  await committing;
});

test('a writer that never gives up its lock is reported, and the fault ends with the next commit', async () => {
  const clock = new FakeClock();
  openWith(clock);
  const locked = lock();
  const outcome = store.commit([entry]).catch((error: unknown) => error);
  await clock.advance(10_000);
  expect(await outcome).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringContaining('locked') as string,
  });
  expect(store.fault()).toMatch(/locked/);
  locked.exec('ROLLBACK');
  await store.commit([entry]);
  expect(store.fault()).toBeNull();
  expect(store.journal.lastSeq()).toBe(1);
});

test('a commit that waits while the store closes fails by name, and nothing of it is written', async () => {
  const clock = new FakeClock();
  openWith(clock);
  const locked = lock();
  const outcome = store.commit([entry]).catch((error: unknown) => error);
  await clock.settle();
  await store.close();
  expect(await outcome).toMatchObject({ code: 'STORE_FAILED' });
  expect(locked.prepare('SELECT COUNT(*) AS n FROM journal').get()).toEqual({ n: 0 });
});
