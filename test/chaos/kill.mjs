// @ts-check
/**
 * Kills the service with -9 at chance moments while it works, starts it again on the same folder, and looks whether
 * anything that it acknowledged is gone. `npm run proof:kill -- --rounds 20 --seed 7` prints one JSON line.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DatabaseSync } from '@photostructure/sqlite';
import { base58 } from '@scure/base';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const READY_LIMIT_MS = 30_000;
const LONGEST_RUN_MS = 2_500;
const ENOUGH_SCORES = 20;
/** Scores of a token may not come closer than this: `tokens.hot_interval`, as the service is started here. */
const HOT_INTERVAL_MS = 1_000;

/** Chance that can be repeated (mulberry32). @param {number} seed */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {string} folder */
async function start(folder) {
  const args = [MAIN, 'start', '--port', '0', '--market', 'sim:7:60', '--data', folder];
  const env = {
    ...process.env,
    MOONWARDEN_DEXSCREENER_URL: 'http://127.0.0.1:9',
    MOONWARDEN_PUMPPORTAL_URL: 'ws://127.0.0.1:9',
    MOONWARDEN_TOKENS_HOT_INTERVAL: `${HOT_INTERVAL_MS}ms`,
    MOONWARDEN_TOKENS_COLD_INTERVAL: '2s',
    MOONWARDEN_TOKENS_CHECK_INTERVAL: '2s',
    MOONWARDEN_TOKENS_ACTIVE_CHECK_INTERVAL: '2s',
    MOONWARDEN_DEXSCREENER_PAIRS_PER_MINUTE: '6000',
  };
  const child = spawn(process.execPath, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), READY_LIMIT_MS);
    const listen = (/** @type {Buffer} */ text) => {
      output += text.toString();
      const ready = output.split('\n').find((line) => line.includes('"Moonwarden is ready."'));
      if (!ready?.endsWith('}')) return;
      clearTimeout(limit);
      resolve(JSON.parse(ready).url);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void ended.then(() => reject(new Error(`the service did not become ready:\n${output}`)));
  });
  return { child, ended, url: String(url) };
}

