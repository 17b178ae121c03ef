// @ts-check
/**
 * Runs jobs, good and bad ones, with the scheduler on a ledger in SQLite and the real clock, and writes what really
 * happens into a file of its own, line by line: that outlives a `kill -9`. The folder is not locked, so that two of them
 * can fight for one ledger.
 */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { JOBS } from './jobs.mjs';

/** @param {string} path in dist/, because there is none yet when types are checked */
const built = (path) => import(new URL(`../../../dist/${path}`, import.meta.url).href);
/** @type {typeof import('../../../src/kernel/index.ts')} */
const { createRandom, describeError, silentLogger, systemClock } = await built('kernel/index.js');
/** @type {typeof import('../../../src/warden/scheduler/index.ts')} */
const { createScheduler, guardProcess } = await built('warden/scheduler/index.js');
/** @type {typeof import('../../../src/storage/sqlite/database.ts')} */
const { openDatabase } = await built('storage/sqlite/database.js');
/** @type {typeof import('../../../src/storage/sqlite/migrations.ts')} */
const { migrate } = await built('storage/sqlite/migrations.js');
/** @type {typeof import('../../../src/storage/sqlite/run-ledger.ts')} */
const { createRunLedger } = await built('storage/sqlite/run-ledger.js');

/** @typedef {{ folder: string, name: string, jobs: readonly string[], takeOver?: boolean, strayAfterMs?: number }} Task */
/** @type {Task} */
const { folder, name, jobs, takeOver = false, strayAfterMs } = JSON.parse(process.argv[2] ?? '{}');
const file = openSync(join(folder, `${name}.jsonl`), 'a');
/** @param {string} what @param {object} [about] */
const tell = (what, about = {}) => {
  writeSync(file, `${JSON.stringify({ what, at: Date.now(), ...about })}\n`);
};

const database = openDatabase(join(folder, 'runs.db'));
migrate(database);
const scheduler = createScheduler({
  clock: systemClock,
  random: createRandom(name),
  log: silentLogger,
  ledger: createRunLedger(database, systemClock),
  owner: name,
  takeOver,
  settings: { checkMs: 1_000, leaseMs: 3_000, missedAfterMs: 10_000 },
});
guardProcess({
  events: process,
  contain: scheduler.contain,
  onCrash(error) {
    tell('crash', { cause: describeError(error) });
    process.exit(70);
  },
});
for (const event of /** @type {const} */ ([
  'error_escaped',
  'held_up',
  'late_result',
  'fenced',
  'job_parked',
]))
  scheduler.on(event, (about) => {
    tell(event, about);
  });
for (const job of jobs) scheduler.add(JOBS[/** @type {keyof typeof JOBS} */ (job)](tell, name));

process.on('SIGTERM', () => {
  void scheduler.stop({ who: 'proof', why: 'it is over' }).then(() => {
    tell('stopped');
    database.close();
    process.exit(0);
  });
});
for (;;) {
  const started = await scheduler.start();
  tell(started.ok ? 'ready' : 'refused');
  process.stdout.write(started.ok ? 'ready\n' : 'refused\n');
  if (started.ok) break;
  await systemClock.sleep(100);
}
if (strayAfterMs !== undefined)
  setTimeout(() => {
    throw new Error('of no run');
  }, strayAfterMs);
