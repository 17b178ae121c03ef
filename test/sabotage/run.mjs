// @ts-check
/**
 * `npm run sabotage`: breaks one promise of the product after the other, in a copy of it, and looks whether a test notices.
 * `-- --only NAME` breaks one. Ends with code 1 when a break goes unnoticed, and says which.
 */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, binOf, run } from '../../scripts/run.mjs';
import { patches } from './patches.mjs';

const LIMIT_MS = 5 * 60_000;
const LEFT_OUT = new Set(['node_modules', '.git', 'dist', 'data', 'coverage']);

/** @typedef {{ tests: number, failed: string[], output: string }} Result */

/** Runs tests in the copy until one fails. @param {string} copy @param {readonly string[]} tests @returns {Promise<Result>} */
async function runTests(copy, tests) {
  const file = join(copy, 'results.json');
  rmSync(file, { force: true });
  const args = [
    'run',
    '--project',
    'unit',
    '--bail',
    '1',
    '--reporter',
    'json',
    '--outputFile',
    file,
    ...tests,
  ];
  const { output } = await run(process.execPath, [binOf('vitest'), ...args], {
    cwd: copy,
    limitMs: LIMIT_MS,
  });
  if (!existsSync(file)) return { tests: 0, failed: [], output };
  /** @type {{ numTotalTests: number, testResults: { name: string, status: string, message: string, assertionResults: { fullName: string, status: string }[] }[] }} */
  const { numTotalTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  const failed = testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ fullName, status }) => (status === 'failed' ? [fullName] : [])),
  );
  return { tests: numTotalTests, failed, output };
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = patches.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  console.error(
    `there is no patch named ${values.only}; there are ${patches.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
const copy = mkdtempSync(join(tmpdir(), 'moonwarden sabotage '));
let missed = 0;
try {
  for (const name of readdirSync(ROOT))
    if (!LEFT_OUT.has(name)) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

  const whole = await runTests(copy, [...new Set(chosen.flatMap(({ tests }) => tests))]);
  if (whole.tests === 0 || whole.failed.length > 0) {
    console.error(
      `Without any patch ${whole.failed.length} of ${whole.tests} tests fail: ${whole.failed.join('; ')}`,
    );
    console.error(whole.output.trimEnd());
    process.exitCode = 1;
  } else {
    for (const { name, promise, file, find, replace, tests } of chosen) {
      const path = join(copy, file);
      const text = readFileSync(path, 'utf8');
      const places = text.split(find).length - 1;
      // Function, because `$` means something in a replacement.
      writeFileSync(
        path,
        text.replace(find, () => replace),
      );
      const { failed } = places === 1 ? await runTests(copy, tests) : { failed: [] };
      writeFileSync(path, text);
      if (failed.length === 0) missed += 1;
      const verdict =
        places !== 1 ? `DOES NOT APPLY (${places} places)` : failed.length === 0 ? 'MISSED' : 'caught';
      console.log(
        `${verdict.padEnd(8)}${name}: ${promise}${failed[0] === undefined ? '' : ` By: ${failed[0]}`}`,
      );
    }
    console.log(JSON.stringify({ patches: chosen.length, caught: chosen.length - missed, missed }));
    if (missed > 0) process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
