import { FakeClock } from '../../../kernel/index.ts';
import { createCache } from '../cache.ts';
import type { Cache } from '../cache-api.ts';
import type { CacheOptions } from '../cache-options.ts';
import type { CallContext } from '../call.ts';

/** A load that ends when one says so. */
export interface PlayedLoad {
  readonly context: CallContext;
  answer(value: string): void;
  fail(error: unknown): void;
}

/** A cache under virtual time, with a source that one plays. */
export interface PlayedCache {
  readonly clock: FakeClock;
  readonly cache: Cache<string, string>;
  readonly key: string;
  readonly loads: PlayedLoad[];
  readonly load: (context: CallContext) => Promise<string>;
}

export function playCache(options: CacheOptions<string, string> = {}): PlayedCache {
  const clock = new FakeClock();
  const cache = createCache<string, string>({ clock, source: 'market', sizeOf: () => 1, ...options });
  const loads: PlayedLoad[] = [];
  return {
    clock,
    cache,
    key: 'mint',
    loads,
    load: (context) =>
      new Promise((answer, fail) => {
        loads.push({ context, answer, fail });
      }),
  };
}

/** How a call ended: with its value, or with its error in words. */
export const ended = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (value) => value,
    (error: unknown) => String(error),
  );

/** How a source fails that is down. */
export const down = new Error('down');

/** A source that is down. */
export const broken = (): never => {
  throw down;
};
