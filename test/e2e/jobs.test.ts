import { expect, test } from 'vitest';
import { killAgainAndAgain, standStill, throwEverywhere, twoAtOnce } from '../chaos/scheduler/plays.mjs';

// The long form is `npm run proof:jobs`. All at once, because what they do most is wait.
test.concurrent('kill -9 in mid-run loses no run and no item, and doubles none', async () => {
  const { wrong, cutOff, runs } = await killAgainAndAgain({ rounds: 2, seed: 3 });
  expect(wrong).toEqual([]);
  expect(cutOff).toBeGreaterThan(0);
  expect(runs).toBeGreaterThan(50);
});

test.concurrent(
  'what stood still goes on with one catch-up run of each job, and no run has stalled',
  async () => {
    const { wrong, stoodMs } = await standStill({ seconds: 3 });
    expect(wrong).toEqual([]);
    expect(stoodMs).toBeGreaterThan(2_900);
  },
);

test.concurrent(
  'of two on one ledger the second waits until the lease of the first, which was killed, is over',
  async () => {
    const { wrong, cutOff } = await twoAtOnce({ wakes: false });
    expect(wrong).toEqual([]);
    expect(cutOff).toBeGreaterThan(0);
  },
);

test.concurrent('one that slept through its lease starts nothing when it wakes up', async () => {
  const { wrong, cutOff } = await twoAtOnce({ wakes: true });
  expect(wrong).toEqual([]);
  expect(cutOff).toBeGreaterThan(0);
});

test.concurrent(
  'errors that nobody can catch fail their runs, and one of no run ends the process',
  async () => {
    const { wrong, escaped, heldUp } = await throwEverywhere({ ms: 4_500 });
    expect(wrong).toEqual([]);
    expect([escaped, heldUp > 0]).toEqual([4, true]);
  },
);
