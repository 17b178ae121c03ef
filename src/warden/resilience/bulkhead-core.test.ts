import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { AbortedError, FakeClock } from '../../kernel/index.ts';
import { Bulkhead } from './bulkhead-core.ts';
import { bulkheadDefaults, type BulkheadTuning } from './bulkhead-options.ts';
import type { Priority, Refusal } from './call.ts';

const WALL_MS = Date.UTC(2026, 0, 1);

const play = (tuning: BulkheadTuning = {}) => {
  const clock = new FakeClock({ wallMs: WALL_MS });
  const bulkhead = new Bulkhead('Market', clock, { limit: 1, ...tuning });
  const log: string[] = [];
  const refusals: Refusal[] = [];
  /** Asks, and notes how it ends and when. */
  const ask = (
    name: string,
    priority: Priority = 'normal',
    maxWaitMs = Infinity,
    signal?: AbortSignal,
  ): void => {
    const note = (end: number | Refusal): void => {
      if (typeof end !== 'number') refusals.push(end);
      log.push(`${name} ${typeof end === 'number' ? `enters ${end}` : `refused ${clock.monotonic()}`}`);
    };
    const answer = bulkhead.enter(priority, signal, maxWaitMs, clock.monotonic());
    if (answer === true) note(clock.monotonic());
    else if (answer instanceof Promise) {
      answer.then(note, (error: unknown) => log.push(`${name} ${String(error)} ${clock.monotonic()}`));
    } else note(answer);
  };
  return { clock, bulkhead, log, refusals, ask };
};

test('so many at once and no more', () => {
  const { bulkhead } = play({ limit: 2 });
  expect([bulkhead.tryEnter(), bulkhead.tryEnter(), bulkhead.tryEnter()]).toEqual([true, true, false]);
  expect([bulkhead.running, bulkhead.limit]).toEqual([2, 2]);
  bulkhead.leave();
  expect([bulkhead.tryEnter(), bulkhead.tryEnter(), bulkhead.running]).toEqual([true, false, 2]);
});

test('a call that leaves without having entered is a fault of the caller', () => {
  const { bulkhead } = play();
  expect(() => bulkhead.leave()).toThrow(new RangeError('Market: a call left that had not entered'));
  bulkhead.tryEnter();
  bulkhead.leave();
  expect(() => bulkhead.leave()).toThrow(RangeError);
  expect(bulkhead.running).toBe(0);
});

test('who waits goes by priority, and within a priority in the order of arrival', async () => {
  const { clock, bulkhead, log, ask } = play();
  for (const [name, priority] of [
    ['first', 'normal'],
    ['low', 'low'],
    ['normal1', 'normal'],
    ['high1', 'high'],
    ['normal2', 'normal'],
    ['high2', 'high'],
  ] as const) {
    ask(name, priority);
  }
  for (let turn = 0; turn < 5; turn++) {
    await clock.advance(10);
    bulkhead.leave();
    expect(bulkhead.tryEnter()).toBe(false);
  }
  await clock.settle();
  expect(log).toEqual([
    'first enters 0',
    'high1 enters 10',
    'high2 enters 20',
    'normal1 enters 30',
    'normal2 enters 40',
    'low enters 50',
  ]);
  expect(bulkhead.counts).toEqual({ entered: 6, waited: 5, refused: 0, cancelled: 0 });
});

describe('a full queue', () => {
  test('loses the oldest of the lowest priority first, also the one that comes', async () => {
    const { clock, log, ask, bulkhead } = play({ maxQueue: 2 });
    ask('first');
    ask('low1', 'low');
    ask('low2', 'low');
    ask('low3', 'low');
    ask('normal', 'normal');
    ask('high', 'high');
    await clock.settle();
    expect(log.slice(1)).toEqual(['low1 refused 0', 'low2 refused 0', 'low3 refused 0']);
    ask('low4', 'low');
    expect(log.at(-1)).toBe('low4 refused 0');
    ask('normal2', 'normal');
    await clock.settle();
    expect(log.at(-1)).toBe('normal refused 0');
    ask('high2', 'high');
    ask('high3', 'high');
    await clock.settle();
    expect(log.slice(-2)).toEqual(['normal2 refused 0', 'high refused 0']);
    ask('normal3');
    expect([log.at(-1), bulkhead.waiting, bulkhead.counts.refused]).toEqual(['normal3 refused 0', 2, 8]);
  });

  test('that becomes shorter keeps who matters most', async () => {
    const { clock, log, ask, bulkhead } = play();
    ask('first');
    for (const priority of ['low', 'high', 'normal', 'low'] as const) ask(priority, priority);
    bulkhead.configure({ maxQueue: 1 }, 0);
    await clock.settle();
    expect([log.slice(1), bulkhead.waiting]).toEqual([
      ['low refused 0', 'low refused 0', 'normal refused 0'],
      1,
    ]);
  });

  test.each<BulkheadTuning>([{ maxQueue: 0 }])('%o: nobody waits', (tuning) => {
    const { log, ask, bulkhead } = play(tuning);
    ask('first');
    ask('second');
    expect([log, bulkhead.waiting]).toEqual([['first enters 0', 'second refused 0'], 0]);
  });
});

