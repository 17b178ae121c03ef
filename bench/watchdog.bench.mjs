// @ts-check
/**
 * `npm run bench -- watchdog [--rounds N] [--rest MS] [--json]`: what the watchdog costs. The same idle process without it,
 * with it, and with its shortest limit, one after the other in each round: memory after a rest, CPU time over the rest,
 * which begins 10 s after the start, and the longest time for which a blocked loop did not run because it was looked at.
 * Linux only.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { provenance } from './provenance.mjs';
import { spreadOf } from './spread.mjs';

const CHILD = fileURLToPath(new URL('watchdog/child.mjs', import.meta.url));
const BLOCK_TIMES = 2.5;
/** The limit of each variant, in ms; 0 is without. */
const VARIANTS = { without: 0, 'limit 1 s': 1_000, 'limit 100 ms': 100 };

/** @param {number} limitMs @param {number} restMs @returns {Promise<{ cpu: number, rss: number, peak: number, heldMs: number }>} */
async function measure(limitMs, restMs) {
  const args = [CHILD, limitMs, restMs, (limitMs || 400) * BLOCK_TIMES].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

/** @param {string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '7' },
      rest: { type: 'string', default: '10000' },
      json: { type: 'boolean', default: false },
    },
  });
  const [rounds, rest] = [Number(values.rounds), Number(values.rest)];
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100 || !(rest >= 1_000 && rest <= 600_000)) {
    console.error('--rounds is a whole number from 1 to 100, --rest from 1000 to 600000 ms');
    return 2;
  }
  /** @type {Record<string, { cpu: number, rss: number, peak: number, heldMs: number }[]>} */
  const measured = Object.fromEntries(Object.keys(VARIANTS).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, limitMs] of Object.entries(VARIANTS))
      measured[name]?.push(await measure(limitMs, rest));
  }
  const base = measured['without'] ?? [];
  const rows = Object.entries(measured).map(([name, runs]) => {
    // Against the run without it in the same round.
    const against = (/** @type {'cpu' | 'rss' | 'peak'} */ key) =>
      spreadOf(runs.map((run, round) => run[key] - (base[round]?.[key] ?? NaN)));
    return {
      name,
      rss: spreadOf(runs.map(({ rss }) => rss)),
      moreRss: against('rss'),
      morePeak: against('peak'),
      cpu: spreadOf(runs.map(({ cpu }) => cpu)),
      moreCpu: against('cpu'),
      heldMs: spreadOf(runs.map(({ heldMs }) => heldMs)),
    };
  });
  const results = { rows, rounds, rest, ...provenance() };
  const text = (
    /** @type {import('./spread.mjs').Spread} */ spread,
    /** @type {(value: number) => string} */ shown,
  ) => `${shown(spread.median)} (${shown(spread.low)} to ${shown(spread.high)})`;
  const mb = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const percent = (/** @type {number} */ ratio) => `${(100 * ratio).toFixed(3)} %`;
  console.log(
    values.json
      ? JSON.stringify(results, null, 2)
      : [
          '| | memory | more than without | at its peak | CPU | more than without | held for a look |',
          '| --- | --- | --- | --- | --- | --- | --- |',
          ...rows.map(
            ({ name, rss, moreRss, morePeak, cpu, moreCpu, heldMs }) =>
              `| ${name} | ${text(rss, mb)} | ${text(moreRss, mb)} | ${text(morePeak, mb)} | ${text(cpu, percent)} | ${text(moreCpu, percent)} | ${text(heldMs, (ms) => `${ms.toFixed(1)} ms`)} |`,
          ),
          '',
          `${rounds} rounds of ${rest / 1_000} s, load ${results.load.toFixed(1)}, Node ${process.versions.node}.`,
        ].join('\n'),
  );
  return 0;
}
