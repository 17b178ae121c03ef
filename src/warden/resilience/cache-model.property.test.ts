import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { Answer } from './answer.ts';
import { createCache } from './cache.ts';
import type { CallContext } from './call.ts';
import {
  DOWN,
  KEYS,
  MAX_BYTES,
  STALE_MS,
  TTL_MS,
  cacheSteps,
  key,
  type Value,
} from './testing/cache-steps.ts';
import { propertyRuns } from './testing/property-runs.ts';

const PATIENT_MS = 600_000;
const plainGet = fc.record({ does: fc.constant('get' as const), key });
/** What a naive cache knows of a value. */
interface Kept {
  readonly value: Value;
  readonly asOfMs: number;
  readonly order: number;
}
interface Caller {
  expected: string | undefined;
  readonly controller: AbortController;
  got: string | undefined;
}
interface NaiveLoad {
  readonly key: string;
  readonly startedMs: number;
  readonly order: number;
  readonly callers: Set<Caller>;
}

const inWords = ({ value, freshness, ageMs }: Answer<Value>): string => `${value.id} ${freshness} ${ageMs}`;

test('the cache is a naive one, whatever comes in whatever order', { timeout: PATIENT_MS }, () =>
  fc.assert(
    fc.asyncProperty(cacheSteps(plainGet), async (steps) => {
      const clock = new FakeClock();
      const cache = createCache<string, Value>({
        clock,
        ttlMs: TTL_MS,
        staleIfErrorMs: STALE_MS,
        maxBytes: MAX_BYTES,
        sizeOf: (value) => value.bytes,
      });
      const real: { answer(value: Value): void; fail(error: unknown): void; context: CallContext }[] = [];
      // The naive cache: the one that was used last comes last.
      const kept = new Map<string, Kept>();
      const loads: NaiveLoad[] = [];
      const current = new Map<string, NaiveLoad>();
      const over = new Set<NaiveLoad>();
      const callers: Caller[] = [];
      const counts = { hits: 0, misses: 0, joined: 0, staleAnswers: 0, evictions: 0, notKept: 0 };
      let [factor, maxBytes, order, id] = [1, MAX_BYTES, 0, 0];

      const bytesKept = (): number => [...kept.values()].reduce((sum, each) => sum + each.value.bytes, 0);
      const look = (of: string): string | undefined => {
        const found = kept.get(of);
        if (!found) return undefined;
        const ageMs = clock.monotonic() - found.asOfMs;
        if (ageMs < TTL_MS * factor) return `${found.value.id} cached ${ageMs}`;
        return ageMs < STALE_MS * factor ? `${found.value.id} stale ${ageMs}` : undefined;
      };
      const use = (of: string): void => {
        const found = kept.get(of);
        if (found && kept.delete(of)) kept.set(of, found);
      };
      const shrink = (): void => {
        for (const oldest of [...kept.keys()]) {
          if (bytesKept() <= maxBytes) return;
          kept.delete(oldest);
          counts.evictions += 1;
        }
      };
      const put = (of: string, value: Value, asOfMs: number, at: number): 'outdated' | undefined => {
        const before = kept.get(of);
        if (before && (before.asOfMs > asOfMs || (before.asOfMs === asOfMs && before.order > at))) {
          return 'outdated';
        }
        kept.delete(of);
        if (value.bytes > maxBytes) counts.notKept += 1;
        else kept.set(of, { value, asOfMs, order: at });
        shrink();
        return undefined;
      };
      const end = (load: NaiveLoad): void => {
        over.add(load);
        if (current.get(load.key) === load) current.delete(load.key);
      };
      const running = (index: number): NaiveLoad | undefined =>
        loads.filter((load) => !over.has(load))[index];

      for (const step of steps) {
        const nowMs = clock.monotonic();
        switch (step.does) {
          case 'get': {
            const caller: Caller = { expected: undefined, got: undefined, controller: new AbortController() };
            callers.push(caller);
            const there = look(step.key);
            if (there?.includes('cached')) {
              counts.hits += 1;
              caller.expected = there;
              use(step.key);
            } else {
              const joined = current.get(step.key);
              const load = joined ?? { key: step.key, startedMs: nowMs, order: ++order, callers: new Set() };
              load.callers.add(caller);
              counts[joined ? 'joined' : 'misses'] += 1;
              if (!joined) {
                loads.push(load);
                current.set(step.key, load);
              }
            }
            cache
              .get(
                step.key,
                (context) =>
                  new Promise((answer, fail) => {
                    real.push({ answer, fail, context });
                  }),
                { signal: caller.controller.signal },
              )
              .then(
                (answer) => (caller.got = inWords(answer)),
                (error: unknown) => (caller.got = String(error)),
              );
            break;
          }
          case 'answer': {
            const load = running(step.load);
            if (!load) break;
            const value = { id: ++id, bytes: step.bytes };
            const forgotten = current.get(load.key) !== load;
            const outdated = !forgotten && put(load.key, value, load.startedMs, load.order) === 'outdated';
            end(load);
            for (const caller of load.callers) {
              const fresh = `${value.id} fresh ${nowMs - load.startedMs}`;
              caller.expected = (outdated ? look(load.key) : undefined) ?? fresh;
            }
            real[loads.indexOf(load)]?.answer(value);
            break;
          }
          case 'fail': {
            const load = running(step.load);
            if (!load) break;
            end(load);
            for (const caller of load.callers) {
              const found = look(load.key);
              if (found?.includes('stale')) counts.staleAnswers += 1;
              if (found) use(load.key);
              caller.expected = found ?? String(DOWN);
            }
            real[loads.indexOf(load)]?.fail(DOWN);
            break;
          }
          case 'abort': {
            const waiting = loads.flatMap((load) => (over.has(load) ? [] : [...load.callers]));
            const caller = waiting[step.caller];
            const load = loads.find((each) => caller && each.callers.has(caller));
            if (!caller || !load) break;
            caller.expected = `AbortedError: loading ${load.key} was aborted`;
            caller.controller.abort();
            load.callers.delete(caller);
            const last = load.callers.size === 0;
            if (last) end(load);
            expect(real[loads.indexOf(load)]?.context.signal.aborted).toBe(last);
            break;
          }
          case 'set': {
            const value = { id: ++id, bytes: step.bytes };
            put(step.key, value, nowMs - step.ageMs, ++order);
            const isThere = kept.get(step.key)?.value === value;
            expect(cache.set(step.key, value, { ageMs: step.ageMs })).toBe(isThere);
            break;
          }
          case 'delete':
            current.delete(step.key);
            expect(cache.delete(step.key)).toBe(kept.delete(step.key));
            break;
          case 'clear':
            current.clear();
            kept.clear();
            cache.clear();
            break;
          case 'pass':
            await clock.advance(step.ms);
            break;
          case 'prolong':
            factor = step.factor;
            cache.prolong(factor);
            break;
          case 'bound':
            maxBytes = step.bytes;
            shrink();
            cache.configure({ maxBytes });
        }
        await clock.settle();
        expect(callers.map(({ got }) => got)).toEqual(callers.map(({ expected }) => expected));
        expect(KEYS.map((each) => cache.peek(each)).map((answer) => answer && inWords(answer))).toEqual(
          KEYS.map(look),
        );
        expect(real).toHaveLength(loads.length);
        expect(cache.stats()).toEqual({
          ...counts,
          entries: kept.size,
          bytes: bytesKept(),
          loading: current.size,
        });
        expect(bytesKept()).toBeLessThanOrEqual(maxBytes);
      }
      expect(clock.pending).toBe(0);
    }),
    { numRuns: propertyRuns(300) },
  ),
);
