import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from './fake-clock.ts';

const DAY_MS = 86_400_000;
const delays = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 });

test('timers fire in order of their time, ties in order of creation, each at its own time', () =>
  fc.assert(
    fc.asyncProperty(delays, delays, async (first, second) => {
      const clock = new FakeClock();
      const fired: { at: number; order: number }[] = [];
      const due: { at: number; order: number }[] = [];
      const add = (delayMs: number): void => {
        const timer = { at: clock.monotonic() + delayMs, order: due.length };
        due.push(timer);
        clock.schedule(delayMs, () => fired.push({ at: clock.monotonic(), order: timer.order }));
      };
      first.forEach(add);
      await clock.advance(7);
      second.forEach(add);
      await clock.advance(30);
      expect(fired).toEqual(due.sort((a, b) => a.at - b.at || a.order - b.order));
      expect(clock.pending).toBe(0);
      expect(clock.monotonic()).toBe(37);
    }),
  ));

test('cancelled timers never fire and the others keep their order', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean())), async (timers) => {
      const clock = new FakeClock();
      const fired: number[] = [];
      const cancels = timers.map(([delayMs], order) => clock.schedule(delayMs, () => fired.push(order)));
      timers.forEach(([, cancelled], order) => {
        if (cancelled) cancels[order]?.();
      });
      const kept = timers.flatMap(([at, cancelled], order) => (cancelled ? [] : [{ at, order }]));
      expect(clock.pending).toBe(kept.length);
      await clock.advance(10);
      expect(fired).toEqual(kept.sort((a, b) => a.at - b.at || a.order - b.order).map(({ order }) => order));
    }),
  ));

test('what falls due exactly at the end of an advance fires, what lies a moment behind does not', async () => {
  const clock = new FakeClock();
  const fired: string[] = [];
  clock.schedule(10, () => fired.push('at the end'));
  clock.schedule(10.001, () => fired.push('behind'));
  await clock.advance(10);
  expect(fired).toEqual(['at the end']);
  expect(clock.pending).toBe(1);
});

test('timers that timers create fire within the same advance, at their own times', async () => {
  const clock = new FakeClock();
  const ticks: number[] = [];
  const tick = (): void => {
    ticks.push(clock.monotonic());
    clock.schedule(100, tick);
  };
  clock.schedule(100, tick);
  await clock.advance(350);
  expect(ticks).toEqual([100, 200, 300]);
  expect(clock.monotonic()).toBe(350);
});

test('the work that a timer starts comes to rest before the next timer fires', async () => {
  const clock = new FakeClock();
  const story: string[] = [];
  const deepWork = async (name: string): Promise<void> => {
    story.push(`${name} begins`);
    for (let step = 0; step < 50; step++) await Promise.resolve();
    await new Promise<void>((resolve) => process.nextTick(resolve));
    story.push(`${name} ends`);
  };
  clock.schedule(1, () => void deepWork('first'));
  clock.schedule(1, () => void deepWork('second'));
  await clock.advance(1);
  expect(story).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('work that was begun before an advance runs at the time before it', async () => {
  const clock = new FakeClock();
  const seen: number[] = [];
  void Promise.resolve().then(() => seen.push(clock.monotonic()));
  await clock.advance(1_000);
  expect(seen).toEqual([0]);
});

test('both clocks run together, from a start that may be chosen', async () => {
  expect(new FakeClock().now()).toBe(Date.UTC(2026, 0, 1));
  const clock = new FakeClock({ wallMs: 1_000 });
  await clock.advance(250);
  expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250]);
});

test.each([3_600_000, -3_600_000])('a jump of the wall clock by %i ms disturbs no timer', async (jumpMs) => {
  const clock = new FakeClock({ wallMs: 5_000 });
  const fired: number[] = [];
  clock.schedule(100, () => fired.push(clock.monotonic()));
  await clock.advance(40);
  clock.jumpWall(jumpMs);
  expect([clock.now(), clock.monotonic()]).toEqual([5_040 + jumpMs, 40]);
  await clock.advance(59);
  expect(fired).toEqual([]);
  await clock.advance(1);
  expect(fired).toEqual([100]);
  expect(clock.now()).toBe(5_100 + jumpMs);
});

test('a timer of 25 days fires after 25 days', async () => {
  const clock = new FakeClock();
  const fired: number[] = [];
  clock.schedule(25 * DAY_MS, () => fired.push(clock.monotonic()));
  await clock.advance(25 * DAY_MS - 1);
  expect(fired).toEqual([]);
  await clock.advance(1);
  expect(fired).toEqual([25 * DAY_MS]);
});

test('an aborted sleep takes its timer along', async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(1_000, controller.signal);
  expect(clock.pending).toBe(1);
  controller.abort();
  await expect(sleeping).rejects.toThrow('sleep was aborted');
  expect(clock.pending).toBe(0);
});

test('what held the thread up fires late, all at once, and time does not go back', async () => {
  const clock = new FakeClock();
  const fired: number[] = [];
  clock.schedule(10, () => {
    clock.holdUp(500);
    fired.push(clock.monotonic());
  });
  for (const ms of [20, 400, 600]) clock.schedule(ms, () => fired.push(clock.monotonic()));
  await clock.advance(10);
  expect(fired).toEqual([510, 510, 510]);
  expect(clock.monotonic()).toBe(510);
  await clock.advance(90);
  expect(fired).toEqual([510, 510, 510, 600]);
});
