// @ts-check
/**
 * Builds dist/ anew: the service by tsc, the page by vite. `--if-stale` does nothing when what it is made of has not
 * changed, judged by content, because a checkout changes times and not content.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT, binOf, run, seconds } from './run.mjs';

const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.built');
const PROGRAM = join(DIST, 'cli', 'main.js');
const SOURCES = [
  'src',
  'dashboard',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.mjs',
];
const LIMIT_MS = 180_000;

/** @param {string} path */
const isShipped = (path) => !/(?:\.test\.tsx?|(?:^|\/)(?:testing|node_modules|dist)\/.*)$/.test(path);

/** @param {string} path relative to the root @returns {string[]} */
function filesOf(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(isShipped)
    .toSorted();
}

function hashOfSources() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesOf)) {
    const content = readFileSync(join(ROOT, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} hash */
function isFresh(hash) {
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== hash) return false;
  return existsSync(PROGRAM) || !existsSync(join(ROOT, 'src/cli/main.ts'));
}

/** @param {string} what @param {string[]} args */
async function step(what, args) {
  const outcome = await run(process.execPath, args, { limitMs: LIMIT_MS });
  if (!outcome.ok) {
    process.stderr.write(outcome.output);
    throw new Error(`building ${what} failed`);
  }
  console.log(`built ${what} in ${seconds(outcome.durationMs)}`);
}

async function build() {
  rmSync(DIST, { recursive: true, force: true });
  await step('the service', [binOf('typescript', 'tsc'), '-p', join(ROOT, 'tsconfig.build.json')]);
  // tsc leaves what is not code, such as SQL files.
  for (const file of filesOf('src').filter((path) => !/\.tsx?$/.test(path))) {
    cpSync(join(ROOT, file), join(DIST, relative('src', file)));
  }
  if (existsSync(join(ROOT, 'dashboard', 'vite.config.ts'))) {
    const page = join(ROOT, 'dashboard');
    await step('the page', [
      binOf('vite'),
      'build',
      page,
      '--outDir',
      join(DIST, 'dashboard'),
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ]);
  }
  if (existsSync(PROGRAM)) chmodSync(PROGRAM, 0o755);
}

try {
  const hash = hashOfSources();
  if (!process.argv.includes('--if-stale') || !isFresh(hash)) {
    await build();
    // Last, so that a build that broke off is not taken for a good one.
    writeFileSync(STAMP, hash);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
