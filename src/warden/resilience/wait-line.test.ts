import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { AbortedError } from '../../kernel/index.ts';
import type { Priority } from './call.ts';
import { WaitLine } from './wait-line.ts';

const play = () => {
  let abandoned = 0;
  const line = new WaitLine<string>('waiting', () => (abandoned += 1));
  const ended: string[] = [];
  const join = (
    name: string,
    priority: Priority,
    maxWaitMs = Infinity,
    signal?: AbortSignal,
  ): Promise<unknown> =>
    line
      .join(priority, 0, maxWaitMs, signal)
      .then((value) => ended.push(`${name} ${value}`))
      .catch((error: unknown) => error);
  return { line, ended, join, abandonedCount: () => abandoned };
};

test('the order of turns, of eviction, and who is ahead', async () => {
  const { line, ended, join } = play();
  expect([line.next(), line.toEvictFor('low')]).toEqual([null, null]);
  const joined = (['low', 'normal', 'high', 'low', 'normal'] as const).map((priority, index) =>
    join(`${priority}${index}`, priority),
  );
  expect((['high', 'normal', 'low'] as const).map((priority) => line.aheadOf(priority))).toEqual([1, 3, 5]);
  expect(line.size).toBe(5);
  expect(line.toEvictFor('high')).toBe(line.toEvictFor('low'));
  expect(line.toEvictFor('low')?.priority).toBe('low');
  for (let next = line.next(); next !== null; next = line.next()) line.settle(next, 'served');
  await Promise.all(joined);
  expect(ended).toEqual(['high2 served', 'normal1 served', 'normal4 served', 'low0 served', 'low3 served']);
  expect([line.size, line.aheadOf('low')]).toEqual([0, 0]);
});

test('only who is of the same or a lower priority has to leave', () => {
  const { line, join } = play();
  void join('normal', 'normal');
  expect(line.toEvictFor('low')).toBeNull();
  expect([line.toEvictFor('normal')?.priority, line.toEvictFor('high')?.priority]).toEqual([
    'normal',
    'normal',
  ]);
});

test('whoever leaves from the middle, the first or the last place, the others keep theirs', async () => {
  const { line, ended, join, abandonedCount } = play();
  const controllers = Array.from({ length: 6 }, () => new AbortController());
  const joined = controllers.map(({ signal }, index) => join(String(index), 'normal', Infinity, signal));
  for (const index of [2, 0, 5, 3]) controllers[index]?.abort(`why ${index}`);
  expect([line.size, abandonedCount()]).toEqual([2, 4]);
  for (let next = line.next(); next !== null; next = line.next()) line.settle(next, 'served');
  const results = await Promise.all(joined);
  expect(ended).toEqual(['1 served', '4 served']);
  expect(results[2]).toEqual(new AbortedError('waiting', 'why 2'));
  for (const { signal } of controllers) expect(getEventListeners(signal, 'abort')).toEqual([]);
  void join('again', 'normal');
  expect([line.size, line.next()?.previous]).toEqual([1, null]);
});

test('a deadline is known that is never later than the first one', async () => {
  const { line, ended, join } = play();
  expect(line.deadlineMs).toBe(Infinity);
  const joined = [join('a', 'low', 30), join('b', 'high', 50), join('c', 'normal', 40)];
  expect(line.deadlineMs).toBe(30);
  line.settleWhere((waiter) => (waiter.deadlineMs <= 40 ? `over at ${waiter.deadlineMs}` : null));
  expect([line.deadlineMs, line.size]).toEqual([50, 1]);
  line.settleWhere(() => 'over');
  expect([line.deadlineMs, line.size]).toEqual([Infinity, 0]);
  await Promise.all(joined);
  expect(ended).toEqual(['c over at 40', 'a over at 30', 'b over']);
});
