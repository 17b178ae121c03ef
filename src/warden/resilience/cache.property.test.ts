import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import type { Answer } from './answer.ts';
import { createCache } from './cache.ts';
import type { CallContext } from './call.ts';
import { propertyRuns } from './testing/property-runs.ts';

const PATIENT_MS = 600_000;
const KEYS = ['a', 'b', 'c'];
const TTL_MS = 10;
const STALE_MS = 30;
const MAX_BYTES = 10;
const DOWN = new Error('down');

interface Value {
  readonly id: number;
  readonly bytes: number;
}

type Step =
  | { readonly does: 'get'; readonly key: string; readonly deadlineMs?: number }
  | { readonly does: 'answer' | 'fail'; readonly load: number; readonly bytes: number }
  | { readonly does: 'abort'; readonly caller: number }
  | { readonly does: 'set'; readonly key: string; readonly bytes: number; readonly ageMs: number }
  | { readonly does: 'delete'; readonly key: string }
  | { readonly does: 'clear' }
  | { readonly does: 'pass'; readonly ms: number }
  | { readonly does: 'prolong'; readonly factor: number }
  | { readonly does: 'bound'; readonly bytes: number };

const key = fc.constantFrom(...KEYS);
const bytes = fc.integer({ min: 0, max: MAX_BYTES + 2 });
const recent = fc.nat(3);
const common = [
  { weight: 8, arbitrary: fc.record({ does: fc.constant('answer' as const), load: recent, bytes }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('fail' as const), load: recent, bytes }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('abort' as const), caller: recent }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('set' as const), key, bytes, ageMs: fc.nat(STALE_MS) }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('clear' as const) }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('pass' as const), ms: fc.nat(STALE_MS + 2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('prolong' as const), factor: fc.constantFrom(1, 2) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('bound' as const), bytes: fc.integer({ min: 1, max: 12 }) }),
  },
];
const stepsOf = (get: fc.Arbitrary<Step>): fc.Arbitrary<Step[]> =>
  fc.array(fc.oneof({ weight: 12, arbitrary: get }, ...common), { maxLength: 60, size: 'max' });

const plainGet = fc.record({ does: fc.constant('get' as const), key });
const hurriedGet = fc.record({
  does: fc.constant('get' as const),
  key,
  deadlineMs: fc.constantFrom(0, 1, 7, 20, 1_000),
});

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
    fc.asyncProperty(stepsOf(plainGet), async (steps) => {
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

test(
  'with deadlines and a slow source too: in time, nothing too old, no key loaded twice, nothing left behind',
  { timeout: PATIENT_MS },
  () =>
    fc.assert(
      fc.asyncProperty(stepsOf(hurriedGet), fc.constantFrom(3, 9, Infinity), async (steps, staleIfSlowMs) => {
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
                expect(asOf.get(answer.value.id)).toBeGreaterThanOrEqual(lastSeen.get(step.key) ?? -Infinity);
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
      }),
      { numRuns: propertyRuns(300) },
    ),
);
