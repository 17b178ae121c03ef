import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { AbortedError, FakeClock } from '../../kernel/index.ts';
import type { Priority, Refusal } from './call.ts';
import type { RateLimitTuning } from './rate-limit-options.ts';
import { RateLimiter } from './rate-limiter.ts';

const WALL_MS = Date.UTC(2026, 0, 1);

const play = (tuning: RateLimitTuning = {}) => {
  const clock = new FakeClock({ wallMs: WALL_MS });
  const limiter = new RateLimiter('Market', clock, { limit: 2, windowMs: 1_000, ...tuning });
  const log: string[] = [];
  /** Asks, and notes how it ends and when. */
  const ask = (
    name: string,
    priority: Priority = 'normal',
    maxWaitMs = Infinity,
    signal?: AbortSignal,
  ): void => {
    const note = (end: number | Refusal): void => {
      log.push(`${name} ${typeof end === 'number' ? 'starts' : end.state} ${clock.monotonic()}`);
    };
    const answer = limiter.acquire(priority, signal, maxWaitMs, clock.monotonic());
    if (answer === true) note(clock.monotonic());
    else if (answer instanceof Promise) {
      answer.then(note, (error: unknown) => log.push(`${name} ${String(error)} ${clock.monotonic()}`));
    } else note(answer);
  };
  const refusalNow = (priority: Priority, maxWaitMs: number): Refusal | null => {
    const answer = limiter.acquire(priority, undefined, maxWaitMs, clock.monotonic());
    return answer === true || answer instanceof Promise ? null : answer;
  };
  return { clock, limiter, log, ask, refusalNow };
};

test('who waits goes by priority, and within a priority in the order of arrival', async () => {
  const { clock, log, ask } = play({ limit: 1 });
  ask('first');
  ask('low', 'low');
  ask('normal1');
  ask('high1', 'high');
  ask('normal2');
  ask('high2', 'high');
  await clock.advance(10_000);
  expect(log).toEqual([
    'first starts 0',
    'high1 starts 1000',
    'high2 starts 2000',
    'normal1 starts 3000',
    'normal2 starts 4000',
    'low starts 5000',
  ]);
});

test('normal goes on beside low that waits for its share', async () => {
  const { clock, log, ask, limiter } = play({ limit: 5 });
  for (const name of ['a', 'b', 'c', 'd']) ask(name);
  await clock.advance(400);
  ask('low', 'low');
  ask('e');
  expect([limiter.available(400), limiter.available(400, 'low'), limiter.waiting]).toEqual([0, 0, 1]);
  await clock.advance(1_000);
  expect(log.slice(4)).toEqual(['e starts 400', 'low starts 1000']);
});

test('what others wait for is not free', async () => {
  const { clock, limiter, ask } = play({ limit: 2 });
  ask('a');
  ask('b');
  await clock.advance(500);
  ask('c');
  expect([limiter.available(1_000), limiter.available(1_000, 'high')]).toEqual([1, 2]);
});

test('a late timer lets nobody overtake', async () => {
  const { clock, log, ask, limiter } = play({ limit: 1 });
  ask('first');
  ask('second');
  // The loop was busy: it is late already when somebody asks.
  const answer = limiter.acquire('normal', undefined, Infinity, 1_500);
  await clock.settle();
  expect(log).toEqual(['first starts 0', 'second starts 0']);
  expect(answer).toBeInstanceOf(Promise);
  expect(limiter.core.used(1_500)).toBe(1);
});

