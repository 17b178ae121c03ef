import { expect, test } from 'vitest';
import { TimeoutError } from './abort.ts';
import { FakeClock } from './fake-clock.ts';
import { STOP_LIMIT_MS, createLifecycle } from './lifecycle.ts';

const setUp = () => {
  const clock = new FakeClock();
  const story: string[] = [];
  const lifecycle = createLifecycle(clock);
  /** A part that takes `ms` to stop. */
  const part = (name: string, ms = 0) =>
    lifecycle.add(name, async () => {
      story.push(`${name} stops`);
      if (ms > 0) await clock.sleep(ms);
      story.push(`${name} stopped`);
    });
  return { clock, story, lifecycle, part };
};

test('parts stop in the opposite order, one after the other', async () => {
  const { clock, story, lifecycle, part } = setUp();
  part('store', 5);
  part('pipeline', 10);
  lifecycle.add('server', () => void story.push('server stopped'));
  const stopping = lifecycle.stop('test');
  await clock.advance(15);
  expect(await stopping).toEqual([
    { name: 'server', result: 'stopped', durationMs: 0 },
    { name: 'pipeline', result: 'stopped', durationMs: 10 },
    { name: 'store', result: 'stopped', durationMs: 5 },
  ]);
  expect(story).toEqual([
    'server stopped',
    'pipeline stops',
    'pipeline stopped',
    'store stops',
    'store stopped',
  ]);
});

test('a second stop gives the same promise and stops nothing twice', async () => {
  const { story, lifecycle, part } = setUp();
  part('store');
  const first = lifecycle.stop('one');
  expect(lifecycle.stop('two')).toBe(first);
  await first;
  expect(await lifecycle.stop('three')).toHaveLength(1);
  expect(story).toEqual(['store stops', 'store stopped']);
});

test('a part that asks for the stop while it stops, or when the signal aborts, disturbs no order', async () => {
  const { clock, story, lifecycle, part } = setUp();
  part('store');
  lifecycle.add('server', async () => {
    story.push('server stops');
    void lifecycle.stop('by the server');
    await clock.sleep(10);
    story.push('server stopped');
  });
  lifecycle.signal.addEventListener('abort', () => void lifecycle.stop('by the signal'));
  const stopping = lifecycle.stop('test');
  await clock.advance(10);
  expect(await stopping).toHaveLength(2);
  expect(story).toEqual(['server stops', 'server stopped', 'store stops', 'store stopped']);
});

test('the signal aborts when the stop begins, with its reason', async () => {
  const { clock, lifecycle, part } = setUp();
  part('slow', 10);
  expect(lifecycle.signal.aborted).toBe(false);
  const stopping = lifecycle.stop('SIGTERM');
  expect(lifecycle.signal.reason).toMatchObject({ message: 'stopping: SIGTERM' });
  await clock.advance(10);
  await stopping;
});

test.each([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
])('a part that %s does not stop the others from stopping', async (_, stop) => {
  const { lifecycle, part, story } = setUp();
  part('store');
  lifecycle.add('bad', stop);
  const outcomes = await lifecycle.stop('test');
  expect(outcomes).toMatchObject([
    { name: 'bad', result: 'failed', error: { message: 'broken' } },
    { name: 'store', result: 'stopped' },
  ]);
  expect(story).toEqual(['store stops', 'store stopped']);
});

test.each([
  ['its own limit', 300, 300],
  ['the usual limit', undefined, STOP_LIMIT_MS],
])('a part that hangs is left after %s', async (_, given, limitMs) => {
  const { clock, lifecycle, part, story } = setUp();
  part('store');
  lifecycle.add('hanging', () => new Promise(() => undefined), given);
  const stopping = lifecycle.stop('test');
  await clock.advance(limitMs - 1);
  expect(story).toEqual([]);
  await clock.advance(1);
  expect(await stopping).toMatchObject([
    { name: 'hanging', result: 'timed-out', durationMs: limitMs, error: expect.any(TimeoutError) as unknown },
    { name: 'store', result: 'stopped' },
  ]);
  expect(clock.pending).toBe(0);
});

test('a part that is added during the stop, or after it, is stopped too', async () => {
  const { clock, lifecycle, part, story } = setUp();
  part('store');
  part('slow', 10);
  const stopping = lifecycle.stop('test');
  await clock.advance(5);
  part('during');
  await clock.advance(5);
  expect((await stopping).map(({ name }) => name)).toEqual(['slow', 'during', 'store']);
  part('after');
  expect((await lifecycle.stop('again')).map(({ name }) => name)).toEqual([
    'slow',
    'during',
    'store',
    'after',
  ]);
  expect(story.at(-1)).toBe('after stopped');
});
