import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { TurnPlanner } from './plan-turns.ts';
import { TokenRegistry } from './registry.ts';
import { SETTINGS } from './testing/tokens.ts';
import { newToken } from './token.ts';
import { VerifyQueue } from './verify-queue.ts';

/** A planner over many tokens that are due. */
function planner(
  quota: { readonly available: number },
  pausedForMs = 0,
): { next: (most: number) => number; clock: FakeClock } {
  const clock = new FakeClock();
  const registry = new TokenRegistry(SETTINGS);
  for (let index = 0; index < 20_000; index++)
    registry.add(newToken(`mint-${index}`, 'test', clock.now()), clock.now(), clock.monotonic(), true);
  const turns = new TurnPlanner({
    clock,
    registry,
    settings: SETTINGS,
    verifications: new VerifyQueue(SETTINGS),
    dex: {
      quota: () => ({ limit: 300, used: 300 - quota.available, available: quota.available }),
      pausedForMs: () => pausedForMs,
    },
  });
  turns.start();
  return { clock, next: (most) => turns.next(most, new Set()).length };
}

describe('a turn plans', () => {
  test.each([
    [0, 16, 0],
    [1, 16, 1],
    [4, 16, 4],
    [300, 16, 10],
    [300, 3, 3],
    [300, 0, 0],
  ])('with %i requests left of the quota and room for %i: %i reads', (available, most, reads) => {
    expect(planner({ available }).next(most)).toBe(reads);
  });

  test('nothing while calls pause', () => {
    expect(planner({ available: 300 }, 5_000).next(16)).toBe(0);
  });

  test('as many a minute as the quota has, however often it is asked', async () => {
    const { next, clock } = planner({ available: 300 });
    let reads = next(16);
    for (let second = 0; second < 60; second++) {
      await clock.advance(1_000);
      reads += next(16);
    }
    // What was saved up before comes on top of it, once.
    expect(reads).toBe(310);
  });
});
