import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { Answer } from './answer.ts';
import { createCache } from './cache.ts';
import type { CallContext } from './call.ts';
import { DOWN, STALE_MS, TTL_MS, cacheSteps, key, type Value } from './testing/cache-steps.ts';
import { propertyRuns } from './testing/property-runs.ts';

const PATIENT_MS = 600_000;
const hurriedGet = fc.record({
  does: fc.constant('get' as const),
  key,
  deadlineMs: fc.constantFrom(0, 1, 7, 20, 1_000),
});

test(
  'with deadlines and a slow source too: in time, nothing too old, no key loaded twice, nothing left behind',
  { timeout: PATIENT_MS },
  () =>
    fc.assert(
      fc.asyncProperty(
        cacheSteps(hurriedGet),
        fc.constantFrom(3, 9, Infinity),
        async (steps, staleIfSlowMs) => {
          const clock = new FakeClock();
          const cache = createCache<string, Value>({
            clock,
            ttlMs: TTL_MS,
            staleIfErrorMs: STALE_MS,
            staleIfSlowMs,
            // Nothing leaves: what was seen is not unseen again.
            maxBytes: Infinity,
            sizeOf: (value) => value.bytes,
          });
          const asOf = new Map<number, number>();
          const lastSeen = new Map<string, number>();
          const inFlight = new Map<string, Set<CallContext>>();
          const real: { key: string; startedMs: number; end(value: Value | Error): void }[] = [];
          let factor = 1;
          let id = 0;
          let open = 0;
          const faults: unknown[] = [];

          for (const step of steps) {
            const nowMs = clock.monotonic();
            switch (step.does) {
              case 'get': {
                open += 1;
                const { deadlineMs = Infinity } = step;
                const check = (answer: Answer<Value>): void => {
                  const atMs = clock.monotonic();
                  expect(atMs - nowMs).toBeLessThanOrEqual(deadlineMs);
                  expect(answer.ageMs).toBe(atMs - (asOf.get(answer.value.id) ?? NaN));
                  if (answer.freshness === 'cached') expect(answer.ageMs).toBeLessThan(TTL_MS * factor);
                  if (answer.freshness === 'stale') expect(answer.ageMs).toBeLessThan(STALE_MS * factor);
                  if (answer.freshness === 'fresh') return;
                  expect(asOf.get(answer.value.id)).toBeGreaterThanOrEqual(
                    lastSeen.get(step.key) ?? -Infinity,
                  );
                  lastSeen.set(step.key, asOf.get(answer.value.id) ?? NaN);
                };
                const running = inFlight.get(step.key) ?? new Set();
                inFlight.set(step.key, running);
                const load = (context: CallContext): Promise<Value> =>
                  new Promise((answer, fail) => {
                    for (const other of running) if (other.signal.aborted) running.delete(other);
                    expect(running.size).toBe(0);
                    running.add(context);
                    const end = (value: Value | Error): void => {
                      running.delete(context);
                      if (value instanceof Error) fail(value);
                      else answer(value);
                    };
                    real.push({ key: step.key, startedMs: nowMs, end });
                  });
                cache
                  .get(step.key, load, { deadlineMs })
                  .then(check, (error: unknown) => {
                    if (error !== DOWN) expect(error).toMatchObject({ name: 'TimeoutError' });
                  })
                  .then(
                    () => (open -= 1),
                    (fault: unknown) => faults.push(fault),
                  );
                break;
              }
              case 'answer':
              case 'fail': {
                const [load] = real.splice(step.load, 1);
                if (!load) break;
                const value = { id: ++id, bytes: step.bytes };
                asOf.set(id, load.startedMs);
                load.end(step.does === 'fail' ? DOWN : value);
                break;
              }
              case 'set': {
                const value = { id: ++id, bytes: step.bytes };
                asOf.set(id, nowMs - step.ageMs);
                cache.set(step.key, value, { ageMs: step.ageMs });
                break;
              }
              case 'pass':
                await clock.advance(step.ms);
                break;
              case 'prolong':
                factor = step.factor;
                cache.prolong(factor);
                break;
              default:
              // Forgetting begins a second load on purpose: the naive cache above looks at that.
            }
            await clock.settle();
            expect(faults).toEqual([]);
          }
          await clock.advance(1_000);
          for (const { end } of real) end(DOWN);
          await clock.settle();
          expect(faults).toEqual([]);
          expect(open).toBe(0);
          expect(clock.pending).toBe(0);
          expect(cache.stats().loading).toBe(0);
        },
      ),
      { numRuns: propertyRuns(300) },
    ),
);
