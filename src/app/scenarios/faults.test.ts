import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { MarketFault } from '../../simulator/index.ts';
import { propertyRuns } from '../../warden/resilience/testing/property-runs.ts';
import { FAULT_CASES } from './testing/fault-cases.ts';
import { expectArrivalsWithinQuota, expectTriesWithinQuota, holdsUp } from './testing/expect-quota.ts';
import { QUOTA, runFaults } from './testing/fault-run.ts';
import { MINUTE_MS, closeScenes } from './testing/scene.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
afterEach(closeScenes);

const FAULT_MS = 45_000;

test('the quota is used up before a fault begins, so that any retry beyond it would show', async () => {
  const run = await runFaults([]);
  expect(run.line.tries.mostInMinute().pairs).toBeGreaterThanOrEqual(QUOTA.pairs - 2);
  expectArrivalsWithinQuota(run);
  expect(run.mostStale).toBe(0);
});

describe.each(FAULT_CASES)('$name', ({ fault, shows }) => {
  test('is noticed in time, costs few requests and no status, and ends by itself', async () => {
    const run = await runFaults([{ fault, ms: FAULT_MS }]);
    expectTriesWithinQuota(run);
    if (!holdsUp(fault)) expectArrivalsWithinQuota(run);
    expect(run.lost).toEqual([]);
    if (shows === 'in part') {
      // Of what is read three times in 30 s, one in eight finds only bad answers when half of them are bad, at times two
      // of the eight batches; and as many connections as there are carry fewer late answers than are due.
      expect(run.mostStale).toBeLessThanOrEqual(fault.kind === 'malformed' ? 0.25 : 0.5);
      if (fault.kind === 'malformed') expect(run.conditions).not.toContain('source.unreachable');
    } else {
      expect(run.noticedMs).toBeLessThanOrEqual(shows === 'at once' ? 1_000 : 5_000);
      // Who asks for fewer requests is there.
      const isThere = fault.kind === 'throttled';
      expect(run.conditions).toContain(isThere ? 'source.throttled' : 'source.unreachable');
      expect(run.conditions.has('source.unreachable')).toBe(!isThere);
      expect(run.conditions).toContain('data.stale');
      // As many as two in three seconds would be 30: the source is left alone.
      expect(run.line.tries.times(run.beganMs, run.endedMs).length).toBeLessThanOrEqual(30);
    }
    expect(run.regainedMs).toBeLessThanOrEqual(31_000);
    expect(run.freshMs).toBeLessThanOrEqual(45_000);
    // That it was slow, or asked for less, is told until a minute without it has passed.
    await run.scene.pass(MINUTE_MS);
    expect(run.scene.health()).toMatchObject({ status: 'healthy', conditions: [] });
  });
});

/** What was under way when the first 429 came is no undercutting; an answer takes 40 ms. */
const UNDER_WAY_MS = 100;

test.each([3, 10, 40])(
  'nothing undercuts a Retry-After of %i s, be it a retry, a probe or a feed',
  async (s) => {
    const run = await runFaults([{ fault: { kind: 'throttled', retryAfterS: s }, ms: 90_000 }]);
    expectArrivalsWithinQuota(run);
    const times = run.line.source.arrivals.times(run.beganMs);
    for (const time of times.filter((one) => one < run.endedMs)) {
      const next = times.find((one) => one > time + UNDER_WAY_MS);
      expect(next).toBeGreaterThanOrEqual(time + s * 1_000);
    }
  },
);

test('answers 3 s late are waited for: what waits for a connection is no failure, and hot tokens go first', async () => {
  const run = await runFaults([{ fault: { kind: 'slow', delayMs: 3_000 }, ms: 180_000 }]);
  expect(run.mostStale).toBeLessThanOrEqual(0.05);
  expect(run.conditions).not.toContain('source.unreachable');
});

test('answers 8 s late are waited for, once a probe has shown how long they take', async () => {
  const run = await runFaults([{ fault: { kind: 'slow', delayMs: 8_000 }, ms: 120_000 }]);
  expect(run.staleAtEnd).toBeLessThanOrEqual(0.05);
});

test('a source that grants less than its quota is asked for less, and does not count as lost', async () => {
  const run = await runFaults([{ fault: { kind: 'limited', perMinute: 70 }, ms: 180_000 }]);
  expectArrivalsWithinQuota(run);
  const asked = run.line.source.arrivals.times(run.beganMs, run.endedMs).length;
  expect(run.line.source.refused / asked).toBeLessThanOrEqual(0.05);
  expect(run.conditions).not.toContain('source.unreachable');
  expect(run.lost).toEqual([]);
  expect(run.staleAtEnd).toBe(0);
});

test('a source that comes and goes each few seconds never sees more than its quota', async () => {
  const down: MarketFault = { kind: 'server-error' };
  const run = await runFaults(
    Array.from({ length: 30 }, (_, n) => ({ fault: n % 2 === 0 ? down : null, ms: 4_300 })),
  );
  expectArrivalsWithinQuota(run);
  expect(run.lost).toEqual([]);
  expect(run.freshMs).toBeLessThanOrEqual(45_000);
});

test('no storm of storms exceeds the quota, and the service comes back from each', async () => {
  const fault = fc.oneof(
    fc.constantFrom(null, ...FAULT_CASES.map((one) => one.fault)),
    fc.record({ kind: fc.constant('slow' as const), delayMs: fc.integer({ min: 0, max: 20_000 }) }),
    fc.record({ kind: fc.constant('throttled' as const), retryAfterS: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ kind: fc.constant('limited' as const), perMinute: fc.integer({ min: 0, max: QUOTA.pairs }) }),
  );
  const phases = fc.array(fc.record({ fault, ms: fc.integer({ min: 100, max: 40_000 }) }), {
    minLength: 2,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(phases, async (storm) => {
      const run = await runFaults(storm, 120_000);
      await closeScenes();
      expectTriesWithinQuota(run);
      if (!storm.some((phase) => holdsUp(phase.fault))) expectArrivalsWithinQuota(run);
      expect(run.lost).toEqual([]);
      expect(run.freshMs).toBeLessThanOrEqual(60_000);
    }),
    { numRuns: propertyRuns(2), endOnFailure: true },
  );
});
