import { expect, test } from 'vitest';
import { editAgainAndAgain } from '../chaos/config.mjs';

test('edits of a configuration act as a whole or not at all, and cost no run', async () => {
  const report = await editAgainAndAgain({ edits: 12, seed: 3 });
  expect(report.wrong).toEqual([]);
  expect(report.faults).toBe(0);
  expect(report.accepted).toBeGreaterThan(2);
  expect(report.refused).toBeGreaterThan(2);
  expect(report.runs).toBeGreaterThan(0);
});
