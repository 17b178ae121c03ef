// @ts-check
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';

const HOST = fileURLToPath(new URL('./host.mjs', import.meta.url));
const READY_LIMIT_MS = 30_000;

/** @typedef {{ what: string, at: number, run: string, job: string, item: string, resumed: string[], cause: string, late: boolean, ms: number, jobs: string[] }} Line what a host wrote; each kind has some of these */
/** @typedef {Record<string, any> & { run_id: string, job: string, outcome: string | null, items_done: number, items_failed: number, cause: string | null }} Row of the ledger */

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @template T @param {(folder: string) => Promise<T>} work */
export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden jobs '));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {string} name @returns {Line[]} */
export function linesOf(folder, name) {
  const file = join(folder, `${name}.jsonl`);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));
}

/** Starts a host. @param {import('./host.mjs').Task} task */
export function startHost(task) {
  const child = spawn(process.execPath, [HOST, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve(signal ?? String(code));
    });
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  return {
    name: task.name,
    ended,
    lines: () => linesOf(task.folder, task.name),
    /** @param {string} word */
    async said(word) {
      const untilMs = performance.now() + READY_LIMIT_MS;
      while (!output.split('\n').includes(word)) {
        if (child.exitCode !== null || child.signalCode !== null || performance.now() > untilMs)
          throw new Error(`${task.name} did not say ${word}:\n${output}`);
        await pause(10);
      }
    },
    /** @param {NodeJS.Signals} signal */
    signal(signal) {
      child.kill(signal);
    },
    /** @param {NodeJS.Signals} signal */
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** What the ledger holds, read from a copy: its last reader would clean up what the next start has to. @param {string} folder */
export function ledgerOf(folder) {
  const copy = mkdtempSync(join(tmpdir(), 'moonwarden jobs judged '));
  for (const name of ['runs.db', 'runs.db-wal'])
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
  const database = new DatabaseSync(join(copy, 'runs.db'));
  try {
    const rows = (/** @type {string} */ sql) => /** @type {any[]} */ (database.prepare(sql).all());
    return {
      integrity: rows('PRAGMA integrity_check')
        .map((row) => row.integrity_check)
        .join(),
      runs: /** @type {Row[]} */ (rows('SELECT * FROM job_run ORDER BY id')),
      items: /** @type {{ job: string, item: string, run_id: string }[]} */ (rows('SELECT * FROM job_item')),
    };
  } finally {
    database.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

/** @typedef {ReturnType<typeof ledgerOf>} Ledger */
