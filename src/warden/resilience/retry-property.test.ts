import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeClock, createRandom } from '../../kernel/index.ts';
import type { Jitter } from './backoff.ts';
import { createRetry } from './retry.ts';
import { RetryBudget } from './retry-budget.ts';
import { httpError, listenersOf, systemError } from './testing/play-retry.ts';
import { propertyRuns } from './testing/property-runs.ts';

/** What one attempt does, and how long it takes. */
interface Play {
  readonly does: 'answer' | 'reset' | 'refused' | 'forbidden' | 'throttled' | 'hang';
  readonly tookMs: number;
  readonly retryAfterMs: number | undefined;
}

interface Call {
  readonly startMs: number;
  readonly plays: readonly Play[];
  readonly abortAfterMs: number | undefined;
  readonly deadlineMs: number | undefined;
  readonly idempotent: boolean;
}

const play = fc.record<Play>({
  does: fc.constantFrom(
    'answer',
    'reset',
    'reset',
    'reset',
    'refused',
    'forbidden',
    'throttled',
    'throttled',
    'hang',
  ),
  tookMs: fc.constantFrom(0, 0, 1, 70, 900),
  retryAfterMs: fc.option(fc.constantFrom(0, 10, 333, 2_000, 45_000), { nil: undefined }),
});
const call = fc.record<Call>({
  startMs: fc.nat({ max: 20_000 }),
  plays: fc.array(play, { minLength: 1, maxLength: 6 }),
  abortAfterMs: fc.option(fc.nat({ max: 6_000 }), { nil: undefined }),
  deadlineMs: fc.option(fc.integer({ min: 1, max: 8_000 }), { nil: undefined }),
  idempotent: fc.boolean(),
});
const world = fc.record({
  seed: fc.nat(),
  maxRetries: fc.nat({ max: 4 }),
  jitter: fc.constantFrom<Jitter>('equal', 'full', 'decorrelated', 'none'),
  floor: fc.nat({ max: 6 }),
  calls: fc.array(call, { minLength: 1, maxLength: 12 }),
});

/** What was seen of one call. */
interface Seen {
  readonly plan: Call;
  readonly attempts: { readonly atMs: number; endedMs: number; readonly play: Play | undefined }[];
  readonly began: number;
  ended: { readonly atMs: number; readonly how: string } | undefined;
}

function errorOf({ does, retryAfterMs }: Play): Error {
  if (does === 'refused') return systemError('ECONNREFUSED', 'connect');
  if (does === 'forbidden') return httpError(403, retryAfterMs);
  return does === 'throttled' ? httpError(429, retryAfterMs) : systemError('ECONNRESET');
}

describe('any calls', () => {
  test('keep what a retry promises', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ seed, maxRetries, jitter, floor, calls }) => {
        const clock = new FakeClock();
        const windowMs = 5_000;
        const budget = new RetryBudget({ floor, windowMs });
        const retry = createRetry({
          clock,
          random: createRandom(seed),
          maxRetries,
          backoff: { jitter, firstMs: 200, capMs: 3_000 },
          budget,
        });
        const signals: AbortSignal[] = [];
        const settled: Promise<void>[] = [];
        const seen: Seen[] = [];

        const begin = (plan: Call): void => {
          const controller = new AbortController();
          signals.push(controller.signal);
          const one: Seen = { plan, attempts: [], began: clock.monotonic(), ended: undefined };
          seen.push(one);
          if (plan.abortAfterMs !== undefined) {
            clock.schedule(plan.abortAfterMs, () => {
              controller.abort();
            });
          }
          const done = (how: string): void => {
            one.ended = { atMs: clock.monotonic(), how };
          };
          settled.push(
            retry
              .execute(
                async (context) => {
                  const next = plan.plays[one.attempts.length];
                  const attempt = { atMs: clock.monotonic(), endedMs: Infinity, play: next };
                  one.attempts.push(attempt);
                  expect(context.attempt).toBe(one.attempts.length);
                  if (next === undefined) return;
                  await clock.sleep(next.does === 'hang' ? 100_000 : next.tookMs, context.signal);
                  attempt.endedMs = clock.monotonic();
                  if (next.does !== 'answer') throw errorOf(next);
                },
                {
                  signal: controller.signal,
                  deadlineMs: plan.deadlineMs,
                  idempotent: plan.idempotent,
                },
              )
              .then(
                () => {
                  done('answer');
                },
                (error: unknown) => {
                  done((error as Error).name);
                },
              ),
          );
        };
        for (const plan of calls) {
          clock.schedule(plan.startMs, () => {
            begin(plan);
          });
        }
        await clock.advance(1_000_000);
        await Promise.all(settled);

        expect(clock.pending).toBe(0);
        expect(signals.map(listenersOf)).toEqual(calls.map(() => 0));
        expect(budget.waiting).toBe(0);
        expect(seen).toHaveLength(calls.length);
        for (const one of seen) checkCall(one, maxRetries);
        checkBudget(seen, floor, windowMs);
      }),
      { numRuns: propertyRuns(200) },
    );
  });
});

function checkCall({ plan, attempts, began, ended }: Seen, maxRetries: number): void {
  const endedMs = ended?.atMs ?? Infinity;
  const abortedMs = began + (plan.abortAfterMs ?? Infinity);
  const deadlineMs = began + (plan.deadlineMs ?? Infinity);
  expect(attempts.length).toBeGreaterThanOrEqual(plan.abortAfterMs === 0 ? 0 : 1);
  expect(attempts.length).toBeLessThanOrEqual(1 + maxRetries);
  expect(endedMs).toBeLessThanOrEqual(Math.min(abortedMs, deadlineMs));
  if (ended?.how === 'AbortedError') expect(endedMs).toBe(abortedMs);
  if (ended?.how === 'TimeoutError') expect(endedMs).toBe(deadlineMs);
  attempts.forEach(({ atMs, endedMs: failedMs, play }, index) => {
    if (index > 0) expect(atMs).toBeLessThan(Math.min(abortedMs, deadlineMs));
    const next = attempts[index + 1];
    if (next === undefined || play === undefined) return;
    // Only what may pass is tried again, and what may not be done twice only when it was not done.
    expect(['reset', 'refused', 'throttled', 'hang']).toContain(play.does);
    if (!plan.idempotent) expect(play.does).toBe('refused');
    const asked = play.does === 'throttled' ? (play.retryAfterMs ?? 0) : 0;
    // Added as the clock adds: a difference of sums may be off in its last digit.
    expect(next.atMs).toBeGreaterThanOrEqual(failedMs + asked);
  });
}

function checkBudget(seen: readonly Seen[], floor: number, windowMs: number): void {
  const beganAt = seen.map(({ began }) => began);
  const retriedAt = seen.flatMap(({ attempts }) => attempts.slice(1).map(({ atMs }) => atMs));
  for (const endMs of retriedAt) {
    const within = (times: readonly number[]): number =>
      times.filter((ms) => ms > endMs - windowMs && ms <= endMs).length;
    expect(within(retriedAt)).toBeLessThanOrEqual(Math.max(floor, Math.floor(0.1 * within(beganAt))));
  }
}
