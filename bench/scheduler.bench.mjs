// @ts-check
/**
 * `npm run bench -- scheduler [--rounds N] [--json] [--write]`: what 10,000 jobs cost, and how late starts are at 1,000 a
 * second, beside croner, toad-scheduler and plain timers, each in processes of its own. Takes about seven minutes.
 * `--write` puts the table into docs/scheduler.md.
 */
import { parseArgs } from 'node:util';
import { requirePlace, writeTable } from './page.mjs';
import { provenance } from './provenance.mjs';
import { CONTENDERS } from './scheduler/contenders.mjs';
import { measure } from './scheduler/measure.mjs';

const PAGE = 'scheduler';

/** @typedef {import('./scheduler/measure.mjs').Row} Row */
/** @typedef {import('./spread.mjs').Spread} Spread */
/** @typedef {{ commit: string | null, changed: boolean | null, node: string, load: number, rounds: number, rows: Row[] }} Results */

/** @param {{ rounds: number, scale?: number }} options `scale`: share of the jobs and of the time. @returns {Promise<Results>} */
export async function runSchedulerBench({ rounds, scale = 1 }) {
  const [many, second, timers] = [10_000 * scale, 1_000 * scale, 100 * scale];
  const each = (
    /** @type {number} */ jobs,
    /** @type {import('./scheduler/measure.mjs').Name[]} */ ...names
  ) => names.map((name) => ({ name, jobs }));
  const from = provenance();
  const settleMs = 10_000 * scale;
  const rows = [
    // croner looks at each of its jobs every 30 s.
    ...(await measure({
      load: 'idle',
      contenders: [...each(many, 'ours', 'croner', 'toad'), ...each(timers, 'timers')],
      rounds,
      // The collector cleans up once, up to half a minute after a process has come to rest.
      settleMs: 3 * settleMs,
      ms: 32_000 * scale,
    })),
    ...(await measure({
      load: 'minute',
      contenders: each(many, 'ours', 'sqlite', 'croner', 'toad'),
      rounds: 1,
      settleMs,
      ms: 20_000 * scale,
    })),
    ...(await measure({
      load: 'together',
      contenders: each(second, 'ours', 'sqlite', 'croner', 'toad'),
      rounds,
      settleMs,
      ms: 2_000 * Math.max(scale, 0.5),
    })),
    ...(await measure({
      load: 'spread',
      contenders: each(second, 'ours', 'sqlite', 'toad', 'timers'),
      rounds,
      settleMs,
      ms: 2_000 * Math.max(scale, 0.5),
    })),
  ];
  return { ...from, rounds, rows };
}

const TITLES = {
  idle: 'none due',
  minute: 'each once a minute',
  together: 'by cron, all in one moment',
  spread: 'by interval, spread over the second',
};
const percent = (/** @type {Spread} */ { median, low, high }) =>
  `${(100 * median).toFixed(2)} %${high > low ? ` (${(100 * low).toFixed(2)}..${(100 * high).toFixed(2)})` : ''}`;
const ms = (/** @type {Spread} */ { median, low, high }) =>
  `${median.toFixed(1)} ms${high > low ? ` (${low.toFixed(1)}..${high.toFixed(1)})` : ''}`;

/** The tables and where they come from, in Markdown. @param {Results} results */
export function renderSchedulerTable({ rows, rounds, node, commit, changed, load }) {
  const line = (/** @type {(string | undefined)[]} */ ...cells) => ['', ...cells, ''].join(' | ').trim();
  const ours = (/** @type {Row} */ row) =>
    rows.find((other) => other.load === row.load && other.contender === 'ours');
  const ratio = (/** @type {number} */ theirs, /** @type {number | undefined} */ own) =>
    own === undefined || own === 0 ? '' : `${(theirs / own).toPrecision(2)}x`;
  return [
    '| 10,000 jobs | of | share of a core | to ours | heap a job |',
    '| --- | --- | --- | --- | --- |',
    ...rows
      .filter(({ lagMs }) => lagMs === null)
      .map((row) =>
        line(
          row.contender === 'timers' ? `${row.jobs} of them, each once a second` : TITLES[row.load],
          CONTENDERS[row.contender].title,
          percent(row.cpu),
          ratio(row.cpu.median, ours(row)?.cpu.median),
          `${Math.round(row.bytes).toLocaleString('en-US')} B`,
        ),
      ),
    '',
    '| 1,000 starts a second | of | lag, median | lag, p99 | longest | share of a core |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.flatMap((row) =>
      row.lagMs === null
        ? []
        : line(
            TITLES[row.load],
            CONTENDERS[row.contender].title,
            ms(row.lagMs.p50),
            ms(row.lagMs.p99),
            `${row.lagMs.max.toFixed(0)} ms`,
            percent(row.cpu),
          ),
    ),
    '',
    `Medians of ${rounds} processes each (one for each once a minute), with the lowest and the highest; Node ${node}, commit ${commit ?? 'unknown'}${changed ? ' with changes' : ''}, load of the machine ${load.toFixed(1)}.`,
  ].join('\n');
}

/** @param {string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) {
    console.error('--rounds is a whole number from 1 to 20');
    return 2;
  }
  if (values.write) await requirePlace(PAGE);
  const results = await runSchedulerBench({ rounds });
  const table = renderSchedulerTable(results);
  console.log(values.json ? JSON.stringify(results, null, 2) : table);
  if (values.write) await writeTable(PAGE, table, results);
  return 0;
}
