import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { FakeClock, TimeoutError } from '../../kernel/index.ts';
import type { CallContext } from './call.ts';
import { createTimeout } from './timeout.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const ending = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => `value ${String(value)}`,
    (error: unknown) => String(error),
  );

describe('a time limit', () => {
  it('hands the answer through, also one that is no promise', async () => {
    const timeout = createTimeout({ clock: new FakeClock() });
    expect(await timeout.execute(() => 7)).toBe(7);
    expect(await timeout.execute(() => Promise.resolve(8))).toBe(8);
  });

  it('gives up at its time and aborts the work through its own signal', async () => {
    const clock = new FakeClock();
    const timeout = createTimeout({ clock, limit: 1_000, name: 'slow thing' });
    let seen: AbortSignal | undefined;
    const ended = ending(
      timeout.execute(({ signal }) => {
        seen = signal;
        return never();
      }),
    );
    const healthy = ending(timeout.execute(() => clock.sleep(999).then(() => 'done')));
    await clock.advance(999);
    expect(seen?.aborted).toBe(false);
    await clock.advance(1);
    expect(await ended).toBe('TimeoutError: slow thing took longer than 1000 ms');
    expect(seen?.reason).toBeInstanceOf(TimeoutError);
    expect(await healthy).toBe('value done');
    expect(clock.pending).toBe(0);
  });

  it('one timeout aborts no healthy call of others', async () => {
    const clock = new FakeClock();
    const timeout = createTimeout({ clock, limit: 1_000 });
    const hangs = ending(timeout.execute(never));
    await clock.advance(600);
    let other: AbortSignal | undefined;
    const healthy = ending(
      timeout.execute(({ signal }) => {
        other = signal;
        return clock.sleep(900, signal).then(() => 'done');
      }),
    );
    await clock.advance(400);
    expect(await hangs).toContain('TimeoutError');
    expect(other?.aborted).toBe(false);
    await clock.advance(500);
    expect(await healthy).toBe('value done');
  });

  it('the signal is aborted already for work that reads it late', async () => {
    const clock = new FakeClock();
    let context: CallContext | undefined;
    const ended = ending(
      createTimeout({ clock, limit: 10 }).execute((given) => {
        context = given;
        return never();
      }),
    );
    expect(context?.remainingMs()).toBe(10);
    await clock.advance(10);
    await ended;
    expect(context?.signal.aborted).toBe(true);
    expect(context?.remainingMs()).toBe(0);
  });

  it('hands through what the work throws, at once or later', async () => {
    const timeout = createTimeout({ clock: new FakeClock() });
    const thrown = (): never => {
      throw new RangeError('bad');
    };
    expect(await ending(timeout.execute(thrown))).toBe('RangeError: bad');
    expect(await ending(timeout.execute(() => Promise.reject(new TypeError('worse'))))).toBe(
      'TypeError: worse',
    );
  });

  it('the caller ends it at once, and leaves no listener behind', async () => {
    const clock = new FakeClock();
    const timeout = createTimeout({ clock, limit: 1_000 });
    const controller = new AbortController();
    const { signal } = controller;
    const ended = ending(timeout.execute(never, { signal, what: 'GET /x' }));
    expect(await timeout.execute(() => 1, { signal })).toBe(1);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort(new Error('gone'));
    expect(await ended).toBe('AbortedError: GET /x was aborted');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('an already aborted signal never runs the work', async () => {
    let runs = 0;
    const timeout = createTimeout({ clock: new FakeClock() });
    const call = (): number => (runs += 1);
    expect(await ending(timeout.execute(call, { signal: AbortSignal.abort() }))).toBe(
      'AbortedError: work was aborted',
    );
    expect(runs).toBe(0);
  });

  it.each([
    ['deadlineMs', 300, 1_000],
    ['limit', 2_000, 400],
  ])('the shorter of the two holds: %s', async (_, deadlineMs, limit) => {
    const clock = new FakeClock();
    const ended = ending(createTimeout({ clock, limit }).execute(never, { deadlineMs }));
    await clock.advance(Math.min(deadlineMs, limit));
    expect(await ended).toBe(`TimeoutError: work took longer than ${Math.min(deadlineMs, limit)} ms`);
  });

  it('a deadline passes down to the calls within', async () => {
    const clock = new FakeClock();
    const outer = createTimeout({ clock, limit: 500, name: 'outer' });
    const inner = createTimeout({ clock, limit: 10_000, name: 'inner' });
    let left = 0;
    const ended = ending(
      outer.execute(async (within) => {
        await clock.sleep(200);
        return inner.execute(
          (context) => {
            left = context.remainingMs();
            return never();
          },
          { within },
        );
      }),
    );
    await clock.advance(500);
    expect(left).toBe(300);
    expect(await ended).toContain('TimeoutError: outer');
    expect(clock.pending).toBe(0);
  });

  it('can follow what answers take', async () => {
    const clock = new FakeClock();
    const timeout = createTimeout({ clock, limit: { minimumCalls: 5, minMs: 100 } });
    expect(timeout.limitMs).toBe(10_000);
    for (let call = 0; call < 10; call++) {
      const ended = timeout.execute(() => clock.sleep(200));
      await clock.advance(200);
      await ended;
    }
    expect(timeout.limitMs).toBeCloseTo(300, -1);
    // A caller in a hurry teaches it nothing.
    const hurried = ending(timeout.execute(never, { deadlineMs: 1 }));
    await clock.advance(2_000);
    await hurried;
    expect(timeout.limitMs).toBeCloseTo(300, -1);
    const late = ending(timeout.execute(never));
    await clock.advance(2_000);
    await late;
    expect(timeout.limitMs).toBeGreaterThan(400);
  });

  it('refuses a limit that is no time', () => {
    expect(() => createTimeout({ limit: -1 })).toThrow('limit must be a number at least 0, not -1');
    expect(() => createTimeout({ limit: Number.NaN })).toThrow(RangeError);
  });
});
