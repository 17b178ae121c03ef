// @ts-check
/**
 * Looks at the package as its users get it: packs it, installs it elsewhere without development and optional parts,
 * imports each subpath in a process of its own, and runs the service. Everything happens in paths with a space.
 */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, npm, run } from './run.mjs';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'moonwarden pack '));
const home = join(folder, 'installed here');
const installed = join(home, 'node_modules', manifest.name);

// On Windows the link is a script for a shell.
const [program, ...before] =
  process.platform === 'win32'
    ? [process.execPath, join(installed, 'dist', 'cli', 'main.js')]
    : [join(home, 'node_modules', '.bin', 'moonwarden')];

const ALLOWED = /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/.+|config\/.+)$/;
const FORBIDDEN =
  /\.test\.|(?:^|\/)(?:test|tests|testing|fixtures|node_modules)\/|\.tsbuildinfo$|\/\.built$|\.(?:ts|tsx)$(?<!\.d\.ts)/;

/** @type {string[]} */
const faults = [];
/** @param {string} what @param {() => void | Promise<void>} body */
async function check(what, body) {
  try {
    await body();
    console.log(`ok      ${what}`);
  } catch (error) {
    faults.push(what);
    console.log(
      `failed  ${what}\n        ${error instanceof Error ? error.message.trim().replaceAll('\n', '\n        ') : String(error)}`,
    );
  }
}

/** The output of what went well. @param {Promise<import('./run.mjs').Outcome>} running */
async function must(running) {
  const outcome = await running;
  if (!outcome.ok) throw new Error(outcome.output);
  return outcome.output;
}

/** @param {boolean} condition @param {string} message */
function expect(condition, message) {
  if (!condition) throw new Error(message);
}

let tarball = '';
async function pack() {
  await must(run(process.execPath, [join(ROOT, 'scripts', 'build.mjs'), '--if-stale'], { limitMs: 240_000 }));
  await must(npm(['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, limitMs: 60_000 }));
  const packed = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  expect(packed.length === 1, `one tarball expected, not ${packed.length}`);
  tarball = join(folder, packed[0] ?? '');
}

async function install() {
  expect(tarball !== '', 'there is no tarball');
  mkdirSync(home);
  writeFileSync(
    join(home, 'package.json'),
    JSON.stringify({ name: 'user', version: '1.0.0', private: true, type: 'module' }),
  );
  const flags = [
    '--omit=dev',
    '--omit=optional',
    '--ignore-scripts=false',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
  ];
  await must(npm(['install', ...flags, tarball], { cwd: home, limitMs: 180_000 }));
}

function contents() {
  expect(existsSync(installed), 'nothing was installed');
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(installed.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((file) => !file.startsWith('node_modules/'));
  const strange = files.filter((file) => !ALLOWED.test(file) || FORBIDDEN.test(file));
  expect(strange.length === 0, `not for users: ${strange.slice(0, 20).join(', ')}`);
  const wanted = [
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    ...Object.values(manifest.bin),
    ...targets().flatMap((entry) => entry.files),
  ];
  if (existsSync(join(ROOT, 'dashboard', 'vite.config.ts'))) wanted.push('dist/dashboard/index.html');
  const absent = wanted.map((file) => file.replace(/^\.\//, '')).filter((file) => !files.includes(file));
  expect(absent.length === 0, `not in the package: ${[...new Set(absent)].join(', ')}`);
}

/** The subpaths of the package with the files they name. @returns {{ subpath: string, files: string[] }[]} */
function targets() {
  /** @param {unknown} value @returns {string[]} */
  const filesIn = (value) =>
    typeof value === 'string' ? [value] : Object.values(/** @type {object} */ (value ?? {})).flatMap(filesIn);
  const all = Object.entries(manifest.exports).map(([subpath, value]) => ({
    subpath,
    files: filesIn(value),
  }));
  expect(all.length > 0 && all.every(({ subpath }) => !subpath.includes('*')), 'exports: name each subpath');
  return all;
}

/** @param {string} subpath */
async function importOne(subpath) {
  const name = subpath === '.' ? manifest.name : `${manifest.name}/${subpath.slice(2)}`;
  const text = name.endsWith('.json')
    ? `const m = (await import('node:module')).createRequire(import.meta.url)('${name}');`
    : `const m = await import('${name}');`;
  // A library that keeps the process alive, or prints, does something when it is merely imported.
  const code = `${text} if (Object.keys(m).length === 0) throw new Error('it exports nothing');`;
  const file = join(home, 'import one.mjs');
  writeFileSync(file, code);
  const output = await must(run(process.execPath, [file], { cwd: home, limitMs: 20_000 }));
  expect(output === '', `importing it printed: ${output}`);
}

async function version() {
  const output = await must(run(program, [...before, '--version'], { cwd: home, limitMs: 20_000 }));
  expect(output.trim() === manifest.version, `it printed ${JSON.stringify(output)}, not ${manifest.version}`);
}

async function start() {
  expect(existsSync(before[0] ?? program), `${program} is missing`);
  const args = [...before, 'start', '--market', 'sim', '--port', '0', '--data', join(folder, 'its data')];
  const child = spawn(program, args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(`${code ?? signal}`));
  });
  /** @type {string | undefined} */
  let outcome;
  void ended.then((how) => (outcome = how));
  try {
    const address = await until(20_000, () => {
      expect(outcome === undefined, `it ended (${outcome}):\n${output}`);
      return /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(output)?.[0];
    });
    expect(address !== undefined, `it did not say where it listens:\n${output}`);
    const healthy = await until(20_000, async () => {
      expect(outcome === undefined, `it ended (${outcome}):\n${output}`);
      const answer = await fetch(`${address}/health`, { signal: AbortSignal.timeout(5000) }).catch(
        () => undefined,
      );
      return answer?.status === 200 ? true : undefined;
    });
    expect(healthy === true, `${address}/health did not answer 200:\n${output}`);
    child.kill('SIGTERM');
    await until(20_000, () => outcome);
    expect(outcome === '0', `after SIGTERM it ended with ${outcome ?? 'nothing at all'}:\n${output}`);
  } finally {
    if (outcome === undefined) child.kill('SIGKILL');
  }
}

/** @template T @param {number} limitMs @param {() => T | Promise<T>} probe @returns {Promise<T | undefined>} */
async function until(limitMs, probe) {
  const endMs = performance.now() + limitMs;
  while (performance.now() < endMs) {
    const value = await probe();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

try {
  await check('it packs', pack);
  await check('it installs without development and optional parts', install);
  await check('it holds what users need and nothing else', contents);
  for (const { subpath } of targets()) await check(`import ${subpath}`, () => importOne(subpath));
  await check('moonwarden --version', version);
  await check('moonwarden start, /health, SIGTERM', start);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
if (faults.length > 0) process.exitCode = 1;
