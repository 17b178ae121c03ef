// Over 350 lines because every command is tried here on one service that they share.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  accessTokenCreated,
  accessTokenList,
  databaseReport,
  healthReport,
  incidentList,
  recommendationList,
  workReport,
  detailedHealth,
  performanceReport,
  resourceReport,
  paths,
  tokenDetail,
  tokenPage,
} from '../../src/contract/index.ts';
import { ERROR_CODES } from '../../src/kernel/index.ts';
import { mintOf } from '../contracts/tokens.ts';
import {
  cli,
  closedPort,
  errorIn,
  shareService,
  tempFile,
  tempFolder,
  until,
  type Outcome,
} from './service.ts';

const { service, on, json } = shareService();

/** Whether a service runs or not, a name is judged the same. */
function expectNoSuchName({ code, stdout, stderr }: Outcome): void {
  expect({ code, stdout }).toEqual({ code: ERROR_CODES.REQUEST_INVALID.exitCode, stdout: '' });
  expect(stderr).toMatch(/\[REQUEST_INVALID\]\n {2}name: has characters that cannot be shown\n$/);
  expect(stderr).not.toMatch(/\u001b|\.\./);
}

const COMMANDS = [
  'start',
  'status',
  'health',
  'incidents',
  'dependencies',
  'resources',
  'jobs list',
  'jobs show',
  'jobs run',
  'jobs restart',
  'jobs park',
  'jobs unpark',
  'performance',
  'rules',
  'recover',
  'database',
  'db backup',
  'db verify',
  'db restore',
  'tokens list',
  'tokens show',
  'tokens import',
  'tokens explain',
  'tokens work',
  'tokens stuck',
  'tokens failed',
  'tokens flow',
  'tokens activation report',
  'tokens release',
  'tokens export',
  'dex parse',
  'config check',
  'config show',
  'config set',
  'config revert',
  'config schema',
  'token create',
  'token list',
  'token revoke',
  'doctor',
  'simulate',
];

