// @ts-check
/**
 * `npm run bench -- pipeline-overhead [--rounds N] [--json]`: what the policy of the DexScreener client costs. The same
 * pipeline on the policy as built and on a thin seam, turn by turn in one process; answers come at once, and the quota
 * never binds. A ratio of 1 says that the policy costs no more than the seam.
 */
import { parseArgs } from 'node:util';
import { loadThinSeam } from './pipeline-overhead/thin-seam.mjs';
import { WORLDS } from './pipeline-overhead/worlds.mjs';
import { provenance } from './provenance.mjs';
import { spreadOf } from './spread.mjs';

const LEAST_ROUNDS = 20;

/** @typedef {import('./spread.mjs').Spread} Spread */
/** @typedef {{ title: string, unit: string, full: Spread, thin: Spread, ratio: Spread }} Row figures are per second of processor time */

/** @param {string} name @param {number} rounds @param {import('./pipeline-overhead/worlds.mjs').Policy} thinSeam @returns {Promise<Row>} */
async function measureWorld(name, rounds, thinSeam) {
  const { title, unit, open } = /** @type {NonNullable<(typeof WORLDS)[string]>} */ (WORLDS[name]);
  const worlds = { full: await open({}), thin: await open(thinSeam) };
  const rate = async (/** @type {'full' | 'thin'} */ which) => {
    const { units, cpuMs } = await worlds[which].slice();
    return (units * 1_000) / cpuMs;
  };
  // The first ones still compile.
  await Promise.all([rate('full'), rate('thin')]);
  /** @type {{ full: number, thin: number }[]} */
  const measured = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) measured.push({ full: await rate('full'), thin: await rate('thin') });
    else {
      const thin = await rate('thin');
      measured.push({ full: await rate('full'), thin });
    }
  }
  await Promise.all([worlds.full.close(), worlds.thin.close()]);
  return {
    title,
    unit,
    full: spreadOf(measured.map(({ full }) => full)),
    thin: spreadOf(measured.map(({ thin }) => thin)),
    ratio: spreadOf(measured.map(({ full, thin }) => full / thin)),
  };
}

/** @param {readonly string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < LEAST_ROUNDS || rounds > 1_000) {
    console.error(`--rounds takes a whole number from ${LEAST_ROUNDS} to 1000`);
    return 2;
  }
  const thinSeam = { createDependency: await loadThinSeam() };
  const origin = provenance();
  /** @type {Row[]} */
  const rows = [];
  for (const name of Object.keys(WORLDS)) rows.push(await measureWorld(name, rounds, thinSeam));
  if (values.json) {
    console.log(JSON.stringify({ ...origin, rounds, rows }, null, 2));
    return 0;
  }
  const count = (/** @type {Spread} */ { median, low, high }) =>
    [median, low, high].map((value) => Math.round(value).toLocaleString('en-US'));
  console.log(
    `${rounds} rounds, in turns; commit ${origin.commit}${origin.changed ? ' (changed)' : ''}, Node ${origin.node}, load ${origin.load.toFixed(1)}`,
  );
  for (const { title, unit, full, thin, ratio } of rows) {
    const [fullMedian, fullLow, fullHigh] = count(full);
    const [thinMedian, thinLow, thinHigh] = count(thin);
    console.log(
      `${title}: ratio ${ratio.median.toFixed(3)} (95 %: ${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)})`,
    );
    console.log(
      `  ${unit} a second of processor time: policy ${fullMedian} (${fullLow} to ${fullHigh}), thin seam ${thinMedian} (${thinLow} to ${thinHigh})`,
    );
  }
  return 0;
}
