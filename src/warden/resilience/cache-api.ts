import type { Answer } from './answer.ts';
import type { CacheCallOptions, CacheSettings } from './cache-options.ts';
import type { Work } from './call.ts';

/** What happens in a cache. */
export interface CacheEvents<K> {
  /** A stale value stood in for a load. `error` is how that ended; null when it was only slow. */
  readonly stale: { readonly key: K; readonly ageMs: number; readonly error: unknown };
  /** A value left for want of room. */
  readonly evicted: { readonly key: K; readonly bytes: number; readonly ageMs: number };
}

/** Counts since the start, and what is there now. */
export interface CacheStats {
  /** Calls that were answered with a value within its time. */
  readonly hits: number;
  /** Calls that began a load. */
  readonly misses: number;
  /** Calls that joined a load. */
  readonly joined: number;
  /** Calls that were answered with a stale value. */
  readonly staleAnswers: number;
  /** Values that left for want of room. */
  readonly evictions: number;
  /** Values that were too large to keep, or whose size could not be told. */
  readonly notKept: number;
  readonly entries: number;
  /** What is kept, as `sizeOf` counts it. */
  readonly bytes: number;
  /** Loads in flight. */
  readonly loading: number;
}

/** Values by key, which may be given again for a while and say so. */
export interface Cache<K, V> {
  /**
   * A value within its time is given as `cached`. Else the key is loaded and the value given as `fresh`; calls for a key
   * that is being loaded wait for that one load. When it fails, or the caller's deadline passes, a value from before is
   * given as `stale`, if it is young enough. Failures are not kept: the next call loads again.
   *
   * A caller that aborts leaves alone. When the last one has left, the load's signal aborts. `load` should have a time
   * limit of its own: here it is limited only by the patience of those who wait.
   * @throws AbortedError when the caller's signal aborts; TimeoutError when its deadline passes; else what `load` threw.
   */
  get(key: K, load: Work<V>, options?: CacheCallOptions): Promise<Answer<V>>;
  /** What is there, `cached` or `stale`, without a load; undefined when nothing is, or too old. Counts nothing. */
  peek(key: K): Answer<V> | undefined;
  /**
   * Keeps a value that was come by otherwise. `ageMs`: how old it is already, default 0; `source`: default the cache's.
   * @returns whether it is kept: not when a newer one is there, or when it is too large.
   * @throws RangeError when its size or age is no number of at least 0.
   */
  set(key: K, value: V, options?: { readonly ageMs?: number; readonly source?: string }): boolean;
  /** Forgets the value of a key. What is being loaded for it is given to those who wait, and neither joined nor kept. */
  delete(key: K): boolean;
  /** Forgets everything, as {@link delete} does. */
  clear(): void;
  /**
   * Stretches `ttlMs` and `staleIfErrorMs` by a factor of at least 1 while the source is slow; 1 ends it. It counts from
   * now on for all values, those from before too.
   */
  prolong(factor: number): void;
  /** Changes settings and keeps the values that still fit. @throws RangeError, having changed nothing. */
  configure(change: Partial<CacheSettings>): void;
  stats(): CacheStats;
  /** Adds a listener; gives the function that removes it. */
  on<Name extends keyof CacheEvents<K>>(
    name: Name,
    listener: (event: CacheEvents<K>[Name]) => void,
  ): () => void;
}
