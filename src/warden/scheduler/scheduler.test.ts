// Over 350 lines because each incident that the scheduler exists for is played here against the whole of it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock, silentLogger, type Logger } from '../../kernel/index.ts';
import type { RunContext } from './job.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { ASKED, forEver, job, play, untilAborted } from './testing/play.ts';

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('a plan', () => {
  test('starts an interval from planned start to planned start, whatever runs take', async () => {
    const { clock, scheduler, records } = play();
    scheduler.add(job({ run: () => clock.sleep(700) }));
    await scheduler.start();
    await clock.advance(5_800);
    expect(records.map(({ startedAt }) => startedAt - Date.UTC(2026, 0, 1))).toEqual([
      1_000, 2_000, 3_000, 4_000, 5_000,
    ]);
    expect(records.every(({ outcome, durationMs }) => outcome === 'succeeded' && durationMs === 700)).toBe(
      true,
    );
  });

  test('starts by cron in a time zone, once a time', async () => {
    const { clock, scheduler, records } = play();
    scheduler.add(job({ schedule: { cron: '30 9 * * *', timezone: 'Asia/Tokyo' } }));
    await scheduler.start();
    await clock.advance(50 * 3_600_000);
    expect(records.map(({ startedAt }) => new Date(startedAt).toISOString())).toEqual([
      '2026-01-01T00:30:00.000Z',
      '2026-01-02T00:30:00.000Z',
      '2026-01-03T00:30:00.000Z',
    ]);
  });

  test.each([
    ['skip', 1, 4],
    ['queue', 1, 4],
    [{ allow: 3 }, 3, 10],
  ] as const)('with overlap %j never has more than %i runs at once', async (overlap, most, runs) => {
    const { clock, scheduler } = play();
    let [now, peak, begun] = [0, 0, 0];
    const run = async (): Promise<void> => {
      begun += 1;
      now += 1;
      peak = Math.max(peak, now);
      await clock.sleep(2_500);
      now -= 1;
    };
    scheduler.add(job({ overlap, run }));
    await scheduler.start();
    await clock.advance(10_400);
    expect(peak).toBe(most);
    expect(Math.abs(begun - runs)).toBeLessThanOrEqual(1);
  });
});

describe('a job that waits for ever', () => {
  test('runs anew at most 2 min 15 s after its last progress, and its late result counts for nothing', async () => {
    const { clock, scheduler, records, told } = play();
    const started: number[] = [];
    let release = (): void => undefined;
    scheduler.add(
      job({
        schedule: { everyMs: 3_600_000, startAtOnce: true },
        run(context) {
          started.push(clock.monotonic());
          if (started.length > 1) return;
          context.begin('a');
          return new Promise<void>((resolve) => {
            release = () => {
              context.done('a');
              context.progress(1, 1);
              resolve();
            };
          });
        },
      }),
    );
    await scheduler.start();
    await clock.advance(131_000);
    expect(started).toEqual([0, 130_000]);
    release();
    await clock.advance(1_000);
    expect(records).toMatchObject([
      { outcome: 'stalled', abandoned: true, itemsDone: 0 },
      { outcome: 'succeeded', abandoned: false },
    ]);
    expect(scheduler.job('job').lateResults).toBe(1);
    expect(told).toContain('late_result');
  });

  test('hands its items in flight to the run that follows', async () => {
    const { clock, scheduler } = play();
    const resumed: (readonly string[])[] = [];
    scheduler.add(
      job({
        schedule: { everyMs: 3_600_000, startAtOnce: true },
        run: async (context: RunContext) => {
          resumed.push(context.resumed);
          if (resumed.length > 1) return;
          for (const item of ['a', 'b', 'c']) context.begin(item);
          context.done('b');
          await untilAborted(context.signal);
        },
      }),
    );
    await scheduler.start();
    await clock.advance(125_000);
    expect(resumed).toEqual([[], ['a', 'c']]);
  });

  test('is left alone while it gets on', async () => {
    const { clock, scheduler, records } = play();
    const run = async (context: RunContext): Promise<void> => {
      for (let done = 0; done < 8; done++) {
        await clock.sleep(100_000);
        context.progress(done, 8);
      }
    };
    scheduler.add(job({ schedule: { everyMs: 3_600_000, startAtOnce: true }, run }));
    await scheduler.start();
    await clock.advance(850_000);
    expect(records).toMatchObject([{ outcome: 'succeeded', durationMs: 800_000 }]);
  });

  test('does not keep another group from running: the cold one goes on while the hot one hangs', async () => {
    const { clock, scheduler, records } = play();
    scheduler.add(job({ name: 'hot', group: 'hot', priority: 'high', run: forEver }));
    scheduler.add(job({ name: 'cold', group: 'cold', schedule: { everyMs: 10_000 } }));
    await scheduler.start();
    await clock.advance(100_000);
    expect(records.filter(({ group }) => group === 'cold')).toHaveLength(10);
  });
});

