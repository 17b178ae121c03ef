import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { healthReport, journalPage, paths, tokenPage } from '../../src/contract/index.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/kernel/index.ts';
import { mintOf } from '../contracts/tokens.ts';
import { cleanUp, cli, startService, tempFile, tempFolder, type Outcome } from './service.ts';

// After all, because some run side by side.
afterAll(cleanUp);

/** One line that names the error, then one line a fault, and nothing of the inside. */
function expectRefusal(
  { code, stdout, stderr }: Outcome,
  error: ErrorCode,
  ...parts: readonly string[]
): void {
  const { title, todo, exitCode } = ERROR_CODES[error];
  expect(code).toBe(exitCode);
  expect(stdout).toBe('');
  for (const part of parts) expect(stderr).toContain(part);
  if (stderr.startsWith('{')) {
    // Where JSON was asked for, errors are JSON, too.
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: error, todo } });
    expect(stderr).not.toMatch(/node:internal|\.js:\d+/);
    return;
  }
  const [first = '', ...faults] = stderr.trimEnd().split('\n');
  expect(first).toMatch(/^moonwarden: /);
  expect(first).toContain(title);
  expect(first).toContain(`${todo} [${error}]`);
  for (const fault of faults) expect(fault).toMatch(/^ {2}\S/);
  expect(stderr).not.toMatch(/^\s+at |node:internal|\.js:\d+/m);
}

const start = (...args: string[]): Promise<Outcome> =>
  cli(['start', '--port', '0', '--market', 'sim:7:10', '--data', tempFolder(), ...args]);

describe('a configuration that is not valid stops the start before anything is touched', () => {
  test.concurrent.each<[string, string, readonly string[]]>([
    ['no JSON', '{"tokens": {', ['is not valid JSON', 'bad.json: ']],
    ['an empty file', '', ['bad.json: is empty']],
    ['not an object', '[]', ['must be an object']],
    ['an unknown section', '{"tokns": {}}', ['did you mean "tokens"?']],
    [
      'an unknown key',
      '{"tokens": {"hot_intervall": "10s"}}',
      ['tokens.hot_intervall', 'did you mean "hot_interval"?'],
    ],
    [
      'a bad value',
      '{"tokens": {"hot_interval": "soon"}, "http": {"port": 70000}}',
      ['tokens.hot_interval', 'http.port'],
    ],
    [
      'an empty text',
      '{"tokens": {"min_score": ""}, "http": {"host": ""}}',
      ['tokens.min_score', 'http.host'],
    ],
    ['weights that do not sum to 1', '{"tokens": {"w_tx": 0.5}}', ['must sum to 1, not 1.25']],
    ['a prototype key', '{"__proto__": {}, "constructor": {}}', ['constructor']],
  ])('%s', async (_what, content, parts) => {
    const folder = join(tempFolder(), 'data');
    const file = tempFile('bad.json', content);
    const outcome = await cli(['start', '--market', 'sim', '--data', folder, '--config', file]);
    expectRefusal(outcome, 'CONFIG_INVALID', ...parts);
    expect(existsSync(folder)).toBe(false);
  });

  test('a file that is not there', async () => {
    expectRefusal(await start('--config', '/nowhere/config.json'), 'FILE_UNREADABLE', '/nowhere/config.json');
  });

  test('a bad value in the environment', async () => {
    const env = { MOONWARDEN_TOKENS_HOT_INTERVAL: '' };
    expectRefusal(await cli(['start'], { env }), 'CONFIG_INVALID', 'tokens.hot_interval', 'environment');
  });
});

describe('the command line', () => {
  test.concurrent.each([
    [['--unknown'], /unknown option '--unknown'/],
    [['strat'], /unknown command 'strat'.*\n.*start/],
    [['start', '--prot', '1'], /unknown option '--prot'/],
    [['token', 'create'], /missing required argument 'name'/],
    [['tokens', 'list', 'extra'], /too many arguments/],
  ])('%j is refused in words', async (args, text) => {
    const { code, stderr, stdout } = await cli(args);
    expect(stderr).toMatch(text);
    expect(stderr).toMatch(/^moonwarden: /);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(code).toBe(ERROR_CODES.USAGE.exitCode);
  });

  test.concurrent.each(['', 'simulated', 'sim:x', 'sim:1:2:3', 'recorded:', 'SIM'])(
    '--market %j',
    async (market) => {
      const outcome = await cli(['start', '--market', market, '--data', join(tempFolder(), 'data')]);
      expectRefusal(outcome, 'USAGE', '--market takes live, sim or recorded:DIR');
    },
  );

  test('a folder of recorded answers that is not there', async () => {
    expectRefusal(await start('--market', 'recorded:/nowhere'), 'FILE_UNREADABLE', '/nowhere');
  });
});

describe('the data folder', () => {
  test.concurrent.each<[string, () => string]>([
    ['a file in its place', () => tempFile('data', '')],
    ['a file in its way', () => join(tempFile('data', ''), 'deeper')],
    ['where nothing can be made', () => '/proc/self/moonwarden'],
  ])('%s is refused', async (_what, make) => {
    const folder = make();
    expectRefusal(
      await cli(['start', '--port', '0', '--market', 'sim', '--data', folder]),
      'DATA_FOLDER_UNUSABLE',
      folder,
    );
  });

  test('of a running instance is refused, and that instance goes on', async () => {
    const service = await startService();
    const second = ['start', '--port', '0', '--market', 'sim', '--data', service.folder];
    expectRefusal(await cli(second), 'DATA_FOLDER_IN_USE', service.folder);
    expect((await service.ask(paths.live)).status).toBe(200);
    const status = await cli(['status', '--data', service.folder, '--json']);
    expect(healthReport.safeParse(JSON.parse(status.stdout)).success).toBe(true);
    expect(await service.stop()).toMatchObject({ code: 0 });
    expect(service.lines().at(-1)?.msg).toBe('Moonwarden has stopped.');
  });
});

