import { TimeoutError, createEmitter, systemClock, type Clock } from '../../kernel/index.ts';
import type { Answer, Freshness } from './answer.ts';
import type { Cache, CacheEvents } from './cache-api.ts';
import { CacheEntries, type CacheEntry, type Kept } from './cache-entries.ts';
import { cacheDefaults, cacheSettings, type CacheCallOptions, type CacheOptions } from './cache-options.ts';
import type { Work } from './call.ts';
import { estimateBytes } from './estimate-bytes.ts';
import { checkAtLeast } from './option-checks.ts';
import { SharedWork, goneError, hasGone, patienceOf } from './shared-work.ts';

/** Bytes of an entry beside key and value. */
const ENTRY_BYTES = 160;

/** One load of a key. */
class Load<V> extends SharedWork<V> {
  readonly startedMs: number;
  readonly order: number;
  /** How old the value already was when it came. */
  ageMs = 0;
  /** A newer value was there when it came. */
  outdated = false;

  constructor(clock: Clock, what: string, order: number) {
    super(clock, what);
    this.startedMs = clock.monotonic();
    this.order = order;
  }
}

/**
 * A cache that serves stale values when its source fails, names their age, and loads a key once at a time.
 *
 * Age counts from when the load began, not from when it ended: the source may have made the value at any moment between
 * (RFC 9111, 4.2.3). By the same moment two values of a key are told apart, so that a slow answer never replaces a newer
 * one. What is too old is never given, also while it still takes room.
 */
