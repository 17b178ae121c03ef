// @ts-check
/**
 * Brings the programs that tests need. What cannot be had is written down for the tests (which leave out what needs it)
 * and said at the end of the run; where everything must be tested (CI=true) it is a failure.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { CACHE, run } from './run.mjs';

/**
 * `unpacked`: the program is taken out of its package, because installing that would start a server.
 * @typedef {{ name: string, neededFor: string, variable?: string, programs: string[], paths: string[], debian: string[], unpacked?: true }} Need
 */

const UNPACKED = join(CACHE, 'moonwarden-test-programs');

/** @type {Need[]} */
const NEEDS = [
  {
    name: 'chromium',
    neededFor: 'the browser tests',
    variable: 'CHROME_PATH',
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    paths: [
      '/usr/bin/chromium',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    debian: ['chromium'],
  },
  {
    name: 'promtool',
    neededFor: 'the test of /metrics',
    variable: 'PROMTOOL_PATH',
    programs: ['promtool'],
    paths: [join(UNPACKED, 'usr', 'bin', 'promtool')],
    debian: ['prometheus'],
    unpacked: true,
  },
];

/** @param {string | undefined} path */
function isProgram(path) {
  if (path === undefined || path === '') return false;
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @param {Need} need @returns {string | undefined} */
function find(need) {
  const fromPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => need.programs.map((program) => join(folder, program)));
  const named = need.variable === undefined ? undefined : process.env[need.variable];
  return [named, ...fromPath, ...need.paths].find(isProgram);
}

/** @param {string[]} args @param {number} limitMs */
function apt(args, limitMs) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const full = ['-o', 'DPkg::Lock::Timeout=60', ...args];
  if (process.getuid?.() === 0) return run('apt-get', full, { env, limitMs });
  return run('sudo', ['-n', 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...full], { env, limitMs });
}

/** Why it could not be installed, or nothing. @param {Need} need @returns {Promise<string | undefined>} */
async function install(need) {
  const byHand = `apt-get update && apt-get install -y --no-install-recommends ${need.debian.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get')) {
    const hint = need.variable === undefined ? '' : ` and set ${need.variable} to its path`;
    return `not found, and this is no Debian to fetch it for: install it${hint}`;
  }
  if (need.unpacked) return unpack(need);
  if (process.getuid?.() !== 0 && !(await run('sudo', ['-n', 'true'], { limitMs: 10_000 })).ok) {
    return `not found, and only root may install it: run  ${byHand}`;
  }
  console.log(`installing ${need.debian.join(' ')} for ${need.neededFor} ...`);
  const args = ['install', '-y', '--no-install-recommends', ...need.debian];
  // Package lists that are there may be old, and name files that are gone.
  let outcome = await apt(args, 240_000);
  if (!outcome.ok) {
    await apt(['update'], 90_000);
    outcome = await apt(args, 240_000);
  }
  if (outcome.ok) return undefined;
  const last = outcome.output.trim().split('\n').at(-1) ?? '';
  return `apt-get could not install it (${last}); by hand:  ${byHand}`;
}

/** Takes a package apart without installing it; needs no rights. @param {Need} need @returns {Promise<string | undefined>} */
async function unpack(need) {
  console.log(`unpacking ${need.debian.join(' ')} for ${need.neededFor} ...`);
  mkdirSync(UNPACKED, { recursive: true });
  const download = () =>
    run('apt-get', ['download', ...need.debian], { env: process.env, limitMs: 240_000, cwd: UNPACKED });
  let outcome = await download();
  if (!outcome.ok) {
    await apt(['update'], 90_000);
    outcome = await download();
  }
  for (const file of readdirSync(UNPACKED).filter((name) => name.endsWith('.deb'))) {
    if (outcome.ok) outcome = await run('dpkg-deb', ['-x', file, '.'], { limitMs: 60_000, cwd: UNPACKED });
    rmSync(join(UNPACKED, file));
  }
  if (outcome.ok) return undefined;
  const last = outcome.output.trim().split('\n').at(-1) ?? '';
  return `its package could not be unpacked (${last}); by hand: install ${need.programs.join(' or ')}`;
}

/** @type {Record<string, { found: string | null, why: string }>} */
const result = {};
for (const need of NEEDS) {
  let path = find(need);
  const why = path === undefined ? await install(need) : undefined;
  path ??= find(need);
  result[need.name] = path
    ? { found: path, why: 'found' }
    : { found: null, why: why ?? 'installed, and still not found' };
}
mkdirSync(CACHE, { recursive: true });
writeFileSync(join(CACHE, 'moonwarden-test-needs.json'), `${JSON.stringify(result, null, 2)}\n`);

const missing = NEEDS.filter((need) => result[need.name]?.found === null);
for (const need of missing)
  console.log(`missing for ${need.neededFor}: ${need.name}: ${result[need.name]?.why}`);
if (missing.length > 0 && process.env['CI'] === 'true') process.exitCode = 1;
