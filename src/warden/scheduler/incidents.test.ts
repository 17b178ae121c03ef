// Over 350 lines because each incident is played on the same scheduler.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock, currentContext, runInContext, silentLogger, type Logger } from '../../kernel/index.ts';
import type { RunContext } from './job.ts';
import type { RunLedger } from './ledger.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import type { SchedulerEvents } from './scheduler-api.ts';
import { ASKED, forEver, job, play, untilAborted } from './testing/play.ts';

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  // Rejections that nobody handled are told of once the event loop turns.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

/** A ledger that can be told to fail. */
const frail = () => {
  const inner = createMemoryLedger();
  let broken = false;
  const guard = <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      if (broken) throw new Error('the disk is full');
      return work(...args);
    };
  };
  const ledger: RunLedger = {
    claim: guard(inner.claim),
    release: guard(inner.release),
    commit: guard(inner.commit),
    load: guard(inner.load),
    last: guard(inner.last),
    prune: guard(inner.prune),
  };
  return { inner, ledger, breakIt: (yes: boolean): void => void (broken = yes) };
};

describe('an error that escapes from a run', () => {
  const escape = (context: RunContext): string => currentContext().runId ?? context.runId;

  test('fails that run alone, which is told to end and gives its items back', async () => {
    const { clock, scheduler, records } = play();
    const seen: [string, readonly string[], boolean][] = [];
    const told: SchedulerEvents['error_escaped'][] = [];
    scheduler.on('error_escaped', (event) => told.push(event));
    let aborted = false;
    scheduler.add(
      job({
        schedule: { everyMs: 3_600_000, startAtOnce: true },
        restart: { jitter: 'none' },
        run: async (context) => {
          seen.push([escape(context), context.resumed, context.signal.aborted]);
          if (seen.length > 1) return;
          context.begin('a');
          await untilAborted(context.signal).catch(() => (aborted = true));
        },
      }),
    );
    scheduler.add(job({ name: 'other', run: () => clock.sleep(900) }));
    await scheduler.start();
    await clock.advance(1_500);
    const runId = seen[0]?.[0] ?? '';
    expect(scheduler.contain(runId, new Error('in a timer'))).toBe(true);
    expect(scheduler.contain(runId, new Error('in a timer'))).toBe(true);
    await clock.advance(10);
    expect(aborted).toBe(true);
    expect(records).toMatchObject([
      { job: 'job', outcome: 'failed', cause: 'it escaped: in a timer', abandoned: false },
    ]);
    await clock.advance(5_000);
    expect(seen[1]?.[1]).toEqual(['a']);
    expect(told).toEqual([{ job: 'job', runId, cause: 'it escaped: in a timer', late: false }]);
    expect(records.filter(({ outcome }) => outcome !== 'succeeded')).toHaveLength(1);
  });

  test('that has ended is told of, once, and changes nothing', async () => {
    const { clock, scheduler, records } = play();
    const told: unknown[] = [];
    scheduler.on('error_escaped', (event) => told.push(event.late));
    scheduler.add(job({ name: 'with/slash' }));
    scheduler.on('error_escaped', (event) => told.push(event.job));
    await scheduler.start();
    await clock.advance(1_500);
    const runId = records[0]?.runId ?? '';
    for (let times = 0; times < 50; times++) expect(scheduler.contain(runId, undefined)).toBe(true);
    expect(told).toEqual([true, 'with/slash']);
    await clock.advance(10_000);
    expect(records.every(({ outcome }) => outcome === 'succeeded')).toBe(true);
  });

  test('of another scheduler is left to others', async () => {
    const { scheduler } = play();
    await scheduler.start();
    expect(scheduler.contain('second/job/1', new Error('no'))).toBe(false);
    expect(scheduler.contain('firsty/job/1', new Error('no'))).toBe(false);
  });
});

