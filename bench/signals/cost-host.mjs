// @ts-check
/**
 * A host that does a little work, with the toolkit (`with`) or without. Says on standard output what it cost after a
 * warm-up, and ends.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [which = '', signals = '200', warmUpMs = '10000', measureMs = '30000'] = process.argv.slice(2);

/** What any host does: reads a message of some kB 20 times a second. */
const MESSAGE = JSON.stringify({
  pairs: Array.from({ length: 30 }, (_, n) => ({ n, name: `pair ${n}`, liquidity: n * 1.5 })),
});
let read = 0;
const work = setInterval(() => {
  read += JSON.parse(MESSAGE).pairs.length;
}, 50);

const stop = which === 'with' ? await startToolkit(Number(signals)) : async () => undefined;
await sleep(Number(warmUpMs));
const before = process.cpuUsage();
const beganMs = performance.now();
await sleep(Number(measureMs));
const { user, system } = process.cpuUsage(before);
const wallMs = performance.now() - beganMs;
globalThis.gc?.();
console.log(
  JSON.stringify({ cpuShare: (user + system) / 1_000 / wallMs, rss: process.memoryUsage.rss(), read }),
);
clearInterval(work);
await stop();

/**
 * The toolkit at its defaults: the probes of process and machine, further signals of the host up to `count`, a rule on
 * each tenth, the loop, the store with its history, and ten jobs. @param {number} count
 */
async function startToolkit(count) {
  /** @type {typeof import('../../src/kernel/index.ts')} */
  const { createRandom, silentLogger, systemClock } = await import(
    new URL('../../dist/kernel/index.js', import.meta.url).href
  );
  /** @type {typeof import('../../src/storage/index.ts')} */
  const { openSqliteStore } = await import(new URL('../../dist/storage/index.js', import.meta.url).href);
  /** @type {typeof import('../../src/warden/index.ts')} */
  const { createWarden } = await import(new URL('../../dist/warden/index.js', import.meta.url).href);
  /** @type {typeof import('../../src/warden/metrics/index.ts')} */
  const { createResourceMonitor, createSignalHistory } = await import(
    new URL('../../dist/warden/metrics/index.js', import.meta.url).href
  );
  /** @type {typeof import('../../src/warden/scheduler/index.ts')} */
  const { createScheduler } = await import(
    new URL('../../dist/warden/scheduler/index.js', import.meta.url).href
  );

  const folder = mkdtempSync(join(tmpdir(), 'moonwarden-bench-'));
  const [clock, log] = [systemClock, silentLogger];
  const store = openSqliteStore({ clock, log, folder });
  if (store.signals === null) throw new Error('there is no history without a file');
  const monitor = createResourceMonitor({
    clock,
    log,
    dataFolder: folder,
    cheapIntervalMs: 5_000,
    dearIntervalMs: 60_000,
  });
  const history = createSignalHistory({
    clock,
    log,
    store: store.signals,
    recordEveryMs: 5_000,
    maxSeries: 10_000,
  });
  const own = Array.from({ length: Math.max(0, count - monitor.readings().length) }, (_, n) => `own_${n}`);
  const warden = createWarden({
    clock,
    log,
    probes: [
      () => monitor.readings().map(({ name, value }) => ({ signal: name, value })),
      () => own.map((signal, n) => ({ signal, value: n + (read % 7) })),
    ],
    rules: own
      .filter((_, n) => n % 10 === 0)
      .map((signal) => ({
        kind: 'threshold',
        name: `${signal}.high`,
        signal,
        unit: 'count',
        warning: { enter: 1e6, leave: 1e5 },
        forMs: 5_000,
        keepForMs: 5_000,
        essential: false,
        describe: (value) => `${signal} is ${value}.`,
        nextSteps: [],
      })),
    journal: async (entries) => {
      await store.commit(entries.map((entry) => ({ kind: 'journal', entry })));
    },
    onTurn: (turn) => {
      history.record(turn.samples, turn.at);
    },
  });
  const scheduler = createScheduler({
    clock,
    random: createRandom(1),
    log,
    ledger: store.runs,
    owner: 'bench',
    takeOver: true,
  });
  for (let job = 0; job < 10; job++)
    scheduler.add({ name: `job ${job}`, group: 'jobs', schedule: { everyMs: 60_000 }, run: () => undefined });
  store.startUpkeep();
  monitor.start();
  await history.start();
  await scheduler.start();
  warden.start();
  return async () => {
    await warden.stop();
    await scheduler.stop({ who: 'bench', why: 'it ends' });
    await history.stop();
    monitor.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
}
