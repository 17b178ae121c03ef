import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AbortedError, FakeClock } from '../../kernel/index.ts';
import type { Priority, Refusal } from './call.ts';
import { RateLimiter } from './rate-limiter.ts';
import { propertyRuns } from './testing/property-runs.ts';

const LONG_FORM_MS = 600_000;
const RANKS = { high: 0, normal: 1, low: 2 } as const;
const WINDOW_MS = 40;
/** Longer than anything waits or is blocked. */
const EVER_MS = 10_000;

interface Asked {
  readonly id: number;
  readonly priority: Priority;
  readonly askedMs: number;
  readonly maxWaitMs: number;
  readonly controller: AbortController;
  readonly ends: string[];
}

const priority = fc.constantFrom<Priority>('high', 'normal', 'low');
const command = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      priority,
      maxWaitMs: fc.oneof(fc.integer({ min: 0, max: 150 }), fc.constant(Infinity)),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('abort' as const), which: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('throttled' as const), retryAfterMs: fc.nat(90) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('giveBack' as const), back: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('configure' as const),
      limit: fc.integer({ min: 1, max: 8 }),
      maxQueue: fc.integer({ min: 0, max: 8 }),
    }),
  },
);

test(
  'no window over the limit, in turn, nobody forgotten, nothing left behind',
  { timeout: LONG_FORM_MS },
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 8 }),
        fc.array(command, { maxLength: 60, size: 'max' }),
        async (firstLimit, maxQueue, commands) => {
          const clock = new FakeClock();
          const limiter = new RateLimiter('Market', clock, {
            limit: firstLimit,
            windowMs: WINDOW_MS,
            maxQueue,
          });
          let limit = firstLimit;
          const asked: Asked[] = [];
          const waiting = new Set<Asked>();
          /** When calls started that were not given back. */
          let starts: number[] = [];
          let blockedUntilMs = 0;

          const started = (one: Asked, atMs: number): void => {
            starts.push(atMs);
            const held = starts.filter((at) => at > atMs - WINDOW_MS).length;
            expect(held).toBeLessThanOrEqual(limit);
            if (one.priority === 'low') expect(held).toBeLessThanOrEqual(Math.max(1, limit * 0.8));
            expect(atMs).toBeGreaterThanOrEqual(blockedUntilMs);
            expect(atMs - one.askedMs).toBeLessThanOrEqual(one.maxWaitMs);
            // Nobody of a higher priority waits, nobody of the same who came before.
            for (const other of waiting) {
              expect(RANKS[other.priority]).toBeGreaterThanOrEqual(RANKS[one.priority]);
              if (other.priority === one.priority) expect(other.id).toBeGreaterThan(one.id);
            }
            one.ends.push('started');
          };
          const faults: unknown[] = [];
          const refused = (one: Asked, refusal: Refusal): void => {
            expect(refusal.by).toBe('quota');
            if (refusal.state === 'full') {
              // The oldest of the lowest.
              for (const other of waiting) {
                expect(RANKS[other.priority]).toBeLessThanOrEqual(RANKS[one.priority]);
                if (other.priority === one.priority) expect(other.id).toBeGreaterThan(one.id);
              }
            }
            one.ends.push('refused');
          };
          const ask = (priorityOf: Priority, maxWaitMs: number): void => {
            const one: Asked = {
              id: asked.length,
              priority: priorityOf,
              askedMs: clock.monotonic(),
              maxWaitMs,
              controller: new AbortController(),
              ends: [],
            };
            asked.push(one);
            const usedBefore = limiter.core.used(one.askedMs);
            const answer = limiter.acquire(priorityOf, one.controller.signal, maxWaitMs, one.askedMs);
            if (answer === true) {
              started(one, one.askedMs);
            } else if (answer instanceof Promise) {
              waiting.add(one);
              void answer
                .then(
                  (end) => {
                    waiting.delete(one);
                    if (typeof end === 'number') started(one, end);
                    else refused(one, end);
                  },
                  (error: unknown) => {
                    waiting.delete(one);
                    expect(error).toBeInstanceOf(AbortedError);
                    one.ends.push('aborted');
                  },
                )
                .catch((fault: unknown) => faults.push(fault));
            } else {
              expect(limiter.core.used(one.askedMs)).toBe(usedBefore);
              if (answer.state !== 'full' && limiter.core.settings.maxQueue > 0) {
                expect(answer.retryInMs).toBeGreaterThan(maxWaitMs);
              }
              refused(one, answer);
            }
          };

          for (const step of commands) {
            const nowMs = clock.monotonic();
            switch (step.kind) {
              case 'ask':
                ask(step.priority, step.maxWaitMs);
                break;
              case 'advance':
                await clock.advance(step.ms);
                break;
              case 'abort':
                asked[step.which % Math.max(1, asked.length)]?.controller.abort();
                break;
              case 'throttled':
                limiter.throttled(nowMs, step.retryAfterMs, nowMs);
                if (step.retryAfterMs > 0) {
                  blockedUntilMs = Math.max(blockedUntilMs, nowMs + step.retryAfterMs);
                }
                break;
              case 'giveBack': {
                const taken = starts.at(-1 - step.back);
                if (taken === undefined || taken <= nowMs - WINDOW_MS) break;
                starts = starts.toSpliced(starts.lastIndexOf(taken), 1);
                limiter.giveBack(taken, nowMs);
                break;
              }
              case 'configure':
                ({ limit } = step);
                limiter.configure({ limit: step.limit, maxQueue: step.maxQueue }, nowMs);
                break;
            }
            await clock.settle();
            expect(faults).toEqual([]);
            // Whose time has come is not waiting, neither for a start nor for its refusal.
            const now = clock.monotonic();
            expect(limiter.waiting).toBe(waiting.size);
            expect(limiter.waiting).toBeLessThanOrEqual(limiter.core.settings.maxQueue);
            const first = [...waiting].toSorted((a, b) => RANKS[a.priority] - RANKS[b.priority])[0];
            if (first) expect(limiter.core.nextStartMs(now, first.priority)).toBeGreaterThan(now);
            for (const one of waiting) expect(one.askedMs + one.maxWaitMs).toBeGreaterThan(now);
            // One timer for all, and none for nobody.
            expect(clock.pending).toBe(waiting.size > 0 ? 1 : 0);
          }

          await clock.advance(EVER_MS);
          expect(faults).toEqual([]);
          expect(asked.map((one) => one.ends.length)).toEqual(asked.map(() => 1));
          expect([clock.pending, limiter.waiting]).toEqual([0, 0]);
          const listeners = asked.flatMap((one) => getEventListeners(one.controller.signal, 'abort'));
          expect(listeners).toEqual([]);
          const ends = asked.flatMap((one) => one.ends);
          const count = (end: string): number => ends.filter((one) => one === end).length;
          const { counts } = limiter;
          expect([counts.started, counts.refused]).toEqual([count('started'), count('refused')]);
        },
      ),
      { numRuns: propertyRuns(300) },
    ),
);
