import { expect, it } from 'vitest';
import { performanceRows } from './performance-text.ts';

const none = {
  count: 0,
  failed: 0,
  successShare: null,
  averageMs: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  maxMs: null,
  perMinute: 0,
};
const some = {
  count: 8,
  failed: 3,
  successShare: 0.625,
  averageMs: 4.04,
  p50Ms: 3,
  p95Ms: 812.4,
  p99Ms: 12_340,
  maxMs: 12_340,
  perMinute: 1,
};

it('shows the last minutes beside the hour, and nothing where nothing was', () => {
  expect(
    performanceRows([
      { kind: 'api', name: 'DexScreener GET /tokens/v1', recent: some, hour: some, slower: null },
      { kind: 'job', name: 'hot', recent: none, hour: some, slower: null },
    ]),
  ).toEqual([
    ['api', '8', '3 (38 %)', '4.0 ms', '812 ms', '12.3 s', '812 ms', 'DexScreener GET /tokens/v1'],
    ['job', '0', '-', '-', '-', '-', '812 ms', 'hot'],
  ]);
});
