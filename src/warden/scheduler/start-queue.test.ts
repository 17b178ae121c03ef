import { expect, test } from 'vitest';
import { StartQueue } from './start-queue.ts';

test('the queue gives the important first, and what came first among equals', () => {
  const queue = new StartQueue<number>();
  for (let nr = 0; nr < 5_000; nr++) queue.add(nr % 2 === 0 ? 'low' : 'high', nr);
  const taken = Array.from({ length: 5_001 }, () => queue.take());
  const odd = Array.from({ length: 2_500 }, (_, at) => 2 * at + 1);
  expect(taken).toEqual([...odd, ...odd.map((nr) => nr - 1), undefined]);
  expect(queue.length).toBe(0);
});
