import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger, systemClock } from '../../kernel/index.ts';
import { takeDataFolder } from './data-folder.ts';
import { openSqliteStore } from './store.ts';

let folder: string;
let other: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden folder '));
});
afterEach(() => {
  other?.kill('SIGKILL');
  other = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const refusal = (code: string): Error => expect.objectContaining({ code }) as Error;
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** A second process that holds the folder as an instance does. */
async function holdElsewhere(path: string): Promise<ChildProcess> {
  const driver = createRequire(import.meta.url).resolve('@photostructure/sqlite');
  const script = `
    const { DatabaseSync } = require(${JSON.stringify(driver)});
    globalThis.lock = new DatabaseSync(${JSON.stringify(join(path, 'instance.lock'))});
    lock.exec('BEGIN EXCLUSIVE');
    console.log('held');
    setInterval(() => undefined, 1000);`;
  other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { stdout } = other;
  await new Promise((resolve) => stdout?.once('data', resolve));
  return other;
}

test('is made for its owner alone, with all that is in it', async () => {
  const path = join(folder, 'deep', 'data');
  const store = openSqliteStore({ clock: systemClock, log: silentLogger, folder: path });
  expect([modeOf(path), modeOf(join(path, 'moonwarden.db'))]).toEqual(['700', '600']);
  await store.close();
});

test('belongs to one store, and is free again after it', async () => {
  const open = () => openSqliteStore({ clock: systemClock, log: silentLogger, folder });
  const first = open();
  expect(open).toThrow(refusal('DATA_FOLDER_IN_USE'));
  await first.close();
  const second = open();
  expect(open).toThrow(refusal('DATA_FOLDER_IN_USE'));
  await second.close();
});

test('a process that is killed lets go of it at once', async () => {
  const holder = await holdElsewhere(folder);
  for (let tries = 0; tries < 3; tries++)
    expect(() => takeDataFolder(folder)).toThrow(refusal('DATA_FOLDER_IN_USE'));
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  holder.kill('SIGKILL');
  await ended;
  const taken = takeDataFolder(folder);
  taken.release();
  taken.release();
});

test.each([
  [
    'a file stands in its place',
    () => {
      const path = join(folder, 'data');
      writeFileSync(path, '');
      return path;
    },
  ],
  [
    'a file stands in its way',
    () => {
      writeFileSync(join(folder, 'data'), '');
      return join(folder, 'data', 'deeper');
    },
  ],
  // Nobody may make files there, not even root.
  ['nothing can be made there', () => '/proc/self/moonwarden'],
  [
    'its lock cannot be opened',
    () => {
      mkdirSync(join(folder, 'instance.lock'));
      return folder;
    },
  ],
])('is refused when %s', (_why, make) => {
  const path = make();
  expect(() => takeDataFolder(path)).toThrow(refusal('DATA_FOLDER_UNUSABLE'));
  expect(() => takeDataFolder(path)).toThrow(path);
});
