// @ts-check
/**
 * `npm run bench -- scale [--sizes 1000,10000,100000] [--seconds S] [--json] [--write] [--profile]`: the service as
 * `moonwarden start` runs it, over HTTP on loopback against a market in another process, with the full quota and as many
 * known tokens. `--profile` prints the functions that took most instead. Needs Linux.
 */
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { provenance } from './provenance.mjs';
import { requirePlace, writeTable } from './page.mjs';
import { fillStore } from './scale/fill.mjs';
import { MOST_TOKENS } from './scale/mints.mjs';
import { topFunctions, usageOf } from './scale/process.mjs';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const MARKET = fileURLToPath(new URL('./scale/market.mjs', import.meta.url));
const PAGE = 'scale';
/** As many as the quota carries at 10 s. */
const MOST_HOT = 1_200;
const READY_LIMIT_MS = 60_000;
/** The code is compiled, the burst of the start is over. */
const WARM_UP_S = 15;

/**
 * @typedef {{
 *   tokens: number, hot: number, startMs: number, cpuShare: number, cpuPerRefreshMs: number, rssMb: number,
 *   peakRssMb: number, refreshesPerMinute: number, requestsPerMinute: number, fill: number, hotP95S: number | null,
 *   coldRoundS: number, fullRoundS: number, top?: { name: string, selfMs: number }[],
 * }} Size
 * @typedef {{ commit: string | null, changed: boolean | null, node: string, load: number, seconds: number, sizes: Size[] }} Results
 */

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<any>} */
const nextMessage = (child) =>
  new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('the market ended')));
  });

/** @param {string} folder @param {string} market @param {string | null} profileFolder */
async function startService(folder, market, profileFolder) {
  const profiling = profileFolder === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profileFolder];
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...profiling,
      '--max-semi-space-size=4',
      MAIN,
      'start',
      '--port',
      '0',
      '--market',
      'live',
      '--data',
      folder,
    ],
    {
      // Nothing but the market on loopback is asked.
      env: { ...process.env, MOONWARDEN_DEXSCREENER_URL: market, MOONWARDEN_PUMPPORTAL_ENABLED: 'false' },
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), READY_LIMIT_MS);
    const listen = (/** @type {Buffer} */ text) => {
      if (output.length < 1e6) output += text.toString();
      const ready = output.split('\n').find((line) => line.includes('"Moonwarden is ready."'));
      if (!ready?.endsWith('}')) return;
      clearTimeout(limit);
      resolve(JSON.parse(ready).url);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void ended.then(() => reject(new Error(`the service did not become ready:\n${output}`)));
  });
  return { child, ended, url: String(url), startMs: performance.now() - startedMs };
}

