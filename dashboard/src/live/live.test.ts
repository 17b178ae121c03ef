import { describe, expect, it } from 'vitest';
import type { JournalEntry, ScoreHistory, TokenSummary } from '../../../src/contract/index.ts';
import { startFilter } from '../tokens/filter.ts';
import { backoffMs } from './backoff.ts';
import { staleSince } from './connection.ts';
import { mergeEntries } from './live-journal.ts';
import { patchHistory, patchTable } from './patch.ts';

const token = (mint: string, smoothedScore: number, over: Partial<TokenSummary> = {}): TokenSummary => ({
  mint,
  symbol: null,
  name: null,
  status: 'monitoring',
  group: 'cold',
  score: smoothedScore,
  smoothedScore,
  liquidityUsd: null,
  priceUsd: null,
  volume5mUsd: null,
  tx5m: null,
  pools: 1,
  primaryDex: null,
  discoveredAt: 0,
  discoveredBy: 'import',
  statusSince: 0,
  refreshedAt: 1,
  checkedAt: null,
  ...over,
});

describe('backoff', () => {
  it('doubles up to a quarter of a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => backoffMs(attempt, 1))).toEqual([
      500, 1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    expect(backoffMs(0, 0)).toBe(375);
  });
});

describe('stale', () => {
  it('is said once the quick first try has failed', () => {
    expect(staleSince({ phase: 'open' })).toBeUndefined();
    expect(staleSince({ phase: 'lost', since: 5, failures: 0, nextTryAt: 6 })).toBeUndefined();
    expect(staleSince({ phase: 'lost', since: 5, failures: 1, nextTryAt: null })).toBe(5);
  });
});

describe('patchTable', () => {
  const table = (nextCursor: string | null) => ({
    pages: [{ items: [token('a', 3), token('b', 2)], total: 9, nextCursor }],
    pageParams: [null] as (string | null)[],
  });
  const mints = (patched: ReturnType<typeof patchTable>) =>
    patched.pages[0]?.items.map((each) => each.mint).join('');

  it('puts the new values in place', () => {
    const patched = patchTable(table('x'), startFilter, [token('b', 2.5)]);
    expect(patched.pages[0]?.items[1]?.smoothedScore).toBe(2.5);
    expect(patched.pages[0]?.total).toBe(9);
  });
  it.each([
    ['before the last loaded row', 'x', 2.5, 'cab'],
    ['after it, with more to load', 'x', 1, 'ab'],
    ['after it, with nothing more to load', null, 1, 'cab'],
  ])('a new token %s', (_, cursor, value, order) => {
    expect(mints(patchTable(table(cursor), startFilter, [token('c', value)]))).toBe(order);
  });
  it('a token that no longer matches goes', () => {
    const filter = { ...startFilter, status: 'monitoring' as const };
    const patched = patchTable(table(null), filter, [token('a', 3, { status: 'active' })]);
    expect(mints(patched)).toBe('b');
    expect(patched.pages[0]?.total).toBe(8);
  });
});

describe('patchHistory', () => {
  const history: ScoreHistory = { mint: 'a', range: '2h', stepMs: null, points: [] };
  it('appends once', () => {
    const one = patchHistory(history, token('a', 0.5, { refreshedAt: 10 }));
    expect(one.points.map((point) => point.score)).toEqual([0.5]);
    expect(patchHistory(one, token('a', 0.6, { refreshedAt: 10 }))).toBe(one);
    expect(patchHistory({ ...history, range: '48h' }, token('a', 1)).points).toEqual([]);
  });
});

describe('mergeEntries', () => {
  const entry = (seq: number) => ({ seq }) as JournalEntry;
  it('is newest first, each once', () => {
    const merged = mergeEntries([entry(5), entry(3)], [entry(4), entry(5)]);
    expect(merged.map((each) => each.seq)).toEqual([5, 4, 3]);
  });
});
