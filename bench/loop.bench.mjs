// @ts-check
/**
 * `npm run bench -- loop [--turns N] [--json]`: what judging costs a turn, on a fixed mix of rules (60 % threshold, 15 %
 * absence, 10 % ratio, 10 % trend, 5 % composite), with 200 series and with 10,000; beside it in the same process, turn by turn,
 * a bare comparison of the same values with one limit each. Ends with 1 when a promise is not kept.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { provenance } from './provenance.mjs';

const MEASURE = fileURLToPath(new URL('./loop/measure.mjs', import.meta.url));

/** @typedef {import('./loop/measure.mjs').Measured} Measured */

/** @param {Measured} row */
const isKept = ({ promised, ms }) => ms[promised.of] < promised.belowMs;

/** @param {readonly string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args: [...args],
    options: { turns: { type: 'string', default: '1200' }, json: { type: 'boolean', default: false } },
  });
  const turns = Number(values.turns);
  if (!Number.isInteger(turns) || turns < 100 || turns > 100_000) {
    console.error('--turns takes a whole number from 100 to 100,000');
    return 2;
  }
  const origin = provenance();
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', MEASURE, String(turns)]);
  /** @type {Measured[]} */
  const rows = JSON.parse(stdout);
  const ms = (/** @type {number} */ value) => `${value.toFixed(3)} ms`;
  const ratio = (/** @type {Measured['ratio']} */ { median, low, high }) =>
    `${median.toFixed(1)}x (${low.toFixed(1)} to ${high.toFixed(1)})`;
  console.log(
    values.json
      ? JSON.stringify({ ...origin, turns, rows }, null, 2)
      : [
          '| series | course | median | p99 | longest | bare comparison | ratio | promised | memory a series |',
          '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
          ...rows.map(
            (row) =>
              `| ${row.series} | ${row.course} | ${ms(row.ms.p50)} | ${ms(row.ms.p99)} | ${ms(row.ms.max)} | ${ms(row.bareMs)} | ${ratio(row.ratio)} | ${row.promised.of} below ${row.promised.belowMs} ms ${isKept(row) ? 'kept' : 'MISSED'} | ${Math.round(row.bytesPerSeries)} bytes |`,
          ),
          '',
          `${turns} turns after ${rows[0]?.warmUp} to warm up, garbage collection included. Ratios are of blocks of 20 turns: the median, and where it lies with 95 %. At commit ${origin.commit ?? 'unknown'}${origin.changed ? ' (changed)' : ''} on Node ${origin.node}, with a load of ${origin.load.toFixed(1)} on the machine when it began.`,
        ].join('\n'),
  );
  return rows.every(isKept) ? 0 : 1;
}
