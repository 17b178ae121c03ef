import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { threadClock } from './thread-clock.ts';

test('a thread reads the same time as the one that started it', async () => {
  const worker = new Worker(
    `require('node:worker_threads').parentPort.postMessage(Number(process.hrtime.bigint()) / 1e6)`,
    { eval: true },
  );
  const beforeMs = threadClock.monotonic();
  const theirsMs = await new Promise<number>((resolve) => worker.once('message', resolve));
  expect(theirsMs).toBeGreaterThanOrEqual(beforeMs);
  expect(theirsMs).toBeLessThanOrEqual(threadClock.monotonic());
});

test('what comes again and again ends when it is cancelled', async () => {
  let calls = 0;
  await new Promise<void>((resolve) => {
    const cancel = threadClock.every(1, () => {
      calls += 1;
      if (calls < 3) return;
      cancel();
      resolve();
    });
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(calls).toBe(3);
});
