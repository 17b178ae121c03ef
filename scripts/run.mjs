// @ts-check
/** Starts programs for the other scripts: without a shell, so that paths with spaces work, and never without a limit. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));
export const CACHE = join(ROOT, 'node_modules', '.cache');

/** @typedef {{ ok: boolean, code: number | null, output: string, durationMs: number }} Outcome */

/** @type {Set<number>} */
const groups = new Set();
const ownGroup = process.platform !== 'win32';

/** @param {number} pid @param {NodeJS.Signals} signal */
function killGroup(pid, signal) {
  try {
    process.kill(ownGroup ? -pid : pid, signal);
  } catch {
    // It has ended already.
  }
}

const MERCY_MS = 2000;

// SIGTERM first: what was started may be one of these scripts, with groups of its own to end.
for (const [signal, code] of /** @type {[NodeJS.Signals, number][]} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.on(signal, () => {
    for (const pid of groups) killGroup(pid, 'SIGTERM');
    const leave = () => {
      for (const pid of groups) killGroup(pid, 'SIGKILL');
      process.exit(code);
    };
    setTimeout(leave, MERCY_MS);
    setInterval(() => {
      if (groups.size === 0) leave();
    }, 20);
  });
}

/**
 * Runs a program to its end, or kills it with all that it started when `limitMs` have passed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs: number, show?: boolean }} options `show` prints as it comes
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd = ROOT, env = process.env, limitMs, show = false }) {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: ownGroup });
    const pid = child.pid;
    if (pid !== undefined) groups.add(pid);
    let output = '';
    let ended = false;
    let late = false;
    /** @param {number | null} code */
    const end = (code) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      if (pid !== undefined) groups.delete(pid);
      resolve({ ok: code === 0 && !late, code, output, durationMs: performance.now() - startedMs });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (/** @type {string} */ text) => {
        output += text;
        if (show) process.stdout.write(text);
      });
    }
    const timer = setTimeout(() => {
      late = true;
      output += `\n${command} took longer than ${limitMs / 1000} s and was killed\n`;
      if (pid !== undefined) killGroup(pid, 'SIGTERM');
      setTimeout(() => {
        if (pid !== undefined) killGroup(pid, 'SIGKILL');
        // What left the group may hold the pipes open for ever.
        end(null);
      }, MERCY_MS);
    }, limitMs);
    child.on('error', (error) => {
      output += `${command} could not be started: ${error.message}\n`;
      end(null);
    });
    child.on('close', (code, signal) => {
      if (signal !== null) output += `\n${command} was ended by ${signal}\n`;
      end(code);
    });
  });
}

/** The file behind a command of a package, to be run by this Node. @param {string} name @param {string} [command] */
export function binOf(name, command = name) {
  const folder = join(ROOT, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/**
 * Runs npm, whichever one started us, without what the npm above told its script about itself.
 * @param {readonly string[]} args @param {{ cwd: string, limitMs: number }} options
 */
export function npm(args, options) {
  const told = /^npm_(?:lifecycle_|package_|command$|config_(?:loglevel|local_prefix)$)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.test(name)));
  const program = process.env['npm_execpath'];
  // On Windows `npm` is a script for a shell, so it is run by this Node where its path is known.
  return program?.endsWith('.js')
    ? run(process.execPath, [program, ...args], { ...options, env })
    : run('npm', args, { ...options, env });
}

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
