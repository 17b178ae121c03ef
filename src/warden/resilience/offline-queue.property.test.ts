import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { RefusedError, type Priority } from './call.ts';
import type { Classification } from './classify.ts';
import { createOfflineQueue } from './offline-queue.ts';
import type { OfflineRecord, OfflineStore } from './offline-store.ts';
import { unreached } from './testing/offline-play.ts';
import { propertyRuns } from './testing/property-runs.ts';

const MAX_REQUESTS = 5;
const MAX_BYTES = 40;
const RANKS: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };
const transient = new Error('HTTP 500');
const persistent = new Error('HTTP 400');
const full = new Error('disk full');

const classify = (error: unknown): Classification => ({
  kind: error === persistent ? 'persistent' : 'transient',
  retry: error !== persistent,
  countsForBreaker: true,
  severity: 'error',
});

type Weather = 'good' | 'slow' | 'gone' | 'transient' | 'persistent';
type Step =
  | { readonly does: 'enqueue'; readonly priority: Priority; readonly length: number }
  | { readonly does: 'pass'; readonly ms: number }
  | { readonly does: 'weather'; readonly is: Weather }
  | { readonly does: 'disk'; readonly fails: boolean; readonly takesMs: number }
  /** Part of what the store is just taking reaches the disk. */
  | { readonly does: 'kill'; readonly reaches: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      does: fc.constant('enqueue' as const),
      priority: fc.constantFrom<Priority[]>('high', 'normal', 'low'),
      length: fc.nat(12),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ does: fc.constant('pass' as const), ms: fc.constantFrom(0, 3, 50, 6_000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('weather' as const),
      is: fc.constantFrom<Weather[]>('good', 'slow', 'gone', 'gone', 'transient', 'persistent'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('disk' as const),
      fails: fc.boolean(),
      takesMs: fc.constantFrom(0, 0, 5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('kill' as const), reaches: fc.nat(4) }) },
);

interface World {
  readonly disk: Map<string, OfflineRecord<string>>;
  readonly acknowledged: Set<string>;
  readonly payloads: Map<string, string>;
  /** Sorts as requests are to be sent. */
  readonly places: Map<string, string>;
  readonly arrived: Set<string>;
  readonly faults: string[];
  weather: Weather;
  diskFails: boolean;
  diskTakesMs: number;
}

/** One life of the process: what it has begun never ends once the next one lives by a clock of its own. */
function live(world: World, concurrency: number) {
  const { disk, faults, places, payloads } = world;
  const clock = new FakeClock();
  /** The changes that the store is just taking, one by one. */
  let under: (() => void)[] = [];
  let calls = 0;
  const take = async (changes: (() => void)[]): Promise<void> => {
    if (++calls > 1) faults.push('two calls of the store at once');
    under = changes;
    if (world.diskTakesMs > 0) await clock.sleep(world.diskTakesMs);
    calls -= 1;
    under = [];
    if (world.diskFails) throw full;
    for (const change of changes) change();
  };
  const store: OfflineStore<string> = {
    load: async () => [...disk.values()].sort((a, b) => a.seq - b.seq),
    append: (records) => take(records.map((record) => () => disk.set(record.key, structuredClone(record)))),
    remove: (keys) => take(keys.map((key) => () => disk.delete(key))),
  };

  const loaded = [...disk.values()].filter(({ dead }) => dead === undefined);
  /** What surely waits to be sent, and has not failed yet. */
  const ready = new Set(loaded.map(({ key }) => key));
  /** Back from a try that reached nobody: it waits again as soon as all has come to rest. */
  const returned = new Set<string>();
  const started = new Set<string>();
  const done = new Set<string>();
  let entering = 0;
  const queue = createOfflineQueue<string>({
    store,
    clock,
    classify,
    concurrency,
    maxRequests: MAX_REQUESTS,
    maxBytes: MAX_BYTES,
    maxAttempts: 3,
    async send(payload, { key, signal }) {
      if (done.has(key)) faults.push(`${key} was sent again after it had arrived`);
      if (payloads.get(key) !== payload) faults.push(`${key} came with ${payload}`);
      // While one is coming in, others may be about to leave for it.
      for (const other of entering > 0 ? [] : ready) {
        if ((places.get(other) ?? '') < (places.get(key) ?? ''))
          faults.push(`${key} was sent before ${other}`);
      }
      started.add(key);
      ready.delete(key);
      returned.delete(key);
      const { weather } = world;
      if (weather === 'slow') await clock.sleep(20, signal);
      if (weather === 'gone') {
        returned.add(key);
        throw unreached;
      }
      if (weather === 'transient') throw transient;
      if (weather === 'persistent') throw persistent;
      done.add(key);
      world.arrived.add(key);
    },
  });
  queue.on('deadLetter', ({ key }) => ready.delete(key));

  return {
    clock,
    queue,
    most: {
      requests: Math.max(MAX_REQUESTS, loaded.length),
      bytes: Math.max(
        MAX_BYTES,
        loaded.reduce((sum, record) => sum + record.bytes, 0),
      ),
    },
    async enqueue(payload: string, key: string, priority: Priority): Promise<void> {
      entering += 1;
      try {
        await queue.enqueue(payload, { key, priority });
        world.acknowledged.add(key);
        if (!started.has(key)) ready.add(key);
      } finally {
        entering -= 1;
      }
    },
    rested(): void {
      for (const key of returned) ready.add(key);
    },
    /** So many of the changes that were under way have reached the disk. */
    kill(reaches: number): void {
      for (const change of under.slice(0, reaches)) change();
    },
  };
}