describe('a job that fails', () => {
  test.each([
    [
      'throws at once',
      () => {
        throw new Error('broken');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('broken');
      },
    ],
    [
      'throws nothing at all',
      () => {
        throw undefined;
      },
    ],
    [
      'gives a thenable that throws',
      () => ({
        then() {
          throw new Error('broken');
        },
      }),
    ],
  ])('that %s waits longer each time and is parked after five', async (_, run) => {
    const { clock, scheduler, records, told } = play();
    scheduler.add(job({ run, essential: true, restart: { jitter: 'none' } }));
    await scheduler.start();
    await clock.advance(600_000);
    const starts = records.map(({ startedAt }) => startedAt - Date.UTC(2026, 0, 1));
    expect(starts).toEqual([1_000, 6_000, 16_000, 36_000, 76_000]);
    expect(scheduler.job('job').state).toBe('parked');
    expect(told.filter((name) => name === 'job_parked')).toHaveLength(1);
    expect(scheduler.groups()).toMatchObject([{ status: 'critical' }]);
    expect(scheduler.runNow('job', ASKED)).toEqual({ ok: false, reason: 'it is parked' });
    scheduler.unpark('job', ASKED);
    await clock.advance(10);
    expect(records).toHaveLength(6);
    expect(records.at(-1)).toMatchObject({ askedBy: 'hand', who: 'ann', why: 'a test' });
  });

  test('that a listener and the log fail too stops nothing', async () => {
    const broken = (): never => {
      throw new Error('no log');
    };
    const log: Logger = { ...silentLogger, error: broken, warning: broken, critical: broken, child: broken };
    const { clock, scheduler, records } = play({ log });
    for (const name of ['run_ended', 'start_skipped', 'group_status', 'job_parked'] as const)
      scheduler.on(name, broken);
    scheduler.add(job());
    await scheduler.start();
    await clock.advance(60_000);
    expect(records).toHaveLength(60);
  });
});

describe('a clock', () => {
  test.each([5, -5])('that jumps by %i hours brings no burst', async (hours) => {
    const { clock, scheduler, records } = play();
    scheduler.add(job({ name: 'interval', schedule: { everyMs: 600_000 } }));
    scheduler.add(job({ name: 'cron', schedule: { cron: '0 * * * *', timezone: 'UTC' } }));
    await scheduler.start();
    await clock.advance(2 * 3_600_000 + 60_000);
    const before = records.length;
    clock.jumpWall(hours * 3_600_000);
    await clock.advance(30_000);
    const caughtUp = records
      .slice(before)
      .map((record) => record.job)
      .toSorted();
    expect(caughtUp).toEqual(hours > 0 ? ['cron', 'interval'] : []);
    await clock.advance(3_600_000);
    expect(records.slice(before).filter((record) => record.job === 'cron')).toHaveLength(hours > 0 ? 2 : 1);
  });

  test('that goes back by less than a period starts no cron time twice', async () => {
    const { clock, scheduler, records } = play();
    scheduler.add(job({ schedule: { cron: '0 * * * *', timezone: 'UTC' } }));
    await scheduler.start();
    await clock.advance(3_600_000 + 60_000);
    clock.jumpWall(-300_000);
    await clock.advance(1_800_000);
    expect(records).toHaveLength(1);
    await clock.advance(3_600_000);
    expect(records).toHaveLength(2);
  });
});

describe('settings', () => {
  test('are in force at once, and runs under way end under the old ones', async () => {
    const { clock, scheduler, records } = play();
    scheduler.add(job({ schedule: { everyMs: 600_000, startAtOnce: true }, run: forEver, stallMs: 60_000 }));
    await scheduler.start();
    await clock.advance(1_000);
    scheduler.configure('job', { stallMs: 5_000, schedule: { everyMs: 300_000 } });
    await clock.advance(68_000);
    expect(records).toEqual([]);
    await clock.advance(2_000);
    expect(records).toMatchObject([{ outcome: 'stalled', durationMs: 70_000 }]);
    await clock.advance(15_000);
    expect(records[1]).toMatchObject({ outcome: 'stalled', durationMs: 15_000 });
  });

  test('that are not valid change nothing', () => {
    const { scheduler } = play();
    scheduler.add(job());
    expect(() => {
      scheduler.configure('job', { stallMs: 5 });
    }).toThrow('stallMs must be a number of milliseconds of at least 1000, not 5');
    expect(() => {
      scheduler.add(job());
    }).toThrow('name must be unique');
  });
});

