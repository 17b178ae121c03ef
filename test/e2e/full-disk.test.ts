import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, expect, test } from 'vitest';
import {
  accessTokenList,
  healthReport,
  journalPage,
  paths,
  problem,
  tokenImportResult,
  tokenPage,
} from '../../src/contract/index.ts';
import { mintOf } from '../contracts/tokens.ts';
import { UNHURRIED, cleanUp, cli, startService, tempFolder, until, type RunningService } from './service.ts';

const mounts: string[] = [];
afterEach(async () => {
  for (const path of mounts.splice(0)) spawnSync('umount', ['-l', path]);
  await cleanUp();
});

/** A data folder that runs out of room, and gets room again. */
interface SmallDisk {
  /** Whether what is kept in reserve helps: then what is essential is still written. */
  readonly hasReserve: boolean;
  readonly folder: string;
  readonly through: readonly string[];
  fill(service: RunningService): void;
  free(service: RunningService): void;
}

/** A file system of its own; needs the right to mount. */
function tinyFileSystem(): SmallDisk {
  const folder = tempFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]);
  if (mounted.status !== 0) throw new Error(mounted.stderr.toString());
  mounts.push(folder);
  const ballast = join(folder, 'ballast');
  return {
    hasReserve: true,
    folder,
    through: [],
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      // The last block may be in use by the time that it is written.
      for (const left of [0, 1, 2, 4]) {
        try {
          writeFileSync(ballast, Buffer.alloc((bavail - left) * bsize));
          return;
        } catch {
          continue;
        }
      }
    },
    free: () => {
      rmSync(ballast);
    },
  };
}

/** A limit on the size of files, which every user may set: at the limit a write fails as on a full disk. */
function smallFiles(): SmallDisk {
  const limit = (service: RunningService, size: string): void => {
    const { status, stderr } = spawnSync('prlimit', [
      '--pid',
      String(service.pid),
      `--fsize=${size}:unlimited`,
    ]);
    if (status !== 0) throw new Error(stderr.toString());
  };
  return {
    hasReserve: false,
    folder: tempFolder(),
    through: [],
    fill: (service) => {
      limit(service, '512');
    },
    free: (service) => {
      limit(service, 'unlimited');
    },
  };
}

const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0 && process.getuid?.() === 0;
// Where a file system cannot be mounted, the limit on files stands for it: the same test, the same error of SQLite.
const WAYS: [string, () => SmallDisk][] = [['a limit on files', smallFiles]];
if (canMount) WAYS.unshift(['a small file system', tinyFileSystem]);

