import { describeError, type Clock } from '../../kernel/index.ts';
import type { Cache } from './cache-api.ts';
import { createCache } from './cache.ts';
import type { CallOptions, Work } from './call.ts';
import { createFallback, type FallbackAnswer } from './fallback.ts';
import type { FallbackStep } from './fallback-options.ts';
import type { DependencyEvents } from './dependency-events.ts';
import type { DependencyOptions } from './dependency-options.ts';
import type { DependencyStats } from './dependency-stats.ts';

/** What a read goes through beside the policy of the dependency. */
export interface ReaderParts {
  readonly name: string;
  readonly clock: Clock;
  readonly options: Pick<DependencyOptions<string>, 'cache' | 'fallbackMs'>;
  readonly stats: DependencyStats;
  readonly emit: DependencyEvents['emit'];
  /** Whether answers take so long that what is known is kept for longer. */
  readonly slow: () => boolean;
}

/** While the other side is slow what is known is kept this many times as long. */
const PROLONGED = 2;

/** The cache and the fallback chain in front of a dependency. */
export class DependencyReader {
  readonly #parts: ReaderParts;
  readonly #cache: Cache<string, unknown> | null;

  constructor(parts: ReaderParts) {
    const { name, clock, options } = parts;
    this.#parts = parts;
    this.#cache = options.cache === false ? null : createCache({ ...options.cache, source: name, clock });
  }

  /** Keeps a value that was come by otherwise. */
  keep(key: string, value: unknown): void {
    this.#cache?.set(key, value);
  }

  /** Forgets one value, or all. */
  forget(key?: string): void {
    if (key === undefined) this.#cache?.clear();
    else this.#cache?.delete(key);
  }

  /**
   * Fresh, else stale, else what the `fallbacks` give in their order.
   * @throws UnavailableError when nothing answered in time; AbortedError when the caller went away.
   */
  async read<T>(
    key: string,
    load: Work<T>,
    fallbacks: readonly FallbackStep<T>[],
    call: CallOptions | undefined,
  ): Promise<FallbackAnswer<T>> {
    const { name, clock, options, stats, emit, slow } = this.#parts;
    const cache = this.#cache;
    cache?.prolong(slow() ? PROLONGED : 1);
    const first: FallbackStep<T> =
      cache === null
        ? { source: name, run: load }
        : {
            source: name,
            answer: async (within) => {
              const answer = await cache.get(key, load, { within });
              return { ...answer, value: answer.value as T };
            },
          };
    const chain = createFallback<T>({
      steps: [first, ...fallbacks],
      clock,
      ...(options.fallbackMs === undefined ? {} : { limitMs: options.fallbackMs }),
    });
    const answer = await chain.execute(undefined, call);
    const nowMs = clock.monotonic();
    if (answer.source !== name) stats.fallback(nowMs);
    else if (answer.freshness === 'cached') stats.cacheHit(nowMs);
    else if (answer.freshness === 'stale') stats.staleAnswer(nowMs);
    if (answer.source !== name || answer.freshness === 'stale') {
      const [failure] = answer.failures;
      const cause = failure === undefined ? 'nothing newer could be had' : describeError(failure.error);
      emit('degraded', { source: answer.source, freshness: answer.freshness, ageMs: answer.ageMs, cause });
    }
    return answer;
  }
}
