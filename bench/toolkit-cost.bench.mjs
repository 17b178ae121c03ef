// @ts-check
/**
 * `npm run bench -- toolkit-cost [--rounds N] [--signals N] [--seconds N] [--json]`: what the toolkit costs a host: the same host
 * with and without it, in processes of their own and in turn. CPU of all threads as a share of a core, and memory after a
 * collection.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { provenance } from './provenance.mjs';
import { spreadOf } from './spread.mjs';

const HOST = fileURLToPath(new URL('./signals/cost-host.mjs', import.meta.url));
/** Until code is compiled and the collector has cleaned up after the start, which it does when it has seen 8 s of rest. */
const WARM_UP_MS = 20_000;
const MB = 1e6;

/** @typedef {{ cpuShare: number, rss: number }} Cost */

/** @param {'with' | 'without'} which @param {number} signals @param {number} seconds @returns {Promise<Cost>} */
async function costOf(which, signals, seconds) {
  const args = ['--expose-gc', HOST, which, String(signals), String(WARM_UP_MS), String(1_000 * seconds)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 1_000 * seconds + 60_000 });
  return JSON.parse(stdout);
}

/** @param {string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '10' },
      signals: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
    },
  });
  const [rounds, signals, seconds] = [Number(values.rounds), Number(values.signals), Number(values.seconds)];
  if (
    ![rounds, signals, seconds].every((value) => Number.isInteger(value) && value >= 1 && value <= 10_000)
  ) {
    console.error('--rounds, --signals and --seconds are whole numbers from 1 to 10,000');
    return 2;
  }
  /** @type {{ with: Cost[], without: Cost[] }} */
  const costs = { with: [], without: [] };
  for (let round = 0; round < rounds; round++) {
    // Each is first as often as the other.
    /** @type {('with' | 'without')[]} */
    const order = round % 2 === 0 ? ['without', 'with'] : ['with', 'without'];
    for (const which of order) costs[which].push(await costOf(which, signals, seconds));
  }
  const pairs = costs.with.map((cost, round) => {
    const plain = costs.without[round] ?? { cpuShare: NaN, rss: NaN };
    return { cpuShare: cost.cpuShare - plain.cpuShare, rss: cost.rss - plain.rss };
  });
  const rows = {
    cpu: {
      without: spreadOf(costs.without.map(({ cpuShare }) => 100 * cpuShare)),
      with: spreadOf(costs.with.map(({ cpuShare }) => 100 * cpuShare)),
      added: spreadOf(pairs.map(({ cpuShare }) => 100 * cpuShare)),
    },
    memory: {
      without: spreadOf(costs.without.map(({ rss }) => rss / MB)),
      with: spreadOf(costs.with.map(({ rss }) => rss / MB)),
      added: spreadOf(pairs.map(({ rss }) => rss / MB)),
    },
  };
  const results = { rows, rounds, signals, seconds, ...provenance() };
  const line = (
    /** @type {string} */ what,
    /** @type {typeof rows.cpu} */ row,
    /** @type {number} */ digits,
  ) =>
    `| ${[what, ...[row.without, row.with, row.added].map(({ median, low, high }) => `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`)].join(' | ')} |`;
  console.log(
    values.json
      ? JSON.stringify(results, null, 2)
      : [
          '| | without | with | added |',
          '| --- | --- | --- | --- |',
          line('CPU, % of a core', rows.cpu, 2),
          line('memory, MB', rows.memory, 1),
          '',
          `${signals} signals, ${rounds} rounds of ${seconds} s, Node ${process.versions.node}, load ${results.load.toFixed(1)}.`,
        ].join('\n'),
  );
  return 0;
}
