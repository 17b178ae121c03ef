import { expect, it } from 'vitest';
import { FakeClock, silentLogger } from '../kernel/index.ts';
import { createPerformance, findingsOf } from './performance.ts';

it('says of each kind what has become slower, the worst first', () => {
  const slower = (ratio: number, recentMs: number, usualMs: number) => ({ ratio, recentMs, usualMs });
  expect(
    findingsOf([
      { kind: 'api', name: 'DexScreener GET /tokens/v1', slower: slower(1.25, 1_250, 1_000) },
      { kind: 'http', name: 'GET /health', slower: null },
      { kind: 'job', name: 'hot', slower: slower(2, 60, 30) },
      { kind: 'database', name: 'SELECT token', slower: slower(12, 60, 5) },
      { kind: 'http', name: 'GET /api/tokens', slower: slower(3, 9, 3) },
    ]),
  ).toEqual([
    'The statement SELECT token ends in 60 ms on average of late, 12 times as long as before (5.0 ms).',
    'The own API answers GET /api/tokens in 9.0 ms on average of late, 3.0 times as long as before (3.0 ms).',
    'A run of the group hot ends in 60 ms on average of late, 2.0 times as long as before (30 ms).',
    'DexScreener GET /tokens/v1 answers in 1.3 s on average of late, 1.3 times as long as before (1.0 s).',
  ]);
});

it('tells what was recorded, and what of it is slower now', async () => {
  const clock = new FakeClock();
  const { timing, report } = createPerformance({ clock, log: silentLogger });
  expect(report()).toEqual({ at: clock.now(), findings: [], items: [] });
  for (let calls = 0; calls < 20; calls++) timing('api', 'GET /x').record(50);
  await clock.advance(600_000);
  for (let calls = 0; calls < 20; calls++) timing('api', 'GET /x').record(150, calls > 4);
  expect(report()).toMatchObject({
    findings: ['GET /x answers in 150 ms on average of late, 3.0 times as long as before (50 ms).'],
    items: [{ kind: 'api', name: 'GET /x', recent: { count: 20, failed: 5 }, slower: { ratio: 3 } }],
  });
});
