// @ts-check
/** Real faults done to real processes, and how long each takes to be noticed and to heal: ms, or null when it did not come. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { startService } from '../service.mjs';

/** @param {string} path in dist/, because there is none yet when types are checked */
const built = (path) => import(new URL(`../../../dist/${path}`, import.meta.url).href);
/** @type {typeof import('../../../src/kernel/index.ts')} */
const { systemClock } = await built('kernel/index.js');
/** @type {typeof import('../../../src/simulator/index.ts')} */
const { createSimulatedMarket, serveFaults } = await built('simulator/index.js');

const LOST_MS = 90_000;
const SOON_MS = 3_000;
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** @typedef {Awaited<ReturnType<typeof startService>>} Service */
/** @typedef {Record<string, number | null>} Times */

/** @param {() => Promise<boolean> | boolean} isSo @param {number} fromMs @returns {Promise<number | null>} */
async function since(fromMs, isSo) {
  while (!(await isSo())) {
    if (performance.now() - fromMs > LOST_MS) return null;
    await pause(20);
  }
  return Math.round(performance.now() - fromMs);
}

/** @param {Service} service @param {string} rule */
const stands = async (service, rule) => {
  const { json } = await service.ask('/health');
  return json.conditions.some((/** @type {any} */ condition) => condition.rule === rule);
};

/**
 * A service in a folder of its own, for as long as `play` takes.
 * @template T
 * @param {Parameters<typeof startService>[2]} options
 * @param {(service: Service, folder: string) => Promise<T>} play
 */