test('a job that another one starts, and what listens, do not run in the context of who asked', async () => {
  const { clock, scheduler } = play();
  const contexts: unknown[] = [];
  scheduler.add(job({ name: 'asked', run: () => void contexts.push(currentContext()) }));
  const asks = async (): Promise<void> => {
    await clock.sleep(10);
    runInContext({ correlationId: 'request' }, () => scheduler.runNow('asked', ASKED));
  };
  scheduler.add(job({ run: asks }));
  scheduler.on('group_status', () => contexts.push(currentContext()));
  await runInContext({ correlationId: 'request', runId: 'elsewhere' }, () => scheduler.start());
  await runInContext({ correlationId: 'request' }, () => clock.advance(6_000));
  expect(contexts.length).toBeGreaterThan(5);
  expect(JSON.stringify(contexts)).not.toMatch(/request|elsewhere/);
});

test('what an abandoned run does late reaches neither the ledger nor the run that has its items now', async () => {
  const { clock, scheduler, ledger, records } = play();
  const contexts: RunContext[] = [];
  scheduler.add(
    job({
      schedule: { everyMs: 3_600_000, startAtOnce: true },
      run: (context) => {
        contexts.push(context);
        if (contexts.length === 1) context.begin('a');
        return forEver();
      },
    }),
  );
  await scheduler.start();
  await clock.advance(131_000);
  const [first, second] = contexts;
  first?.done('a');
  first?.begin('b');
  first?.failed('b', 'no');
  first?.progress(1, 1);
  await clock.advance(10);
  expect(second?.resumed).toEqual(['a']);
  const { items, unfinished } = await ledger.load();
  expect([...items]).toEqual([['job', ['a']]]);
  expect(unfinished).toMatchObject([{ runId: second?.runId, itemsDone: 0, itemsFailed: 0 }]);
  second?.done('a');
  await clock.advance(130_000);
  expect(records.map(({ itemsDone, itemsFailed }) => [itemsDone, itemsFailed])).toEqual([
    [0, 0],
    [1, 0],
  ]);
});

test('a signal that is read only after its run was told to end has aborted, for the reason of that', async () => {
  const { clock, scheduler } = play();
  const reasons: unknown[] = [];
  const run = async (context: RunContext): Promise<void> => {
    await clock.sleep(125_000);
    reasons.push(context.signal.aborted, context.signal.reason, context.signal === context.signal);
  };
  scheduler.add(job({ schedule: { everyMs: 3_600_000, startAtOnce: true }, run }));
  await scheduler.start();
  await clock.advance(126_000);
  expect(reasons).toEqual([true, new Error('no progress for 120 s'), true]);
});

describe('monitoring code that throws', () => {
  test('asynchronously, in a listener, is told of and stops nothing', async () => {
    const errors: unknown[] = [];
    const log: Logger = { ...silentLogger, error: (_, fields) => void errors.push(fields?.['cause']) };
    const { clock, scheduler, records } = play({ log });
    const listener: () => unknown = async () => {
      await clock.sleep(10);
      throw new Error('no room');
    };
    scheduler.on('run_ended', listener);
    scheduler.add(job());
    await scheduler.start();
    await clock.advance(10_500);
    expect(records).toHaveLength(10);
    expect(errors).toEqual(Array.from({ length: 10 }, () => 'no room'));
  });

  test('a ledger that fails for an hour does not stop jobs whose store is locked to their process', async () => {
    const { ledger, breakIt } = frail();
    const { clock, scheduler, records, told } = play({ ledger, takeOver: true });
    scheduler.add(job());
    await scheduler.start();
    await clock.advance(10_500);
    breakIt(true);
    await clock.advance(3_600_000);
    expect(records).toHaveLength(3_610);
    breakIt(false);
    await clock.advance(10_000);
    expect(await ledger.last('job', 9_999)).toHaveLength(3_620);
    expect(told).not.toContain('fenced');
  });

  test('a ledger that fails stops those of a scheduler that may have lost its lease, until it has it again', async () => {
    const { ledger, breakIt } = frail();
    const { clock, scheduler, records } = play({ ledger });
    scheduler.add(job());
    await scheduler.start();
    await clock.advance(10_500);
    breakIt(true);
    await clock.advance(3_600_000);
    expect(records.length).toBeGreaterThan(30);
    expect(records.length).toBeLessThanOrEqual(41);
    const before = records.length;
    breakIt(false);
    await clock.advance(5_100);
    expect(records.length).toBeGreaterThan(before);
    expect(records.length).toBeLessThanOrEqual(before + 6);
  });
});

