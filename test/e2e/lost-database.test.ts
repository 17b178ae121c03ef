import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, expect, test } from 'vitest';
import { healthReport, journalPage, paths } from '../../src/contract/index.ts';
import { mintOf } from '../contracts/tokens.ts';
import { cleanUp, startService, until } from './service.ts';

afterEach(cleanUp);

test('a database file that is removed while the service runs is made anew by the service itself, and nothing is lost', async () => {
  const service = await startService({ env: { MOONWARDEN_RECOVERY_GRACE: '0s' } });
  const file = join(service.folder, 'moonwarden.db');
  const add = async (mint: string): Promise<number> =>
    (await service.ask(paths.tokens, { mints: [mint] })).status;
  expect(await add(mintOf(601))).toBe(200);
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  await until(
    'the condition',
    async () =>
      (await service.get(paths.health, healthReport)).conditions.some(({ rule }) => rule === 'store.failing'),
    30_000,
  );
  await until(
    'the end of it',
    async () =>
      (await service.get(paths.health, healthReport)).conditions.every(
        ({ rule }) => rule !== 'store.failing',
      ),
    40_000,
  );
  expect(await add(mintOf(602))).toBe(200);
  await until('the verdict', async () => {
    const { items } = await service.get(`${paths.journal}?type=action.verified`, journalPage);
    return items.some(
      ({ type, data }) =>
        type === 'action.verified' &&
        'action' in data &&
        data.action === 'reconnect-database' &&
        data.outcome === 'worked',
    );
  });
  await service.stop();
  expect(readFileSync(file).subarray(0, 15).toString()).toBe('SQLite format 3');
  const database = new DatabaseSync(file);
  const mints = (database.prepare('SELECT mint FROM token').all() as { mint: string }[]).map(
    ({ mint }) => mint,
  );
  expect(mints).toEqual(expect.arrayContaining([mintOf(601), mintOf(602)]));
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  const { first } = database
    .prepare("SELECT min(seq) AS first FROM journal WHERE type = 'service.started'")
    .get() as { first: number };
  expect(first, 'the journal from its beginning').toBe(1);
  database.close();
});
