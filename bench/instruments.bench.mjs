// @ts-check
/**
 * `npm run bench -- instruments [--rounds N] [--round-ms MS] [--json]`: the instruments beside prom-client's, both in one
 * process, in turns. Ends with 1 when a promised ratio is not kept.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { provenance } from './provenance.mjs';

const MEASURE = fileURLToPath(new URL('./instruments/measure.mjs', import.meta.url));

/** @typedef {import('./instruments/measure.mjs').Row} Row */
/** @typedef {import('./instruments/measure.mjs').Spread} Spread */
/** @typedef {{ commit: string | null, changed: boolean | null, node: string, load: number, rounds: number, rows: Row[] }} Results */

/** @param {{ rounds: number, roundMs: number }} options @returns {Promise<Results>} */
async function runInstrumentsBench({ rounds, roundMs }) {
  const origin = provenance();
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--min-semi-space-size=256',
    '--max-semi-space-size=256',
    MEASURE,
    ...[rounds, roundMs].map(String),
  ]);
  return { ...origin, rounds, rows: JSON.parse(stdout) };
}

/** @param {Row} row */
const isKept = ({ atMost, ratio }) => atMost === null || ratio.median <= atMost;

/** @param {Results} results */
function renderInstrumentsTable({ rows, rounds, commit, changed, node, load }) {
  const ns = (/** @type {Spread} */ { median, low, high }) => {
    const [unit, by, digits] = median >= 10_000 ? ['us', 1_000, 0] : ['ns', 1, 1];
    const text = (/** @type {number} */ value) => (value / Number(by)).toFixed(Number(digits));
    return `${text(median)} ${unit} (${text(low)} to ${text(high)})`;
  };
  const ratio = (/** @type {Spread} */ { median, low, high }) =>
    `${median.toFixed(2)}x (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return [
    '| call | ours | prom-client | ratio | promised | ours, bytes | prom-client, bytes |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) =>
      [
        '',
        row.name,
        ns(row.oursNs),
        ns(row.peerNs),
        ratio(row.ratio),
        row.atMost === null ? '-' : `${row.atMost.toFixed(1)}x ${isKept(row) ? 'kept' : 'MISSED'}`,
        row.oursBytes.toFixed(0),
        row.peerBytes.toFixed(0),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
    '',
    `Medians of ${rounds} rounds in turns, with what 80 % of them lie between; ratios are of rounds side by side. At commit ${commit ?? 'unknown'}${changed ? ' (changed)' : ''} on Node ${node}, with a load of ${load.toFixed(1)} on the machine when it began.`,
  ].join('\n');
}

/** @param {readonly string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '30' },
      'round-ms': { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  const roundMs = Number(values['round-ms']);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 10_000 || !(roundMs >= 1 && roundMs <= 10_000)) {
    console.error('--rounds takes a whole number up to 10000, --round-ms a number from 1 to 10000');
    return 2;
  }
  const results = await runInstrumentsBench({ rounds, roundMs });
  console.log(values.json ? JSON.stringify(results, null, 2) : renderInstrumentsTable(results));
  return results.rows.every(isKept) ? 0 : 1;
}
