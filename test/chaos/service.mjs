// @ts-check
/** A service in a process of its own, for those who do something to it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const READY_LIMIT_MS = 60_000;

/**
 * @param {string} folder @param {string | null} file
 * @param {{ market?: string, extra?: Record<string, string> }} [options] `extra`: of the environment
 */
export async function startService(folder, file, { market = 'sim:7:60', extra = {} } = {}) {
  const args = [
    'start',
    '--port',
    '0',
    '--market',
    market,
    '--data',
    folder,
    ...(file === null ? [] : ['--config', file]),
  ];
  const env = {
    ...process.env,
    MOONWARDEN_DEXSCREENER_URL: 'http://127.0.0.1:9',
    MOONWARDEN_PUMPPORTAL_URL: 'ws://127.0.0.1:9',
    MOONWARDEN_TOKENS_HOT_INTERVAL: '2s',
    MOONWARDEN_TOKENS_COLD_INTERVAL: '4s',
    MOONWARDEN_TOKENS_FEED_INTERVAL: '5s',
    MOONWARDEN_DEXSCREENER_PAIRS_PER_MINUTE: '6000',
    MOONWARDEN_DEXSCREENER_PROFILES_PER_MINUTE: '6000',
    ...extra,
  };
  const child = spawn(process.execPath, [MAIN, ...args], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), READY_LIMIT_MS);
    const listen = (/** @type {Buffer} */ text) => {
      output = (output + text.toString()).slice(-100_000);
      const [, found] = /^ {0,2}Moonwarden \S+ runs: (\S+)$/m.exec(output) ?? [];
      if (found === undefined) return;
      clearTimeout(limit);
      resolve(found);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void ended.then(() => reject(new Error(`the service did not become ready:\n${output}`)));
  });
  /** @param {string} path @param {unknown} [body] @returns {Promise<{ status: number, json: any }>} */
  const ask = async (path, body) => {
    const init =
      body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          };
    const response = await fetch(url + path, init);
    return { status: response.status, json: await response.json() };
  };
  return { child, ended, ask, output: () => output };
}