async function withService(options, play) {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden times '));
  const extra = { MOONWARDEN_RECOVERY_GRACE: '0s', ...options?.extra };
  const service = await startService(folder, null, { ...options, extra });
  try {
    return await play(service, folder);
  } finally {
    service.child.kill('SIGKILL');
    await service.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A service that reads from a source on loopback, which can be spoilt.
 * @template T
 * @param {(service: Service, source: Awaited<ReturnType<typeof serveFaults>>, mints: string[]) => Promise<T>} play
 */
async function withSource(play) {
  const market = createSimulatedMarket({ seed: 7, tokens: 60, clock: systemClock });
  const source = await serveFaults(market, {
    clock: systemClock,
    grants: { pairs: 1_000_000, profiles: 1_000_000 },
  });
  const extra = {
    MOONWARDEN_DEXSCREENER_URL: `http://127.0.0.1:${source.port}`,
    MOONWARDEN_PUMPPORTAL_ENABLED: 'false',
  };
  try {
    return await withService({ market: 'live', extra }, async (service) => {
      const mints = market.listed(systemClock.now()).slice(0, 10);
      await service.ask('/api/tokens', { mints });
      const isRead = async () => {
        const { json } = await service.ask('/api/tokens?limit=50');
        return (
          json.items.filter((/** @type {any} */ token) => token.refreshedAt !== null).length >= mints.length
        );
      };
      if ((await since(performance.now(), isRead)) === null) throw new Error('the service reads no tokens');
      return play(service, source, mints);
    });
  } finally {
    await source.close();
  }
}

/** @param {Service} service */
const state = async (service) => (await service.ask('/health')).json.dependencies[0].state;

/** Connections are refused for a while. @returns {Promise<Times>} */
export const outage = () =>
  withSource(async (service, source, mints) => {
    // What was read a moment ago would be given without asking anybody.
    await pause(SOON_MS);
    await source.set({ kind: 'down' });
    const fromMs = performance.now();
    const told = since(fromMs, () => stands(service, 'source.unreachable'));
    let stale = 0;
    for (const mint of mints) {
      const askedMs = performance.now();
      const { json } = await service.ask(`/api/tokens/${mint}/refresh`, {});
      if (json.freshness === 'stale') stale = Math.max(stale, performance.now() - askedMs);
    }
    await told;
    await pause(10_000);
    await source.set(null);
    const closed = since(performance.now(), async () => (await state(service)) === 'closed');
    return { stale: stale === 0 ? null : Math.round(stale), told: await told, closed: await closed };
  });

/** Nothing comes through for a while. @returns {Promise<Times>} */
export const networkGone = () =>
  withSource(async (service, source) => {
    await source.set({ kind: 'gone' });
    await pause(20_000);
    const goneAt = Date.now();
    await source.set(null);
    const isReading = async () => {
      const { json } = await service.ask('/api/tokens?limit=50');
      return json.items.some((/** @type {any} */ token) => token.refreshedAt > goneAt);
    };
    return { reads: await since(performance.now(), isReading) };
  });

/** A run that never ends, in a program that uses the library. @returns {Promise<Times>} */
export async function stuckJob() {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden times '));
  const library = pathToFileURL(fileURLToPath(new URL('../../../dist/index.js', import.meta.url))).href;
  const file = join(folder, 'worker.mjs');
  writeFileSync(
    file,
    `import { createWarden } from '${library}';
    const warden = createWarden({ log: 'none' });
    let runs = 0;
    warden.job('sync', { everyMs: 500, startAtOnce: true }, () => {
      runs += 1;
      console.log(runs === 3 ? 'hangs' : 'run');
      return runs === 3 ? new Promise(() => undefined) : undefined;
    }, { stallMs: 2_000, graceMs: 8_000 });
    warden.start();`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let output = '';
  child.stdout.on('data', (/** @type {Buffer} */ text) => (output += text.toString()));
  try {
    await since(performance.now(), () => output.includes('hangs'));
    return { again: await since(performance.now(), () => /hangs\nrun/.test(output)) };
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Another program holds the lock of the database again and again, for 250 ms. @returns {Promise<Times>} */
export const slowStatements = () =>
  withService({}, async (service, folder) => {
    await pause(SOON_MS);
    const other = new DatabaseSync(join(folder, 'moonwarden.db'));
    let isOver = false;
    const hold = (async () => {
      while (!isOver) {
        try {
          other.exec('BEGIN IMMEDIATE');
          await pause(250);
          other.exec('ROLLBACK');
        } catch {
          // The service has it at the moment.
        }
        await pause(50);
      }
    })();
    try {
      return { told: await since(performance.now(), () => stands(service, 'store.slow')) };
    } finally {
      isOver = true;
      await hold;
      other.close();
    }
  });

/** The files of the database are removed. @returns {Promise<Times>} */
export const databaseLost = () =>
  withService({}, async (service, folder) => {
    await pause(SOON_MS);
    const file = join(folder, 'moonwarden.db');
    const fromMs = performance.now();
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    const told = await since(fromMs, () => stands(service, 'store.failing'));
    const back = await since(fromMs, async () => !(await stands(service, 'store.failing')));
    const { json } = await service.ask('/api/tokens?limit=1');
    const database = new DatabaseSync(file, { readOnly: true });
    const { kept } = /** @type {{ kept: number }} */ (
      database.prepare('SELECT count(*) AS kept FROM token').get()
    );
    database.close();
    if (kept === 0 || kept < json.total)
      throw new Error(`the database that was made anew has ${kept} of ${json.total} tokens`);
    return { told, back };
  });

/** A loop without an end, for some seconds, with a limit of 1 s. @returns {Promise<Times>} */
export async function blockedLoop() {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden times '));
  const blocker = join(folder, 'blocker.mjs');
  writeFileSync(
    blocker,
    "function blockForAWhile() { for (const t = performance.now(); performance.now() - t < 4_000; ); }\nprocess.on('SIGUSR2', () => blockForAWhile());\n",
  );
  const extra = {
    NODE_OPTIONS: `--import=${pathToFileURL(blocker).href}`,
    MOONWARDEN_WATCHDOG_LIMIT: '1s',
  };
  try {
    return await withService({ extra }, async (service) => {
      await pause(SOON_MS);
      service.child.kill('SIGUSR2');
      const isNamed = () =>
        /has been blocked for .* blockForAWhile \(.*blocker\.mjs:1/.test(service.output());
      return { named: await since(performance.now(), isNamed) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Killed with -9, and started at once on the same data. @returns {Promise<Times>} */
export const crash = () =>
  withService({}, async (service, folder) => {
    await pause(SOON_MS);
    service.child.kill('SIGKILL');
    const fromMs = performance.now();
    const next = await startService(folder, null, {});
    try {
      return { answers: await since(fromMs, async () => (await next.ask('/health/ready')).status === 200) };
    } finally {
      next.child.kill('SIGKILL');
      await next.ended;
    }
  });