describe('an event loop that stands still', () => {
  const setUp = () => {
    const played = play();
    const heldUp: SchedulerEvents['held_up'][] = [];
    played.scheduler.on('held_up', (event) => heldUp.push(event));
    return { ...played, heldUp };
  };

  test.each([
    ['at its beginning', 0],
    ['later', 100],
  ])('because a job blocks it %s brings one catch-up run of each, and is told of', async (_, afterMs) => {
    const { clock, scheduler, records, heldUp, told } = setUp();
    let blocks = true;
    scheduler.add(
      job({
        name: 'blocker',
        schedule: { everyMs: 50_000 },
        run: async () => {
          if (afterMs > 0) await clock.sleep(afterMs);
          if (blocks) clock.holdUp(600_000);
          blocks = false;
        },
      }),
    );
    scheduler.add(job({ name: 'quick', schedule: { everyMs: 1_000 }, essential: true }));
    await scheduler.start();
    await clock.advance(49_500);
    expect(records).toHaveLength(49);
    await clock.advance(1);
    await clock.advance(700);
    const caughtUp = records.slice(49).filter((record) => record.job === 'quick');
    expect(caughtUp.length).toBeLessThanOrEqual(2);
    expect(caughtUp.length).toBeGreaterThanOrEqual(1);
    expect(heldUp).toHaveLength(1);
    // Of what blocks when it begins one can be sure.
    expect(heldUp[0]?.jobs).toEqual(afterMs === 0 ? ['blocker'] : expect.arrayContaining(['blocker']));
    expect(heldUp[0]?.ms).toBeGreaterThanOrEqual(594_000);
    expect(heldUp[0]?.ms).toBeLessThanOrEqual(600_000);
    await clock.advance(10_000);
    expect(records.filter((record) => record.job === 'quick' && record.outcome === 'succeeded').length).toBe(
      records.filter((record) => record.job === 'quick').length,
    );
    expect(scheduler.job('quick').skipped).toBeGreaterThanOrEqual(598);
    // Nothing was missing for longer than the loop stood still.
    expect(told.filter((name) => name === 'group_status')).toHaveLength(1);
    expect(scheduler.groups()[0]?.status).toBe('healthy');
  });

  test('does not count towards the limits of runs that could not get on', async () => {
    const { clock, scheduler, records, heldUp } = setUp();
    scheduler.add(
      job({ schedule: { everyMs: 3_600_000, startAtOnce: true }, run: () => clock.sleep(300_000) }),
    );
    await scheduler.start();
    await clock.advance(100_000);
    clock.holdUp(60_000);
    await clock.advance(1);
    expect(heldUp.map(({ jobs }) => jobs)).toEqual([['job']]);
    expect(records).toEqual([]);
    await clock.advance(20_000);
    expect(records).toEqual([]);
    await clock.advance(60_000);
    expect(records).toMatchObject([{ outcome: 'stalled' }]);
  });

  test('is no more than that when it is short', async () => {
    const { clock, scheduler, heldUp } = setUp();
    scheduler.add(job());
    await scheduler.start();
    await clock.advance(3_500);
    clock.holdUp(1_200);
    await clock.advance(1);
    expect(heldUp).toEqual([]);
  });
});