/** @param {number} tokens @param {number} seconds @param {boolean} profile @returns {Promise<Size>} */
async function measureSize(tokens, seconds, profile) {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden scale '));
  const hot = Math.min(tokens, MOST_HOT);
  const market = fork(MARKET, [String(hot), String(tokens)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let service;
  try {
    const { url: marketUrl } = await nextMessage(market);
    await fillStore(folder, tokens, hot);
    service = await startService(folder, marketUrl, profile ? folder : null);
    const { child, ended, url, startMs } = service;
    const pid = child.pid ?? 0;
    const counts = async () => {
      const answer = nextMessage(market);
      market.send('count');
      return /** @type {{ requests: number, tokens: number, batches: number, batchTokens: number }} */ (
        await answer
      );
    };
    await sleep(WARM_UP_S * 1_000);
    const before = { ...usageOf(pid), ...(await counts()), atMs: performance.now() };
    await sleep(seconds * 1_000);
    const after = { ...usageOf(pid), ...(await counts()), atMs: performance.now() };
    const overview = /** @type {any} */ (await (await fetch(`${url}/api/overview`)).json());
    child.kill('SIGTERM');
    await ended;
    const elapsedMs = after.atMs - before.atMs;
    const cpuMs = after.cpuMs - before.cpuMs;
    const refreshes = after.tokens - before.tokens;
    const profileFile = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
    const p95Ms = overview.freshness?.hot?.p95Ms;
    return {
      tokens,
      hot,
      startMs,
      cpuShare: cpuMs / elapsedMs,
      cpuPerRefreshMs: cpuMs / refreshes,
      rssMb: after.rssMb,
      peakRssMb: after.peakRssMb,
      refreshesPerMinute: (refreshes * 60_000) / elapsedMs,
      requestsPerMinute: ((after.requests - before.requests) * 60_000) / elapsedMs,
      fill: (after.batchTokens - before.batchTokens) / (30 * (after.batches - before.batches)),
      hotP95S: typeof p95Ms === 'number' ? p95Ms / 1_000 : null,
      ...(await forecast(tokens, hot)),
      ...(profileFile === undefined ? {} : { top: topFunctions(join(folder, profileFile), 25) }),
    };
  } finally {
    service?.child.kill('SIGKILL');
    market.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How often the planner says that it comes round with these tokens. @param {number} tokens @param {number} hot */
async function forecast(tokens, hot) {
  const { CandidateColumns, KIND, NO_CREDIT, planReads, tokenDefaults } = await import(
    new URL('../dist/planner.js', import.meta.url).href
  );
  const columns = new CandidateColumns();
  for (let n = 0; n < tokens; n++) columns.add(String(n), n < hot ? KIND.active : KIND.cold, 0);
  const budget = { requests: 0, requestsPerMinute: 300, batchSize: 30, credit: NO_CREDIT, startedMs: 0 };
  const { cold, full } = planReads(columns, 0, budget, tokenDefaults).classes;
  return { coldRoundS: cold.rotationMs / 1_000, fullRoundS: full.rotationMs / 1_000 };
}

/** @param {Results} results */
export function renderScaleTable({ sizes, seconds, commit, changed, node, load }) {
  const span = (/** @type {number} */ s) =>
    s < 120 ? `${Math.round(s)} s` : s < 7_200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3_600)} h`;
  const count = (/** @type {number} */ n) => Math.round(n).toLocaleString('en-US');
  return [
    '| known tokens | hot | CPU, of one core | CPU per refresh | memory (RSS) | start to ready | refreshes/min | requests/min | places filled | hot data, 95 % younger than | a round of cold tokens | of full reads |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...sizes.map((size) =>
      [
        '',
        count(size.tokens),
        count(size.hot),
        `${(100 * size.cpuShare).toFixed(1)} %`,
        `${size.cpuPerRefreshMs.toFixed(2)} ms`,
        `${count(size.rssMb)} MB`,
        `${(size.startMs / 1_000).toFixed(1)} s`,
        count(size.refreshesPerMinute),
        count(size.requestsPerMinute),
        `${(100 * size.fill).toFixed(0)} %`,
        size.hotP95S === null ? '-' : `${size.hotP95S.toFixed(0)} s`,
        span(size.coldRoundS),
        span(size.fullRoundS),
        '',
      ]
        .join(' | ')
        .trim(),
    ),
    '',
    `Measured with \`npm run bench -- scale --seconds ${seconds}\` at commit ${commit ?? 'unknown'}${changed ? ' (changed)' : ''} on Node ${node}, with a load of ${load.toFixed(1)} on the machine when it began.`,
  ].join('\n');
}

/** @param {readonly string[]} args */
export async function main(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '1000,10000,100000' },
      seconds: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  });
  const sizes = values.sizes.split(',').map(Number);
  const seconds = Number(values.seconds);
  if (
    !sizes.every((n) => Number.isInteger(n) && n > 0 && n <= MOST_TOKENS) ||
    !(seconds > 0 && seconds <= 3_600)
  ) {
    console.error(`--sizes takes whole numbers up to ${MOST_TOKENS}, --seconds a number up to 3600`);
    return 2;
  }
  if (values.write) await requirePlace(PAGE);
  /** @type {Results} */
  const results = { ...provenance(), seconds, sizes: [] };
  for (const tokens of sizes) results.sizes.push(await measureSize(tokens, seconds, values.profile));
  if (values.json) console.log(JSON.stringify(results, null, 2));
  else console.log(renderScaleTable(results));
  if (values.profile) {
    for (const { tokens, top = [] } of results.sizes) {
      console.log(`\n${tokens} tokens, ms in the function itself:`);
      for (const { name, selfMs } of top) console.log(`${selfMs.toFixed(0).padStart(8)}  ${name}`);
    }
  } else if (values.write) await writeTable(PAGE, renderScaleTable(results), results);
  return 0;
}
