import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, expect, test } from 'vitest';
import {
  backupResult,
  databaseReport,
  journalPage,
  paths,
  tokenImportResult,
} from '../../src/contract/index.ts';
import { ERROR_CODES } from '../../src/kernel/index.ts';
import { mintOf } from '../contracts/tokens.ts';
import { cleanUp, cli, errorIn, startService, tempFile, tempFolder, until } from './service.ts';

afterEach(cleanUp);

const backupsIn = (folder: string): string[] => {
  const path = join(folder, 'backups');
  return existsSync(path) ? readdirSync(path) : [];
};
const WHOLE = /^moonwarden-[\dTZ-]+\.db$/;

test('back up while it runs, restore while it does not, and the service goes on from there', async () => {
  const service = await startService();
  const data = ['--data', service.folder];
  const add = async (...mints: string[]): Promise<void> => {
    tokenImportResult.parse((await service.ask(paths.tokens, { mints })).body);
  };
  await add(mintOf(501));
  const target = tempFolder();
  const made = await cli(['db', 'backup', ...data, '--to', target, '--json']);
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
  const told = backupResult.parse(JSON.parse(made.stdout));
  expect(backupsIn(service.folder)).toEqual([told.path.split('/').at(-1)]);
  const [copy = ''] = readdirSync(target);
  expect(readFileSync(join(target, copy)).equals(readFileSync(told.path))).toBe(true);
  // Nothing is overwritten.
  const again = await cli(['db', 'backup', ...data, '--to', join(target, copy), '--json']);
  expect(errorIn(again)).toMatchObject({ code: 'FILE_UNWRITABLE' });
  expect((await service.get(paths.database, databaseReport)).backup).toMatchObject({
    enabled: true,
    count: 2,
    failure: null,
  });
  expect((await cli(['database', ...data])).stdout).toMatch(/The last of 2 backups was made \d+ s ago/);
  const { items } = await service.get(`${paths.journal}?type=backup.made`, journalPage);
  expect(items).toHaveLength(2);

  expect((await cli(['jobs', 'run', 'backup', ...data])).code).toBe(0);
  await until(
    'the backup of the job',
    () => backupsIn(service.folder).filter((name) => WHOLE.test(name)).length === 3,
  );
  await add(mintOf(502));
  const refused = await cli(['db', 'restore', told.path, '--yes', ...data, '--json']);
  expect(refused.code).toBe(ERROR_CODES.DATA_FOLDER_IN_USE.exitCode);
  expect(errorIn(refused)).toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
  const looked = await cli(['db', 'verify', ...data]);
  expect(looked).toMatchObject({ code: 0, stderr: '' });
  expect(looked.stdout.match(/It is whole\./g)).toHaveLength(3);
  await service.stop();

  const listed = await cli(['db', 'restore', ...data]);
  expect(listed.stdout).toContain(copy);
  const unasked = await cli(['db', 'restore', copy, ...data]);
  expect(unasked.code).toBe(ERROR_CODES.USAGE.exitCode);
  expect(unasked.stderr).toContain('--yes');
  const spoiled = join(target, 'spoiled.db');
  writeFileSync(spoiled, readFileSync(told.path).subarray(0, 20_000));
  const bad = await cli(['db', 'restore', spoiled, '--yes', ...data]);
  expect(bad).toMatchObject({ code: ERROR_CODES.BACKUP_UNUSABLE.exitCode });
  expect((await cli(['db', 'verify', spoiled, ...data])).code).toBe(ERROR_CODES.BACKUP_UNUSABLE.exitCode);
  const restored = await cli(['db', 'restore', copy, '--yes', ...data]);
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  const [, aside = ''] =
    /The database of before is in\s+(\S.*?);/s.exec(restored.stdout.replaceAll('\n  ', ' ')) ?? [];
  const before = new DatabaseSync(join(aside, 'moonwarden.db'), { readOnly: true });
  expect(before.prepare('SELECT 1 AS there FROM token WHERE mint = ?').get(mintOf(502))).toEqual({
    there: 1,
  });
  before.close();

  const next = await startService({ folder: service.folder });
  expect((await next.ask(`${paths.tokens}/${mintOf(501)}`)).status).toBe(200);
  expect((await next.ask(`${paths.tokens}/${mintOf(502)}`)).status).toBe(404);
  await next.stop();
  // What was set aside is restored in the same way.
  expect((await cli(['db', 'restore', join(aside, 'moonwarden.db'), '--yes', ...data])).code).toBe(0);
  const back = await startService({ folder: service.folder });
  expect((await back.ask(`${paths.tokens}/${mintOf(502)}`)).status).toBe(200);
});

