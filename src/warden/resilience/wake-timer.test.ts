import { expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { WakeTimer } from './wake-timer.ts';

const play = () => {
  const clock = new FakeClock();
  const wokenAt: number[] = [];
  const timer = new WakeTimer(clock, () => wokenAt.push(clock.monotonic()));
  return { clock, wokenAt, timer };
};

test('it wakes once, at its time', async () => {
  const { clock, wokenAt, timer } = play();
  timer.setFor(100, 0);
  await clock.advance(500);
  expect([wokenAt, clock.pending]).toEqual([[100], 0]);
});

test('an earlier time replaces it; a later one does not, for who is woken sets it again', async () => {
  const { clock, wokenAt, timer } = play();
  timer.setFor(100, 0);
  timer.setFor(200, 0);
  timer.setFor(100, 0);
  expect(clock.pending).toBe(1);
  timer.setFor(50, 0);
  expect(clock.pending).toBe(1);
  await clock.advance(500);
  expect(wokenAt).toEqual([50]);
});

test('Infinity stops it, also when it does not run', async () => {
  const { clock, wokenAt, timer } = play();
  timer.setFor(Infinity, 0);
  timer.setFor(100, 0);
  timer.setFor(Infinity, 0);
  expect(clock.pending).toBe(0);
  await clock.advance(500);
  timer.setFor(600, 500);
  await clock.advance(100);
  expect(wokenAt).toEqual([600]);
});

test('it can be set again while it wakes', async () => {
  const clock = new FakeClock();
  const wokenAt: number[] = [];
  const timer: WakeTimer = new WakeTimer(clock, () => {
    wokenAt.push(clock.monotonic());
    if (wokenAt.length < 3) timer.setFor(clock.monotonic() + 10, clock.monotonic());
  });
  timer.setFor(10, 0);
  await clock.advance(100);
  expect([wokenAt, clock.pending]).toEqual([[10, 20, 30], 0]);
});