test('every command has help with an example, without colour and without a service', async () => {
  for (const half of [0, 1]) {
    const outcomes = COMMANDS.filter((_, n) => n % 2 === half).map(async (command) => {
      const { code, stdout, stderr } = await cli([...command.split(' '), '--help']);
      expect({ code, stderr }, command).toEqual({ code: 0, stderr: '' });
      expect(stdout, command).toContain(`Usage: moonwarden ${command}`);
      expect(stdout, command).toMatch(new RegExp(`Examples?:\\n(?: {2}.*\\n)* {2}.*moonwarden ${command}`));
      expect(stdout, command).not.toContain('\u001b');
    });
    await Promise.all(outcomes);
  }
  const { stdout } = await cli(['--help']);
  for (const command of COMMANDS) expect(stdout).toContain(command.split(' ')[0]);
  expect((await cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('on a running service', () => {
  test('status', async () => {
    await until('health', async () => (await service().get(paths.health, healthReport)).status === 'healthy');
    const { code, stdout, stderr } = await on('status');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Healthy\. .+\n$/);
    expect((await json(healthReport, 'status')).status).toBe('healthy');
    expect((await cli(['status', '--url', service().url])).stdout).toMatch(/^Healthy/);
    expect((await cli(['status'], { env: { MOONWARDEN_URL: `${service().url}/` } })).code).toBe(0);
  });

  test('dependencies', async () => {
    const { code, stdout, stderr } = await on('dependencies');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^NAME +STATE +LAST ANSWER +P95 +FAILED +RETRIES LEFT +QUOTA *\n/);
    expect(stdout).toMatch(
      /^DexScreener +closed +\d+ s ago +\d+ ms +\d+ % +\d+ +pairs \d+\/300, profiles \d+\/60 *$/m,
    );
    expect(stdout).toMatch(/^PumpPortal +closed /m);
    const told = await json(healthReport.pick({ dependencies: true, features: true }), 'dependencies');
    expect(told.dependencies.map(({ name }) => name)).toEqual(['DexScreener', 'PumpPortal']);
    expect(told.features.map(({ state }) => state)).toEqual(told.features.map(() => 'on'));
  });

  test('health', async () => {
    const { code, stdout, stderr } = await on('health');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^COMPONENT +STATUS +WHY *\n/m);
    expect(stdout).toMatch(/^Token service +(healthy|degraded|unknown) +\S/m);
    expect(stdout).toMatch(/^ {4}hot +healthy +None of its \d+ rules finds anything wrong\. *$/m);
    const { components } = await json(detailedHealth, 'health');
    expect(components.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['source', 'feeds/profiles', 'jobs/hot', 'store', 'process', 'monitor']),
    );
  });

  test('tokens work', async () => {
    const { code, stdout, stderr } = await on('tokens', 'work');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+ tokens a minute are read, \d+ judged/);
    expect(stdout).toMatch(/^GROUP +STAGE +TOKENS IN IT +A MINUTE +TIME IN IT +P95 *\n/m);
    expect(stdout).toMatch(/^STATUS +SCORE +A MINUTE +LATE BY +P95 *\n/m);
    const { stages, lag } = await json(workReport, 'tokens', 'work');
    expect(stages.filter(({ stage, perMinute }) => stage === 'fetched' && perMinute > 0)).not.toEqual([]);
    expect(lag.some(({ status, perMinute }) => status === 'monitoring' && perMinute > 0)).toBe(true);
  });

  test('incidents', async () => {
    const { code, stdout, stderr } = await on('incidents');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { items } = await json(incidentList, 'incidents');
    expect(stdout).toMatch(items.length === 0 ? /^Nothing went wrong/ : /^ID +BEGAN +STATE +LEVEL +WHAT *\n/);
    const unknown = await on('incidents', 'i99999999');
    expect(unknown).toMatchObject({ code: ERROR_CODES.NOT_FOUND.exitCode, stdout: '' });
    expect(unknown.stderr).toContain('there is no incident i99999999');
  });

  test('resources', async () => {
    const { code, stdout, stderr } = await on('resources');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^NAME +VALUE +READ +WHAT IT IS *\n/);
    expect(stdout).toMatch(/^process_rss_bytes +\d[\d.]* MB +\d+ s ago +memory of this process/m);
    expect(stdout).toMatch(/^It may use [\d.]+ CPUs, by /m);
    const { values } = await json(resourceReport, 'resources');
    expect(values.every(({ value, reason }) => (value === null) !== (reason === null))).toBe(true);
    expect(values.find(({ name }) => name === 'process_rss_bytes')?.value).toBeGreaterThan(10e6);
  });

  test('performance', async () => {
    const { code, stdout, stderr } = await on('performance');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^KIND +CALLS +FAILED +AVERAGE +P95 +P99 +HOUR P95 +NAME *\n/);
    expect(stdout).toMatch(/^api +\d+ .* ms +DexScreener GET \/token/m);
    const { items } = await json(performanceReport, 'performance');
    const asked = items.find(({ name }) => name === 'GET /health/performance');
    expect(asked).toMatchObject({ kind: 'http', recent: { failed: 0, successShare: 1 } });
    const advice = await on('performance', '--advice');
    expect(advice).toMatchObject({ code: 0, stderr: '' });
    expect(advice.stdout).toMatch(/\.\n$/);
    const { items: advised } = await json(recommendationList, 'performance', '--advice');
    for (const { evidence, effect } of advised) expect([evidence, effect]).not.toContain('');
    // Longer than none at all, and no longer than the whole test.
    expect(asked?.recent.averageMs).toBeGreaterThan(0);
    expect(asked?.recent.averageMs).toBeLessThan(60_000);
  });

  test('database', async () => {
    const { code, stdout, stderr } = await on('database');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+ changes? waits? for another writer/m);
    expect(stdout).toMatch(/^ *\d+ .* COMMIT *$/m);
    const { file, statements } = await json(databaseReport, 'database');
    expect(file?.bytes).toBeGreaterThan(0);
    expect(statements.find(({ name }) => name === 'maintenance: measure')?.hour.count).toBeGreaterThan(0);
  });

  test('tokens import, list and show', async () => {
    const mint = mintOf(77);
    const imported = await cli(['tokens', 'import', '--data', service().folder], {
      input: `${mint}\nnonsense\n`,
    });
    expect(imported).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1 added, 0 known already, 1 rejected\n {2}nonsense: /) as string,
    });
    expect(
      (await on('tokens', 'import', tempFile('again.json', JSON.stringify({ tokens: [mint] })))).stdout,
    ).toMatch(/^0 added, 1 known/);
    expect((await json(tokenDetail, 'tokens', 'show', mint)).mint).toBe(mint);
    expect((await on('tokens', 'show', mint)).stdout).toContain(mint);
    const page = await json(
      tokenPage,
      'tokens',
      'list',
      '--search',
      mint,
      '--status',
      'monitoring,active',
      '--sort',
      'discovered',
    );
    expect(page.items.map((row) => row.mint)).toContain(mint);
    const table = await on('tokens', 'list', '--limit', '3');
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^MINT +SYMBOL +STATUS/);
    expect(table.stdout).not.toContain('\u001b');
    expect((await on('tokens', 'list', '--search', 'nothing has this')).stdout).toMatch(/^No token matches/);
  });

  test('access tokens', async () => {
    const created = await json(accessTokenCreated, 'token', 'create', 'phone', '--scope', 'operate');
    const listed = await json(accessTokenList, 'token', 'list');
    expect(listed.items).toMatchObject([{ id: created.id, scope: 'operate' }]);
    const shown = await on('token', 'list');
    expect(shown.stdout).toContain('phone');
    expectNoSuchName(await on('token', 'create', 'phone\u001b[31m'));
    expect(shown.stdout).not.toContain('\u001b');
    expect(
      shown.stdout +
        service()
          .lines()
          .map((line) => JSON.stringify(line))
          .join('\n'),
    ).not.toContain(created.secret);
    expect(await on('token', 'revoke', created.id)).toMatchObject({
      code: 0,
      stdout: `Revoked ${created.id}.\n`,
    });
    expect((await json(accessTokenList, 'token', 'list')).items).toEqual([]);
  });

  test('what it refuses has the exit code of its error', async () => {
    const codes = await Promise.all(
      [
        ['tokens', 'show', mintOf(99)],
        ['tokens', 'show', 'nonsense'],
        ['tokens', 'list', '--sort', 'nonsense'],
        ['token', 'create', 'x', '--scope', 'root'],
        ['token', 'revoke', 'nonsense'],
        ['tokens', 'import', tempFile('bad', 'nonsense')],
      ].map(async (args) => (await on(...args)).code),
    );
    const { TOKEN_UNKNOWN, MINT_INVALID, REQUEST_INVALID, USAGE, NOT_FOUND } = ERROR_CODES;
    expect(codes).toEqual(
      [TOKEN_UNKNOWN, MINT_INVALID, REQUEST_INVALID, USAGE, NOT_FOUND, USAGE].map(({ exitCode }) => exitCode),
    );
    const gone = await cli(['status', '--url', `http://127.0.0.1:${await closedPort()}`]);
    expect(gone.code).toBe(ERROR_CODES.SERVICE_UNREACHABLE.exitCode);
    expect(gone.stderr).toMatch(/^moonwarden: .*ECONNREFUSED.*\[SERVICE_UNREACHABLE\]\n$/);
  });
});

