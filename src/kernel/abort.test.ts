import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AbortedError, TimeoutError, abortable, onAbort, withTimeout } from './abort.ts';
import { FakeClock } from './fake-clock.ts';

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const never = (): Promise<never> => new Promise(() => undefined);
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing',
    (error: unknown) => error,
  );

let clock = new FakeClock();
const unhandled: unknown[] = [];
const onUnhandled = (error: unknown): void => void unhandled.push(error);

beforeEach(() => {
  clock = new FakeClock();
  unhandled.length = 0;
  process.on('unhandledRejection', onUnhandled);
});
afterEach(async () => {
  await clock.settle();
  await clock.settle();
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});

describe('onAbort', () => {
  test('calls all who still wait, once, in their order', () => {
    const controller = new AbortController();
    const called: number[] = [];
    const forgets = [1, 2, 3].map((n) => onAbort(controller.signal, () => void called.push(n)));
    forgets[1]?.();
    controller.abort();
    controller.abort();
    for (const forget of forgets) forget();
    expect(called).toEqual([1, 3]);
  });

  test('a thousand who wait share one listener, and the last one takes it away', () => {
    const { signal } = new AbortController();
    const forgets = Array.from({ length: 1_000 }, () => onAbort(signal, () => undefined));
    expect(listenersOf(signal)).toBe(1);
    for (const forget of forgets.slice(1)) forget();
    expect(listenersOf(signal)).toBe(1);
    forgets[0]?.();
    forgets[0]?.();
    expect(listenersOf(signal)).toBe(0);
  });

  test('who comes after all have gone is called', () => {
    const controller = new AbortController();
    onAbort(controller.signal, () => undefined)();
    const called: string[] = [];
    onAbort(controller.signal, () => void called.push('late'));
    controller.abort();
    expect(called).toEqual(['late']);
  });

  test('one that another one forgets meanwhile is not called', () => {
    const controller = new AbortController();
    const called: string[] = [];
    onAbort(controller.signal, () => {
      called.push('first');
      forget();
    });
    const forget = onAbort(controller.signal, () => void called.push('second'));
    controller.abort();
    expect(called).toEqual(['first']);
  });

  test('one that throws keeps no other from being called, and its error is not swallowed', async () => {
    const controller = new AbortController();
    const uncaught: unknown[] = [];
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error));
    const called: string[] = [];
    onAbort(controller.signal, () => {
      throw new Error('bad listener');
    });
    onAbort(controller.signal, () => void called.push('next'));
    controller.abort();
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners('uncaughtException');
    for (const listener of before) process.on('uncaughtException', listener);
    expect(called).toEqual(['next']);
    expect(uncaught).toEqual([new Error('bad listener')]);
  });
});

describe('abortable', () => {
  test('settles as the work does, and leaves no listener', async () => {
    const { signal } = new AbortController();
    await expect(abortable(Promise.resolve(7), signal, 'work')).resolves.toBe(7);
    await expect(abortable(Promise.reject(new Error('broken')), signal, 'work')).rejects.toThrow('broken');
    expect(listenersOf(signal)).toBe(0);
    await expect(abortable(Promise.resolve(8), undefined, 'work')).resolves.toBe(8);
  });

  test('rejects as soon as the signal aborts, names the work, and keeps the reason', async () => {
    const controller = new AbortController();
    const error = thrownBy(abortable(never(), controller.signal, 'reading'));
    expect(listenersOf(controller.signal)).toBe(1);
    controller.abort('why');
    expect(await error).toBeInstanceOf(AbortedError);
    expect(await error).toMatchObject({ what: 'reading', message: 'reading was aborted', cause: 'why' });
    expect(listenersOf(controller.signal)).toBe(0);
  });

  test('a signal that aborted before rejects at once, also work that is done', async () => {
    const signal = AbortSignal.abort('earlier');
    await expect(abortable(never(), signal, 'work')).rejects.toMatchObject({ cause: 'earlier' });
    await expect(abortable(Promise.reject(new Error('own')), signal, 'work')).rejects.toMatchObject({
      name: 'AbortedError',
    });
  });

  test('swallows the late rejection of work that was given up', async () => {
    const controller = new AbortController();
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<never>((_, reject) => (fail = reject));
    const error = thrownBy(abortable(work, controller.signal, 'work'));
    controller.abort();
    expect(await error).toBeInstanceOf(AbortedError);
    fail(new Error('late'));
  });
});

