// @ts-check
/** The service as `moonwarden start` runs it, in a process of its own, on a market whose name the parent resolves. */
import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const NAMES = new URL('./names.mjs', import.meta.url).href;
const READY_LIMIT_MS = 120_000;

/** Not among those that the system hands out, or a market that is down might find its port taken. */
let nextPort = 24_100;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
// When one breaks off, the others must not stay.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** @returns {Promise<number>} a port on loopback where nobody listens */
export async function freePort() {
  for (; nextPort < 32_000; nextPort++) {
    const port = nextPort;
    const isFree = await new Promise((resolve) => {
      const server = createServer()
        .once('error', () => resolve(false))
        .once('listening', () => server.close(() => resolve(true)));
      server.listen(port, '127.0.0.1');
    });
    nextPort += isFree ? 1 : 0;
    if (isFree) return port;
  }
  throw new Error('no port is free');
}

/** @typedef {{ url: string, setLine: (line: 'ok' | 'fail' | 'hang') => void, lookups: () => Promise<number>, stop: () => Promise<void>, ended: () => boolean }} Service */

/** @param {{ folder: string, marketPort: number, importFile: string }} options @returns {Promise<Service>} */
export async function startService({ folder, marketPort, importFile }) {
  const port = await freePort();
  const child = fork(MAIN, ['start', '--port', String(port), '--market', 'live', '--data', folder], {
    execArgv: ['--import', NAMES, '--max-semi-space-size=4'],
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      MOONWARDEN_DEXSCREENER_URL: `http://market.test:${marketPort}`,
      MOONWARDEN_PUMPPORTAL_ENABLED: 'false',
      MOONWARDEN_TOKENS_IMPORT_FILE: importFile,
    },
  });
  running.add(child);
  let output = '';
  let hasEnded = false;
  const ended = new Promise((resolve) =>
    child.once('close', () => {
      hasEnded = true;
      running.delete(child);
      resolve(undefined);
    }),
  );
  await new Promise((resolve, reject) => {
    const limit = setTimeout(() => child.kill('SIGKILL'), READY_LIMIT_MS);
    const listen = (/** @type {Buffer} */ text) => {
      if (output.length < 1e6) output += text.toString();
      if (!output.includes('"Moonwarden is ready."')) return;
      clearTimeout(limit);
      resolve(undefined);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    void ended.then(() => reject(new Error(`the service did not become ready:\n${output}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    setLine: (line) => child.send(line),
    lookups: () =>
      new Promise((resolve) => {
        child.once('message', (/** @type {any} */ { lookups }) => resolve(lookups));
        child.send('count');
      }),
    ended: () => hasEnded,
    async stop() {
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(limit);
    },
  };
}
