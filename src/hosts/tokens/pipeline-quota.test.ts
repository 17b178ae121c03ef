import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FakeClock, createRandom, silentLogger, type Clock } from '../../kernel/index.ts';
import { defaultsOf } from '../../warden/config/index.ts';
import { createDexClient, dexSection, type DexTransport } from '../dexscreener/index.ts';
import { jsonAnswer, mintOf } from '../dexscreener/testing/wire.ts';
import { FakeTokenStore } from './testing/fake-store.ts';
import { createOpenPipeline } from './testing/open-pipeline.ts';
import { NOW, SETTINGS, tokenOf } from './testing/tokens.ts';

const MINUTE_MS = 60_000;

// The whole of it: planner, credit, client and quota.
it(
  'no minute ever holds more requests than the quota, and no token is in two at once',
  { timeout: 120_000 },
  () => {
    const worlds = fc.record({
      seed: fc.integer(),
      limit: fc.integer({ min: 3, max: 90 }),
      hot: fc.nat(600),
      cold: fc.nat(900),
      archived: fc.nat(100),
      jitterMs: fc.nat(700),
      latencyMs: fc.integer({ min: 1, max: 3_000 }),
      outage: fc.record({ fromMs: fc.nat(120_000), lengthMs: fc.nat(60_000) }),
    });
    return fc.assert(
      fc.asyncProperty(worlds, async ({ seed, limit, hot, cold, archived, jitterMs, latencyMs, outage }) => {
        const fake = new FakeClock();
        const random = createRandom(seed);
        // A busy machine: every timer is late.
        const clock: Clock = {
          now: () => fake.now(),
          monotonic: () => fake.monotonic(),
          schedule: (ms, fn) => fake.schedule(ms + random.next() * jitterMs, fn),
          sleep: (ms, signal) => fake.sleep(ms + random.next() * jitterMs, signal),
        };
        const starts: number[] = [];
        const open = new Map<string, number>();
        const transport: DexTransport = {
          origin: 'http://dex.example',
          async get(path) {
            const atMs = clock.monotonic();
            starts.push(atMs);
            const mints = (path.split('/').at(-1) ?? '').split(',');
            for (const mint of mints) {
              open.set(mint, (open.get(mint) ?? 0) + 1);
              expect(open.get(mint)).toBe(1);
            }
            await fake.sleep(random.next() * latencyMs);
            for (const mint of mints) open.set(mint, 0);
            if (atMs >= outage.fromMs && atMs < outage.fromMs + outage.lengthMs)
              throw new Error('reset by peer');
            return jsonAnswer([]);
          },
          reset: async () => {},
          close: async () => {},
        };
        const store = new FakeTokenStore();
        for (let n = 0; n < hot + cold + archived; n++) {
          store.tokens.set(
            mintOf(n),
            tokenOf(mintOf(n), {
              status: n < hot ? 'active' : n < hot + cold ? 'monitoring' : 'archived',
              refreshedAt: NOW - Math.floor(random.next() * 20_000),
            }),
          );
        }
        const dex = createDexClient({
          transport,
          clock,
          random: random.fork('waits'),
          settings: { ...defaultsOf(dexSection), pairsPerMinute: limit },
        });
        const pipeline = createOpenPipeline({ clock, log: silentLogger, store, dex, settings: SETTINGS });
        pipeline.start();
        await fake.advance(180_000);
        const stopped = pipeline.stop();
        await fake.advance(60_000);
        await stopped;
        let first = 0;
        starts.forEach((atMs, index) => {
          while (atMs - (starts[first] ?? 0) >= MINUTE_MS) first += 1;
          expect(index - first + 1).toBeLessThanOrEqual(limit);
        });
        // And it is used: nobody waits for no reason.
        if (hot > 30 * limit) expect(starts.length).toBeGreaterThan(limit);
      }),
      { numRuns: 25 },
    );
  },
);
