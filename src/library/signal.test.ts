import { expect, test } from 'vitest';
import { FakeClock } from '../kernel/index.ts';
import { signalProbe, type ReadSignal } from './signal.ts';

test.each<[unknown, number | null]>([
  [5, 5],
  [null, null],
  [undefined, null],
  [Number.NaN, null],
  [Infinity, null],
])('%s is %s', (given, value) => {
  expect(signalProbe(new FakeClock(), 'q', () => given as number)()).toEqual([{ signal: 'q', value }]);
});

test.each(['5', true, {}])('%j is no number', (given) => {
  expect(signalProbe(new FakeClock(), 'q', (() => given) as ReadSignal)).toThrow(
    `the signal q gave ${typeof given}, not a number`,
  );
});

test('one that answers later is asked once at a time, and its last value counts', async () => {
  const clock = new FakeClock();
  let asked = 0;
  let answer: (value: number) => void = () => undefined;
  const probe = signalProbe(clock, 'q', () => {
    asked += 1;
    return new Promise<number>((resolve) => {
      answer = resolve;
    });
  });
  const value = (): unknown => probe()[0]?.value;
  expect(value()).toBeNull();
  expect(value()).toBeNull();
  expect(asked).toBe(1);
  answer(7);
  await clock.settle();
  expect(value()).toBe(7);
  expect(asked).toBe(2);
  await clock.advance(29_999);
  expect(value()).toBe(7);
  await clock.advance(1);
  expect(probe).toThrow('the signal q has not answered for 30 s');
  answer(8);
  await clock.settle();
  expect(value()).toBe(8);
});

test('one that fails is a fault in each turn until it answers', async () => {
  const clock = new FakeClock();
  let next: () => Promise<number> = async () => {
    throw new Error('no way to redis');
  };
  const probe = signalProbe(clock, 'q', () => next());
  expect(probe()).toEqual([{ signal: 'q', value: null }]);
  await clock.settle();
  expect(probe).toThrow('no way to redis');
  next = async () => 3;
  await clock.settle();
  expect(probe).toThrow('no way to redis');
  await clock.settle();
  expect(probe()).toEqual([{ signal: 'q', value: 3 }]);
});
