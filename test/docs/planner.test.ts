import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import prettier from 'prettier';
import { DEMANDS, renderPlannerTable, runPlannerBench, type Results } from '../../bench/planner.bench.mjs';
import { SCHEMES } from '../../bench/planner/schemes.mjs';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const results = JSON.parse(read('bench/planner/results.json')) as Results;
const rowOf = (demand: number, scheme: string): Results['rows'][number]['figures'] | undefined =>
  results.rows.find((row) => row.demand === demand && row.scheme === scheme)?.figures;

describe('the table of docs/planner.md', () => {
  test('is what the command wrote (npm run bench -- planner --write)', async () => {
    const page = read('docs/planner.md');
    const table = /<!-- bench:planner -->([\s\S]*)<!-- \/bench:planner -->/.exec(page)?.[1] ?? '';
    const style = await prettier.resolveConfig(new URL('../../docs/planner.md', import.meta.url));
    const expected = await prettier.format(renderPlannerTable(results), { ...style, parser: 'markdown' });
    expect(table.trim()).toBe(expected.trim());
    for (const { title } of Object.values(SCHEMES)) expect(table).toContain(title);
  });

  test('names every scheme at every demand, measured often enough and without changes', () => {
    expect(results.rows.map(({ demand, scheme }) => [demand, scheme])).toEqual(
      DEMANDS.flatMap((demand) => Object.keys(SCHEMES).map((scheme) => [demand, scheme])),
    );
    expect(results.seeds).toBeGreaterThanOrEqual(3);
    expect(results.hours).toBeGreaterThanOrEqual(1);
    expect(results.changed).toBe(false);
  });

  test('bears out what the page says of it', () => {
    expect(rowOf(2, 'planner')?.hot15.min).toBe(1);
    expect(rowOf(2, 'planner')?.longestHotS.max).toBeLessThanOrEqual(12);
    for (const demand of DEMANDS) expect(rowOf(demand, 'planner')?.fill.min).toBeGreaterThanOrEqual(0.95);
    for (const other of ['fixed', 'fixedFull', 'firstDue'])
      expect(rowOf(2, other)?.freshness.max).toBeLessThan(rowOf(2, 'planner')?.freshness.min ?? 0);
    expect(rowOf(2, 'firstDue')?.hot15.max).toBeLessThan(0.6);
    const longest = (scheme: string): number => rowOf(2, scheme)?.longestColdS.max ?? 0;
    expect(longest('fixedFull')).toBeGreaterThan(3 * longest('planner'));
    expect(rowOf(5, 'firstDue')?.freshness.min).toBeGreaterThan(rowOf(5, 'planner')?.freshness.max ?? 1);
  });
});

test('the same seeds give the same figures', async () => {
  const run = async (): Promise<Results['rows']> =>
    (await runPlannerBench({ hours: 0.01, seeds: 1, demands: [1] })).rows;
  const [first, second] = [await run(), await run()];
  expect(first).toEqual(second);
  expect(first).toHaveLength(Object.keys(SCHEMES).length);
});
