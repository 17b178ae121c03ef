import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AbortedError, FakeClock } from '../../kernel/index.ts';
import { Bulkhead } from './bulkhead-core.ts';
import type { Priority, Refusal } from './call.ts';
import { propertyRuns } from './testing/property-runs.ts';

const LONG_FORM_MS = 600_000;
const RANKS = { high: 0, normal: 1, low: 2 } as const;
/** Longer than anything waits. */
const EVER_MS = 10_000;

interface Asked {
  readonly id: number;
  readonly priority: Priority;
  readonly deadlineMs: number;
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
      maxWaitMs: fc.oneof(fc.integer({ min: 0, max: 80 }), fc.constant(Infinity)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tryEnter' as const), priority }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('leave' as const), lost: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('abort' as const), which: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('configure' as const),
      limit: fc.oneof(
        fc.integer({ min: 1, max: 6 }),
        fc.constant({ adaptive: 'gradient' as const, max: 6, initial: 3 }),
        fc.constant({ adaptive: 'aimd' as const, max: 6, initial: 3 }),
      ),
      maxQueue: fc.integer({ min: 0, max: 8 }),
    }),
  },
);

test(
  'never over the limit, evicted in order, each ends once, nothing left behind',
  { timeout: LONG_FORM_MS },
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 8 }),
        fc.array(command, { maxLength: 60, size: 'max' }),
        async (limit, maxQueue, commands) => {
          const clock = new FakeClock();
          const bulkhead = new Bulkhead('Market', clock, { limit, maxQueue });
          const asked: Asked[] = [];
          const waiting = new Set<Asked>();
          const faults: unknown[] = [];
          let running = 0;

          const entered = (one: Asked): void => {
            running += 1;
            expect(running).toBeLessThanOrEqual(bulkhead.limit);
            for (const other of waiting) {
              expect(RANKS[other.priority]).toBeGreaterThanOrEqual(RANKS[one.priority]);
              if (other.priority === one.priority) expect(other.id).toBeGreaterThan(one.id);
            }
            one.ends.push('entered');
          };
          const refused = (one: Asked, refusal: Refusal): void => {
            expect([refusal.by, refusal.state]).toEqual(['bulkhead', 'full']);
            one.ends.push('refused');
            if (!refusal.reason.includes('already wait')) return;
            // Evicted: the oldest of the lowest priority.
            for (const other of waiting) {
              expect(RANKS[other.priority]).toBeLessThanOrEqual(RANKS[one.priority]);
              if (other.priority === one.priority) expect(other.id).toBeGreaterThan(one.id);
            }
          };
          const ask = (priorityOf: Priority, maxWaitMs: number): void => {
            const nowMs = clock.monotonic();
            const one: Asked = {
              id: asked.length,
              priority: priorityOf,
              deadlineMs: nowMs + maxWaitMs,
              controller: new AbortController(),
              ends: [],
            };
            asked.push(one);
            const answer = bulkhead.enter(priorityOf, one.controller.signal, maxWaitMs, nowMs);
            if (answer === true) {
              entered(one);
            } else if (answer instanceof Promise) {
              waiting.add(one);
              void answer
                .then(
                  (end) => {
                    waiting.delete(one);
                    if (typeof end === 'number') entered(one);
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
              refused(one, answer);
            }
          };
          const leave = (durationMs?: number, lost?: boolean): void => {
            if (running === 0) return;
            running -= 1;
            bulkhead.leave(durationMs, lost);
          };

          for (const step of commands) {
            switch (step.kind) {
              case 'ask':
                ask(step.priority, step.maxWaitMs);
                break;
              case 'tryEnter':
                if (bulkhead.tryEnter()) {
                  expect(waiting.size).toBe(0);
                  running += 1;
                }
                break;
              case 'leave':
                leave(10, step.lost);
                break;
              case 'advance':
                await clock.advance(step.ms);
                break;
              case 'abort':
                asked[step.which % Math.max(1, asked.length)]?.controller.abort();
                break;
              case 'configure':
                bulkhead.configure({ limit: step.limit, maxQueue: step.maxQueue }, clock.monotonic());
                break;
            }
            await clock.settle();
            expect(faults).toEqual([]);
            expect([bulkhead.running, bulkhead.waiting]).toEqual([running, waiting.size]);
            expect(waiting.size).toBeLessThanOrEqual(bulkhead.settings.maxQueue);
            // Nobody waits beside a free place, nor beyond its time.
            if (waiting.size > 0) expect(running).toBeGreaterThanOrEqual(bulkhead.limit);
            for (const one of waiting) expect(one.deadlineMs).toBeGreaterThan(clock.monotonic());
            expect(clock.pending).toBeLessThanOrEqual(waiting.size > 0 ? 1 : 0);
          }

          while (running > 0) {
            leave();
            await clock.settle();
          }
          await clock.advance(EVER_MS);
          expect(faults).toEqual([]);
          expect(asked.map((one) => one.ends.length)).toEqual(asked.map(() => 1));
          expect([clock.pending, bulkhead.waiting, bulkhead.running]).toEqual([0, 0, 0]);
          const listeners = asked.flatMap((one) => getEventListeners(one.controller.signal, 'abort'));
          expect(listeners).toEqual([]);
          const ends = asked.flatMap((one) => one.ends);
          const count = (end: string): number => ends.filter((one) => one === end).length;
          expect(bulkhead.counts.refused).toBe(count('refused'));
        },
      ),
      { numRuns: propertyRuns(300) },
    ),
);