describe('a wait', () => {
  test('that may take no time is not begun', () => {
    const { log, ask } = play();
    ask('first');
    ask('second', 'high', 0);
    expect(log).toEqual(['first enters 0', 'second refused 0']);
  });

  test('ends when its time is over, each at its own', async () => {
    const { clock, log, ask } = play();
    ask('first');
    ask('long', 'high', 50);
    ask('short', 'normal', 20);
    ask('ever', 'low');
    expect(clock.pending).toBe(1);
    await clock.advance(19);
    expect(log).toHaveLength(1);
    await clock.advance(1);
    expect(log.slice(1)).toEqual(['short refused 20']);
    await clock.advance(30);
    expect(log.slice(2)).toEqual(['long refused 50']);
    expect(clock.pending).toBe(0);
  });

  test('leaves no timer when somebody else lets it in', async () => {
    const { clock, ask, bulkhead } = play();
    ask('first');
    ask('second', 'normal', 50);
    bulkhead.leave();
    expect(clock.pending).toBe(0);
    await clock.advance(100);
    expect([bulkhead.running, bulkhead.counts.refused]).toEqual([1, 0]);
  });

  test('ends when the caller goes away, with nothing left behind', async () => {
    const { clock, log, ask, bulkhead } = play();
    const controller = new AbortController();
    ask('first');
    ask('leaves', 'normal', 50, controller.signal);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort();
    await clock.settle();
    expect(log.at(-1)).toBe('leaves AbortedError: waiting for a place at Market was aborted 0');
    expect([bulkhead.waiting, clock.pending, getEventListeners(controller.signal, 'abort')]).toEqual([
      0,
      0,
      [],
    ]);
    expect(bulkhead.counts).toEqual({ entered: 1, waited: 0, refused: 0, cancelled: 1 });
    bulkhead.leave();
    expect(bulkhead.tryEnter()).toBe(true);
  });

  test('is never begun by a caller who has gone', async () => {
    const { bulkhead } = play();
    const answer = bulkhead.enter('normal', AbortSignal.abort('why'), 50, 0);
    await expect(answer).rejects.toEqual(new AbortedError('waiting for a place at Market', 'why'));
    expect([bulkhead.running, bulkhead.waiting]).toEqual([0, 0]);
  });
});

describe('settings change while it runs', () => {
  test('a larger limit admits who waits at once', async () => {
    const { clock, log, ask, bulkhead } = play();
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    await clock.advance(5);
    bulkhead.configure({ limit: 3 }, 5);
    await clock.settle();
    expect(log).toEqual(['a enters 0', 'b enters 5', 'c enters 5']);
    expect(bulkhead.limit).toBe(3);
  });

  test('a smaller limit lets the running ones end', async () => {
    const { clock, log, ask, bulkhead } = play({ limit: 3 });
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    bulkhead.configure({ limit: 1 }, 0);
    bulkhead.leave();
    bulkhead.leave();
    await clock.settle();
    expect([log.length, bulkhead.running, bulkhead.tryEnter()]).toEqual([3, 1, false]);
    bulkhead.leave();
    await clock.settle();
    expect([log.at(-1), bulkhead.running]).toEqual(['d enters 0', 1]);
  });

  test('what is not given stays, and bad settings change nothing', () => {
    const { bulkhead } = play({ limit: 3, maxQueue: 7 });
    bulkhead.configure({ maxWaitMs: 9, limit: undefined }, 0);
    expect(bulkhead.settings).toEqual({ limit: 3, maxQueue: 7, maxWaitMs: 9 });
    expect(() => bulkhead.configure({ limit: 4, maxQueue: -1 }, 0)).toThrow(RangeError);
    expect([bulkhead.limit, bulkhead.settings.limit]).toEqual([3, 3]);
  });
});

