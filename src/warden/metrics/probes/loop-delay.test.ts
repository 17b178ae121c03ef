import { describe, expect, test } from 'vitest';
import { FakeClock, type Clock } from '../../../kernel/index.ts';
import { createLoopDelayMeter } from './loop-delay.ts';

/** A loop that can be blocked. It counts its timers. */
function blockable() {
  const fake = new FakeClock();
  let [activeMs, timers] = [0, 0];
  const clock: Clock = {
    now: () => fake.now(),
    monotonic: () => fake.monotonic(),
    schedule(delayMs, fn) {
      timers += 1;
      return fake.schedule(delayMs, fn);
    },
    sleep: (delayMs, signal) => fake.sleep(delayMs, signal),
  };
  const work = (ms: number): void => void (activeMs += ms);
  const block = (ms: number): void => {
    fake.holdUp(ms);
    work(ms);
  };
  const meter = createLoopDelayMeter(clock, () => activeMs);
  return { fake, meter, work, block, timers: () => timers };
}

test('a pause is seen whenever it falls, once, right after a reading as well as right before one', async () => {
  const { fake, meter, block } = blockable();
  expect(meter.take()).toBeNull();
  meter.start();
  await fake.advance(1_000);
  expect(meter.take()?.max).toBeLessThan(0.001);
  block(300);
  await fake.advance(100);
  const after = meter.take();
  expect(after?.max).toBeCloseTo(0.28, 2);
  expect(after?.p50).toBeLessThan(0.001);
  await fake.advance(100);
  block(500);
  // Who asks comes before the timer.
  expect(meter.take()?.max).toBeCloseTo(0.48, 2);
  await fake.advance(100);
  expect(meter.take()?.max).toBeLessThan(0.021);
  meter.stop();
  await fake.advance(1_000);
  expect(meter.take()).toBeNull();
});

describe('a quiet loop', () => {
  test('is woken ten times a second, and one that works as often as ever', async () => {
    const { fake, meter, work, timers } = blockable();
    meter.start();
    await fake.advance(2_000);
    const before = timers();
    await fake.advance(10_000);
    expect(timers() - before).toBeLessThanOrEqual(101);
    const whileQuiet = timers();
    for (let turn = 0; turn < 100; turn++) {
      work(15);
      await fake.advance(100);
    }
    expect(timers() - whileQuiet).toBeGreaterThan(480);
    const whileBusy = timers();
    await fake.advance(12_000);
    expect(timers() - whileBusy).toBeLessThan(180);
  });

  test.each([0, 1, 19, 20, 50, 79, 99])(
    'tells of a pause that begins %i ms after a timer as at the full pace',
    async (afterMs) => {
      const { fake, meter, block } = blockable();
      meter.start();
      await fake.advance(5_000 + afterMs);
      meter.take();
      block(400);
      await fake.advance(200);
      const { max = 0, p50 } = meter.take() ?? {};
      expect(max).toBeGreaterThanOrEqual(0.379);
      expect(max).toBeLessThanOrEqual(0.401);
      expect(p50).toBeLessThan(0.001);
    },
  );

  test('has the percentiles of the full pace: two pauses in 5 s are not one in a hundred', async () => {
    const { fake, meter, block } = blockable();
    meter.start();
    await fake.advance(5_000);
    meter.take();
    block(300);
    await fake.advance(2_400);
    block(300);
    await fake.advance(2_000);
    const told = meter.take();
    expect(told?.max).toBeGreaterThan(0.27);
    expect(told?.p99).toBeLessThan(0.001);
  });

  test('that stood still without work, as when the process was stopped, is told of by how late its timer was', async () => {
    const { fake, meter } = blockable();
    meter.start();
    await fake.advance(5_050);
    meter.take();
    fake.holdUp(1_000);
    await fake.advance(100);
    expect(meter.take()?.max).toBeCloseTo(0.95, 2);
  });

  test('that has short pauses is looked at closely from the first on', async () => {
    const { fake, meter, block } = blockable();
    meter.start();
    await fake.advance(5_001);
    meter.take();
    let seen = 0;
    for (let turn = 0; turn < 20; turn++) {
      block(60);
      await fake.advance(250);
      if ((meter.take()?.max ?? 0) >= 0.039) seen += 1;
    }
    expect(seen).toBeGreaterThanOrEqual(19);
  });
});
