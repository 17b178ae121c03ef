// @ts-check
/** Measures one contender in a process of its own, and prints one line of JSON. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CONTENDERS } from './contenders.mjs';

/** @typedef {'idle' | 'minute' | 'together' | 'spread'} Load */
/** @typedef {{ contender: import('./contenders.mjs').Name, load: Load, jobs: number, settleMs: number, ms: number }} Task `settleMs`: how long it runs before it is measured */
/** @typedef {{ cpu: number, bytes: number, starts: number, lagMs: { p50: number, p99: number, max: number } | null }} Figures `cpu`: share of a core; `bytes`: of heap, a job */

/** @type {Task} */
const { contender, load, jobs, settleMs, ms } = JSON.parse(process.argv[2] ?? '{}');
const SECOND_MS = 1_000;
const collect = () => /** @type {{ gc: () => void }} */ (/** @type {unknown} */ (globalThis)).gc();

const add = await CONTENDERS[contender].open();
/** @type {number[]} */
let lags = [];
collect();
const before = process.memoryUsage().heapUsed;
const beganMs = performance.now();
for (let nr = 0; nr < jobs; nr++) {
  if (load === 'spread') {
    const dueMs = beganMs + (SECOND_MS * nr) / jobs;
    while (performance.now() < dueMs) await sleep(1);
    const addedMs = performance.now();
    add(nr, { everyMs: SECOND_MS }, () => {
      const sinceMs = performance.now() - addedMs;
      lags.push(sinceMs - SECOND_MS * Math.round(sinceMs / SECOND_MS));
    });
  } else if (load === 'together') {
    add(nr, { cron: '* * * * * *' }, () => {
      // A timer may ring before the wall clock has it.
      lags.push(((Date.now() + SECOND_MS / 2) % SECOND_MS) - SECOND_MS / 2);
    });
  } else {
    const work = () => void lags.push(0);
    const everyMs = contender === 'timers' ? SECOND_MS : 3_600_000;
    if (load === 'minute') add(nr, { cron: `${nr % 60} * * * * *` }, work);
    else add(nr, contender === 'croner' ? { cron: '0 0 0 29 2 *' } : { everyMs }, work);
  }
}
collect();
const bytes = (process.memoryUsage().heapUsed - before) / jobs;
// What is compiled and settled meanwhile is of the start.
await sleep(settleMs);
lags = [];
const usage = process.cpuUsage();
const startMs = performance.now();
await sleep(ms);
const { user, system } = process.cpuUsage(usage);
const cpu = (user + system) / 1_000 / (performance.now() - startMs);
const sorted = lags.toSorted((a, b) => a - b);
const at = (/** @type {number} */ share) => Math.max(0, sorted[Math.ceil(share * sorted.length) - 1] ?? NaN);
const isTimed = load === 'together' || load === 'spread';
process.stdout.write(
  `${JSON.stringify({ cpu, bytes, starts: lags.length, lagMs: isTimed ? { p50: at(0.5), p99: at(0.99), max: at(1) } : null })}\n`,
  () => process.exit(0),
);