export function createCache<K, V>(options: CacheOptions<K, V> = {}): Cache<K, V> {
  const {
    source = 'origin',
    clock = systemClock,
    staleOn = () => true,
    ageOf = () => 0,
    sizeOf = (value, key) => ENTRY_BYTES + estimateBytes(key) + estimateBytes(value),
  } = options;
  let settings = cacheSettings(cacheDefaults, options);
  let factor = 1;
  let order = 0;
  let listeners = 0;
  let [hits, misses, joined, staleAnswers, evictions, notKept] = [0, 0, 0, 0, 0, 0];
  const events = createEmitter<CacheEvents<K>>((error) => options.onListenerError?.(error));
  const loads = new Map<K, Load<V>>();

  const entries = new CacheEntries<K, V>(settings.maxBytes, ({ key, bytes, asOfMs }) => {
    evictions += 1;
    if (listeners > 0) events.emit('evicted', { key, bytes, ageMs: clock.monotonic() - asOfMs });
  });

  const answer = (entry: CacheEntry<K, V>, freshness: Freshness, ageMs: number): Answer<V> => ({
    value: entry.value,
    freshness,
    ageMs,
    source: entry.source,
  });

  const peek = (key: K): Answer<V> | undefined => {
    const entry = entries.find(key);
    if (entry === undefined) return undefined;
    const ageMs = clock.monotonic() - entry.asOfMs;
    if (ageMs < settings.ttlMs * factor) return answer(entry, 'cached', ageMs);
    return ageMs < settings.staleIfErrorMs * factor ? answer(entry, 'stale', ageMs) : undefined;
  };

  const keep = (key: K, value: V, from: string, asOfMs: number, at: number): Kept => {
    const bytes = sizeOf(value, key);
    checkAtLeast('sizeOf', bytes, 0);
    const kept = entries.put(key, value, from, asOfMs, at, bytes);
    if (kept === 'too_large') notKept += 1;
    return kept;
  };

  const keepLoaded = (key: K, value: V, load: Load<V>): void => {
    // Forgotten while it was loaded: it may be just what was to be forgotten.
    const forgotten = loads.get(key) !== load;
    try {
      const ageMs = ageOf(value);
      checkAtLeast('ageOf', ageMs, 0);
      load.ageMs = ageMs;
      if (forgotten) return;
      load.outdated = keep(key, value, source, load.startedMs - ageMs, load.order) === 'outdated';
    } catch {
      // The value is good for those who wait, only what it weighs is not known.
      if (!forgotten) entries.delete(key);
      notKept += 1;
    }
  };

  /** What can be given in place of a load that ended with `error`, or is slow: null. */
  const standIn = (key: K, error: unknown): Answer<V> | undefined => {
    const found = peek(key);
    if (found === undefined) return undefined;
    if (found.freshness === 'stale') {
      staleAnswers += 1;
      if (listeners > 0) events.emit('stale', { key, ageMs: found.ageMs, error });
    }
    const entry = entries.find(key);
    if (entry) entries.touch(entry);
    return found;
  };

  const loadedAnswer = (key: K, value: V, load: Load<V>): Answer<V> => {
    const newer = load.outdated ? peek(key) : undefined;
    const ageMs = clock.monotonic() - load.startedMs + load.ageMs;
    return newer ?? { value, freshness: 'fresh', ageMs, source };
  };

  const awaitLoad = async (
    key: K,
    what: string,
    work: Work<V>,
    call: CacheCallOptions | undefined,
  ): Promise<Answer<V>> => {
    if (hasGone(call)) throw goneError(call, what);
    const patienceMs = patienceOf(call);
    const running = loads.get(key);
    const load = running ?? new Load<V>(clock, what, ++order);
    const slowMs = peek(key) ? settings.staleIfSlowMs : Infinity;
    const mayBeSlow = slowMs < patienceMs;
    try {
      if (patienceMs <= 0) throw new TimeoutError(what, 0);
      const loaded = load.wait(call, mayBeSlow ? slowMs : patienceMs, mayBeSlow);
      if (running) joined += 1;
      else {
        misses += 1;
        loads.set(key, load);
        load.run(
          work,
          (value) => keepLoaded(key, value, load),
          () => loads.get(key) === load && loads.delete(key),
        );
      }
      return loadedAnswer(key, await loaded, load);
    } catch (error) {
      if (hasGone(call)) throw goneError(call, what);
      if (mayBeSlow && load.running) {
        const found = standIn(key, null);
        // The old value left while one waited for the new one.
        return found ?? loadedAnswer(key, await load.wait(call, patienceMs - slowMs), load);
      }
      const found = staleOn(error) ? standIn(key, error) : undefined;
      if (found === undefined) throw error;
      return found;
    }
  };

  return {
    get(key, work, call) {
      const entry = entries.find(key);
      if (entry === undefined || call?.signal?.aborted === true) {
        return awaitLoad(key, call?.what ?? `loading ${String(key)}`, work, call);
      }
      const ageMs = clock.monotonic() - entry.asOfMs;
      if (ageMs >= settings.ttlMs * factor) {
        return awaitLoad(key, call?.what ?? `loading ${String(key)}`, work, call);
      }
      hits += 1;
      entries.touch(entry);
      return Promise.resolve(answer(entry, 'cached', ageMs));
    },
    peek,
    set(key, value, { ageMs = 0, source: from = source } = {}) {
      checkAtLeast('ageMs', ageMs, 0);
      return keep(key, value, from, clock.monotonic() - ageMs, ++order) === 'kept';
    },
    delete(key) {
      loads.delete(key);
      return entries.delete(key);
    },
    clear() {
      loads.clear();
      entries.clear();
    },
    prolong(by) {
      checkAtLeast('factor', by, 1);
      factor = by;
    },
    configure(change) {
      settings = cacheSettings(settings, change);
      entries.setMaxBytes(settings.maxBytes);
    },
    stats: () => ({
      hits,
      misses,
      joined,
      staleAnswers,
      evictions,
      notKept,
      entries: entries.size,
      bytes: entries.bytes,
      loading: loads.size,
    }),
    on(name, listener) {
      const remove = events.on(name, listener);
      listeners += 1;
      let listens = true;
      return () => {
        if (listens) listeners -= 1;
        listens = false;
        remove();
      };
    },
  };
}