describe('a restart', () => {
  test('waits for what runs, loses no run and starts anew', async () => {
    const { clock, scheduler, records, told } = play();
    scheduler.add(job({ schedule: { everyMs: 10_000 }, run: () => clock.sleep(4_000) }));
    await scheduler.start();
    await clock.advance(11_000);
    let done = false;
    void scheduler.restart({ group: 'cold' }, ASKED).then(() => (done = true));
    await clock.advance(2_900);
    expect(done).toBe(false);
    await clock.advance(200);
    expect([done, told.includes('restart')]).toEqual([true, true]);
    await clock.advance(20_000);
    expect(records.map(({ outcome, abandoned }) => [outcome, abandoned])).toEqual([
      ['succeeded', false],
      ['succeeded', false],
      ['succeeded', false],
    ]);
  });

  test('that is not done in 30 s cuts off what runs, and its items go to the run in its place', async () => {
    const { clock, scheduler, records } = play();
    const resumed: (readonly string[])[] = [];
    const run = (context: RunContext): Promise<void> | undefined => {
      resumed.push(context.resumed);
      if (resumed.length > 1) return undefined;
      context.begin('a');
      return forEver();
    };
    scheduler.add(job({ schedule: { everyMs: 3_600_000, startAtOnce: true }, run }));
    await scheduler.start();
    await clock.advance(10);
    void scheduler.restart('scheduler', ASKED);
    await clock.advance(29_900);
    expect(records).toEqual([]);
    await clock.advance(200);
    expect(records).toMatchObject([
      { outcome: 'cancelled', abandoned: true },
      { outcome: 'succeeded', askedBy: 'restart' },
    ]);
    expect(resumed).toEqual([[], ['a']]);
  });

  test('in an emergency is done at once', async () => {
    const { clock, scheduler, records } = play();
    let runs = 0;
    const run = (): Promise<void> | undefined => (runs++ === 0 ? forEver() : undefined);
    scheduler.add(job({ schedule: { everyMs: 3_600_000, startAtOnce: true }, run }));
    await scheduler.start();
    await clock.advance(10);
    await scheduler.restart({ job: 'job' }, { ...ASKED, emergency: true });
    await clock.advance(10);
    expect(records).toMatchObject([{ outcome: 'cancelled' }, { outcome: 'succeeded', who: 'ann' }]);
  });

  test('comes by itself after 600 critical seconds, three times, then it escalates', async () => {
    const { clock, scheduler, told } = play();
    scheduler.add(job({ essential: true, run: () => Promise.reject(new Error('broken')) }));
    await scheduler.start();
    await clock.advance(3_600_000);
    expect(told.filter((name) => name === 'restart')).toHaveLength(3);
    expect(told.filter((name) => name === 'escalated')).toHaveLength(1);
  });

  test('does not come because somebody parked an essential job', async () => {
    const { clock, scheduler, told } = play();
    scheduler.add(job({ essential: true }));
    await scheduler.start();
    scheduler.park('job', ASKED);
    await clock.advance(3_600_000);
    expect(scheduler.groups()).toMatchObject([{ status: 'degraded', parked: ['job'] }]);
    expect(told).not.toContain('restart');
  });
});

describe('a job that is parked because it fails', () => {
  /** One that fails until it is mended, and is tried again while its health is good. */
  const broken = (unparkWhen: () => string | null) => {
    const played = play();
    const unparked: string[] = [];
    let mended = false;
    let runs = 0;
    played.scheduler.on('job_unparked', ({ who, why }) => unparked.push(`${who}: ${why}`));
    played.scheduler.add(
      job({
        parkAfter: 3,
        restart: { firstMs: 0 },
        unparkWhen,
        run() {
          runs += 1;
          if (!mended) throw new Error('broken');
        },
      }),
    );
    const mend = (): void => {
      mended = true;
    };
    return { ...played, unparked, mend, runs: () => runs };
  };

  test('is tried once as soon as its health is good, and parked again for longer when that fails', async () => {
    let isWell = false;
    const { clock, scheduler, unparked, told, mend, runs } = broken(() => (isWell ? 'it answers' : null));
    await scheduler.start();
    await clock.advance(40_000);
    expect([scheduler.job('job').state, runs(), unparked]).toEqual(['parked', 3, []]);
    isWell = true;
    await clock.advance(5_000);
    expect([scheduler.job('job').state, runs(), unparked]).toEqual(['parked', 4, ['scheduler: it answers']]);
    await clock.advance(55_000);
    expect(runs(), 'a minute after the second time').toBe(4);
    mend();
    await clock.advance(10_000);
    expect(scheduler.job('job').state).toBe('idle');
    expect(told.filter((name) => name === 'job_parked')).toHaveLength(2);
  });

  test('stays parked when a person parks it, however good its health is', async () => {
    let isWell = false;
    const { clock, scheduler, unparked } = broken(() => (isWell ? 'it answers' : null));
    await scheduler.start();
    await clock.advance(40_000);
    scheduler.park('job', ASKED);
    isWell = true;
    await clock.advance(600_000);
    expect([scheduler.job('job').state, unparked]).toEqual(['parked', []]);
  });

  test('is not ended by a health that cannot be looked at', async () => {
    const { clock, scheduler, unparked } = broken(() => {
      throw new Error('no idea');
    });
    await scheduler.start();
    await clock.advance(120_000);
    expect([scheduler.job('job').state, unparked]).toEqual(['parked', []]);
  });
});