test('a damaged database is set aside, and the journal and the log say so', async () => {
  const service = await startService();
  await service.ask(paths.tokens, { mints: [mintOf(1)] });
  await service.stop();
  const file = join(service.folder, 'moonwarden.db');
  const junk = Buffer.concat([Buffer.alloc(100, 0xa5), readFileSync(file).subarray(100)]);
  writeFileSync(file, junk);
  const again = await startService({ folder: service.folder });
  const { items } = await again.get(`${paths.journal}?type=store.recovered`, journalPage);
  expect(items).toHaveLength(1);
  const [entry] = items;
  if (entry?.type !== 'store.recovered') throw new Error('the journal does not say so');
  expect(entry.reason).toMatch(/^The database was damaged \(.*not a database.*\)/);
  expect(readFileSync(join(entry.data.setAside, 'moonwarden.db')).equals(junk)).toBe(true);
  expect(again.lines().filter(({ level }) => level === 'CRITICAL')).toMatchObject([
    { aside: entry.data.setAside, salvaged: entry.data.salvaged },
  ]);
  expect((await again.ask(paths.tokens, { mints: [mintOf(1)] })).body).toMatchObject({ added: [mintOf(1)] });
  await again.stop();
});

test('a port that is taken, and a host without a token', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = join(tempFolder(), 'data');
  const args = ['start', '--market', 'sim:7:10', '--data', folder];
  const taken = await cli([...args, '--port', String(port)]);
  await new Promise((resolve) => server.close(resolve));
  expectRefusal({ ...taken, stdout: '' }, 'PORT_TAKEN', String(port));
  expectRefusal(
    { ...(await cli([...args, '--port', '0', '--host', '0.0.0.0'])), stdout: '' },
    'HOST_NEEDS_TOKEN',
  );
  const mistake = await cli([...args, '--port', '123456']);
  expectRefusal(mistake, 'CONFIG_INVALID', 'http.port', 'command line');
  const service = await startService({ folder });
  expect((await service.ask(paths.ready)).status).toBe(200);
});

describe('importing', () => {
  test('garbage takes what is good, names what is not, and loses nothing', async () => {
    // Nothing but what is imported comes in.
    const env = { MOONWARDEN_TOKENS_PROFILES: 'false', MOONWARDEN_TOKENS_BOOSTS: 'false' };
    const service = await startService({ env });
    const imported = z.object({
      added: z.number(),
      duplicates: z.number(),
      rejected: z.array(z.object({ input: z.string(), reason: z.string() })),
    });
    const importing = async (content: string | Buffer): Promise<Outcome> =>
      cli(['tokens', 'import', tempFile('mints', content), '--data', service.folder, '--json']);
    const total = async (): Promise<number> =>
      (await service.get(`${paths.tokens}?limit=1`, tokenPage)).total;
    const before = await total();

    const mixed = [
      '# list',
      mintOf(1),
      `"${mintOf(2)}",x`,
      mintOf(1),
      '',
      'So11111111111111111111111111111111111111112',
      '__proto__',
      '\u001b[31mred',
      '🦍',
      `${mintOf(3)}!`,
      'x'.repeat(100_000),
    ];
    const outcome = await importing(mixed.join('\r\n'));
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const report = imported.parse(JSON.parse(outcome.stdout));
    expect(report).toMatchObject({ added: 2, duplicates: 1 });
    expect(report.rejected).toHaveLength(6);
    expect(await total()).toBe(before + 2);

    for (const bad of ['{"mints": 1}', '[1, 2]', '[[[[', '{"__proto__": []}', '[{"mint": {}}]'])
      expectRefusal(await importing(bad), 'REQUEST_INVALID', 'not readable JSON');
    const junk = Buffer.alloc(200_000, 0xff);
    expect((await importing(junk)).code).toBe(2);
    expect((await importing('')).code).toBe(0);
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expectRefusal(await importing(deep), 'REQUEST_INVALID');
    const many = JSON.stringify(Array.from({ length: 12_000 }, (_, n) => ({ mint: mintOf(10_000 + n) })));
    expect(imported.parse(JSON.parse((await importing(many)).stdout))).toMatchObject({
      added: 12_000,
      rejected: [],
    });
    expect(await total()).toBe(before + 12_002);
    expectRefusal(
      await cli(['tokens', 'import', '/nowhere', '--data', service.folder]),
      'FILE_UNREADABLE',
      '/nowhere',
    );
    expect(service.lines().filter(({ level }) => ['ERROR', 'CRITICAL'].includes(level))).toEqual([]);
  });
});

test('a database of a newer version is refused and left as it was', async () => {
  const service = await startService();
  await service.stop();
  const { DatabaseSync } = await import('@photostructure/sqlite');
  const file = join(service.folder, 'moonwarden.db');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const before = readFileSync(file);
  expectRefusal(await start('--data', service.folder), 'DATABASE_NEWER', '99');
  expect(readFileSync(file).equals(before)).toBe(true);
});
