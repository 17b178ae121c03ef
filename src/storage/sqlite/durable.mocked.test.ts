import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { TokenChange } from '../../hosts/tokens/index.ts';
import { silentLogger, systemClock } from '../../kernel/index.ts';
import type { Database } from './database.ts';
import { openSqliteStore } from './store.ts';

const said = vi.hoisted(() => [] as string[]);

// The driver's methods cannot be replaced, and SQLite tells `synchronous` to its own connection alone.
vi.mock('./database.ts', async (original) => {
  const actual = await original<typeof import('./database.ts')>();
  const listen = (database: Database): Database =>
    new Proxy(database, {
      get(target, key) {
        if (key === 'exec')
          return (sql: string) => {
            said.push(sql);
            target.exec(sql);
          };
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  return { ...actual, openDatabase: (path: string) => listen(actual.openDatabase(path)) };
});

test('what somebody is told outlives a power cut, what is computed again need not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden durable '));
  const store = openSqliteStore({ clock: systemClock, log: silentLogger, folder });
  const entry: TokenChange = {
    kind: 'journal',
    entry: { type: 'service.stopped', at: 1, subject: null, reason: 'r', data: { cause: 'c' } },
  };
  const score: TokenChange = {
    kind: 'score.recorded',
    mint: 'm',
    tick: 1,
    at: 1,
    score: 1,
    smoothedScore: 1,
    liquidityUsd: null,
    priceUsd: null,
  };
  const statements = async (...changes: TokenChange[]): Promise<string[]> => {
    said.length = 0;
    await store.commit(changes);
    return [...said];
  };
  const write = ['BEGIN IMMEDIATE', 'COMMIT'];
  expect(await statements(score, entry)).toEqual(['PRAGMA synchronous = FULL', ...write]);
  expect(await statements(entry)).toEqual(write);
  expect(await statements(score)).toEqual(['PRAGMA synchronous = NORMAL', ...write]);
  expect(await statements(score)).toEqual(write);
  expect(await statements(entry)).toEqual(['PRAGMA synchronous = FULL', ...write]);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a lease that is prolonged after something that must endure does not wait for the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden durable '));
  const store = openSqliteStore({ clock: systemClock, log: silentLogger, folder });
  const told: TokenChange = {
    kind: 'journal',
    entry: { type: 'service.stopped', at: 1, subject: null, reason: 'r', data: { cause: 'c' } },
  };
  for (const lease of [() => store.runs.claim('me', 1, 1_000), () => store.runs.release('me')]) {
    await store.commit([told]);
    said.length = 0;
    await lease();
    expect(said).toEqual(['PRAGMA synchronous = NORMAL']);
  }
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
