import fc from 'fast-check';
import type { Priority } from '../call.ts';

/**
 * What the work does at one attempt. `ends`: as it says after `ms`, or at once when its signal aborts. `deaf`: the same,
 * but it never looks at its signal. `hangs`: until its signal aborts. The others end within the call of the work.
 */
export type Deed =
  | 'ends'
  | 'deaf'
  | 'hangs'
  | 'throws'
  | 'gives'
  | 'thenable'
  | 'twice'
  | 'broken-then'
  | 'broken-getter'
  | 'aborts';

/** How what ends by itself ends. */
export type Outcome =
  'answer' | 'transient' | 'neverSent' | 'throttled' | 'persistent' | 'cancelled' | 'unclassified';

export interface Act {
  readonly deed: Deed;
  readonly outcome: Outcome;
  readonly ms: number;
  readonly retryAfterMs: number;
}

/** One dependency; `null` stands for a policy that is off. */
export interface Setup {
  readonly timeoutMs: number | null;
  readonly deadlineMs: number | null;
  readonly maxRetries: number | null;
  readonly firstMs: number;
  readonly budget: { readonly ratio: number; readonly floor: number } | null;
  readonly breaker: {
    readonly failures: number;
    readonly openMs: number;
    readonly closeAfter: number;
  } | null;
  readonly quota: { readonly limit: number; readonly maxWaitMs: number; readonly maxQueue: number };
  readonly bulkhead: { readonly limit: number; readonly maxWaitMs: number; readonly maxQueue: number } | null;
}

export type Step =
  | {
      readonly does: 'call';
      readonly acts: readonly Act[];
      readonly throwing: boolean;
      readonly aborted: boolean;
      readonly quota: 'reads' | 'lists' | undefined;
      readonly priority: Priority;
      readonly idempotent: boolean;
      readonly deadlineMs: number | undefined;
      readonly withinMs: number | undefined;
    }
  | { readonly does: 'advance'; readonly ms: number }
  | { readonly does: 'abort'; readonly which: number }
  | { readonly does: 'isolate' | 'release' | 'trial' }
  | { readonly does: 'configure'; readonly failures: number; readonly openMs: number }
  | { readonly does: 'record'; readonly ok: boolean }
  | { readonly does: 'wall'; readonly ms: number };

const rarely = <T>(arbitrary: fc.Arbitrary<T>, weight = 2): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight, arbitrary });

const act: fc.Arbitrary<Act> = fc.record({
  deed: fc.oneof(
    { weight: 8, arbitrary: fc.constant<Deed>('ends') },
    { weight: 4, arbitrary: fc.constant<Deed>('deaf') },
    { weight: 2, arbitrary: fc.constant<Deed>('hangs') },
    { weight: 2, arbitrary: fc.constantFrom<Deed>('throws', 'gives', 'thenable') },
    { weight: 1, arbitrary: fc.constantFrom<Deed>('twice', 'broken-then', 'broken-getter', 'aborts') },
  ),
  outcome: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Outcome>('answer') },
    { weight: 5, arbitrary: fc.constant<Outcome>('transient') },
    { weight: 2, arbitrary: fc.constant<Outcome>('throttled') },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Outcome>('neverSent', 'persistent', 'cancelled', 'unclassified'),
    },
  ),
  ms: fc.oneof(fc.nat(30), fc.nat(200)),
  retryAfterMs: fc.nat(120),
});

const call: fc.Arbitrary<Step> = fc.record({
  does: fc.constant('call' as const),
  acts: fc.array(act, { minLength: 1, maxLength: 5 }),
  throwing: fc.boolean(),
  aborted: fc.nat(15).map((chance) => chance === 0),
  quota: fc.constantFrom(undefined, 'reads' as const, 'reads' as const, 'lists' as const),
  priority: fc.constantFrom<Priority>('high', 'normal', 'low'),
  idempotent: fc.nat(4).map((chance) => chance > 0),
  deadlineMs: rarely(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 6, max: 300 }))),
  withinMs: rarely(fc.integer({ min: 1, max: 300 })),
});

/** Commands to one dependency, in an order that means nothing. */
export const composedSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: call },
    {
      weight: 9,
      arbitrary: fc.record({
        does: fc.constant('advance' as const),
        ms: fc.oneof(fc.nat(40), fc.nat(40), fc.nat(400)),
      }),
    },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('abort' as const), which: fc.nat(50) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constantFrom('isolate' as const, 'release' as const, 'trial' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('configure' as const),
        failures: fc.integer({ min: 1, max: 5 }),
        openMs: fc.integer({ min: 20, max: 200 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('record' as const), ok: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant('wall' as const),
        ms: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      }),
    },
  ),
  { maxLength: 60, size: 'max' },
);

const queue = { maxWaitMs: fc.constantFrom(0, 30, 150), maxQueue: fc.constantFrom(0, 1, 4, 20) };

export const composedSetup: fc.Arbitrary<Setup> = fc.record({
  timeoutMs: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 150 })),
  deadlineMs: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 400 })),
  maxRetries: fc.constantFrom(null, 0, 1, 2, 3),
  firstMs: fc.integer({ min: 1, max: 40 }),
  budget: fc.option(fc.record({ ratio: fc.constantFrom(0, 0.1, 0.5, 1), floor: fc.constantFrom(0, 1, 3) }), {
    freq: 3,
  }),
  breaker: fc.option(
    fc.record({
      failures: fc.integer({ min: 1, max: 5 }),
      openMs: fc.integer({ min: 20, max: 200 }),
      closeAfter: fc.integer({ min: 1, max: 2 }),
    }),
    { freq: 2 },
  ),
  quota: fc.record({ limit: fc.integer({ min: 1, max: 8 }), ...queue }),
  bulkhead: fc.option(fc.record({ limit: fc.integer({ min: 1, max: 4 }), ...queue })),
});
