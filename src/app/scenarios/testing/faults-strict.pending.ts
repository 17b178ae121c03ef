import { afterEach, expect, test, vi } from 'vitest';
import { runFaults } from './fault-run.ts';
import { closeScenes } from './scene.ts';

// What the service does not reach yet.

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
afterEach(closeScenes);

test('half of the answers malformed: others stand in for them', async () => {
  const run = await runFaults([{ fault: { kind: 'malformed' }, ms: 300_000 }]);
  expect(run.mostStale).toBeLessThanOrEqual(0.05);
  expect(run.conditions).not.toContain('data.stale');
});

test('a source that grants less is asked for less, and no data is old while its rate is found', async () => {
  const run = await runFaults([{ fault: { kind: 'limited', perMinute: 70 }, ms: 300_000 }]);
  expect(run.mostStale).toBeLessThanOrEqual(0.05);
});
