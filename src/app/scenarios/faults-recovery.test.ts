import { afterEach, describe, expect, test, vi } from 'vitest';
import { propertyRuns } from '../../warden/resilience/testing/property-runs.ts';
import { expectArrivalsWithinQuota, holdsUp } from './testing/expect-quota.ts';
import { FAULT_CASES } from './testing/fault-cases.ts';
import { runFaults } from './testing/fault-run.ts';
import { closeScenes } from './testing/scene.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
afterEach(closeScenes);

/** From a blip to an outage that has driven every backoff to its cap, ending at different moments of it. */
const LENGTHS_MS = propertyRuns(0) > 0 ? [7_000, 20_000, 45_000, 61_500, 300_000] : [61_500];
const NETWORK = new Set(['down', 'unresolved', 'gone']);
/** How closely it is watched. */
const SAMPLING_MS = 250;
/** A read of all that is due, once calls are let through again: at most 10 at once, then twice as many. */
const CATCH_UP_MS = 10_000;

describe.each(FAULT_CASES.filter(({ shows }) => shows !== 'in part'))('$name', ({ fault }) => {
  const limitMs =
    fault.kind === 'throttled' && fault.retryAfterS !== undefined
      ? fault.retryAfterS * 1_000 + 1_000
      : NETWORK.has(fault.kind)
        ? 5_000
        : fault.kind === 'throttled'
          ? // Its rate has been halved again and again, so what may be asked at first is little.
            15_000
          : 10_000;

  test.each(LENGTHS_MS)('of %i ms: reads go on within the reference time of its end', async (ms) => {
    const run = await runFaults([{ fault, ms }]);
    expect(run.regainedMs).toBeLessThanOrEqual(limitMs + SAMPLING_MS);
    expect(run.freshMs).toBeLessThanOrEqual(limitMs + CATCH_UP_MS);
  });
});

test.each(FAULT_CASES.filter(({ fault }) => holdsUp(fault)))(
  '$name: requests that arrive late do not pile up into a minute over the quota',
  async ({ fault }) => {
    for (const ms of propertyRuns(0) > 0 ? [4_000, 45_000, 150_000] : [45_000]) {
      const run = await runFaults([{ fault, ms }], 120_000);
      await closeScenes();
      expectArrivalsWithinQuota(run);
    }
  },
);

test.each([2_500, 3_900, 6_000])(
  'requests that the line holds up for %i ms do not pile up into a minute over the quota',
  async (ms) => {
    const run = await runFaults(
      Array.from({ length: 24 }, (_, n) =>
        n % 2 === 0 ? { fault: { kind: 'gone' as const }, ms } : { fault: null, ms: 9_300 },
      ),
    );
    expectArrivalsWithinQuota(run);
  },
);