test('access tokens are made, listed and ended while no service runs', async () => {
  const data = ['--data', tempFolder(), '--json'];
  const created = accessTokenCreated.parse(
    JSON.parse((await cli(['token', 'create', 'phone', ...data])).stdout),
  );
  const listed = async (): Promise<unknown> => JSON.parse((await cli(['token', 'list', ...data])).stdout);
  const { secret, ...info } = created;
  expect(secret).toMatch(/^mw_/);
  expect(await listed()).toEqual({ items: [info] });
  const refused = await cli(['token', 'create', 'phone\u001b[31m', ...data]);
  expect(refused).toMatchObject({ code: ERROR_CODES.REQUEST_INVALID.exitCode, stdout: '' });
  expect(errorIn(refused)).toMatchObject({
    code: 'REQUEST_INVALID',
    faults: [{ path: 'name', message: 'has characters that cannot be shown' }],
  });
  expect((await cli(['token', 'revoke', 'nonsense', ...data])).code).toBe(ERROR_CODES.NOT_FOUND.exitCode);
  expect((await cli(['token', 'revoke', created.id, ...data])).code).toBe(0);
  expect(await listed()).toEqual({ items: [] });
});

test('config check, show and schema', async () => {
  const file = tempFile('good.json', '{"tokens": {"hot_interval": "5s"}}');
  expect((await cli(['config', 'check', file])).stdout).toMatch(
    /^The configuration is valid \(.*good\.json; [0-9a-f]{12}\)\.\n/,
  );
  expect(JSON.parse((await cli(['config', 'check', file, '--json'])).stdout)).toMatchObject({
    valid: true,
    file,
  });
  const bad = await cli(['config', 'check', tempFile('bad.json', '{"tokens": {"hot_intervl": 1}}')]);
  expect(bad).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('did you mean "hot_interval"?') as string,
  });
  const env = { MOONWARDEN_TOKENS_COLD_INTERVAL: '50s', MOONWARDEN_TYPO: '1' };
  const values = z.array(
    z.object({ path: z.string(), value: z.unknown(), source: z.string(), about: z.string().min(5) }),
  );
  const shown = values.parse(
    JSON.parse((await cli(['config', 'show', '--config', file, '--json'], { env })).stdout),
  );
  const of = (path: string) => shown.find((value) => value.path === path);
  expect(of('tokens.hot_interval')).toMatchObject({ value: '5s', source: file });
  expect(of('tokens.cold_interval')).toMatchObject({ value: '50s', source: 'environment' });
  expect(of('tokens.w_tx')).toMatchObject({ value: 0.25, source: 'default' });
  expect((await cli(['config', 'show', '--config', file])).stdout).toMatch(/^SETTING +VALUE +FROM/);
  expect((await cli(['config', 'check'], { env })).stdout).toContain('MOONWARDEN_TYPO');
  expect(JSON.parse((await cli(['config', 'schema'])).stdout)).toMatchObject({ type: 'object' });
});