/** Waits until tokens have been scored and activated. @param {string} url @param {string} folder */
async function untilAtWork(url, folder) {
  const deadlineMs = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const moved = await fetch(`${url}/api/journal?type=token.moved&limit=1`).then(
      async (response) => /** @type {{ items: unknown[] }} */ (await response.json()).items,
    );
    const database = new DatabaseSync(join(folder, 'moonwarden.db'), { readOnly: true });
    const { scores } = /** @type {{ scores: number }} */ (
      database.prepare('SELECT COUNT(*) AS scores FROM score').get()
    );
    database.close();
    if (moved.length > 0 && scores > ENOUGH_SCORES) return;
    if (performance.now() > deadlineMs) throw new Error('the service activated no token');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {number} n */
function mintOf(n) {
  const bytes = new Uint8Array(32).fill(9);
  new DataView(bytes.buffer).setUint32(28, n);
  return base58.encode(bytes);
}

/** Everything that is wrong with what a killed service left. @param {string} folder @param {Set<string>} acknowledged @param {Map<number, string>} seen entries of the journal as earlier rounds had them */
function judge(folder, acknowledged, seen) {
  // A copy, because closing the only reader would clean up what the next start has to clean up.
  const copy = mkdtempSync(join(tmpdir(), 'moonwarden judged '));
  for (const name of ['moonwarden.db', 'moonwarden.db-wal'])
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
  const database = new DatabaseSync(join(copy, 'moonwarden.db'));
  /** @param {string} sql @returns {any[]} */
  const rows = (sql) => database.prepare(sql).all();
  /** @type {string[]} */
  const wrong = [];
  const integrity = rows('PRAGMA integrity_check').map((row) => row.integrity_check);
  if (integrity.join() !== 'ok') wrong.push(`integrity: ${integrity.join('; ')}`);
  if (rows('PRAGMA foreign_key_check').length > 0) wrong.push('foreign keys');

  const statuses = new Map(rows('SELECT mint, status FROM token').map(({ mint, status }) => [mint, status]));
  const journal = rows('SELECT seq, at, type, subject, data FROM journal ORDER BY seq');
  const discovered = new Map();
  const moved = new Map();
  for (const { seq, type, subject, at, data } of journal) {
    if (type === 'token.discovered') discovered.set(subject, (discovered.get(subject) ?? 0) + 1);
    if (type === 'token.moved') moved.set(subject, JSON.parse(data).to);
    const what = JSON.stringify([at, type, subject, data]);
    if (seen.has(seq) && seen.get(seq) !== what) wrong.push(`the number ${seq} was given twice`);
    seen.set(seq, what);
  }
  const numbers = new Set(journal.map(({ seq }) => seq));
  for (const seq of seen.keys()) if (!numbers.has(seq)) wrong.push(`the entry ${seq} is gone`);
  for (const mint of acknowledged)
    if (!statuses.has(mint)) wrong.push(`${mint} was acknowledged and is gone`);
  for (const [mint, status] of statuses) {
    if (discovered.get(mint) !== 1)
      wrong.push(`${mint} has ${discovered.get(mint) ?? 0} entries of its discovery`);
    const told = moved.get(mint) ?? 'monitoring';
    if (told !== status) wrong.push(`${mint} is ${status}, and its journal says ${told}`);
  }
  for (const mint of discovered.keys())
    if (!statuses.has(mint)) wrong.push(`${mint} was discovered and is not there`);

  const twice = rows('SELECT token_id FROM score GROUP BY token_id, tick HAVING COUNT(*) > 1').length;
  const offTick = rows(`SELECT rowid FROM score WHERE tick <> at / ${HOT_INTERVAL_MS}`).length;
  const [{ scores }] = rows('SELECT COUNT(*) AS scores FROM score');
  const [{ summed }] = rows('SELECT COALESCE(SUM(count), 0) AS summed FROM score_row WHERE step_ms = 60000');
  if (twice > 0) wrong.push(`${twice} scores twice in a tick`);
  if (offTick > 0) wrong.push(`${offTick} scores outside of their tick`);
  if (scores !== summed) wrong.push(`${scores} scores, and ${summed} of them summed up`);
  database.close();
  rmSync(copy, { recursive: true, force: true });
  return { wrong, tokens: statuses.size, entries: journal.length, scores, moves: moved.size };
}

/** @param {{ rounds: number, seed: number, folder?: string }} options */
export async function killAgainAndAgain({
  rounds,
  seed,
  folder = mkdtempSync(join(tmpdir(), 'moonwarden kill ')),
}) {
  const random = chance(seed);
  /** @type {Set<string>} */
  const acknowledged = new Set();
  /** @type {Map<number, string>} */
  const seen = new Map();
  /** @type {string[]} */
  const wrong = [];
  let next = 0;
  let slowestStartMs = 0;
  let figures = { tokens: 0, entries: 0, scores: 0, moves: 0 };
  try {
    // One start more than kills: the last one shows that the service comes back.
    for (let round = 0; round <= rounds; round++) {
      const startedMs = performance.now();
      const { child, ended, url } = await start(folder);
      slowestStartMs = Math.max(slowestStartMs, performance.now() - startedMs);
      // However slow the machine is: there must be a status to lose, and scores.
      if (round === 0) await untilAtWork(url, folder);
      const runMs = round === rounds ? 0 : random() * LONGEST_RUN_MS;
      const timer = setTimeout(() => child.kill('SIGKILL'), runMs);
      for (;;) {
        const mints = Array.from({ length: 1 + Math.floor(random() * 40) }, () => mintOf(next++));
        const added = await fetch(`${url}/api/tokens`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ mints }),
        }).then(
          async (response) => /** @type {{ added: string[] }} */ (await response.json()).added,
          () => null,
        );
        if (added === null) break;
        for (const mint of added) acknowledged.add(mint);
      }
      clearTimeout(timer);
      await ended;
      const { wrong: now, ...rest } = judge(folder, acknowledged, seen);
      wrong.push(...now.map((text) => `round ${round + 1}: ${text}`));
      figures = rest;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    rounds,
    seed,
    acknowledged: acknowledged.size,
    ...figures,
    slowestStartMs: Math.round(slowestStartMs),
    wrong: wrong.slice(0, 20),
    faults: wrong.length,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string', default: '7' } },
  });
  const report = await killAgainAndAgain({ rounds: Number(values.rounds), seed: Number(values.seed) });
  console.log(JSON.stringify(report));
  process.exitCode = report.faults === 0 && report.acknowledged > 0 && report.scores > 0 ? 0 : 1;
}