describe('a limit that adapts', () => {
  test('begins where it is told and learns from who leaves', () => {
    const { bulkhead } = play({ limit: { adaptive: 'aimd', min: 2, max: 50, initial: 4 } });
    expect([bulkhead.limit, bulkhead.adaptiveState]).toEqual([
      4,
      { phase: 'steady', limit: 4, baselineMs: null, roundsToProbe: 2 },
    ]);
    while (bulkhead.tryEnter()) continue;
    for (let call = 0; call < 9; call++) {
      bulkhead.leave(20);
      bulkhead.tryEnter();
    }
    expect([bulkhead.limit, bulkhead.running]).toEqual([4, 4]);
    bulkhead.leave(20);
    expect(bulkhead.adaptiveState).toEqual({ phase: 'steady', limit: 5, baselineMs: 20, roundsToProbe: 1 });
    expect([bulkhead.tryEnter(), bulkhead.tryEnter(), bulkhead.tryEnter()]).toEqual([true, true, false]);
  });

  test('learns nothing from a call without a duration', () => {
    const { bulkhead } = play({ limit: { adaptive: 'gradient', initial: 4 } });
    for (let call = 0; call < 100; call++) {
      bulkhead.tryEnter();
      bulkhead.leave();
    }
    expect(bulkhead.adaptiveState).toEqual({ phase: 'steady', limit: 4, baselineMs: null, roundsToProbe: 2 });
  });

  test('shrinks when calls are lost', () => {
    const { bulkhead } = play({ limit: { adaptive: 'gradient', initial: 20 } });
    for (let call = 0; call < 20; call++) {
      bulkhead.tryEnter();
      bulkhead.leave(1, call === 7);
    }
    expect([bulkhead.limit, bulkhead.adaptiveState?.limit]).toEqual([18, 18]);
  });

  test('that grows admits who waits', async () => {
    const { clock, ask, bulkhead, log } = play({ limit: { adaptive: 'aimd', initial: 2, min: 2 } });
    for (let call = 0; call < 13; call++) ask(String(call));
    for (let call = 0; call < 10; call++) bulkhead.leave(5);
    await clock.settle();
    // At the least limit there is no probe: it has grown to 3.
    expect([log.length, bulkhead.limit, bulkhead.running]).toEqual([13, 3, 3]);
  });

  test('keeps what it has learnt under other bounds, and begins anew as another kind', () => {
    const { bulkhead } = play({ limit: { adaptive: 'aimd', initial: 40 } });
    for (let call = 0; call < 40; call++) {
      bulkhead.tryEnter();
      bulkhead.leave(20);
    }
    expect(bulkhead.adaptiveState).toMatchObject({ baselineMs: 20, limit: 40 });
    bulkhead.configure({ limit: { adaptive: 'aimd', max: 30 } }, 0);
    expect([bulkhead.limit, bulkhead.adaptiveState]).toMatchObject([30, { baselineMs: 20, limit: 30 }]);
    bulkhead.configure({ limit: { adaptive: 'gradient', max: 30 } }, 0);
    expect([bulkhead.limit, bulkhead.adaptiveState]).toMatchObject([10, { baselineMs: null, limit: 10 }]);
    bulkhead.configure({ limit: 7 }, 0);
    expect([bulkhead.limit, bulkhead.adaptiveState]).toEqual([7, null]);
    bulkhead.configure({ limit: { adaptive: 'gradient' } }, 0);
    expect([bulkhead.limit, bulkhead.adaptiveState]).toMatchObject([10, { baselineMs: null }]);
  });
});

describe('a refusal says', () => {
  test('how long all places have been taken', async () => {
    const { clock, ask, refusals } = play({ limit: 2 });
    ask('a');
    ask('b');
    await clock.advance(10);
    ask('c', 'normal', 1_500);
    await clock.advance(1_500);
    expect(refusals).toEqual([
      {
        dependency: 'Market',
        by: 'bulkhead',
        reason: 'Market: all 2 places have been taken for 1.5 s',
        state: 'full',
        since: WALL_MS + 10,
        nextTryAt: null,
        retryInMs: 0,
        lastCause: null,
      },
    ]);
  });

  test('how many wait already', async () => {
    const { clock, ask, refusals } = play({ maxQueue: 1 });
    ask('a');
    await clock.advance(10);
    ask('b');
    await clock.advance(10);
    ask('c', 'low');
    expect(refusals).toEqual([
      expect.objectContaining({
        reason: 'Market: all 1 places are taken, and 1 calls already wait',
        since: WALL_MS + 10,
      }),
    ]);
  });

  test('that there is no place, to who does not wait', async () => {
    const { clock, ask, refusals } = play({ maxQueue: 0 });
    ask('a');
    await clock.advance(10);
    ask('b');
    expect(refusals).toEqual([
      expect.objectContaining({ reason: 'Market: all 1 places have been taken', since: WALL_MS + 10 }),
    ]);
  });
});

test.each<[BulkheadTuning, string]>([
  [{ limit: 0 }, 'limit must be a whole number from 1 to 100000, not 0'],
  [{ limit: 100_001 }, 'limit must be a whole number from 1 to 100000, not 100001'],
  [{ maxQueue: -1 }, 'maxQueue must be a whole number from 0 to 100000, not -1'],
  [{ maxQueue: 100_001 }, 'maxQueue must be a whole number from 0 to 100000, not 100001'],
  [{ maxWaitMs: -1 }, 'maxWaitMs must be a number of milliseconds from 0 on, not -1'],
  [
    { limit: { adaptive: 'gradient', min: 5, max: 4 } },
    'limit.min must be a whole number from 1 to 4, not 5',
  ],
])('%o is refused: %s', (tuning, message) => {
  expect(() => new Bulkhead('Market', new FakeClock(), tuning)).toThrow(new RangeError(message));
});

test('by default ten at once and a hundred in the queue for five seconds', () => {
  const bulkhead = new Bulkhead('Market', new FakeClock());
  expect(bulkhead.settings).toEqual(bulkheadDefaults);
  expect(bulkheadDefaults).toEqual({ limit: 10, maxQueue: 100, maxWaitMs: 5_000 });
});
