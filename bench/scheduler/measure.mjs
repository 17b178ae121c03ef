// @ts-check
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spreadOf } from '../spread.mjs';

/** @typedef {import('./process.mjs').Task} Task */
/** @typedef {import('./process.mjs').Load} Load */
/** @typedef {import('./process.mjs').Figures} Figures */
/** @typedef {import('./contenders.mjs').Name} Name */
/** @typedef {import('../spread.mjs').Spread} Spread */
/** @typedef {{ load: Load, contender: Name, jobs: number, cpu: Spread, bytes: number, startsPerSecond: number, lagMs: { p50: Spread, p99: Spread, max: number } | null }} Row */

const PROCESS = fileURLToPath(new URL('./process.mjs', import.meta.url));

/** @param {Task} task @returns {Promise<Figures>} */
async function measureOne(task) {
  const args = ['--expose-gc', '--max-semi-space-size=4', PROCESS, JSON.stringify(task)];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    timeout: task.settleMs + task.ms + 60_000,
  });
  return JSON.parse(stdout);
}

/**
 * Measures contenders under one load, `rounds` times. Where it is the share of a core that counts, all at once, for it does
 * not matter who else works; where it is lateness, one after the other, in an order that turns from round to round.
 * @param {{ load: Load, contenders: readonly { name: Name, jobs: number }[], rounds: number, settleMs: number, ms: number }} options
 * @returns {Promise<Row[]>}
 */
export async function measure({ load, contenders, rounds, settleMs, ms }) {
  const atOnce = load === 'idle' || load === 'minute';
  /** @type {Map<Name, Figures[]>} */
  const figures = new Map(contenders.map(({ name }) => [name, []]));
  const run = async (/** @type {{ name: Name, jobs: number }} */ { name, jobs }) => {
    figures.get(name)?.push(await measureOne({ contender: name, load, jobs, settleMs, ms }));
  };
  if (atOnce) {
    await Promise.all(
      Array.from({ length: rounds }, () => contenders)
        .flat()
        .map(run),
    );
  } else {
    for (let round = 0; round < rounds; round++) {
      for (const [place] of contenders.entries()) {
        const next = contenders[(place + round) % contenders.length];
        if (next) await run(next);
      }
    }
  }
  return contenders.map(({ name, jobs }) => {
    const all = figures.get(name) ?? [];
    const lags = all.flatMap(({ lagMs }) => lagMs ?? []);
    return {
      load,
      contender: name,
      jobs,
      cpu: spreadOf(all.map(({ cpu }) => cpu)),
      bytes: spreadOf(all.map(({ bytes }) => bytes)).median,
      startsPerSecond: spreadOf(all.map(({ starts }) => (1_000 * starts) / ms)).median,
      lagMs:
        lags.length === 0
          ? null
          : {
              p50: spreadOf(lags.map(({ p50 }) => p50)),
              p99: spreadOf(lags.map(({ p99 }) => p99)),
              max: Math.max(...lags.map(({ max }) => max)),
            },
    };
  });
}
