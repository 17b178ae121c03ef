// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { keptFrom, pointsIn, rowOf } from './figures.mjs';

const WRITER = fileURLToPath(new URL('./writer.mjs', import.meta.url));
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const TIERS = /** @type {const} */ ({
  raw: ['signal_point', 0],
  minute: ['signal_minute', 60_000],
  quarter: ['signal_quarter', 900_000],
});

/** @typedef {{ days: number, series: number, everyMs: number, kills: number }} Scale */

/**
 * Plays so many days, kills the writer with -9 in the middle of roll-ups, and holds every stored row to the points.
 * @param {Scale} scale @param {(text: string) => void} [tell]
 */
export async function playHistory(scale, tell = () => undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden-history-'));
  try {
    const end = START + scale.days * DAY_MS;
    let from = START;
    let kills = 0;
    const bytesByDay = [];
    for (let day = 1; day <= scale.days; day++) {
      const dayEnd = START + day * DAY_MS;
      // Spread over the days; some hours in, so that there is something to lose.
      for (; kills < Math.ceil((scale.kills * day) / scale.days); kills++) {
        const killAt = from + Math.floor((dayEnd - from) / 3 / 60_000) * 60_000;
        from = await write({ ...scale, folder, from, to: dayEnd }, killAt);
      }
      await write({ ...scale, folder, from, to: dayEnd }, null);
      from = dayEnd;
      bytesByDay.push(bytesOf(folder));
      tell(`day ${day}: ${(Number(bytesByDay.at(-1)) / 1e6).toFixed(2)} MB`);
    }
    return { ...scale, kills, bytesByDay, ...check(folder, scale, end) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a writer to its end, or kills it while it rolls up the minute `killAt`.
 * @param {Scale & { folder: string, from: number, to: number }} task @param {number | null} killAt
 * @returns {Promise<number>} from where the next one goes on
 */
async function write(task, killAt) {
  const child = spawn(process.execPath, [WRITER, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let rest = '';
  let errors = '';
  let written = task.from;
  let done = false;
  child.stderr.on('data', (text) => (errors += String(text)));
  child.stdout.on('data', (text) => {
    const lines = (rest + String(text)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [word, at] = line.split(' ');
      if (word === 'written') written = Number(at);
      if (word === 'done') done = true;
      if (word === 'rolling' && killAt !== null && Number(at) >= killAt) child.kill('SIGKILL');
    }
  });
  const signal = await new Promise((resolve) => child.once('close', (_code, by) => resolve(by)));
  if (killAt === null ? !done : signal !== 'SIGKILL')
    throw new Error(`the writer ended by itself:\n${errors}`);
  return written;
}

/** @param {string} folder */
const bytesOf = (folder) =>
  ['', '-wal']
    .map((suffix) => join(folder, `moonwarden.db${suffix}`))
    .reduce((total, file) => total + (existsSync(file) ? statSync(file).size : 0), 0);

/** Compares each stored row. @param {string} folder @param {Scale} scale @param {number} end */
function check(folder, scale, end) {
  const database = new DatabaseSync(join(folder, 'moonwarden.db'), { readOnly: true });
  const rows = { raw: 0, minute: 0, quarter: 0 };
  const wrong = [];
  for (const tier of /** @type {const} */ (['raw', 'minute', 'quarter'])) {
    const [table, stepMs] = TIERS[tier];
    const from = Math.max(START, keptFrom(tier, end));
    /** @type {Map<string, unknown>} */
    const expected = new Map();
    /** @type {Map<string, number[]>} */
    const periods = new Map();
    for (const { series, at, value } of pointsIn(scale, from, end)) {
      const key = `${series} ${stepMs === 0 ? at : at - (at % stepMs)}`;
      if (stepMs === 0) expected.set(key, { value });
      else if (periods.has(key)) periods.get(key)?.push(value);
      else periods.set(key, [value]);
    }
    for (const [key, values] of periods) expected.set(key, rowOf(values));
    for (const row of database.prepare(`SELECT * FROM ${table}`).iterate()) {
      const { series_id: series, at, ...figures } = /** @type {Record<string, number>} */ (row);
      const key = `${series} ${at}`;
      rows[tier] += 1;
      const must = /** @type {Record<string, number> | undefined} */ (expected.get(key));
      if (!must || Object.keys(must).some((name) => must[name] !== figures[name]))
        wrong.push(`${tier} ${key}`);
      expected.delete(key);
    }
    for (const key of expected.keys()) wrong.push(`${tier} ${key} is missing`);
  }
  database.close();
  return { rows, wrong };
}
