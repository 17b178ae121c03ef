import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configReport, journalPage, paths, ruleList } from '../../src/contract/index.ts';
import { cleanUp, cli, startService, tempFolder, until, type RunningService } from './service.ts';

let folder: string;
let file: string;
let service: RunningService;
const start = (): Promise<RunningService> =>
  startService({ folder, args: ['--market', 'sim:7:40', '--config', file] });
beforeAll(async () => {
  folder = tempFolder();
  file = join(folder, 'monitoring.json');
  writeFileSync(file, '{}');
  service = await start();
});
afterAll(cleanUp);

const on = (...args: string[]) => cli([...args, '--data', folder]);
const report = () => service.get(paths.adminConfig, configReport);
const acting = async (path: string): Promise<unknown> =>
  (await report()).items.find((item) => item.path === path)?.inForce;
const entries = async (type: string) =>
  (await service.get(`${paths.journal}?type=${type}&limit=5`, journalPage)).items;

test('a file that is moved into its place acts, a broken one is refused until it is whole', async () => {
  writeFileSync(`${file}.new`, '{"rules":{"override":{"store.failing":{"critical":{"enter":9}}}}}');
  renameSync(`${file}.new`, file);
  await until('the rule to change', async () =>
    (await service.get(paths.rules, ruleList)).items.some(
      ({ name, origin, levels }) =>
        name === 'store.failing' && origin === 'changed' && levels[0]?.enter === 9,
    ),
  );
  writeFileSync(file, '{"tokens":{"check_interval":"9');
  await until('the refusal', async () => (await report()).refused !== null);
  expect((await report()).refused?.faults[0]?.path).toBe(file);
  await until('the condition', async () =>
    (await entries('condition.started')).some(({ subject }) => subject?.includes('config.refused')),
  );
  writeFileSync(file, '{"tokens":{"check_interval":"9s"}}');
  await until('the whole file', async () => (await acting('tokens.check_interval')) === '9s');
  expect((await report()).refused).toBeNull();
  const [changed] = await entries('config.changed');
  expect(changed).toMatchObject({
    data: {
      via: 'file',
      changes: [
        { path: 'tokens.check_interval', from: '60s', to: '9s', live: true },
        { path: 'rules.override', to: {} },
      ],
    },
  });
});

test('the command line sets and reverts at run time, names what it cannot, and it is journaled', async () => {
  const set = await on('config', 'set', 'log.level', 'debug', '--why', 'a test');
  expect(set).toMatchObject({ code: 0, stderr: '' });
  expect(set.stdout).toContain('log.level: info -> debug');
  await until('a line of debug', () => service.lines().some(({ level }) => level === 'DEBUG'));
  const bad = await on('config', 'set', 'log.level', 'loud');
  expect(bad).toMatchObject({ code: 2 });
  expect(bad.stderr).toContain('log.level: ');
  expect((await on('config', 'show', '--running')).stdout).toMatch(/log\.level +debug +run time +live/);
  expect((await entries('config.changed'))[0]).toMatchObject({
    data: { via: 'api', why: 'a test', changes: [{ path: 'log.level' }] },
  });
  expect((await on('config', 'revert', 'log.level')).stdout).toContain('log.level: debug -> info');
  const metrics = String((await service.ask(paths.metrics)).body);
  expect(metrics).toMatch(/^moonwarden_config_reloads_total\{outcome="refused"\} 1$/m);
  expect(metrics).toContain('moonwarden_config_last_reload_success_timestamp_seconds ');
});

test('SIGHUP reads it again, at once', async () => {
  process.kill(service.pid, 'SIGHUP');
  await until('the reload', () => service.lines().some(({ msg }) => msg.includes('nothing has changed')));
});

test('with a broken file the service starts with the last good configuration, and says so', async () => {
  await on('config', 'set', 'tokens.max_tokens', '77');
  await service.stop();
  writeFileSync(file, 'nonsense');
  service = await start();
  expect(service.lines().some(({ level }) => level === 'CRITICAL')).toBe(true);
  expect(await acting('tokens.check_interval')).toBe('9s');
  expect(await acting('tokens.max_tokens')).toBe('77');
  expect((await report()).refused).not.toBeNull();
  expect((await on('config', 'show', '--config', file)).stdout).toMatch(/tokens\.check_interval +9s/);
  writeFileSync(file, '{}');
  await until('the whole file', async () => (await report()).refused === null);
});
