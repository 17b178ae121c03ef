import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { Explanation } from './file-measure.ts';
import { createSlowQueries } from './slow-queries.ts';

const of = (sql: string, durationMs = 150) => ({ name: sql.slice(0, 8), sql, durationMs, rows: 1 });
const SQL = 'SELECT * FROM j WHERE type = ?';
const explanation: Explanation = {
  plan: ['SCAN j'],
  tables: [{ name: 'j', rows: 5_000, columns: ['type'], indexed: [] }],
};

test('the last 20 are kept, newest first, and all of the last five minutes are counted', async () => {
  const clock = new FakeClock();
  const queries = createSlowQueries(clock, null);
  for (let n = 0; n < 30; n++) queries.add(of(`SELECT ${n}`), 'main');
  expect(queries.list().map(({ sql }) => sql)).toEqual(
    Array.from({ length: 20 }, (_, n) => `SELECT ${29 - n}`),
  );
  expect(queries.recently()).toBe(30);
  await clock.advance(299_999);
  queries.add(of('COMMIT'), 'maintenance');
  expect(queries.recently()).toBe(31);
  await clock.advance(1);
  expect(queries.recently()).toBe(1);
  expect(queries.list()[0]).toMatchObject({ thread: 'maintenance', plan: null, advice: [{ kind: 'disk' }] });
});

test('a statement is explained once in an hour, and what has no plan never', async () => {
  const clock = new FakeClock();
  const asked: string[] = [];
  const queries = createSlowQueries(clock, (sql) => {
    asked.push(sql);
    return Promise.resolve(explanation);
  });
  queries.add(of(SQL), 'main');
  queries.add(of(SQL), 'main');
  queries.add(of('COMMIT'), 'main');
  expect(queries.list()[1], 'the plan comes later').toMatchObject({ plan: null, advice: [{ kind: 'none' }] });
  await clock.advance(3_599_999);
  queries.add(of(SQL), 'main');
  expect(asked).toEqual([SQL]);
  expect(queries.list()[0]).toMatchObject({ plan: ['SCAN j'], advice: [{ kind: 'missing-index' }] });
  await clock.advance(1);
  queries.add(of(SQL), 'main');
  expect(asked).toEqual([SQL, SQL]);
});

test('one that cannot be explained has no plan, and plans of few statements are remembered', async () => {
  const clock = new FakeClock();
  let asked = 0;
  const queries = createSlowQueries(clock, () => {
    asked += 1;
    return Promise.reject(new Error('locked'));
  });
  for (let n = 0; n < 51; n++) queries.add(of(`SELECT ${n}`), 'main');
  await clock.advance(0);
  expect(queries.list()[0]?.plan).toBeNull();
  queries.add(of('SELECT 50'), 'main');
  expect(asked).toBe(51);
  queries.add(of('SELECT 0'), 'main');
  expect(asked, 'the first was forgotten').toBe(52);
});
