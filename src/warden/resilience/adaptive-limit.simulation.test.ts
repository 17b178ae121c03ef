import { describe, expect, test } from 'vitest';
import { FakeClock, createRandom } from '../../kernel/index.ts';
import type { AdaptiveLimitOptions } from './adaptive-limit.ts';
import { createBulkhead } from './bulkhead.ts';
import { createSimulatedServer, type SimulatedServer } from './testing/simulated-server.ts';

const SECOND_MS = 1_000;
const SERVICE_MS = 100;
const KNEE = 20;
const SEEDS = [1, 2, 3];

interface Run {
  readonly server: SimulatedServer;
  /** Advances so many seconds; gives the mean limit in them, calls a second, and their mean latency as a multiple of the service time. */
  seconds(
    count: number,
  ): Promise<{ readonly limit: number; readonly throughput: number; readonly latency: number }>;
  end(): Promise<void>;
}

/** More callers than the server can bear, behind a bulkhead: each asks again as soon as it is answered. */
function simulate(limit: number | AdaptiveLimitOptions, seed: number, callers = 300): Run {
  const clock = new FakeClock();
  const random = createRandom(seed);
  const server = createSimulatedServer({ clock, random, capacity: KNEE, serviceMs: SERVICE_MS });
  const policy = createBulkhead({ clock, limit, maxQueue: 1_000, maxWaitMs: Infinity });
  let ended = false;
  let latencyMs = 0;
  const caller = async (): Promise<void> => {
    while (!ended) {
      await policy.execute(async () => {
        const startedMs = clock.monotonic();
        await server.call();
        latencyMs += clock.monotonic() - startedMs;
      });
    }
  };
  const all = Array.from({ length: callers }, caller);
  return {
    server,
    async seconds(count) {
      const before = server.answered;
      latencyMs = 0;
      let limits = 0;
      for (let second = 0; second < count; second++) {
        await clock.advance(SECOND_MS);
        limits += policy.status().adaptive?.limit ?? policy.status().limit;
      }
      const answered = server.answered - before;
      return {
        limit: limits / count,
        throughput: answered / count,
        latency: latencyMs / answered / server.serviceMs,
      };
    },
    async end() {
      ended = true;
      await clock.advance(3_600 * SECOND_MS);
      await Promise.all(all);
      expect([server.inside, clock.pending, policy.status().running]).toEqual([0, 0, 0]);
    },
  };
}

/**
 * Where the limit comes to rest when latency is limit / C beyond a knee at C calls. The gradient:
 * limit = tolerance * C + sqrt(limit). The other one swings up to tolerance * C and one more.
 */
const rest = {
  gradient: (knee: number) => ((1 + Math.sqrt(1 + 4 * 1.25 * knee)) / 2) ** 2,
  aimd: (knee: number) => 1.5 * knee + 1,
};
/** And down to 0.9 of that; a probe halves the limit for a moment. */
const least = { gradient: 1, aimd: 0.9 };

test('without it, latency is as bad as there are callers', async () => {
  const run = simulate(300, 1);
  await run.seconds(10);
  const { latency, throughput } = await run.seconds(10);
  expect(latency).toBeGreaterThan(14);
  expect(throughput).toBeLessThan(205);
  await run.end();
});

describe.each(['gradient', 'aimd'] as const)('%s', (adaptive) => {
  /** Near the knee, with nearly all that the server can do and little waiting in it. A tenth is for what chance adds. */
  const expectNearKnee = async (run: Run): Promise<void> => {
    const { capacity, serviceMs } = run.server;
    const { limit, throughput, latency } = await run.seconds(20);
    const most = 1.1 * rest[adaptive](capacity);
    expect(limit).toBeGreaterThan(least[adaptive] * capacity);
    expect(limit).toBeLessThan(most);
    expect(throughput).toBeGreaterThan((0.93 * capacity * SECOND_MS) / serviceMs);
    expect(latency).toBeLessThan(most / capacity);
  };

  test.each(SEEDS)(
    'finds the knee from below within 10 s, and stays there for two minutes (seed %i)',
    async (seed) => {
      const run = simulate({ adaptive }, seed);
      await run.seconds(10);
      for (let part = 0; part < 6; part++) await expectNearKnee(run);
      await run.end();
    },
  );

  test.each(SEEDS)('finds it from five times above within 40 s (seed %i)', async (seed) => {
    const run = simulate({ adaptive, initial: 5 * KNEE }, seed);
    await run.seconds(40);
    await expectNearKnee(run);
    await run.end();
  });

  test.each(SEEDS)(
    'follows when the server loses half of it, and when it gets four times as much (seed %i)',
    async (seed) => {
      const run = simulate({ adaptive }, seed);
      await run.seconds(20);
      run.server.capacity = KNEE / 2;
      await run.seconds(20);
      await expectNearKnee(run);
      run.server.capacity = 2 * KNEE;
      await run.seconds(20);
      await expectNearKnee(run);
      await run.end();
    },
  );

  test.each(SEEDS)('recovers when each call simply takes three times as long (seed %i)', async (seed) => {
    const run = simulate({ adaptive }, seed);
    await run.seconds(20);
    run.server.serviceMs = 3 * SERVICE_MS;
    await run.seconds(60);
    await expectNearKnee(run);
    run.server.serviceMs = SERVICE_MS;
    await run.seconds(30);
    await expectNearKnee(run);
    await run.end();
  });

  test('does not grow when few call', async () => {
    const run = simulate({ adaptive, initial: 15 }, 1, 6);
    const { limit, latency } = await run.seconds(60);
    expect(limit).toBe(15);
    expect(latency).toBeLessThan(1.05);
    await run.end();
  });
});
