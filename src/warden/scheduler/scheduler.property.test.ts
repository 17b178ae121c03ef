import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunContext } from './job.ts';
import type { RunRecord } from './ledger.ts';
import { ASKED, forEver, job, play, untilAborted } from './testing/play.ts';

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
});

const TEMPERS = ['good', 'throws', 'rejects', 'hangs', 'obeys', 'late', 'slow'] as const;
type Temper = (typeof TEMPERS)[number];

const command = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('jump' as const), hours: fc.integer({ min: -8, max: 8 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('runNow' as const), which: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('park' as const), which: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unpark' as const), which: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      which: fc.nat(3),
      emergency: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('configure' as const),
      which: fc.nat(2),
      everyMs: fc.integer({ min: 500, max: 60_000 }),
    }),
  },
);

test(
  'however jobs behave: one record a run, one run at a time, no burst, no late result that counts',
  { timeout: 600_000 },
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Temper>(...TEMPERS), { minLength: 1, maxLength: 8 }),
        fc.array(command, { maxLength: 25 }),
        async (tempers, commands) => {
          const { clock, ledger, scheduler, records } = play();
          const names = ['a', 'b', 'c'];
          const live = new Map<string, Set<string>>(names.map((name) => [name, new Set()]));
          const begun: string[] = [];
          // What a job or a listener throws is swallowed, an expectation too.
          const broken: string[] = [];
          const startedMs = new Map<string, number>();
          let nr = 0;
          const closed = new Map<string, RunRecord>();
          scheduler.on('run_ended', (record) => {
            if (closed.has(record.runId)) broken.push(`${record.runId} ended twice`);
            closed.set(record.runId, { ...record });
            live.get(record.job)?.delete(record.runId);
          });
          const work =
            (name: string) =>
            (context: RunContext): unknown => {
              const temper = tempers[nr++ % tempers.length] ?? 'good';
              begun.push(context.runId);
              live.get(name)?.add(context.runId);
              startedMs.set(context.runId, clock.monotonic());
              if (live.get(name)?.size !== 1) broken.push(`${name} runs twice at once`);
              const item = `item ${nr}`;
              context.begin(item);
              switch (temper) {
                case 'good':
                  context.done(item);
                  return undefined;
                case 'throws':
                  throw new Error('at once');
                case 'rejects':
                  return clock.sleep(100).then(() => Promise.reject(new Error('later')));
                case 'hangs':
                  return forEver();
                case 'obeys':
                  return untilAborted(context.signal);
                case 'late':
                  return clock.sleep(400_000).then(() => {
                    context.done(item);
                    throw new Error('too late');
                  });
                case 'slow':
                  return clock.sleep(3_000);
              }
            };
          for (const [at, name] of names.entries()) {
            const schedule =
              at === 2 ? { cron: '* * * * *', timezone: 'UTC' } : { everyMs: 7_000 * (at + 1), jitter: 0.3 };
            scheduler.add(job({ name, group: at === 0 ? 'hot' : 'cold', schedule, run: work(name) }));
          }
          await scheduler.start();
          for (const one of commands) {
            const name = names['which' in one ? one.which % 3 : 0] as string;
            if (one.kind === 'advance') await clock.advance(one.ms);
            else if (one.kind === 'jump') clock.jumpWall(one.hours * 3_600_000);
            else if (one.kind === 'runNow') scheduler.runNow(name, ASKED);
            else if (one.kind === 'park') scheduler.park(name, ASKED);
            else if (one.kind === 'unpark') scheduler.unpark(name, ASKED);
            else if (one.kind === 'configure')
              scheduler.configure(name, { schedule: { everyMs: one.everyMs } });
            else {
              const scope = one.which === 3 ? 'scheduler' : { job: name };
              void scheduler.restart(scope, { ...ASKED, emergency: one.emergency });
            }
            await clock.settle();
          }
          // No burst: no two planned starts of a job share a moment.
          for (const name of names) {
            const planned = records.filter((record) => record.job === name && record.askedBy === 'plan');
            const moments = planned.map(({ runId }) => startedMs.get(runId));
            expect(new Set(moments).size).toBe(moments.length);
          }
          // A stop ends everything within its 30 s, and each run has its one record.
          const stopped = scheduler.stop(ASKED);
          await clock.advance(40_000);
          await stopped;
          const kept = (await Promise.all(names.map((name) => ledger.last(name, 100_000)))).flat();
          expect(kept.map(({ runId }) => runId).toSorted()).toEqual(begun.toSorted());
          expect(new Set(begun).size).toBe(begun.length);
          expect((await ledger.load()).unfinished).toEqual([]);
          await clock.advance(500_000);
          expect(begun).toHaveLength(kept.length);
          for (const record of kept) expect(closed.get(record.runId)).toEqual(record);
          expect([broken, unhandled]).toEqual([[], []]);
        },
      ),
      { numRuns: 40 },
    ),
);
