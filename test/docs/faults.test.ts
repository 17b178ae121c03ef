import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import prettier from 'prettier';
import { isWithinQuota, renderFaultsTable, type Results } from '../../bench/faults.bench.mjs';
import { CASES } from '../../bench/faults/cases.mjs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const results = JSON.parse(read('bench/faults/results.json')) as Results;

test('the table of docs/resilience-faults.md is what the command wrote (npm run bench -- faults --write)', async () => {
  const page = read('docs/resilience-faults.md');
  const table = /<!-- bench:faults -->([\s\S]*)<!-- \/bench:faults -->/.exec(page)?.[1] ?? '';
  const style = await prettier.resolveConfig(new URL('../../docs/resilience-faults.md', import.meta.url));
  const expected = await prettier.format(renderFaultsTable(results), { ...style, parser: 'markdown' });
  expect(table.trim()).toBe(expected.trim());
});

test('it names every fault, measured long enough and without changes, and no minute held more than the quota', () => {
  expect(results.rows.map(({ name }) => name)).toEqual(CASES.map(({ name }) => name));
  expect(results.seconds).toBeGreaterThanOrEqual(45);
  expect(results.changed).toBe(false);
  expect(isWithinQuota(results.rows)).toBe(true);
  for (const { perMinuteBefore } of results.rows) expect(perMinuteBefore).toBeGreaterThanOrEqual(250);
});
