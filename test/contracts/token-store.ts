import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { journalEntry } from '../../src/contract/index.ts';
import type { Token } from '../../src/hosts/tokens/index.ts';
import { FakeClock } from '../../src/kernel/index.ts';
import { makeQuery, tokenPagesContract, type OpenedStore } from './token-pages.ts';
import { tokenFlowContract } from './token-flow.ts';
import { anyEntry, anyToken, discovered, makeToken, mintOf, noted, scored, START, stored } from './tokens.ts';

const MINUTE = 60_000;
const all = <T extends { readonly mint: string }>(rows: Iterable<T>): string[] =>
  [...rows].map(({ mint }) => mint);

/** Every token with what is told apart of it. */
const wholeOf = (store: OpenedStore['store']): Token[] =>
  [...store.loadTokens()].map((token) => ({ ...token, ...store.detail(token.mint) }));

/** What every store of the service keeps to. */
export function tokenStoreContract(name: string, open: (clock: FakeClock) => Promise<OpenedStore>): void {
  describe(`${name} as a token store`, () => {
    const opened: OpenedStore[] = [];
    const start = async (clock = new FakeClock({ wallMs: START })): Promise<OpenedStore> => {
      const one = await open(clock);
      opened.push(one);
      return one;
    };
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.end();
    });

    describe('a commit', () => {
      test('is written whole or not at all, wherever in it the bad change stands', async () => {
        const { store } = await start();
        const [known, a, b] = [makeToken(1), makeToken(2), makeToken(3)];
        await store.commit([...stored(known), noted(discovered(known))]);
        const good = [a, b].flatMap((token) => [
          ...stored(token),
          noted(discovered(token)),
          scored(token, 1, START, 0.5),
        ]);
        for (let at = 0; at <= good.length; at++) {
          const changes = [
            ...good.slice(0, at),
            { kind: 'token.added' as const, token: known },
            ...good.slice(at),
          ];
          await expect(store.commit(changes)).rejects.toMatchObject({ code: 'STORE_FAILED' });
        }
        expect(all(store.loadTokens())).toEqual([known.mint]);
        expect(store.journal.page({ limit: 10 }).items).toHaveLength(1);
        expect(store.history(a.mint, '2h', START).points).toEqual([]);
        await store.commit(good);
        expect(all(store.loadTokens())).toEqual(all([known, a, b]));
        expect(store.journal.page({ limit: 10 }).items).toHaveLength(3);
      });

      test('keeps a status and its journal entry together', async () => {
        const { store } = await start();
        const token = makeToken(1);
        await store.commit(stored(token));
        const active: Token = { ...token, status: 'active', statusSince: START + 5 };
        const moved = noted({
          type: 'token.moved',
          at: START + 5,
          subject: token.mint,
          reason: 'Activated.',
          data: { from: 'monitoring', to: 'active', check: null },
        });
        const move = [{ kind: 'token.checked' as const, token: active }, moved];
        await expect(store.commit([...move, { kind: 'token.added', token }])).rejects.toThrow();
        expect(wholeOf(store)).toEqual([token]);
        expect(store.journal.since('token.moved', 0)).toEqual([]);
        await store.commit(move);
        expect(wholeOf(store)).toEqual([active]);
        expect(store.journal.since('token.moved', 0)).toHaveLength(1);
      });

      test('gives back its entries with their numbers, and tells them to listeners once they are stored', async () => {
        const { store } = await start();
        const heard: number[] = [];
        store.onCommit((entries) => {
          for (const { seq } of entries) heard.push(seq, store.journal.lastSeq());
        });
        const [a, b] = [makeToken(1), makeToken(2)];
        const entries = await store.commit([noted(discovered(a)), ...stored(a), noted(discovered(b))]);
        expect(entries).toEqual([
          { ...discovered(a), seq: 1 },
          { ...discovered(b), seq: 2 },
        ]);
        await expect(store.commit([noted(discovered(a)), ...stored(a)])).rejects.toThrow();
        await store.commit([scored(a, 1, START, 1)]);
        expect(heard).toEqual([1, 2, 2, 2]);
        expect(await store.commit([])).toEqual([]);
      });

      test('stands even if a listener fails', async () => {
        const { store } = await start();
        store.onCommit(() => {
          throw new Error('planted');
        });
        await expect(store.commit([noted(discovered(makeToken(1)))])).resolves.toHaveLength(1);
        expect(store.fault()).toBeNull();
      });

      test('that was refused shows as the fault until one is taken', async () => {
        const { store } = await start();
        expect(store.fault()).toBeNull();
        await store.commit(stored(makeToken(1)));
        await expect(store.commit(stored(makeToken(1)))).rejects.toThrow();
        expect(store.fault()).toMatch(/refused the change/);
        await store.commit(stored(makeToken(2)));
        expect(store.fault()).toBeNull();
      });
    });

    // SQLite's text would end at a NUL, so the store shows one as U+FFFD where it is not inside JSON.
    test('gives back every field of any token as it was', async () => {
      const { store, reopen } = await start();
      let current = store;
      let n = 0;
      const known = new Map<string, Token>();
      await fc.assert(
        fc.asyncProperty(anyToken, async (drawn) => {
          const token = { ...drawn, mint: mintOf(n++) };
          await current.commit(stored(token));
          known.set(token.mint, withoutNul(token));
        }),
        { numRuns: 200 },
      );
      if (reopen) current = await reopen();
      expect(wholeOf(current)).toEqual([...known.values()]);
      const rows = await current.page(makeQuery({ limit: 500 }));
      expect(new Set(all(rows.items))).toEqual(new Set(known.keys()));
      for (const row of rows.items) {
        const token = known.get(row.mint);
        const { symbol, name: called, status, score, smoothedScore, refreshedAt } = row;
        expect({ symbol, called, status, score, smoothedScore, refreshedAt }).toEqual({
          symbol: token?.symbol,
          called: token?.name,
          status: token?.status,
          score: token?.score,
          smoothedScore: token?.smoothedScore,
          refreshedAt: token?.refreshedAt,
        });
        expect([row.liquidityUsd, row.tx5m, row.pools, row.primaryDex, row.priceUsd]).toEqual([
          token?.metrics?.liquidityUsd ?? null,
          token?.metrics?.tx5m ?? null,
          token?.pools.length,
          visible(token?.pools[0]?.dex ?? null),
          token?.pools[0]?.priceUsd ?? null,
        ]);
      }
    });

    test('tokens are listed without what is large, but with the steps of their checks', async () => {
      const { store } = await start();
      const step = { name: 'pools_listed', passed: true, value: 3, limit: 1, reason: '3 pools listed' };
      const pool = {
        ...{ pairAddress: 'p', dex: 'd', labels: [], quoteMint: 'q', quoteSymbol: 's', reason: 'r' },
        ...{ liquidityUsd: 5, volume24hUsd: 5, counts: 'no' as const },
      };
      const check = { at: START, passed: true, steps: [step], pools: [pool] };
      const checked = makeToken(1, { check, checkedAt: START });
      const added = makeToken(2);
      await store.commit([...stored(checked), { kind: 'token.added', token: added }]);
      expect([...store.loadTokens()]).toEqual([{ ...checked, check: { ...check, pools: [] } }, added]);
      expect(store.detail(checked.mint)).toEqual({ pools: [], check, verification: null });
      expect(store.detail(added.mint)).toBeUndefined();
      expect(store.detail(mintOf(9))).toBeUndefined();
    });

    test('a refresh leaves pools and check as they were', async () => {
      const { store } = await start();
      const [pools, check] = [[], { at: START, passed: false, steps: [], pools: [] }];
      const token = makeToken(1, { check, pools });
      await store.commit(stored(token));
      await store.commit([
        { kind: 'token.refreshed', token: { ...token, check: null, score: 2, refreshedAt: 9 } },
      ]);
      expect(wholeOf(store)).toEqual([{ ...token, score: 2, refreshedAt: 9 }]);
    });

    describe('scores', () => {
      test('count once a tick, in the history and in what is summed up', async () => {
        const { store } = await start();
        const [a, b] = [makeToken(1), makeToken(2)];
        await store.commit([...stored(a), ...stored(b)]);
        const at = START + 20_000;
        await store.commit([scored(a, 1, at, 0.2), scored(a, 1, at + 1, 0.8), scored(b, 1, at, 0.9)]);
        await store.commit([scored(a, 1, at, 0.8)]);
        await store.commit([scored(a, 2, at + 10_000, 0.4)]);
        expect(store.history(a.mint, '2h', at).points.map(({ score }) => score)).toEqual([0.2, 0.4]);
        for (const [range, stepMs] of [
          ['48h', MINUTE],
          ['30d', 15 * MINUTE],
        ] as const) {
          const { points, ...rest } = store.history(a.mint, range, at);
          expect(rest).toEqual({ mint: a.mint, range, stepMs });
          expect(points).toEqual([
            {
              at: START,
              score: expect.closeTo(0.3, 9) as number,
              min: 0.2,
              max: 0.4,
              liquidityUsd: 1_002,
              priceUsd: 0.5,
            },
          ]);
        }
        expect(store.history(b.mint, '2h', at).points).toHaveLength(1);
      });

      test('are read back as far as the range goes, oldest first', async () => {
        const { store } = await start();
        const token = makeToken(1);
        const now = START + 31 * 24 * 60 * MINUTE + 14 * MINUTE;
        await store.commit(stored(token));
        const ages = [40 * 24 * 60, 30 * 24 * 60, 48 * 60 + 1, 48 * 60, 121, 120, 1, 0];
        for (const [tick, age] of ages.entries())
          await store.commit([scored(token, tick, now - age * MINUTE, tick)]);
        const scores = (range: '2h' | '48h' | '30d'): number[] =>
          store.history(token.mint, range, now).points.map(({ score }) => score);
        expect(scores('2h')).toEqual([5, 6, 7]);
        expect(scores('48h')).toEqual([3, 4, 5, 6, 7]);
        expect(scores('30d')).toEqual([2.5, 4.5, 6.5]);
        expect(store.history(mintOf(99), '2h', now)).toEqual({
          mint: mintOf(99),
          range: '2h',
          stepMs: null,
          points: [],
        });
      });
    });

    tokenFlowContract(start);
    tokenPagesContract(start);

    describe('the journal', () => {
      test('holds any entry as the contract has it', async () => {
        const { store } = await start();
        await fc.assert(
          fc.asyncProperty(anyEntry, async (entry) => {
            const [written] = await store.commit([noted(entry)]);
            const [read] = store.journal.page({ limit: 1, type: entry.type }).items;
            const { subject, reason } = entry;
            const shown = { subject: visible(subject), reason: visible(reason) };
            expect(journalEntry.parse(read)).toEqual({ ...entry, ...shown, seq: written?.seq });
          }),
        );
      });

      test('is paged backwards, by subject and type, and read forwards', async () => {
        const { store } = await start();
        const [a, b] = [makeToken(1), makeToken(2)];
        const samples = noted({
          type: 'samples',
          at: START,
          subject: null,
          reason: '',
          data: { samples: { x: 1 } },
        });
        for (let n = 0; n < 5; n++) await store.commit([noted(discovered(a)), samples, noted(discovered(b))]);
        const seqs = (more: { before?: number; subject?: string; type?: string; limit: number }): number[] =>
          store.journal.page(more).items.map(({ seq }) => seq);
        expect(seqs({ limit: 4 })).toEqual([15, 13, 12, 10]);
        expect(store.journal.page({ limit: 4 }).nextBefore).toBe(10);
        expect(seqs({ limit: 4, before: 10 })).toEqual([9, 7, 6, 4]);
        expect(store.journal.page({ limit: 2, before: 4 })).toMatchObject({ nextBefore: null });
        expect(seqs({ limit: 2, subject: a.mint, before: 10 })).toEqual([7, 4]);
        expect(seqs({ limit: 9, subject: a.mint, type: 'samples' })).toEqual([]);
        expect(seqs({ limit: 9, type: 'samples' })).toEqual([14, 11, 8, 5, 2]);
        expect(store.journal.after(10, 3).map(({ seq }) => seq)).toEqual([12, 13, 15]);
        expect(store.journal.after(15, 3)).toEqual([]);
        expect(store.journal.since('samples', START)).toHaveLength(5);
        expect(store.journal.since('samples', START + 1)).toEqual([]);
        expect(store.journal.lastSeq()).toBe(15);
      });
    });
  });
}

function visible(text: string | null): string | null {
  return text?.replaceAll('\0', '\uFFFD') ?? null;
}

function withoutNul(token: Token): Token {
  const { symbol, name, discoveredBy } = token;
  return {
    ...token,
    symbol: visible(symbol),
    name: visible(name),
    discoveredBy: discoveredBy.replaceAll('\0', '\uFFFD'),
  };
}
