import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenQuery, type TokenQuery, type TokenSort } from '../../src/contract/index.ts';
import type { Token, TokenStore } from '../../src/hosts/tokens/index.ts';
import type { SqliteStore } from '../../src/storage/index.ts';
import { makeToken, mintOf, START, stored } from './tokens.ts';

/** What the service stores tokens, journal and access tokens in. */
export type ServiceStore = TokenStore &
  Pick<SqliteStore, 'journal' | 'accessTokens' | 'onCommit' | 'fault' | 'startUpkeep' | 'close'>;

/** A store that a test may close and open again. */
export interface OpenedStore {
  readonly store: ServiceStore;
  /** Closes the store and opens what it wrote; undefined where nothing outlives it. */
  readonly reopen?: () => Promise<ServiceStore>;
  end(): Promise<void>;
}

export const makeQuery = (more: Partial<TokenQuery> = {}): TokenQuery => ({
  ...tokenQuery.parse({}),
  ...more,
});
const all = (rows: readonly { readonly mint: string }[]): string[] => rows.map(({ mint }) => mint);

/** What every store keeps to when tokens are listed page by page. */
export function tokenPagesContract(start: () => Promise<OpenedStore>): void {
  describe('a page', () => {
    const SORTS = tokenQuery.shape.sort.unwrap().options;
    const HOSTILE = [
      '100%',
      'a_b',
      'a\\b',
      `O'Neil "x"`,
      '🦍 ape',
      '%',
      "'; DROP TABLE token; --",
      'axb',
      '100',
    ];

    test('finds what is asked for and nothing that only a pattern would find', async () => {
      const { store } = await start();
      await store.commit(HOSTILE.flatMap((symbol, n) => stored(makeToken(n, { symbol, name: null }))));
      const find = async (q: string): Promise<(string | null)[]> =>
        (await store.page(makeQuery({ q, sort: 'discovered' }))).items.map(({ symbol }) => symbol);
      for (const symbol of HOSTILE) expect(await find(symbol), symbol).toContain(symbol);
      expect(await find('_')).toEqual(['a_b']);
      expect((await find('%')).toSorted()).toEqual(['%', '100%']);
      expect(await find('\\')).toEqual(['a\\b']);
      expect(await find('"')).toEqual([`O'Neil "x"`]);
      expect(await find('🦍')).toEqual(['🦍 ape']);
      expect(await find('A_B')).toEqual(['a_b']);
      expect(await find(mintOf(3).slice(-9))).toEqual([HOSTILE[3]]);
      expect(await find('nothing has this')).toEqual([]);
    });

    test('filters by status and score, and counts what matches', async () => {
      const { store } = await start();
      const statuses = ['monitoring', 'active', 'archived'] as const;
      const tokens = Array.from({ length: 9 }, (_, n) =>
        makeToken(n, { status: statuses[n % 3] ?? 'active', smoothedScore: n === 8 ? null : n / 10 }),
      );
      await store.commit(tokens.flatMap(stored));
      expect(await store.page(makeQuery({ limit: 2 }))).toMatchObject({
        total: 9,
        items: [{ score: null }, {}],
      });
      expect((await store.page(makeQuery({ status: ['active', 'archived'] }))).total).toBe(6);
      expect(all((await store.page(makeQuery({ minScore: 0.6 }))).items)).toEqual([mintOf(7), mintOf(6)]);
      expect((await store.page(makeQuery({ status: ['archived'], minScore: 0.5, q: 's' }))).total).toBe(1);
    });

    const anySorted = fc.record({
      tokens: fc.array(
        fc.record({
          smoothedScore: fc.option(fc.constantFrom(-1, 0, 0.1, 0.5), { nil: null }),
          symbol: fc.option(fc.constantFrom('a', 'B', 'é', '🦍', '', 'x'.repeat(120), '🦍'.repeat(60)), {
            nil: null,
          }),
          refreshedAt: fc.option(fc.constantFrom(START, START + 1), { nil: null }),
          discoveredAt: fc.constantFrom(START, START + 1),
          liquidity: fc.option(fc.constantFrom(0, 5, 1e9), { nil: null }),
        }),
        { minLength: 1, maxLength: 14 },
      ),
      late: fc.array(fc.constantFrom(null, -5, 0.1, 9), { maxLength: 8 }),
      sort: fc.constantFrom(...SORTS),
      limit: fc.integer({ min: 1, max: 4 }),
    });

    test('after page shows each token once, in order, nulls last, while others come in', async () => {
      await fc.assert(
        fc.asyncProperty(anySorted, async ({ tokens: drawn, late, sort, limit }) => {
          const one = await start();
          const { store } = one;
          const tokens = drawn.map(({ liquidity, ...more }, n) =>
            makeToken(n, { ...more, metrics: liquidity === null ? null : metricsOf(liquidity) }),
          );
          await store.commit(tokens.flatMap(stored));
          const seen: (string | number | null)[][] = [];
          let cursor: string | undefined;
          for (let pages = 0; pages < 40; pages++) {
            const asked = tokenQuery.parse({ sort, limit, ...(cursor === undefined ? {} : { cursor }) });
            const page = await store.page(asked);
            seen.push(...page.items.map((row) => [row.mint, valueOf(row, sort)]));
            if (page.nextCursor === null) break;
            cursor = page.nextCursor;
            const smoothedScore = late[pages];
            if (smoothedScore !== undefined)
              await store.commit(stored(makeToken(1_000 + pages, { smoothedScore })));
          }
          await one.end();
          const mints = seen.map(([mint]) => mint);
          expect(new Set(mints).size).toBe(mints.length);
          expect(mints).toEqual(expect.arrayContaining(all(tokens)));
          expect(seen).toEqual(seen.toSorted((a, b) => compare(a, b, sort)));
        }),
        { numRuns: 60 },
      );
    });

    test('refuses a cursor that is not of this query', async () => {
      const { store } = await start();
      await store.commit([1, 2, 3].flatMap((n) => stored(makeToken(n))));
      const { nextCursor } = await store.page(makeQuery({ limit: 1 }));
      const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const bad = [
        '',
        'x',
        '[]',
        '%00',
        encode(null),
        encode(1),
        encode([]),
        encode({}),
        encode(['-score']),
        '\0',
      ];
      bad.push(encode(['-score', 'text', mintOf(1)]), encode(['-score', 1, 1]), encode(['-score', {}, '']));
      for (const cursor of [...bad, encode(['score', 1, mintOf(1)]), encode(['__proto__', 1, 'x'])])
        await expect(store.page(makeQuery({ cursor })), cursor).rejects.toMatchObject({
          code: 'REQUEST_INVALID',
          faults: [{ path: 'cursor' }],
        });
      await expect(store.page(makeQuery({ sort: 'score', cursor: nextCursor ?? '' }))).rejects.toThrow(
        'the cursor',
      );
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue().map(encode)),
          async (cursor) => {
            const outcome = await store.page(makeQuery({ cursor })).catch((error: unknown) => error);
            expect(outcome).toMatchObject({ code: 'REQUEST_INVALID' });
          },
        ),
      );
    });
  });
}

function metricsOf(liquidityUsd: number): NonNullable<Token['metrics']> {
  const none = { tx5m: 0, tx1h: 0, buys5m: 0, sells5m: 0, volume5mUsd: 0, volume1hUsd: 0 };
  return { ...none, liquidityUsd, ageHours: null, pools: 0 };
}

type Sortable = {
  readonly smoothedScore: number | null;
  readonly liquidityUsd: number | null;
  readonly discoveredAt: number;
  readonly refreshedAt: number | null;
  readonly symbol: string | null;
};

function valueOf(row: Sortable, sort: TokenSort): string | number | null {
  const key = sort.replace('-', '');
  if (key === 'score') return row.smoothedScore;
  if (key === 'liquidity') return row.liquidityUsd;
  if (key === 'discovered') return row.discoveredAt;
  return key === 'refreshed' ? row.refreshedAt : row.symbol;
}

function compare(
  [mintA = null, a = null]: readonly (string | number | null)[],
  [mintB = null, b = null]: readonly (string | number | null)[],
  sort: TokenSort,
): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null) || order(mintA, mintB);
  return order(a, b) * (sort.startsWith('-') ? -1 : 1) || order(mintA, mintB);
}

/** Text by its bytes, as the store does. */
function order(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
