// @ts-check
/**
 * `npm run bench -- planner [--hours H] [--seeds N] [--json] [--write]`: the planner beside fixed intervals, in virtual
 * time, on the same tokens and the same quota. `--write` puts the table into docs/planner.md.
 */
import { parseArgs } from 'node:util';
import { provenance } from './provenance.mjs';
import { requirePlace, writeTable } from './page.mjs';
import { measure } from './planner/measure.mjs';
import { SCHEMES } from './planner/schemes.mjs';

export const DEMANDS = [1, 2, 5];
const PAGE = 'planner';

/** @typedef {import('./planner/measure.mjs').Figures} Figures */
/** @typedef {{ mean: number, min: number, max: number }} Spread over the seeds */
/** @typedef {{ demand: number, hot: number, cold: number, scheme: string, figures: Record<keyof Figures, Spread> }} Row */
/** @typedef {{ commit: string | null, changed: boolean | null, node: string, hours: number, seeds: number, samples: number, rows: Row[] }} Results */

/** @param {{ hours: number, seeds: number, demands?: readonly number[] }} options @returns {Promise<Results>} */
export async function runPlannerBench({ hours, seeds, demands = DEMANDS }) {
  const library = await import(new URL('../dist/planner.js', import.meta.url).href);
  /** @type {Row[]} */
  const rows = [];
  let samples = 0;
  for (const demand of demands) {
    for (const scheme of Object.keys(SCHEMES)) {
      const runs = Array.from({ length: seeds }, (_, seed) =>
        measure({ library, scheme, demand, seed, hours }),
      );
      samples += runs.reduce((sum, run) => sum + run.samples, 0);
      const [{ hot, cold, figures: first }] = /** @type {[ReturnType<typeof measure>]} */ (runs);
      const figures = Object.fromEntries(
        Object.keys(first).map((name) => {
          const values = runs.map((run) => run.figures[/** @type {keyof Figures} */ (name)]);
          return [
            name,
            {
              mean: values.reduce((sum, value) => sum + value, 0) / values.length,
              min: Math.min(...values),
              max: Math.max(...values),
            },
          ];
        }),
      );
      rows.push({ demand, hot, cold, scheme, figures: /** @type {Row['figures']} */ (figures) });
    }
  }
  return { ...provenance(), hours, seeds, samples, rows };
}

/** The table and where it comes from, in Markdown. @param {Results} results */
export function renderPlannerTable({ rows, commit, changed, node, hours, seeds, samples }) {
  const percent = (/** @type {Spread} */ { mean, min, max }) =>
    `${(100 * mean).toFixed(1)} %${max - min >= 0.001 ? ` (±${(50 * (max - min)).toFixed(1)})` : ''}`;
  const span = (/** @type {Spread} */ { max }) => {
    if (max >= hours * 3_600) return 'the whole run';
    return max < 120 ? `${Math.round(max)} s` : `${Math.round(max / 60)} min`;
  };
  return [
    '| demand | scheme | hot ≤ 15 s | hot ≤ 30 s | value-weighted freshness | places filled | requests/min | longest wait hot | cold | full read |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ demand, scheme, figures }) =>
      [
        '',
        `${demand}x`,
        SCHEMES[scheme]?.title,
        percent(figures.hot15),
        percent(figures.hot30),
        percent(figures.freshness),
        percent(figures.fill),
        figures.requestsPerMinute.mean.toFixed(0),
        span(figures.longestHotS),
        span(figures.longestColdS),
        span(figures.longestFullS),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
    '',
    `Measured with \`npm run bench -- planner --hours ${hours} --seeds ${seeds}\` at commit ${commit ?? 'unknown'}${changed ? ' (changed)' : ''} on Node ${node}: ${samples.toLocaleString('en-US')} samples, each of all tokens. Means over the seeds, with half the spread where it shows; waits are the longest of all.`,
  ].join('\n');
}

/** @param {readonly string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hours: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const hours = Number(values.hours);
  const seeds = Number(values.seeds);
  if (!(hours > 0 && hours <= 100) || !Number.isInteger(seeds) || seeds < 1 || seeds > 100) {
    console.error('--hours takes a number up to 100, --seeds a whole number up to 100');
    return 2;
  }
  if (values.write) await requirePlace(PAGE);
  const results = await runPlannerBench({ hours, seeds });
  console.log(values.json ? JSON.stringify(results, null, 2) : renderPlannerTable(results));
  if (values.write) await writeTable(PAGE, renderPlannerTable(results), results);
  return 0;
}
