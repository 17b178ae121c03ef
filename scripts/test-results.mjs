// @ts-check
import { stripVTControlCharacters } from 'node:util';

/**
 * Counts the results that vitest wrote. What went wrong outside of a test (a file that does not load, coverage under its
 * threshold, an unhandled rejection, a crash) has no test to count, and is counted as one failure.
 * @param {string | undefined} text the results, if there are any
 * @param {boolean} exitedWell
 * @returns {{ passed: number, failed: number, skipped: number, why?: string, failures: string[] }} `failures`: a line for each
 */
export function countResults(text, exitedWell) {
  /** @type {any} */
  let results;
  try {
    results = JSON.parse(text ?? '');
  } catch {
    return { passed: 0, failed: 1, skipped: 0, why: 'the tests ended without results', failures: [] };
  }
  const failures = [];
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const file of results.testResults ?? []) {
    const failedBefore = failed;
    for (const { status, fullName, failureMessages } of file.assertionResults ?? []) {
      if (status === 'passed') passed += 1;
      else if (status === 'failed') {
        failed += 1;
        failures.push(lineOf(`${file.name}: ${fullName}`, failureMessages?.[0]));
      } else skipped += 1;
    }
    if (file.status !== 'passed' && failed === failedBefore) {
      failed += 1;
      failures.push(lineOf(file.name, file.message));
    }
  }
  if (failed > 0) return { passed, failed, skipped, failures };
  if (!exitedWell) {
    return {
      passed,
      failed: 1,
      skipped,
      why: 'no test failed, but the run did: see above (coverage, unhandled error, no tests)',
      failures,
    };
  }
  if (passed === 0) return { passed, failed: 1, skipped, why: 'no test ran', failures };
  return { passed, failed, skipped, failures };
}

/** @param {string} what @param {string | undefined} message */
function lineOf(what, message) {
  const first =
    stripVTControlCharacters(message ?? '')
      .split('\n')
      .find((line) => line.trim() !== '') ?? 'no message';
  return `${what}: ${first.trim()}`;
}
