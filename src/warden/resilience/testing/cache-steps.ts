import fc from 'fast-check';

export const KEYS = ['a', 'b', 'c'];
export const TTL_MS = 10;
export const STALE_MS = 30;
export const MAX_BYTES = 10;
/** How loads fail. */
export const DOWN = new Error('down');

/** What is kept. */
export interface Value {
  readonly id: number;
  readonly bytes: number;
}

/** What may happen to a cache. */
export type CacheStep =
  | { readonly does: 'get'; readonly key: string; readonly deadlineMs?: number }
  | { readonly does: 'answer' | 'fail'; readonly load: number; readonly bytes: number }
  | { readonly does: 'abort'; readonly caller: number }
  | { readonly does: 'set'; readonly key: string; readonly bytes: number; readonly ageMs: number }
  | { readonly does: 'delete'; readonly key: string }
  | { readonly does: 'clear' }
  | { readonly does: 'pass'; readonly ms: number }
  | { readonly does: 'prolong'; readonly factor: number }
  | { readonly does: 'bound'; readonly bytes: number };

export const key = fc.constantFrom(...KEYS);
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
/** Sequences in which calls are made by `get`. */
export const cacheSteps = (get: fc.Arbitrary<CacheStep>): fc.Arbitrary<CacheStep[]> =>
  fc.array(fc.oneof({ weight: 12, arbitrary: get }, ...common), { maxLength: 60, size: 'max' });
