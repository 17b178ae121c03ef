// @ts-check
/** Who is measured: ours, and the peers that start jobs too. Each gives back what adds a job; nothing else of it differs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cron } from 'croner';
import { CronJob, SimpleIntervalJob, Task, ToadScheduler } from 'toad-scheduler';

/** @typedef {{ everyMs: number } | { cron: string }} When */
/** @typedef {(nr: number, when: When, work: () => void) => void} Add */
/** @typedef {{ title: string, open: () => Promise<Add> }} Contender */

/** By its path, because there is no dist/ yet when types are checked. @param {string} path */
const built = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);

/** @param {() => Promise<import('../../src/warden/scheduler/index.ts').RunLedger>} openLedger @returns {() => Promise<Add>} */
const ours = (openLedger) => async () => {
  /** @type {typeof import('../../src/kernel/index.ts')} */
  const { createRandom, silentLogger, systemClock } = await built('kernel/index.js');
  /** @type {typeof import('../../src/warden/scheduler/index.ts')} */
  const { createScheduler } = await built('warden/scheduler/index.js');
  const scheduler = createScheduler({
    clock: systemClock,
    random: createRandom(1),
    log: silentLogger,
    ledger: await openLedger(),
    owner: 'bench',
    takeOver: true,
  });
  const started = await scheduler.start();
  if (!started.ok) throw new Error(started.reason);
  return (nr, schedule, run) => {
    scheduler.add({ name: `job ${nr}`, group: `group ${nr % 10}`, schedule, run });
  };
};

async function inMemory() {
  /** @type {typeof import('../../src/warden/scheduler/index.ts')} */
  const { createMemoryLedger } = await built('warden/scheduler/index.js');
  return createMemoryLedger();
}

async function inSqlite() {
  /** @type {typeof import('../../src/kernel/index.ts')} */
  const { silentLogger, systemClock } = await built('kernel/index.js');
  /** @type {typeof import('../../src/storage/index.ts')} */
  const { openSqliteStore } = await built('storage/index.js');
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden-bench-'));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return openSqliteStore({ clock: systemClock, log: silentLogger, folder }).runs;
}

/** @satisfies {Record<string, Contender>} */
export const CONTENDERS = {
  ours: { title: 'ours', open: ours(inMemory) },
  sqlite: { title: 'ours, each run in SQLite', open: ours(inSqlite) },
  croner: {
    title: 'croner',
    open: async () => (_, when, work) => {
      if (!('cron' in when)) throw new Error('croner has no intervals of less than a pattern');
      new Cron(when.cron, work);
    },
  },
  toad: {
    title: 'toad-scheduler',
    open: async () => {
      const toad = new ToadScheduler();
      return (nr, when, work) => {
        const task = new Task(`job ${nr}`, work);
        if ('cron' in when) toad.addCronJob(new CronJob({ cronExpression: when.cron }, task));
        else toad.addSimpleIntervalJob(new SimpleIntervalJob({ milliseconds: when.everyMs }, task));
      };
    },
  },
  timers: {
    title: 'plain timers',
    open: async () => (_, when, work) => {
      if ('everyMs' in when) setInterval(work, when.everyMs);
    },
  },
};

/** @typedef {keyof typeof CONTENDERS} Name */
