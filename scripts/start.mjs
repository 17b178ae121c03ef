// @ts-check
/**
 * `npm start`: builds when the sources changed, then runs the service and stands between it and the terminal. On Ctrl-C
 * the terminal signals the whole group and npm passes the signal on once more, so the service runs in a group of its own and
 * gets one signal for one key press.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SAME_PRESS_MS = 1000;
const ownGroup = process.platform !== 'win32';

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
/** @type {NodeJS.Signals | undefined} */
let asked;
let askedMs = 0;

/** @param {NodeJS.Signals} signal */
function passOn(signal) {
  const nowMs = performance.now();
  if (asked !== undefined && nowMs - askedMs < SAME_PRESS_MS) return;
  asked = signal;
  askedMs = nowMs;
  child?.kill(signal);
}
process.on('SIGINT', () => passOn('SIGINT'));
process.on('SIGTERM', () => passOn('SIGTERM'));
// The terminal was closed: the service, in a group of its own, would go on unseen.
process.on('SIGHUP', () => passOn('SIGTERM'));

/** @param {string[]} args @returns {Promise<number>} the exit code, as a shell would give it */
function node(args) {
  return new Promise((resolve) => {
    child = spawn(process.execPath, args, { cwd: process.cwd(), stdio: 'inherit', detached: ownGroup });
    child.on('error', (error) => {
      console.error(`Node could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

const built = await node([join(ROOT, 'scripts', 'build.mjs'), '--if-stale']);
if (asked !== undefined) process.exitCode = 128 + constants.signals[asked];
else if (built !== 0) process.exitCode = built;
else {
  const program = join(ROOT, 'dist', 'cli', 'main.js');
  // As the first line of the program itself says: short-lived data in 4 MB instead of 16 keeps the service small.
  const flags = ['--max-semi-space-size=4', '--enable-source-maps'];
  process.exitCode = await node([...flags, program, 'start', ...process.argv.slice(2)]);
}
