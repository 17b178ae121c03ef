import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createHedge } from './hedge.ts';
import { listenersOf, systemError } from './testing/play-retry.ts';
import { propertyRuns } from './testing/property-runs.ts';

const DELAY_MS = 50;
const WINDOW_MS = 2_000;

const play = fc.record({
  answers: fc.boolean(),
  tookMs: fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 400 })),
});
const call = fc.record({
  startMs: fc.nat({ max: 6_000 }),
  plays: fc.tuple(play, play),
  abortAfterMs: fc.option(fc.nat({ max: 300 }), { nil: undefined }),
  deadlineMs: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
  idempotent: fc.boolean(),
});

test('any calls keep what a hedge promises', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 30 }),
      fc.nat({ max: 3 }),
      async (calls, floor) => {
        const clock = new FakeClock();
        const hedge = createHedge({ clock, delayMs: DELAY_MS, budget: { floor, windowMs: WINDOW_MS } });
        const beganAt: number[] = [];
        const hedgedAt: number[] = [];
        const signals: AbortSignal[] = [];
        let won = 0;
        hedge.on('hedge', () => hedgedAt.push(clock.monotonic()));
        hedge.on('hedge_won', () => (won += 1));

        const run = async ({
          startMs,
          plays,
          abortAfterMs,
          deadlineMs,
          idempotent,
        }: (typeof calls)[number]) => {
          await clock.sleep(startMs);
          const controller = new AbortController();
          signals.push(controller.signal);
          if (abortAfterMs !== undefined) {
            clock.schedule(abortAfterMs, () => {
              controller.abort();
            });
          }
          beganAt.push(startMs);
          const requests: AbortSignal[] = [];
          const options = { signal: controller.signal, deadlineMs, idempotent };
          const end = await hedge
            .execute(async ({ signal }) => {
              const number = requests.push(signal);
              const { answers, tookMs } = plays[number - 1] ?? plays[0];
              await clock.sleep(tookMs, signal);
              if (!answers) throw systemError('ECONNRESET');
              return number;
            }, options)
            .catch((error: unknown) => (error as Error).name);
          const tookMs = clock.monotonic() - startMs;
          const limitMs = Math.min(abortAfterMs ?? Infinity, deadlineMs ?? Infinity);
          expect(tookMs).toBeLessThanOrEqual(limitMs);
          expect(requests.length).toBeLessThanOrEqual(idempotent ? 2 : 1);
          const [first, second] = plays;
          const firstMs = first.answers ? first.tookMs : Infinity;
          const secondMs = requests.length === 2 && second.answers ? DELAY_MS + second.tookMs : Infinity;
          if (typeof end === 'number') {
            // The first success is the result, and the other request has been told to stop, unless it had failed.
            expect(tookMs).toBe(Math.min(firstMs, secondMs));
            expect(requests[end - 1]?.aborted).toBe(false);
            const other = requests[2 - end];
            const failed = end === 1 ? !second.answers : !first.answers;
            if (other !== undefined && !failed) expect(other.aborted).toBe(true);
          } else if (end === 'Error') {
            expect([firstMs, secondMs]).toEqual([Infinity, Infinity]);
          } else {
            expect(tookMs).toBe(limitMs);
          }
          return end;
        };

        const running = Promise.all(calls.map(run));
        await clock.advance(60_000);
        const ends = await running;

        expect(clock.pending).toBe(0);
        expect(signals.map(listenersOf)).toEqual(calls.map(() => 0));
        expect(won).toBe(ends.filter((end) => end === 2).length);
        for (const endMs of hedgedAt) {
          const within = (times: readonly number[]): number =>
            times.filter((ms) => ms > endMs - WINDOW_MS && ms <= endMs).length;
          expect(within(hedgedAt)).toBeLessThanOrEqual(Math.max(floor, Math.floor(0.1 * within(beganAt))));
        }
      },
    ),
    { numRuns: propertyRuns(200) },
  );
});
