import { expect, test } from 'vitest';
import { figure, historyRows, listRows, sparkline, storedText } from './signal-text.ts';

const row = (at: number, avg: number) => ({ at, min: avg, max: avg, avg, p95: avg, count: 1 });

test('a sparkline shows the shape, and a gap as a gap', () => {
  expect(sparkline([row(0, 0), row(10, 7), row(30, 14)], 0, 40, 4)).toBe('▁▅ █');
  expect(sparkline([row(0, 3), row(39, 3)], 0, 40, 4)).toBe('▁  ▁');
  expect(sparkline([], 0, 40, 4)).toBe('    ');
});

test.each([
  [0.12345, 'ratio', '12.35 %'],
  [12_345.6, null, '12,346'],
  [1.23456, 's', '1.235 s'],
  [0, '', '0'],
] as const)('%d %s is written as %s', (value, unit, text) => {
  expect(figure(value, unit)).toBe(text);
});

test('a list tells what was measured last and how much is stored', () => {
  const untold = { meaning: null, level: null };
  const list = {
    at: 60_000,
    items: [
      { name: 'backlog', labels: {}, unit: null, ...untold, last: { at: 50_000, value: 2 } },
      { name: 'calls', labels: { endpoint: 'pairs' }, unit: 'ratio', ...untold, last: null },
    ],
    maxSeries: 2_000,
    recordEveryMs: 5_000,
    tiers: [{ name: 'raw' as const, stepMs: null, keptMs: 1, rows: 1_440, bytes: 2_500_000 }],
    bytes: 2_500_000,
    dropped: 3,
  };
  expect(listRows(list)).toEqual([
    ['backlog', '-', '2', '10 s ago'],
    ['calls', 'endpoint=pairs', '-', 'never'],
  ]);
  expect(storedText(list)).toBe(
    '2 of at most 2000 series; 1,440 raw rows in 2.5 MB. 3 points were not stored since the start.',
  );
});

test('of a history the newest rows are shown', () => {
  expect(historyRows({ labels: {}, rows: [row(0, 1), row(60_000, 2)] }, 1)).toEqual([
    ['1970-01-01 00:01:00', '2', '2', '2', '2', '1'],
  ]);
});