test('dex parse tells what of saved answers can be used, and shows no control characters', async () => {
  const base = { address: mintOf(5), symbol: '\u001b[31mRED', name: 'x' };
  const pair = { chainId: 'solana', dexId: 'raydium', pairAddress: mintOf(6), baseToken: base };
  const good = tempFile(
    'good.json',
    JSON.stringify([pair, { ...pair, chainId: '\u001b[31mevil', pairAddress: '\u0007' }, 7]),
  );
  const bad = tempFile('bad.json', '{"pairs": "\u001b"');
  const report = JSON.parse((await cli(['dex', 'parse', good, bad, '--json'])).stdout) as unknown;
  expect(report).toMatchObject({ items: 3, kept: 1, pairs: { kept: 1, tokens: 1 } });
  const { code, stdout } = await cli(['dex', 'parse', good, bad]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/3 items: 1 pairs/);
  expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect((await cli(['dex', 'parse', '/nowhere'])).code).toBe(ERROR_CODES.FILE_UNREADABLE.exitCode);
});

test('doctor looks at everything and changes nothing', async () => {
  const findings = z.object({
    findings: z.array(
      z.object({
        check: z.string(),
        result: z.enum(['ok', 'warning', 'failed']),
        detail: z.string(),
        todo: z.string(),
      }),
    ),
  });
  const config = tempFile('doctor.json', '{"http": {"port": 0}}');
  const running = findings.parse(
    JSON.parse((await on('doctor', '--config', config, '--json')).stdout),
  ).findings;
  const byName = new Map(running.map((finding) => [finding.check, finding]));
  expect([...byName.keys()]).toEqual([
    'node',
    'clock',
    'config',
    'data folder',
    'disk',
    'open files',
    'database',
    'port',
    'DexScreener',
  ]);
  expect(byName.get('database')).toMatchObject({
    result: 'ok',
    detail: expect.stringContaining(new URL(service().url).port) as string,
  });
  expect(byName.get('DexScreener')).toMatchObject({
    result: 'warning',
    detail: expect.stringContaining('http://127.0.0.1:9') as string,
  });
  const none = join(tempFolder(), 'none');
  const fresh = await cli(['doctor', '--data', none, '--config', config]);
  expect(fresh.code).toBe(0);
  expect(fresh.stdout).toMatch(/^ok +node/);
  expect(fresh.stdout).not.toContain('\u001b');
  const broken = await cli(['doctor', '--data', tempFile('data', ''), '--config', '/nowhere', '--json']);
  expect(broken.code).toBe(1);
  const failed = findings
    .parse(JSON.parse(broken.stdout))
    .findings.filter(({ result }) => result === 'failed');
  expect(failed.map(({ check }) => check)).toEqual(['config', 'data folder']);
});