test('without a service a backup is made from the data folder; without a database there is none', async () => {
  const folder = tempFolder();
  expect(errorIn(await cli(['db', 'backup', '--data', folder, '--json']))).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await cli(['db', 'restore', '--data', folder])).stdout).toMatch(/^There is no backup yet/);
  const service = await startService({ folder });
  await service.stop();
  const made = await cli(['db', 'backup', '--data', folder]);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toMatch(/^Backed up to /);
  expect(backupsIn(folder)).toEqual([expect.stringMatching(WHOLE)]);
});

/** Code that kills its process as soon as there is a part of a backup of it: who looks from outside may come too late. */
const KILLED_AT_HALF = `
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
const isHalf = (name) => name.endsWith(\`.\${process.pid}.tmp\`) && statSync(join(process.env.BACKUPS, name)).size > 0;
const look = () => {
  try {
    if (readdirSync(process.env.BACKUPS).some(isHalf)) process.kill(process.pid, 'SIGKILL');
  } catch {
    // There is no folder yet.
  }
};
if (isMainThread) setInterval(look, 1).unref();
`;

test('a kill -9 in the middle of a backup leaves the older ones, and nothing half that counts as one', async () => {
  const folder = tempFolder();
  const service = await startService({ folder });
  await service.stop();
  expect((await cli(['db', 'backup', '--data', folder])).code).toBe(0);
  const good = backupsIn(folder);
  // Large enough to be met in the middle.
  const database = new DatabaseSync(join(folder, 'moonwarden.db'));
  database.exec(`
    WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 60000)
    INSERT INTO meta SELECT 'ballast' || x, hex(randomblob(1000)) FROM n`);
  database.close();
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const env = {
    NODE_OPTIONS: `--import=${pathToFileURL(tempFile('killed.mjs', KILLED_AT_HALF)).href}`,
    BACKUPS: join(folder, 'backups'),
  };
  const running = await startService({ folder, env });
  const making = fetch(running.url + paths.adminBackup, { method: 'POST' }).catch(() => null);
  expect(await running.ended).toMatchObject({ code: null });
  await making;
  expect(backupsIn(folder).filter((name) => WHOLE.test(name))).toEqual(good);
  expect(backupsIn(folder).length, 'something half is left').toBeGreaterThan(good.length);
  // The same without a service.
  // What the test run is told by variables of the same prefix is no setting of the service.
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('MOONWARDEN_'));
  const child = spawn(process.execPath, [main, 'db', 'backup', '--data', folder], {
    env: { ...Object.fromEntries(others), ...env },
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  const signal = await new Promise((resolve) => child.once('close', (_, how) => resolve(how)));
  expect(signal, said).toBe('SIGKILL');
  expect(backupsIn(folder)).toContainEqual(expect.stringMatching(new RegExp(`\\.${child.pid ?? 0}\\.tmp$`)));
  expect(backupsIn(folder).filter((name) => WHOLE.test(name))).toEqual(good);
  const looked = await cli(['db', 'verify', '--data', folder, '--json']);
  expect((JSON.parse(looked.stdout) as { files: unknown[] }).files).toHaveLength(1);
  // The next one goes through and clears up.
  expect((await cli(['db', 'backup', '--data', folder])).code).toBe(0);
  expect(backupsIn(folder).every((name) => WHOLE.test(name))).toBe(true);
  expect(backupsIn(folder)).toHaveLength(2);
});

test('a damaged file is salvaged, and the journal names the backup that can be put in place', async () => {
  const folder = tempFolder();
  const service = await startService({ folder });
  expect((await cli(['db', 'backup', '--data', folder])).code).toBe(0);
  await service.stop();
  const [name = ''] = backupsIn(folder);
  writeFileSync(join(folder, 'moonwarden.db'), 'this is no database'.repeat(1_000));
  const next = await startService({ folder });
  const { items } = await next.get(`${paths.journal}?type=store.recovered`, journalPage);
  expect(items[0]?.reason).toContain(`\`moonwarden db restore ${name}\` puts it in place`);
  expect(next.lines().map(({ msg }) => msg)).toContain('The last good backup can be put in its place.');
});