describe('a clock that goes wrong', () => {
  test('slowly, for days, is no jump', async () => {
    const { clock, scheduler, records } = play();
    const jumps: unknown[] = [];
    scheduler.on('clock_jump', (jump) => jumps.push(jump));
    scheduler.add(job({ schedule: { everyMs: 10_000 } }));
    await scheduler.start();
    for (let turn = 0; turn < 200; turn++) {
      clock.jumpWall(20);
      await clock.advance(10_000);
    }
    expect(jumps).toEqual([]);
    expect(records).toHaveLength(200);
  });

  test('forth and back by hours, again and again, brings no burst and no gap', async () => {
    const { clock, scheduler, records } = play();
    scheduler.add(job({ name: 'interval', schedule: { everyMs: 60_000 } }));
    scheduler.add(job({ name: 'cron', schedule: { cron: '* * * * *', timezone: 'UTC' } }));
    await scheduler.start();
    for (let turn = 0; turn < 10; turn++) {
      for (const hours of [3, -3, -7, 7]) {
        clock.jumpWall(hours * 3_600_000);
        await clock.advance(600_000);
      }
    }
    for (const name of ['interval', 'cron']) {
      const of = records.filter((record) => record.job === name);
      // 400 minutes, and one catch-up for each of 20 jumps forward.
      expect(of.length).toBeGreaterThanOrEqual(380);
      expect(of.length).toBeLessThanOrEqual(440);
    }
  });
});

describe('starts that wait', () => {
  test('are one a job with overlap queue, however many fall due', async () => {
    const { clock, scheduler, records } = play();
    const starts: number[] = [];
    scheduler.add(
      job({
        overlap: 'queue',
        run: () => {
          starts.push(clock.monotonic());
          return starts.length === 1 ? clock.sleep(99_500) : undefined;
        },
      }),
    );
    await scheduler.start();
    await clock.advance(90_000);
    expect(scheduler.groups()[0]?.backlog).toBe(1);
    await clock.advance(12_500);
    expect(starts.slice(0, 4)).toEqual([1_000, 100_500, 101_000, 102_000]);
    expect(scheduler.job('job').skipped).toBe(98);
    expect(records.every(({ outcome }) => outcome === 'succeeded')).toBe(true);
  });

  test('by hand are one a job while none can start', async () => {
    const { ledger, breakIt } = frail();
    const { clock, scheduler, records } = play({ ledger });
    scheduler.add(job({ schedule: { everyMs: 1e9 } }));
    await scheduler.start();
    breakIt(true);
    await clock.advance(60_000);
    const answers = Array.from({ length: 1_000 }, () => scheduler.runNow('job', ASKED));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers[1]).toEqual({ ok: false, reason: 'a start that was asked for waits already' });
    breakIt(false);
    await clock.advance(10_000);
    expect(records).toHaveLength(1);
    expect(scheduler.runNow('job', ASKED)).toEqual({ ok: true });
  });
});