describe('a wait that is limited', () => {
  test('is not begun when it can be seen that it would take longer', () => {
    const { limiter, ask, refusalNow } = play({ limit: 1 });
    ask('first');
    expect(refusalNow('normal', 999)?.retryInMs).toBe(1_000);
    expect(limiter.waiting).toBe(0);
    ask('second', 'normal', 1_000);
    expect(limiter.waiting).toBe(1);
    // Behind the second: another window.
    expect(refusalNow('normal', 1_999)?.retryInMs).toBe(2_000);
    expect(refusalNow('low', 1_999)?.retryInMs).toBe(2_000);
    // Before it.
    expect(refusalNow('high', 999)?.retryInMs).toBe(1_000);
    expect([limiter.waiting, limiter.core.used(0), limiter.counts.refused]).toEqual([1, 1, 4]);
  });

  test('ends when its time is over, as when others of a higher priority came between', async () => {
    const { clock, log, ask, limiter } = play({ limit: 1 });
    ask('first');
    ask('waits', 'normal', 1_200);
    ask('high', 'high', 5_000);
    await clock.advance(1_199);
    expect(log).toEqual(['first starts 0', 'high starts 1000']);
    await clock.advance(1);
    expect(log.at(-1)).toBe('waits spent 1200');
    expect([limiter.waiting, clock.pending]).toEqual([0, 0]);
  });

  test('may be over at the very moment of the start, which then counts', async () => {
    const { clock, log, ask } = play({ limit: 1 });
    ask('first');
    ask('second', 'normal', 1_000);
    await clock.advance(1_000);
    expect(log).toEqual(['first starts 0', 'second starts 1000']);
  });

  test('without a queue nobody waits', () => {
    const { ask, log } = play({ limit: 1, maxQueue: 0 });
    ask('first');
    ask('second');
    expect(log).toEqual(['first starts 0', 'second spent 0']);
  });
});

describe('a full queue', () => {
  test('loses the oldest of the lowest priority first', async () => {
    const { clock, log, ask } = play({ limit: 1, maxQueue: 3 });
    ask('first');
    ask('low1', 'low');
    ask('low2', 'low');
    ask('normal', 'normal');
    ask('low3', 'low');
    ask('high', 'high');
    ask('normal2', 'normal');
    ask('normal3', 'normal');
    await clock.settle();
    expect(log).toEqual(['first starts 0', 'low1 full 0', 'low2 full 0', 'low3 full 0', 'normal full 0']);
    ask('low4', 'low');
    expect(log.at(-1)).toBe('low4 full 0');
    await clock.advance(3_000);
    expect(log.slice(6)).toEqual(['high starts 1000', 'normal2 starts 2000', 'normal3 starts 3000']);
  });

  test('that becomes shorter keeps who matters most', async () => {
    const { clock, log, ask, limiter } = play({ limit: 1 });
    for (const [name, priority] of [
      ['a', 'low'],
      ['b', 'low'],
      ['c', 'normal'],
      ['d', 'high'],
    ] as const) {
      ask(name, priority);
    }
    ask('e', 'low');
    await clock.settle();
    limiter.configure({ maxQueue: 2 }, 0);
    await clock.settle();
    expect([log, limiter.waiting]).toEqual([['a starts 0', 'b full 0', 'e full 0'], 2]);
  });
});

