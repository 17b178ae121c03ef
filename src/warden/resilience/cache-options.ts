import type { Clock } from '../../kernel/index.ts';
import type { CallOptions } from './call.ts';
import { checkAtLeast, checkPositive } from './option-checks.ts';

/** What {@link createCache} may be told while it runs. */
export interface CacheSettings {
  /** A value younger than this is given without a load, in ms. Default 30,000. */
  readonly ttlMs: number;
  /**
   * When a load fails, a value younger than this is given instead, in ms, counted from the same moment as `ttlMs`.
   * Default 300,000; below `ttlMs` nothing stale is ever given.
   */
  readonly staleIfErrorMs: number;
  /**
   * When a load takes longer than this and a value younger than `staleIfErrorMs` is there, that is given and the load
   * goes on for those who ask later, in ms. Default Infinity: a load is waited for.
   */
  readonly staleIfSlowMs: number;
  /** Bound on what is kept, in bytes as `sizeOf` counts them. Default 16 MiB. */
  readonly maxBytes: number;
}

/** Options of {@link createCache}. */
export interface CacheOptions<K, V> extends Partial<CacheSettings> {
  /** Who gives the values, for {@link Answer.source}. Default `origin`. */
  readonly source?: string;
  /**
   * Bytes that a value takes. Asked once a value. Default: an estimate of the heap that key, value and entry take, for
   * plain data; give your own where values hold more than that, or where you know it better. A value for which it throws,
   * or gives no number of at least 0, is answered and not kept, nor is the one before it.
   */
  readonly sizeOf?: (value: V, key: K) => number;
  /** How old a value already is when its load ends, in ms, as HTTP's `Age` tells. Default 0. */
  readonly ageOf?: (value: V) => number;
  /** Which failures of a load a stale value may stand in for. Default: all. */
  readonly staleOn?: (error: unknown) => boolean;
  readonly clock?: Clock;
  /** Told what a listener threw. Default: nobody is. */
  readonly onListenerError?: (error: unknown) => void;
}

/** Options of one call of {@link Cache.get}; they mean what they mean in {@link CallOptions}. */
export type CacheCallOptions = Pick<CallOptions, 'signal' | 'deadlineMs' | 'within' | 'what'>;

/** Defaults of {@link CacheSettings}. */
export const cacheDefaults: CacheSettings = {
  ttlMs: 30_000,
  staleIfErrorMs: 300_000,
  staleIfSlowMs: Infinity,
  maxBytes: 16 * 1_024 * 1_024,
};

/** The settings that are named, over those from before. @throws RangeError for one that makes no sense. */
export function cacheSettings(before: CacheSettings, change: Partial<CacheSettings>): CacheSettings {
  const settings: CacheSettings = {
    ttlMs: change.ttlMs ?? before.ttlMs,
    staleIfErrorMs: change.staleIfErrorMs ?? before.staleIfErrorMs,
    staleIfSlowMs: change.staleIfSlowMs ?? before.staleIfSlowMs,
    maxBytes: change.maxBytes ?? before.maxBytes,
  };
  checkAtLeast('ttlMs', settings.ttlMs, 0);
  checkAtLeast('staleIfErrorMs', settings.staleIfErrorMs, 0);
  checkPositive('staleIfSlowMs', settings.staleIfSlowMs);
  checkPositive('maxBytes', settings.maxBytes);
  return settings;
}
