import { expect, test } from 'vitest';
import { playHistory } from '../chaos/history/play.mjs';

test('two days of history hold what was measured, also after kill -9 in the middle of roll-ups', async () => {
  const { wrong, rows, kills, bytesByDay } = await playHistory({
    days: 2,
    series: 2,
    everyMs: 20_000,
    kills: 2,
  });
  expect(wrong).toEqual([]);
  expect(kills).toBe(2);
  expect(rows.raw).toBeGreaterThan(300);
  expect(rows.raw).toBeLessThanOrEqual(2 * 75 * 3);
  expect(rows.minute).toBeGreaterThan(2 * 2_700);
  expect(rows.quarter).toBe(2 * 2 * 96);
  expect(bytesByDay.at(-1)).toBeLessThan(20_000_000);
});
