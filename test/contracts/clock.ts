import { expect, test } from 'vitest';
import { AbortedError, currentContext, runInContext, type Clock } from '../../src/kernel/index.ts';

/** A clock to hold against the contract, and how its time passes. */
export interface ClockUnderTest {
  readonly clock: Clock;
  /** Resolves when at least `ms` have passed on the clock and what fell due has run. */
  readonly pass: (ms: number) => Promise<void>;
}

/** What every clock promises. Delays are tiny and no upper bound is asserted, so that real time may run it too. */
export function clockContract(create: () => ClockUnderTest): void {
  test('both readings are numbers, and monotonic time grows as time passes', async () => {
    const { clock, pass } = create();
    expect(Number.isFinite(clock.now())).toBe(true);
    const before = clock.monotonic();
    await pass(3);
    expect(clock.monotonic() - before).toBeGreaterThan(0);
  });

  test('a timer fires once, not before the call has returned, and not before its time', async () => {
    const { clock, pass } = create();
    const firedAfterMs: number[] = [];
    const startedMs = clock.monotonic();
    clock.schedule(5, () => firedAfterMs.push(clock.monotonic() - startedMs));
    expect(firedAfterMs).toEqual([]);
    await pass(40);
    expect(firedAfterMs).toHaveLength(1);
    // The machine counts whole milliseconds and may round one off.
    expect(firedAfterMs[0]).toBeGreaterThanOrEqual(4);
  });

  test('a delay of zero or less fires soon, but never inside the call', async () => {
    const { clock, pass } = create();
    const fired: string[] = [];
    clock.schedule(0, () => fired.push('zero'));
    clock.schedule(-5, () => fired.push('negative'));
    expect(fired).toEqual([]);
    await pass(5);
    expect(fired).toEqual(['zero', 'negative']);
  });

  test('timers fire in order of their time, not of their creation', async () => {
    const { clock, pass } = create();
    const fired: string[] = [];
    clock.schedule(30, () => fired.push('late'));
    clock.schedule(1, () => fired.push('early'));
    await pass(60);
    expect(fired).toEqual(['early', 'late']);
  });

  test('a cancelled timer does not fire; cancelling twice or too late does nothing', async () => {
    const { clock, pass } = create();
    const fired: string[] = [];
    const cancel = clock.schedule(2, () => fired.push('cancelled'));
    const cancelLate = clock.schedule(1, () => fired.push('fired'));
    cancel();
    cancel();
    await pass(10);
    cancelLate();
    expect(fired).toEqual(['fired']);
  });

  test('a timer may set and cancel others', async () => {
    const { clock, pass } = create();
    const fired: string[] = [];
    const cancelOther = clock.schedule(20, () => fired.push('other'));
    clock.schedule(1, () => {
      cancelOther();
      clock.schedule(1, () => fired.push('inner'));
    });
    await pass(50);
    expect(fired).toEqual(['inner']);
  });

  test('a timer runs in the context in which it was set', async () => {
    const { clock, pass } = create();
    const seen: unknown[] = [];
    for (const correlationId of ['a', 'b']) {
      runInContext({ correlationId }, () => clock.schedule(1, () => seen.push(currentContext())));
    }
    await pass(20);
    expect(seen).toEqual([{ correlationId: 'a' }, { correlationId: 'b' }]);
  });

  test('a timer of 25 days, longer than the machine has, neither fires at once nor holds on when cancelled', async () => {
    const { clock, pass } = create();
    const fired: string[] = [];
    const cancel = clock.schedule(25 * 86_400_000, () => fired.push('too early'));
    await pass(5);
    cancel();
    expect(fired).toEqual([]);
  });

  test('sleep resolves after its time', async () => {
    const { clock, pass } = create();
    let awake = false;
    const sleeping = clock.sleep(3).then(() => (awake = true));
    expect(awake).toBe(false);
    await pass(10);
    await sleeping;
    expect(awake).toBe(true);
  });

  test('sleep rejects as soon as its signal aborts, with the reason as cause', async () => {
    const { clock } = create();
    const controller = new AbortController();
    const sleeping = clock.sleep(1_000_000, controller.signal);
    controller.abort('enough');
    const error = await sleeping.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ what: 'sleep', cause: 'enough' });
  });

  test('sleep with a signal that has aborted does not begin', async () => {
    const { clock } = create();
    await expect(clock.sleep(1_000_000, AbortSignal.abort('before'))).rejects.toMatchObject({
      cause: 'before',
    });
  });

  test('a sleep that is over leaves no listener on its signal', async () => {
    const { clock, pass } = create();
    const controller = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = controller.signal;
    controller.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(controller.signal, args);
    };
    controller.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(controller.signal, args);
    };
    const sleeping = clock.sleep(1, controller.signal);
    expect(listeners).toBe(1);
    await pass(5);
    await sleeping;
    expect(listeners).toBe(0);
  });
}
