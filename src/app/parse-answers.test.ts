import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { USDC } from '../hosts/dexscreener/index.ts';
import { mintOf, secondWirePair, wirePair } from '../hosts/dexscreener/testing/wire.ts';
import { parseAnswers, type ParseReport } from './parse-answers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moonwarden-answers-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const put = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

/** What holds for any report. */
function expectSound({ files, items, kept, droppedByReason, pairs, listings }: ParseReport): void {
  for (const file of files) {
    expect(file.kept + file.dropped.length, file.file).toBe(file.items);
    expect(file.kind === 'not-an-answer', file.file).toBe(file.problem !== undefined);
    for (const { reason, detail } of file.dropped) expect([reason, detail]).not.toContain('');
  }
  const dropped = Object.values(droppedByReason).reduce((a, b) => a + b, 0);
  expect(kept + dropped).toBe(items);
  expect(pairs.kept + listings.kept).toBe(kept);
  expect(pairs.distinct).toBeLessThanOrEqual(pairs.kept);
}

it('reads files and folders, and says of each what it is', () => {
  put('a-pairs.json', [
    wirePair(),
    secondWirePair({ liquidity: undefined, priceUsd: undefined }),
    wirePair({ chainId: 'base' }),
  ]);
  put('b-envelope.json', {
    pairs: [wirePair(), wirePair({ pairAddress: 'usdc', baseToken: { address: USDC }, priceChange: {} })],
  });
  put('c-profiles.json', [
    { chainId: 'solana', tokenAddress: mintOf(1) },
    { chainId: 'solana', tokenAddress: mintOf(1) },
  ]);
  put('d-none.json', { pairs: null });
  put('e-page.json', ' <!DOCTYPE html><p>Just a moment...');
  put('f-broken.json', '[{');
  put('g-other.json', { error: 'x' });
  put('notes.txt', 'not looked at');
  const alone = put('other.txt', [wirePair({ pairAddress: 'alone' })]);
  const report = parseAnswers([folder, alone]);
  expectSound(report);
  expect(
    report.files.map(({ file, kind, items, kept, problem }) => [
      file.slice(folder.length + 1),
      kind,
      items,
      kept,
      problem,
    ]),
  ).toEqual([
    ['a-pairs.json', 'pairs', 3, 2, undefined],
    ['b-envelope.json', 'pairs', 2, 2, undefined],
    ['c-profiles.json', 'listings', 2, 1, undefined],
    ['d-none.json', 'pairs', 0, 0, undefined],
    ['e-page.json', 'not-an-answer', 0, 0, 'an HTML page instead of JSON'],
    ['f-broken.json', 'not-an-answer', 0, 0, 'not JSON'],
    ['g-other.json', 'not-an-answer', 0, 0, 'JSON, but neither a list nor an object with "pairs"'],
    ['other.txt', 'pairs', 1, 1, undefined],
  ]);
  expect(report).toMatchObject({
    items: 8,
    kept: 6,
    droppedByReason: { other_chain: 1, duplicate: 1 },
    pairs: {
      kept: 5,
      distinct: 4,
      withoutLiquidity: 1,
      withoutPriceUsd: 1,
      withoutPriceChange5m: 1,
      baseNotScored: 1,
      tokens: 1,
    },
    listings: { kept: 1 },
  });
});

it('what cannot be read is named', () => {
  expect(() => parseAnswers([join(folder, 'nowhere')])).toThrow(/cannot read .*nowhere: ENOENT/);
  expect(parseAnswers([folder]).files).toEqual([]);
});

it('the fixtures and, where they are, the recordings', () => {
  const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  expectSound(parseAnswers([at('../../test/fixtures/dexscreener/responses')]));
  const recorded = at('../../../shared/data/dexscreener/responses');
  // The recordings are not part of the project.
  if (!existsSync(recorded)) return;
  const report = parseAnswers([recorded]);
  expectSound(report);
  expect(report.pairs).toMatchObject({ kept: 213, distinct: 124 });
});