describe('who goes away', () => {
  test('gives its place in the queue back, with nothing left behind', async () => {
    const { clock, log, ask, limiter } = play({ limit: 1 });
    const controller = new AbortController();
    ask('first');
    ask('leaves', 'normal', Infinity, controller.signal);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    await clock.advance(300);
    controller.abort(new Error('gone'));
    await clock.settle();
    expect(log.at(-1)).toBe('leaves AbortedError: waiting for the quota of Market was aborted 300');
    expect([limiter.waiting, clock.pending, limiter.counts.cancelled]).toEqual([0, 0, 1]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    ask('second');
    await clock.advance(700);
    expect(log.at(-1)).toBe('second starts 1000');
    expect(limiter.core.used(1_000)).toBe(1);
  });

  test('before it asked never waits, nor starts', async () => {
    const { limiter } = play();
    const answer = limiter.acquire('normal', AbortSignal.abort('why'), Infinity, 0);
    await expect(answer).rejects.toEqual(new AbortedError('waiting for the quota of Market', 'why'));
    expect([limiter.core.used(0), limiter.waiting, limiter.counts.started]).toEqual([0, 0, 0]);
  });

  test('after its turn changes nothing: it holds no listener any more', async () => {
    const { clock, ask, log } = play({ limit: 1 });
    const controller = new AbortController();
    ask('first');
    ask('second', 'normal', Infinity, controller.signal);
    await clock.advance(1_000);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    await clock.settle();
    expect(log).toEqual(['first starts 0', 'second starts 1000']);
  });
});

describe('a 429', () => {
  test('refuses at once who would now wait too long, and keeps the others', async () => {
    const { clock, log, ask, limiter } = play({ limit: 2 });
    ask('a');
    ask('b');
    ask('short', 'normal', 2_000);
    ask('long', 'low', 60_000);
    await clock.advance(10);
    expect(limiter.throttled(10, 5_000, 0)).toBe(true);
    await clock.settle();
    expect(log.slice(2)).toEqual(['short throttled 10']);
    await clock.advance(4_999);
    expect(log).toHaveLength(3);
    await clock.advance(1);
    expect(log.at(-1)).toBe('long starts 5010');
  });

  test('a rate that grows back lets the next one go without anybody asking', async () => {
    const { clock, log, ask, limiter } = play({ limit: 20, windowMs: 60_000, recoverEveryMs: 100 });
    limiter.throttled(0, 0, 0);
    for (let index = 0; index < 11; index++) ask(String(index));
    await clock.advance(100);
    expect(log.slice(9)).toEqual(['9 starts 0', '10 starts 100']);
  });
});

test('what is given back goes to the next in the queue at once', async () => {
  const { clock, log, ask, limiter } = play({ limit: 1 });
  ask('first');
  ask('second');
  await clock.advance(10);
  limiter.giveBack(77, 10);
  limiter.giveBack(0, 10);
  await clock.settle();
  expect(log).toEqual(['first starts 0', 'second starts 10']);
});

test('a start that is moved makes the next one wait longer', async () => {
  const { clock, log, ask, limiter } = play({ limit: 1 });
  ask('first');
  ask('second');
  await clock.advance(400);
  expect(limiter.startLater(0, 400, 'normal')).toBe(true);
  await clock.advance(999);
  expect(log).toEqual(['first starts 0']);
  await clock.advance(1);
  expect(log.at(-1)).toBe('second starts 1400');
});

test('a start that is moved and finds no place makes room for the next', async () => {
  const { clock, log, ask, limiter } = play({ limit: 2 });
  ask('first');
  ask('second');
  ask('third');
  limiter.configure({ limit: 1 }, 0);
  await clock.advance(400);
  expect(limiter.startLater(0, 400, 'normal')).toBe(false);
  await clock.advance(600);
  expect(log.at(-1)).toBe('third starts 1000');
});

test('a shorter queue costs nobody a turn whom a larger limit lets go', async () => {
  const { clock, log, ask, limiter } = play({ limit: 1 });
  for (const name of ['a', 'b', 'c', 'd']) ask(name);
  limiter.configure({ limit: 2, maxQueue: 1 }, 0);
  await clock.settle();
  expect(log).toEqual(['a starts 0', 'b starts 0', 'c full 0']);
});

test('a larger limit admits who waits at once', async () => {
  const { clock, log, ask, limiter } = play({ limit: 1 });
  for (const name of ['a', 'b', 'c']) ask(name);
  limiter.configure({ limit: 2 }, 0);
  await clock.settle();
  expect(log).toEqual(['a starts 0', 'b starts 0']);
  expect(limiter.counts).toEqual({ started: 2, waited: 1, refused: 0, cancelled: 0 });
});

test('a wall clock that was set does not matter', async () => {
  const { clock, log, ask } = play({ limit: 1 });
  ask('a');
  ask('b');
  clock.jumpWall(-3_600_000);
  await clock.advance(1_000);
  expect(log).toEqual(['a starts 0', 'b starts 1000']);
});
