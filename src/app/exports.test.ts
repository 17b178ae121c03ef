import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { marketsExport } from '../contract/index.ts';
import { writeExport } from './exports.ts';

const markets = {
  generatedAt: '2026-01-01T00:00:00.000Z',
  generator: 'moonwarden' as const,
  version: '1',
  minScore: 0.1,
  total: 0,
  tokens: [],
};

test('an export is written whole, or the file that was there stays and the error has a name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden exports '));
  const file = join(folder, 'markets.json');
  writeFileSync(file, '[]');
  chmodSync(file, 0o600);
  await writeExport(file, markets);
  expect(marketsExport.parse(JSON.parse(readFileSync(file, 'utf8')))).toEqual(markets);
  await expect(writeExport(join(folder, 'none', 'x'), markets)).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    message: expect.stringContaining('ENOENT') as string,
  });
  expect(readdirSync(folder)).toEqual(['markets.json']);
  rmSync(folder, { recursive: true, force: true });
});
