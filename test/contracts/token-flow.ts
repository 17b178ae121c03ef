import { describe, expect, test } from 'vitest';
import type { OpenedStore } from './token-pages.ts';
import { makeToken, START, stored } from './tokens.ts';

const MINUTE = 60_000;

/** How a store tells of what happened to tokens. */
export function tokenFlowContract(start: () => Promise<OpenedStore>): void {
  describe('the flow', () => {
    const HOUR = 60 * MINUTE;
    test('gives moves and discoveries since a moment, oldest first', async () => {
      const { store } = await start();
      const [a, b] = [makeToken(1), makeToken(2, { discoveredAt: START + HOUR + 1 })];
      const move = {
        mint: a.mint,
        at: START + 5,
        from: 'monitoring',
        to: 'active',
        cause: 'condition_met',
        dwellMs: 5,
        ageMs: 5,
      } as const;
      const back = { ...move, at: START + HOUR, from: 'active', to: 'monitoring' } as const;
      await store.commit([...stored(a), ...stored(b), { kind: 'token.moved', ...move }]);
      await store.commit([{ kind: 'token.moved', ...back, cause: 'condition_lost' }]);
      expect(store.flow(START, 100)).toEqual({
        discovered: [
          { hour: START, count: 1 },
          { hour: START + HOUR, count: 1 },
        ],
        moves: [move, { ...back, cause: 'condition_lost' }],
        checks: [],
      });
      expect(store.flow(START + 6, 100)).toMatchObject({
        discovered: [{ hour: START + HOUR, count: 1 }],
        moves: [{ cause: 'condition_lost' }],
      });
    });

    test('gives the latest moves and checks only, where there are more than asked for', async () => {
      const { store } = await start();
      const [a, b] = [makeToken(1), makeToken(2)];
      const moves = [
        { mint: a.mint, at: START, from: 'monitoring', to: 'active', cause: 'condition_met' },
        { mint: b.mint, at: START + 1, from: 'monitoring', to: 'active', cause: 'condition_met' },
        { mint: a.mint, at: START + 2, from: 'active', to: 'monitoring', cause: 'condition_lost' },
      ] as const;
      await store.commit([
        ...stored(a),
        ...stored(b),
        ...moves.map((move) => ({ kind: 'token.moved', ...move, dwellMs: 5, ageMs: 5 }) as const),
        ...[0, 1, 2].map(
          (hours) =>
            ({
              kind: 'check.recorded',
              mint: a.mint,
              at: START + hours * HOUR,
              passed: true,
              failedStep: null,
              passLimitUsd: null,
            }) as const,
        ),
      ]);
      const { moves: latest, checks } = store.flow(START, 2);
      expect(latest.map(({ at }) => at)).toEqual([START + 1, START + 2]);
      expect(checks.map(({ hour }) => hour)).toEqual([START + 2 * HOUR, START + HOUR]);
      expect(store.flow(START, 3)).toMatchObject({ moves: { length: 3 }, checks: { length: 3 } });
    });

    test('sums up the checks of a token by the hour', async () => {
      const { store } = await start();
      const token = makeToken(1);
      await store.commit(stored(token));
      const check = async (
        at: number,
        passed: boolean,
        failedStep: string | null,
        passLimitUsd: number | null,
      ) => {
        await store.commit([
          { kind: 'check.recorded', mint: token.mint, at, passed, failedStep, passLimitUsd },
        ]);
      };
      await check(START, false, 'pools_listed', null);
      await check(START + 1, false, 'external_pools', 120);
      await check(START + 2, true, null, 300);
      await check(START + HOUR, false, 'external_pools', 150);
      await check(START + HOUR + 1, false, 'external_pools', 90);
      expect(store.flow(START, 100).checks).toEqual([
        {
          mint: token.mint,
          hour: START + HOUR,
          passed: false,
          failedStep: 'external_pools',
          bestLimitUsd: 150,
          worstLimitUsd: 90,
        },
        {
          mint: token.mint,
          hour: START,
          passed: true,
          failedStep: 'external_pools',
          bestLimitUsd: 300,
          worstLimitUsd: null,
        },
      ]);
    });
  });
}
