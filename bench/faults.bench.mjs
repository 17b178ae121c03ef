// @ts-check
/**
 * `npm run bench -- faults [--seconds S] [--only PART-OF-A-NAME] [--json] [--write]`: what each fault of the source costs
 * the service as `moonwarden start` runs it, with its default settings, over real HTTP on loopback and in real time: a
 * service and a market a fault, all at once. `--write` puts the table into docs/resilience-faults.md.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { CASES } from './faults/cases.mjs';
import { measureCase } from './faults/measure.mjs';
import { requirePlace, writeTable } from './page.mjs';
import { provenance } from './provenance.mjs';

const BENCH = 'faults';
const PAGE = 'resilience-faults';
/** More than the quota refreshes in time when all pools are read too: it is used up before the fault. */
const TOKENS = 1_500;
const QUOTA = { pairs: 300, profiles: 60 };

/** @typedef {import('./faults/measure.mjs').Row} Row */
/** @typedef {{ commit: string | null, changed: boolean | null, node: string, load: number, seconds: number, lagMs: number, rows: Row[] }} Results `lagMs`: the most by which what was measured may have been noted late */

/** Resolves for all when as many have come to it. @param {number} parties */
function barrier(parties) {
  let waiting = parties;
  /** @type {() => void} */
  let open = () => {};
  const opened = new Promise((resolve) => (open = () => resolve(undefined)));
  return () => {
    waiting -= 1;
    if (waiting === 0) open();
    return /** @type {Promise<void>} */ (opened);
  };
}

/** Runs what it is given one after the other. @returns {<T>(work: () => Promise<T>) => Promise<T>} */
function queue() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** @param {readonly import('./faults/cases.mjs').Case[]} cases @param {number} seconds @returns {Promise<Results>} */
async function runFaultsBench(cases, seconds) {
  const simulator = await import(new URL('../dist/simulator/index.js', import.meta.url).href);
  const { systemClock: clock } = await import(new URL('../dist/kernel/index.js', import.meta.url).href);
  const market = simulator.createSimulatedMarket({ seed: 7, tokens: TOKENS, clock });
  const mints = market.listed(clock.now());
  const origin = provenance();
  const ready = barrier(cases.length);
  const inTurn = queue();
  const lag = monitorEventLoopDelay();
  lag.enable();
  const faultMs = seconds * 1_000;
  const rows = await Promise.all(
    cases.map((one) => measureCase({ market, mints, one, faultMs, simulator, clock, inTurn, ready })),
  );
  return { ...origin, seconds, lagMs: lag.max / 1e6, rows };
}

/** The table and where it comes from, in Markdown. @param {Results} results */
export function renderFaultsTable({ rows, seconds, lagMs, commit, changed, node, load }) {
  const percent = (/** @type {number} */ share) => `${Math.round(100 * share)} %`;
  const span = (/** @type {number | null} */ ms) => (ms === null ? '-' : `${(ms / 1_000).toFixed(1)} s`);
  return [
    '| fault | requests in it | tries to connect | most in any minute, of 300 and 60 | over the quota | refused (429) | hot data stale at its end | at most | noticed | condition | first request after it | reachable | hot data fresh |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) =>
      [
        '',
        row.name,
        row.arrived,
        row.connectionTries,
        `${row.mostPairsInMinute} and ${row.mostProfilesInMinute}`,
        row.overQuota,
        row.refused,
        percent(row.staleAtEnd),
        percent(row.mostStale),
        span(row.noticedMs),
        span(row.toldMs),
        span(row.askedMs),
        span(row.regainedMs),
        span(row.freshMs),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
    '',
    `Measured with \`npm run bench -- faults --seconds ${seconds}\` at commit ${commit ?? 'unknown'}${changed ? ' (changed)' : ''} on Node ${node}, with a load of ${load.toFixed(1)} on the machine when it began; the markets and the watch ran late by ${Math.round(lagMs)} ms at most. Before each fault ${Math.min(...rows.map((row) => row.perMinuteBefore))} requests or more came in the minute, for ${Math.min(...rows.map((row) => row.hot))} hot tokens or more.`,
  ].join('\n');
}

/** Whether no minute of any run held more than the quota. @param {readonly Row[]} rows */
export const isWithinQuota = (rows) =>
  rows.every(
    (row) =>
      row.mostPairsInMinute <= QUOTA.pairs &&
      row.mostProfilesInMinute <= QUOTA.profiles &&
      row.overQuota === 0,
  );

/** @param {readonly string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '45' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values.seconds);
  const cases = CASES.filter(({ name }) => name.includes(values.only));
  if (!(seconds >= 5 && seconds <= 600) || cases.length === 0) {
    console.error(`--seconds takes 5 to 600, --only a part of: ${CASES.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  if (values.write && cases.length < CASES.length) {
    console.error('--write needs all faults, without --only');
    return 2;
  }
  if (values.write) await requirePlace(BENCH, PAGE);
  const results = await runFaultsBench(cases, seconds);
  console.log(values.json ? JSON.stringify(results, null, 2) : renderFaultsTable(results));
  if (values.write) await writeTable(BENCH, renderFaultsTable(results), results, PAGE);
  if (isWithinQuota(results.rows)) return 0;
  console.error('a quota was exceeded');
  return 1;
}
