import { expect, test } from 'vitest';
import { killAgainAndAgain } from '../chaos/kill.mjs';

test('nothing that was acknowledged is lost when the service is killed at any moment', async () => {
  const report = await killAgainAndAgain({ rounds: 3, seed: 11 });
  expect(report.wrong).toEqual([]);
  expect(report.faults).toBe(0);
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.scores).toBeGreaterThan(20);
  expect(report.moves).toBeGreaterThan(0);
});
