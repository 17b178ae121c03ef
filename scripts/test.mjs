// @ts-check
/**
 * `npm test`: every check of the project in one run. A failing check does not stop the others. The last line is
 * `N passed, N failed`: each test counts, from the results that vitest writes to a file, and each other check counts one.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { CACHE, ROOT, binOf, run, seconds } from './run.mjs';
import { countResults } from './test-results.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number, output: string, failures?: string[] }} Result */
/** @typedef {{ name: string, what: string, static?: boolean, check: () => Promise<Result> }} Step */

const MINUTE_MS = 60_000;
// Colours only where somebody looks.
const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) };
const script = (/** @type {string} */ name) => join(ROOT, 'scripts', `${name}.mjs`);
const there = (/** @type {string[]} */ paths) => paths.filter((path) => existsSync(join(ROOT, path)));

/** One check out of one or more commands. @param {string[][]} commands @param {number} limitMs @returns {Promise<Result>} */
async function one(commands, limitMs = 5 * MINUTE_MS) {
  let ok = true;
  let output = '';
  for (const args of commands) {
    const outcome = await run(process.execPath, args, { env, limitMs });
    ok &&= outcome.ok;
    output += outcome.output;
  }
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, output };
}

/** @param {string} name @param {string[]} args @param {number} limitMs @returns {Promise<Result>} */
async function vitest(name, args, limitMs) {
  const file = join(CACHE, `moonwarden-results-${name}.json`);
  mkdirSync(CACHE, { recursive: true });
  rmSync(file, { force: true });
  const outcome = await run(process.execPath, [binOf('vitest'), 'run', ...args], {
    env: { ...env, MOONWARDEN_TEST_RESULTS: file },
    limitMs,
  });
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const counts = countResults(text, outcome.ok);
  return {
    ...counts,
    output: counts.why === undefined ? outcome.output : `${outcome.output}\n${counts.why}\n`,
  };
}

/** @returns {Promise<Result>} */
async function browserTests() {
  const isTest = (/** @type {string} */ name) => name.endsWith('.test.ts');
  const folder = join(ROOT, 'test', 'browser');
  const some = existsSync(folder) && readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(isTest);
  if (!some && !existsSync(join(ROOT, 'dashboard'))) {
    return { passed: 0, failed: 0, skipped: 1, output: 'there is no page to test\n' };
  }
  if (needs()['chromium']?.found === null)
    return { passed: 0, failed: 0, skipped: 1, output: 'there is no browser\n' };
  return vitest('browser', ['--project', 'browser', '--no-file-parallelism'], 15 * MINUTE_MS);
}

/** What setup-tests.mjs found. @returns {Record<string, { found: string | null, why: string }>} */
function needs() {
  const file = join(CACHE, 'moonwarden-test-needs.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

const FOLDERS = ['src', 'dashboard', 'test', 'bench', 'scripts', 'tools'];

/** @type {Step[]} */
const STEPS = [
  { name: 'setup', what: 'what the tests need', check: () => one([[script('setup-tests')]], 25 * MINUTE_MS) },
  { name: 'format', what: 'format', static: true, check: () => one([[binOf('prettier'), '--check', '.']]) },
  {
    name: 'lint',
    what: 'lint',
    static: true,
    check: () => one([[binOf('eslint'), '.', '--max-warnings', '0']]),
  },
  {
    name: 'types',
    what: 'types',
    static: true,
    check: () =>
      one(
        there(['tsconfig.json', 'dashboard/tsconfig.json']).map((path) => [
          binOf('typescript', 'tsc'),
          '--noEmit',
          '-p',
          path,
        ]),
      ),
  },
  {
    name: 'imports',
    what: 'import rules',
    static: true,
    check: () =>
      one([
        [binOf('dependency-cruiser', 'depcruise'), '--config', '.dependency-cruiser.mjs', ...there(FOLDERS)],
      ]),
  },
  { name: 'unused', what: 'unused code', static: true, check: () => one([[binOf('knip'), '--no-progress']]) },
  { name: 'ratchet', what: 'ratchet', static: true, check: () => one([[script('ratchet')]]) },
  { name: 'build', what: 'build', check: () => one([[script('build')]], 5 * MINUTE_MS) },
  {
    name: 'tests',
    what: 'unit and integration tests, coverage',
    check: () =>
      vitest('tests', ['--project', 'unit', '--project', 'integration', '--coverage'], 25 * MINUTE_MS),
  },
  { name: 'browser', what: 'browser tests', check: browserTests },
  { name: 'pack', what: 'package', check: () => one([[script('pack-check')]], 6 * MINUTE_MS) },
];

const PASSED_TEST = /^\s*✓ /;

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failures = [];

/** @param {Step} step */
async function perform(step) {
  const startedMs = performance.now();
  /** @type {Result} */
  const result = await step
    .check()
    .catch((error) => ({ passed: 0, failed: 1, skipped: 0, output: `${String(error?.stack ?? error)}\n` }));
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
  const verdict = result.failed > 0 ? 'FAILED' : result.passed > 0 ? 'ok' : 'skipped';
  console.log(`${verdict.padEnd(8)}${step.what} (${seconds(performance.now() - startedMs)})`);
  if (result.failed > 0)
    failures.push(...(result.failures?.length ? result.failures : [`${step.what}: see above`]));
  if (verdict === 'ok') return;
  // First what failed: of a long record only the beginning may be kept.
  for (const failure of result.failures ?? []) console.log(`    ${failure.replaceAll(`${ROOT}/`, '')}`);
  const told = result.output.split('\n').filter((line) => !PASSED_TEST.test(stripVTControlCharacters(line)));
  console.log(told.join('\n').trimEnd().replace(/^/gm, '    '));
}

/** @param {string[]} args @returns {Step[]} */
function select(args) {
  if (args.length === 0) return STEPS;
  if (args.length === 1 && args[0] === '--static') return STEPS.filter((step) => step.static);
  const names = args[0] === '--only' && args.length === 2 ? (args[1] ?? '').split(',') : [];
  const known = STEPS.map((step) => step.name);
  if (names.length === 0 || !names.every((name) => known.includes(name))) {
    console.error(`usage: npm test -- [--static | --only ${known.join(',')}]`);
    process.exit(2);
  }
  return STEPS.filter((step) => names.includes(step.name));
}

const chosen = select(process.argv.slice(2));
for (const step of chosen.filter(({ name }) => name === 'setup')) await perform(step);
// The cheap ones two at a time; those that start servers and measure time have the machine for themselves.
const queue = chosen.filter((step) => step.static);
const worker = async () => {
  for (let step = queue.shift(); step; step = queue.shift()) await perform(step);
};
await Promise.all([worker(), worker()]);
for (const step of chosen.filter(({ name, static: isStatic }) => name !== 'setup' && !isStatic))
  await perform(step);

for (const [name, need] of Object.entries(needs())) {
  if (need.found === null) console.log(`not tested for want of ${name}: ${need.why}`);
}
// Once more at the end, where one looks: what is above may be thousands of lines.
for (const failure of failures) console.log(`FAILED  ${failure.replaceAll(`${ROOT}/`, '')}`);
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