describe('a process that was killed', () => {
  test('leaves runs that are recorded as interrupted, and items that come first', async () => {
    const first = play();
    const items = (context: RunContext): Promise<never> => {
      for (const item of ['a', 'b']) context.begin(item);
      context.done('a');
      return forEver();
    };
    first.scheduler.add(job({ run: items }));
    await first.scheduler.start();
    await first.clock.advance(1_500);
    const clock = new FakeClock({ wallMs: first.clock.now() + 60_000 });
    const second = play({ clock, ledger: first.ledger, owner: 'second' });
    const seen: unknown[] = [];
    second.scheduler.add(
      job({ run: ({ resumed, previous }) => void seen.push([resumed, previous?.outcome]) }),
    );
    expect(await second.scheduler.start()).toEqual({ ok: true });
    await clock.advance(100);
    expect(seen).toEqual([[['b'], 'interrupted']]);
    expect((await first.ledger.last('job', 5)).map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'interrupted',
    ]);
    expect((await first.ledger.load()).items.size).toBe(0);
  });
});

describe('two schedulers on one ledger', () => {
  test('the second is refused until the lease of the first is over, and the first then stops', async () => {
    const ledger = createMemoryLedger();
    const clock = new FakeClock();
    let hung = false;
    const claim = (...args: Parameters<typeof ledger.claim>) => (hung ? forEver() : ledger.claim(...args));
    const first = play({ clock, ledger: { ...ledger, claim } });
    const second = play({ clock, ledger, owner: 'second' });
    first.scheduler.add(job());
    second.scheduler.add(job());
    expect(await first.scheduler.start()).toEqual({ ok: true });
    await clock.advance(60_000);
    expect(await second.scheduler.start()).toMatchObject({ ok: false });
    hung = true;
    await clock.advance(40_000);
    const ran = first.records.length;
    expect(ran).toBeLessThanOrEqual(91);
    expect(await second.scheduler.start()).toEqual({ ok: true });
    await clock.advance(10_000);
    expect([first.records.length, second.records.length]).toEqual([ran, 10]);
  });

  test('one that knows the other to be dead takes the ledger at once', async () => {
    const ledger = createMemoryLedger();
    const clock = new FakeClock();
    const first = play({ clock, ledger });
    const second = play({ clock, ledger, owner: 'second', takeOver: true });
    await first.scheduler.start();
    expect(await second.scheduler.start()).toEqual({ ok: true });
    await clock.advance(5_000);
    expect(first.told).toContain('fenced');
  });

  test('a clean stop lets the next one begin at once', async () => {
    const ledger = createMemoryLedger();
    const clock = new FakeClock();
    const first = play({ clock, ledger });
    first.scheduler.add(job({ run: () => clock.sleep(500) }));
    await first.scheduler.start();
    await clock.advance(1_100);
    const stopped = first.scheduler.stop(ASKED);
    await clock.advance(1_000);
    await stopped;
    expect(await ledger.last('job', 5)).toMatchObject([{ outcome: 'succeeded' }]);
    expect(await play({ clock, ledger, owner: 'second' }).scheduler.start()).toEqual({ ok: true });
    await clock.advance(10_000);
    expect(first.records).toHaveLength(1);
  });
});

test('a thousand jobs that fall due together start a slice at a time, the important first', async () => {
  const { clock, scheduler } = play();
  const turns = new Map<number, number>();
  const order: string[] = [];
  let turn = 0;
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (ms, signal) => {
    if (ms === 0) turn += 1;
    return sleep(ms, signal);
  };
  for (let nr = 0; nr < 1_000; nr++) {
    const priority = nr % 2 === 0 ? 'low' : 'high';
    const run = (): void => {
      turns.set(turn, (turns.get(turn) ?? 0) + 1);
      order.push(priority);
    };
    scheduler.add(job({ name: `job ${nr}`, priority, run }));
  }
  await scheduler.start();
  await clock.advance(1_001);
  expect(order).toHaveLength(1_000);
  expect(Math.max(...turns.values())).toBeLessThanOrEqual(100);
  expect(order.slice(0, 500).every((priority) => priority === 'high')).toBe(true);
});
