import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createFallback, type FallbackAnswer } from './fallback.ts';
import { propertyRuns } from './testing/property-runs.ts';

const LIMIT_MS = 1_000;

const step = fc.record({
  /** Beyond the limit it hangs. */
  takesMs: fc.oneof(fc.constant(0), fc.nat(LIMIT_MS), fc.constant(5_000)),
  answers: fc.boolean(),
  listens: fc.boolean(),
  needsMs: fc.option(fc.nat(200), { nil: undefined }),
});

test(
  'a chain gives the first answer that comes in its share, ends in time, and leaves nothing behind',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined }),
        fc.option(fc.nat(1_200), { nil: undefined }),
        async (plans, deadlineMs, abortMs) => {
          const clock = new FakeClock();
          const controller = new AbortController();
          const needs = plans.map(({ needsMs }) => needsMs ?? LIMIT_MS / (2 * plans.length));
          fc.pre(needs.reduce((sum, ms) => sum + ms, 0) <= LIMIT_MS);
          const wholeMs = Math.min(LIMIT_MS, deadlineMs ?? Infinity);
          const scale = wholeMs / LIMIT_MS;
          const shares: number[] = [];
          const chain = createFallback<number>({
            clock,
            limitMs: LIMIT_MS,
            steps: plans.map(({ takesMs, answers, listens, needsMs }, index) => ({
              source: `step ${index}`,
              ...(needsMs === undefined ? {} : { needsMs }),
              async run(context) {
                shares.push(context.remainingMs());
                if (takesMs > 0) await clock.sleep(takesMs, listens ? context.signal : undefined);
                if (!answers) throw new Error('no');
                return index;
              },
            })),
          });
          if (abortMs !== undefined) clock.schedule(abortMs, () => controller.abort());

          let ended: { atMs: number; answer?: FallbackAnswer<number>; error?: unknown } | undefined;
          chain
            .execute(undefined, {
              signal: controller.signal,
              ...(deadlineMs === undefined ? {} : { deadlineMs }),
            })
            .then(
              (answer) => (ended = { atMs: clock.monotonic(), answer }),
              (error: unknown) => (ended = { atMs: clock.monotonic(), error }),
            );
          await clock.advance(2_000);

          // By hand: who would answer when.
          let atMs = 0;
          let expected: number | undefined;
          for (const [index, { takesMs, answers }] of plans.entries()) {
            const othersMs = needs.slice(index + 1).reduce((sum, ms) => sum + ms, 0) * scale;
            const shareMs = wholeMs - atMs - othersMs;
            if (abortMs !== undefined && abortMs < atMs) break;
            expect(shares[index]).toBeCloseTo(shareMs, 6);
            expect(shares[index]).toBeGreaterThanOrEqual((needs[index] ?? 0) * scale - 1e-6);
            // At the very moment either may win.
            fc.pre(Math.abs(takesMs - shareMs) > 1e-6);
            atMs += Math.min(takesMs, shareMs);
            if (abortMs !== undefined) fc.pre(Math.abs(atMs - abortMs) > 1e-6);
            if (!answers || takesMs > shareMs) continue;
            expected = index;
            break;
          }
          const aborted = abortMs !== undefined && abortMs < atMs;
          expect(ended?.atMs).toBeCloseTo(aborted ? abortMs : atMs, 6);
          expect(ended?.atMs).toBeLessThanOrEqual(wholeMs + 1e-6);
          if (aborted) expect(ended?.error).toMatchObject({ name: 'AbortedError' });
          else if (expected === undefined) expect(ended?.error).toMatchObject({ name: 'UnavailableError' });
          else expect(ended?.answer).toMatchObject({ value: expected, source: `step ${expected}` });
          await clock.advance(10_000);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: propertyRuns(300) },
    ),
  600_000,
);
