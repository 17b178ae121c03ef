import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createDependency } from '../../warden/resilience/index.ts';
import { createErrorShare } from './error-share.ts';

/** One step a second: how many calls succeed and fail in it, and for how long the source has been away. */
type Second = readonly [successes: number, failures: number, awayForMs?: number];
const times = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second);

async function sharesOf(
  seconds: readonly Second[],
  kind: 'transient' | 'throttled' = 'transient',
): Promise<(number | null)[]> {
  const clock = new FakeClock();
  const { total } = createDependency({ name: 'Market', clock }).report();
  const counts = { ...total, failures: { ...total.failures } };
  const share = createErrorShare(clock);
  const shares = [share({ total: counts, awayForMs: 0 })];
  for (const [successes, failures, awayForMs = 0] of seconds) {
    await clock.advance(1_000);
    counts.successes += successes;
    counts.failures[kind] += failures;
    shares.push(share({ total: counts, awayForMs }));
  }
  return shares.map((value) => (value === null ? null : Math.round(1_000 * value) / 1_000));
}

test.each<[string, Second[], number | null]>([
  ['without calls', [], 0],
  ['of fewer than 20 calls', times(9, [1, 1]), 0],
  ['of 20', times(10, [1, 1]), 0.5],
  ['of the last minute only', [...times(60, [0, 1]), ...times(60, [3, 1])], 0.25],
  ['while the source is away', [...times(60, [1, 0]), [0, 1, 3_000]], null],
  ['after it: what failed before is no news', [...times(60, [0, 1, 4_000]), ...times(30, [1, 0])], 0],
  ['after a short failure it counts', [...times(20, [1, 0]), ...times(2, [0, 5, 2_000]), [1, 0]], 10 / 31],
])('the share %s', async (_, seconds, expected) => {
  const share = (await sharesOf(seconds)).at(-1);
  if (expected === null) expect(share).toBeNull();
  else expect(share).toBeCloseTo(expected, 3);
});

test('who asks for fewer requests has answered', async () => {
  expect((await sharesOf(times(60, [1, 1]), 'throttled')).at(-1)).toBe(0);
});

test('a minute is made of few marks', async () => {
  const shares = await sharesOf(times(1_000, [9, 1]));
  expect(shares.at(-1)).toBe(0.1);
});