test(
  'no acknowledged request is lost, over any kills, failures of disk and network; the most urgent goes first',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 50, size: 'max' }),
        fc.constantFrom(1, 1, 3),
        async (steps, concurrency) => {
          const world: World = {
            disk: new Map(),
            acknowledged: new Set(),
            payloads: new Map(),
            places: new Map(),
            arrived: new Set(),
            faults: [],
            weather: 'good',
            diskFails: false,
            diskTakesMs: 0,
          };
          let life = live(world, concurrency);
          await life.queue.start();
          let order = 1_000;

          for (const each of steps) {
            switch (each.does) {
              case 'enqueue': {
                const key = `k${++order}`;
                const payload = 'x'.repeat(each.length) + String(order);
                world.payloads.set(key, payload);
                world.places.set(key, `${RANKS[each.priority]} ${order}`);
                const { requests, bytes } = life.queue.state();
                const fits = requests < MAX_REQUESTS && bytes + payload.length + 2 <= MAX_BYTES;
                life.enqueue(payload, key, each.priority).catch((error: unknown) => {
                  if (error === full || (error instanceof RefusedError && !fits)) return;
                  world.faults.push(`${key}: ${String(error)}`);
                });
                break;
              }
              case 'pass':
                await life.clock.advance(each.ms);
                break;
              case 'weather':
                world.weather = each.is;
                break;
              case 'disk':
                world.diskFails = each.fails;
                world.diskTakesMs = each.takesMs;
                break;
              case 'kill':
                life.kill(each.reaches);
                life = live(world, concurrency);
                await life.queue.start();
            }
            await life.clock.settle();
            const { requests, bytes } = life.queue.state();
            expect(requests).toBeLessThanOrEqual(life.most.requests);
            expect(bytes).toBeLessThanOrEqual(life.most.bytes);
            expect(world.faults).toEqual([]);
          }

          world.diskFails = false;
          world.weather = 'good';
          await life.clock.advance(10 * 60_000);
          const dead = life.queue.deadLetters().map(({ key }) => key);
          const lost = [...world.acknowledged].filter(
            (key) => !world.arrived.has(key) && !dead.includes(key),
          );
          expect(lost).toEqual([]);
          expect(world.faults).toEqual([]);
          expect([...world.disk.keys()].sort()).toEqual(dead.sort());
          expect(life.queue.state()).toMatchObject({ requests: 0, bytes: 0, sending: 0 });
          expect(life.clock.pending).toBe(0);
        },
      ),
      { numRuns: propertyRuns(300) },
    ),
  600_000,
);
