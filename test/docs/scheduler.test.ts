import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import prettier from 'prettier';
import { renderSchedulerTable, type Results } from '../../bench/scheduler.bench.mjs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const results = JSON.parse(read('bench/scheduler/results.json')) as Results;
const rowOf = (load: string, contender: string): Results['rows'][number] | undefined =>
  results.rows.find((row) => row.load === load && row.contender === contender);

test('the table of docs/scheduler.md is what the command wrote (npm run bench -- scheduler --write)', async () => {
  const page = read('docs/scheduler.md');
  const table = /<!-- bench:scheduler -->([\s\S]*)<!-- \/bench:scheduler -->/.exec(page)?.[1] ?? '';
  const style = await prettier.resolveConfig(new URL('../../docs/scheduler.md', import.meta.url));
  const expected = await prettier.format(renderSchedulerTable(results), { ...style, parser: 'markdown' });
  expect(table.trim()).toBe(expected.trim());
  expect(results.changed).toBe(false);
  expect(results.rounds).toBeGreaterThanOrEqual(3);
});

test('10,000 jobs that rest cost less than the goal, and each of them little memory', () => {
  expect(rowOf('idle', 'ours')?.jobs).toBe(10_000);
  expect(rowOf('idle', 'ours')?.cpu.high).toBeLessThan(0.01);
  expect(rowOf('idle', 'ours')?.bytes).toBeLessThan(2_000);
});

test('every load had its starts', () => {
  for (const contender of ['ours', 'sqlite', 'toad'])
    for (const load of ['together', 'spread']) {
      const row = rowOf(load, contender);
      expect(row?.startsPerSecond, `${load} ${contender}`).toBeGreaterThan(900);
    }
});