describe('withTimeout', () => {
  test('gives the result and takes its timer and listener away', async () => {
    const parent = new AbortController();
    const work = withTimeout(clock, 100, 'work', () => clock.sleep(50).then(() => 'done'), parent.signal);
    expect([clock.pending, listenersOf(parent.signal)]).toEqual([2, 1]);
    await clock.advance(50);
    await expect(work).resolves.toBe('done');
    expect([clock.pending, listenersOf(parent.signal)]).toEqual([0, 0]);
  });

  test('passes on what the work throws, also before its first await', async () => {
    const parent = new AbortController();
    const failing = withTimeout(clock, 100, 'work', () => Promise.reject(new Error('own')), parent.signal);
    await expect(failing).rejects.toThrow('own');
    const throwing = withTimeout(
      clock,
      100,
      'work',
      () => {
        throw new Error('at once');
      },
      parent.signal,
    );
    await expect(throwing).rejects.toThrow('at once');
    expect([clock.pending, listenersOf(parent.signal)]).toEqual([0, 0]);
  });

  test.each([
    ['does not listen', never],
    ['listens to its signal and sleeps', (signal: AbortSignal) => clock.sleep(1_000_000, signal)],
    [
      'rejects with an error of its own when aborted',
      (signal: AbortSignal) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('own words')));
        }),
    ],
  ])('tells the limit from the parent, when the work %s', async (_, work) => {
    const parent = new AbortController();
    const timedOut = thrownBy(withTimeout(clock, 100, 'reading', work, parent.signal));
    await clock.advance(99);
    expect(listenersOf(parent.signal)).toBe(1);
    await clock.advance(1);
    expect(await timedOut).toBeInstanceOf(TimeoutError);
    expect(await timedOut).toMatchObject({
      what: 'reading',
      limitMs: 100,
      message: 'reading took longer than 100 ms',
    });

    const aborted = thrownBy(withTimeout(clock, 100, 'reading', work, parent.signal));
    await clock.advance(50);
    parent.abort('stop');
    expect(await aborted).toBeInstanceOf(AbortedError);
    expect(await aborted).toMatchObject({ what: 'reading', cause: 'stop' });
    await clock.advance(100);
    expect([clock.pending, listenersOf(parent.signal)]).toEqual([0, 0]);
  });

  test('of two limits, one inside the other, each names its own work', async () => {
    const inner: Promise<unknown>[] = [];
    const outer = withTimeout(clock, 10, 'outer', (signal) => {
      const work = withTimeout(clock, 50, 'inner', never, signal);
      inner.push(thrownBy(work));
      return work;
    });
    const error = thrownBy(outer);
    await clock.advance(10);
    expect(await error).toMatchObject({ name: 'TimeoutError', what: 'outer' });
    expect(await inner[0]).toMatchObject({ name: 'AbortedError', what: 'inner', cause: await error });
  });

  test('the signal of the work aborts with the reason', async () => {
    const reasons: unknown[] = [];
    const watch = (signal: AbortSignal): Promise<never> => {
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return never();
    };
    const parent = new AbortController();
    const both = [
      thrownBy(withTimeout(clock, 10, 'short', watch, parent.signal)),
      thrownBy(withTimeout(clock, 90, 'long', watch, parent.signal)),
    ];
    await clock.advance(10);
    parent.abort('parent');
    await Promise.all(both);
    expect(reasons).toEqual([expect.any(TimeoutError), 'parent']);
  });

  test('does not begin when the parent has aborted', async () => {
    let begun = false;
    const work = async (): Promise<void> => {
      begun = true;
    };
    await expect(withTimeout(clock, 10, 'work', work, AbortSignal.abort('no'))).rejects.toMatchObject({
      name: 'AbortedError',
      cause: 'no',
    });
    expect([begun, clock.pending]).toEqual([false, 0]);
  });

  test('swallows what the work throws after its time', async () => {
    const late = thrownBy(
      withTimeout(clock, 10, 'work', () => clock.sleep(50).then(() => Promise.reject(new Error('late')))),
    );
    await clock.advance(60);
    expect(await late).toBeInstanceOf(TimeoutError);
  });
});