test.each(WAYS)('a full disk (%s) stops nothing, loses nothing, and ends by itself', async (_name, make) => {
  const disk = make();
  const service = await startService({ folder: disk.folder, through: disk.through, env: UNHURRIED });
  const mintsFrom = (n: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => mintOf(n + i));
  const add = (mints: readonly string[]) => service.ask(paths.tokens, { mints });
  const isThere = async (mint: string): Promise<boolean> =>
    (await service.get(`${paths.tokens}?q=${mint}`, tokenPage)).items.some((row) => row.mint === mint);
  const early = mintsFrom(1_000, 50);
  expect(tokenImportResult.parse((await add(early)).body).added).toHaveLength(50);

  disk.fill(service);
  let refused: string[] = [];
  const acknowledged = [...early];
  await until('a refusal', async () => {
    const mints = mintsFrom(2_000 + acknowledged.length, 200);
    const reply = await add(mints);
    if (reply.status === 200) {
      acknowledged.push(...mints);
      return false;
    }
    refused = mints;
    expect(reply).toMatchObject({
      status: 507,
      type: expect.stringContaining('application/problem+json') as string,
    });
    expect(problem.parse(reply.body)).toMatchObject({ code: 'STORE_FULL', title: 'The disk is full' });
    return true;
  });
  await until(
    'the condition',
    async () => (await service.get(paths.health, healthReport)).status === 'critical',
  );
  expect((await service.ask(paths.health)).status).toBe(503);
  const conditionsNow = async (): Promise<string[]> =>
    (await service.get(paths.health, healthReport)).conditions.map(({ rule, level }) => `${rule} ${level}`);
  if (!disk.hasReserve)
    await until('what fails', async () => (await conditionsNow()).includes('store.failing critical'));
  const report = await service.get(paths.health, healthReport);
  const found = report.conditions.map(({ rule, level }) => `${rule} ${level}`);
  expect(found).toContain('store.full critical');
  expect(found.includes('store.failing critical')).toBe(!disk.hasReserve);
  expect(report.sentence).toMatch(/^Critical since /);
  expect(report.conditions.find(({ rule }) => rule === 'store.full')?.reason).toMatch(
    /^The disk of the database is full: only the journal and moves of tokens are written, out of the reserve/,
  );
  const journalOf = async (subject: string): Promise<string[]> =>
    (await service.get(`${paths.journal}?subject=${subject}`, journalPage)).items.map(({ type }) => type);
  if (disk.hasReserve)
    await until('the journal, on the full disk', async () =>
      (await journalOf('store.full')).includes('condition.started'),
    );
  expect(existsSync(join(disk.folder, 'reserve'))).toBe(false);
  expect((await cli(['status', '--data', disk.folder])).code).toBe(11);
  for (const path of [paths.overview, paths.journal, paths.live, paths.ready, paths.tokens])
    expect((await service.ask(path)).status, path).toBe(200);
  for (let tries = 0; tries < 20; tries++) expect((await add(refused.slice(0, 5))).status).toBe(507);
  for (const mint of refused.slice(0, 3)) {
    expect(await isThere(mint)).toBe(false);
    expect((await service.ask(`${paths.tokens}/${mint}`)).status).toBe(404);
  }
  const created = await service.ask(paths.adminTokens, { name: 'phone', scope: 'read' });
  // Without a reserve there may still be room for a few bytes: then it is there, too.
  if (disk.hasReserve || created.status === 201) {
    expect(created.status, 'an access token').toBe(201);
    const { items } = await service.get(paths.adminTokens, accessTokenList);
    expect(items.map(({ name }) => name)).toEqual(['phone']);
  } else expect(created, 'an access token').toMatchObject({ status: 507, body: { code: 'STORE_FULL' } });
  for (const mint of [early[0] ?? '', acknowledged.at(-1) ?? '']) expect(await isThere(mint)).toBe(true);

  disk.free(service);
  const isOver = async (): Promise<boolean> => {
    const { status, conditions } = await service.get(paths.health, healthReport);
    return status === 'healthy' && conditions.length === 0;
  };
  await until('the end of the condition', isOver, 40_000);
  expect(existsSync(join(disk.folder, 'reserve')), 'the reserve is made anew').toBe(true);
  expect(tokenImportResult.parse((await add(refused)).body).added).toEqual(refused);
  const story = await journalOf('store.full');
  expect([story[0], story.at(-1)]).toEqual(['condition.ended', 'condition.started']);
  if (!disk.hasReserve)
    expect((await journalOf('store.failing')).filter((type) => type.startsWith('condition'))).toEqual([
      'condition.ended',
      'condition.started',
    ]);

  // One fault, a few lines: the same one is not said again and again.
  const loud = service.lines().filter(({ level }) => ['WARNING', 'ERROR', 'CRITICAL'].includes(level));
  const said = new Map<string, number>();
  for (const { msg, feed } of loud) {
    const what = typeof feed === 'string' ? `${msg} ${feed}` : msg;
    said.set(what, (said.get(what) ?? 0) + 1);
  }
  expect(loud.map(({ msg }) => msg)).toContainEqual(
    expect.stringContaining('The disk is full: only what is essential'),
  );
  if (!disk.hasReserve)
    expect(loud.map(({ cause }) => cause)).toContainEqual(
      expect.stringContaining('the database cannot grow'),
    );
  expect(Math.max(...said.values()), JSON.stringify([...said])).toBeLessThanOrEqual(3);
  await service.stop();
  // The file goes on, too: what it missed on the full disk stays missed, what came afterwards is in it.
  const logs = join(disk.folder, 'logs');
  const log = readdirSync(logs)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(logs, name), 'utf8'));
  expect(log.join('')).toContain('Moonwarden has stopped.');
  const database = new DatabaseSync(join(disk.folder, 'moonwarden.db'));
  const mints = new Set(
    (database.prepare('SELECT mint FROM token').all() as { mint: string }[]).map(({ mint }) => mint),
  );
  expect([...acknowledged, ...refused].filter((mint) => !mints.has(mint))).toEqual([]);
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  database.close();
});

test('a start on a full disk ends with one line, and leaves nothing running', async () => {
  const folder = tempFolder();
  const shell = ['sh', '-c', 'ulimit -f 8; exec "$@"', 'sh'];
  const args = ['start', '--port', '0', '--market', 'sim:7:40', '--data', folder];
  const { code, stderr, signal } = await cli(args, { through: shell });
  expect({ code, signal }).toEqual({ code: 3, signal: null });
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^moonwarden: The disk is full: .*\[STORE_FULL\]$/),
  ]);
  expect(existsSync(join(folder, 'instance.json'))).toBe(false);
  const service = await startService({ folder });
  expect((await service.ask(paths.ready)).status).toBe(200);
});