describe('a job that is removed', () => {
  const add = (played: ReturnType<typeof play>, run: (context: RunContext) => unknown): void => {
    played.scheduler.add(job({ schedule: { everyMs: 600_000, startAtOnce: true }, run }));
  };

  test('ends its run first, starts no more, and is forgotten', async () => {
    const played = play();
    const { clock, scheduler, records } = played;
    add(played, () => clock.sleep(5_000));
    await scheduler.start();
    await clock.advance(1_000);
    let removed = false;
    void scheduler.remove('job', ASKED).then(() => (removed = true));
    await clock.advance(3_900);
    expect(removed).toBe(false);
    await clock.advance(200);
    expect(removed).toBe(true);
    await clock.advance(3_600_000);
    expect(records).toMatchObject([{ outcome: 'succeeded' }]);
    expect(() => scheduler.job('job')).toThrow('name must be that of a job, not job');
    expect(scheduler.groups()).toEqual([]);
    await expect(scheduler.remove('job', ASKED)).rejects.toThrow(RangeError);
  });

  test('and added again has other runs, which go on with what was in flight, once', async () => {
    const played = play();
    const { clock, scheduler, records, ledger } = played;
    const resumed: (readonly string[])[] = [];
    add(played, (context) => {
      resumed.push(context.resumed);
      context.begin('a');
      return forEver();
    });
    await scheduler.start();
    await clock.advance(1_000);
    const removed = scheduler.remove('job', ASKED);
    void scheduler.remove('job', ASKED);
    await clock.advance(31_000);
    await removed;
    expect(records).toMatchObject([{ outcome: 'cancelled', abandoned: true }]);
    add(played, (context) => {
      resumed.push(context.resumed);
      for (const item of context.resumed) context.done(item);
    });
    await clock.advance(100);
    await scheduler.remove('job', ASKED);
    add(played, (context) => void resumed.push([context.previous?.outcome ?? 'none', ...context.resumed]));
    await clock.advance(100);
    expect(resumed).toEqual([[], ['a'], ['succeeded']]);
    expect(new Set(records.map(({ runId }) => runId)).size).toBe(3);
    expect(await ledger.last('job', 9)).toHaveLength(3);
    expect((await ledger.load()).items.size).toBe(0);
  });

  test('before the start, or while it waits after a failure, is gone at once', async () => {
    const played = play();
    const { clock, scheduler, records } = played;
    add(played, () => undefined);
    await scheduler.remove('job', ASKED);
    await scheduler.start();
    add(played, () => {
      throw new Error('broken');
    });
    await clock.advance(1_000);
    await scheduler.remove('job', ASKED);
    await clock.advance(3_600_000);
    expect(records).toMatchObject([{ outcome: 'failed' }]);
  });
});

test('a scheduler that stops is not brought back by a restart, a new job or a start by hand', async () => {
  const { clock, scheduler, records } = play();
  scheduler.add(job({ run: () => clock.sleep(10_000) }));
  await scheduler.start();
  await clock.advance(1_500);
  const stopped = scheduler.stop(ASKED);
  void scheduler.restart('scheduler', { ...ASKED, emergency: true });
  scheduler.add(job({ name: 'late', schedule: { everyMs: 1_000, startAtOnce: true } }));
  expect(scheduler.runNow('job', ASKED)).toMatchObject({ ok: false });
  await clock.advance(60_000);
  await stopped;
  expect(records).toMatchObject([{ job: 'job', outcome: 'succeeded' }]);
});

test('a process that was killed leaves what its runs had settled', async () => {
  const first = play();
  first.scheduler.add(
    job({
      run: (context: RunContext) => {
        for (const item of ['a', 'b', 'c', 'd']) context.begin(item);
        context.done('a');
        context.done('a');
        context.done('b');
        context.done('never begun');
        context.failed('c', 'no');
        context.failed('never begun', 'no');
        return forEver();
      },
    }),
  );
  await first.scheduler.start();
  await first.clock.advance(1_500);
  const clock = new FakeClock({ wallMs: first.clock.now() + 60_000 });
  const second = play({ clock, ledger: first.ledger, owner: 'second' });
  await second.scheduler.start();
  await clock.advance(100);
  expect(second.records).toMatchObject([{ outcome: 'interrupted', itemsDone: 2, itemsFailed: 1 }]);
});

test('records are removed as fast as they come, and no more are asked for than there are', async () => {
  const inner = createMemoryLedger();
  const slices: number[] = [];
  const ledger: RunLedger = {
    ...inner,
    async prune(limits) {
      const removed = await inner.prune(limits);
      slices.push(removed);
      return removed;
    },
  };
  const { clock, scheduler } = play({ ledger, settings: { keepRuns: 50 } });
  for (let nr = 0; nr < 25; nr++) scheduler.add(job({ name: `job ${nr}` }));
  await scheduler.start();
  // 1,500 runs a minute.
  await clock.advance(250_000);
  const of = await Promise.all([0, 12, 24].map((nr) => inner.last(`job ${nr}`, 9_999)));
  expect(of.every(({ length }) => length >= 50 && length < 80)).toBe(true);
  expect(slices.filter((removed) => removed === 1_000).length).toBeGreaterThanOrEqual(1);
  expect(slices.length).toBeLessThan(20);
});
