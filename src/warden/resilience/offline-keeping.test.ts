import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createOfflineQueue } from './offline-queue.ts';
import { createMemoryOfflineStore } from './offline-store.ts';
import { playQueue, unreached } from './testing/offline-play.ts';
import { diskFull, kept, playStore } from './testing/offline-played-store.ts';
import { recordOf } from './testing/offline-records.ts';

describe('a request is acknowledged', () => {
  test('when the store has it, and not sent before', async () => {
    const { store, hold } = playStore();
    const { clock, queue, sends } = playQueue({ store });
    await queue.start();
    const open = hold();
    let acknowledged = false;
    const enqueued = queue.enqueue('a').then(() => (acknowledged = true));
    await clock.advance(1_000);
    expect([acknowledged, sends, queue.state().requests]).toEqual([false, [], 1]);
    open();
    await enqueued;
    await clock.settle();
    expect(sends).toEqual([['a', 1_000]]);
  });

  test('together with those that came while the store was busy', async () => {
    const { store, calls, hold } = playStore();
    const { clock, queue } = playQueue({ store, send: () => new Promise(() => {}) });
    await queue.start();
    const open = hold();
    const all = ['a', 'b', 'c', 'd'].map((key) => queue.enqueue(key, { key }));
    await clock.settle();
    all.push(queue.enqueue('e', { key: 'e' }), queue.enqueue('f', { key: 'f' }));
    open();
    await Promise.all(all);
    expect(calls).toEqual(['load', 'append a b c d', 'append e f']);
  });

  test('not when the store does not take it: it is neither kept nor sent, and may be handed in again', async () => {
    const { store, world } = playStore();
    const { clock, queue, sends, told } = playQueue({ store });
    world.fails = 'append';
    const both = [queue.enqueue('a', { key: 'a' }), queue.enqueue('b')];
    for (const enqueued of both) await expect(enqueued).rejects.toBe(diskFull);
    expect(queue.state()).toMatchObject({ requests: 0, bytes: 0 });
    expect(told).toEqual(['store: Error: disk full']);
    world.fails = null;
    expect(await queue.enqueue('a', { key: 'a' })).toEqual({ key: 'a', duplicate: false });
    await clock.settle();
    expect(sends).toEqual([['a', 0]]);
    expect(clock.pending).toBe(0);
  });

  test('a repetition is acknowledged, or not, with the first', async () => {
    const { store, world, hold } = playStore();
    const { queue } = playQueue({ store });
    await queue.start();
    for (const fails of ['append', null] as const) {
      const open = hold();
      world.fails = fails;
      const both = [queue.enqueue('a', { key: 'a' }), queue.enqueue('a', { key: 'a' })].map((enqueued) =>
        enqueued.then(
          ({ duplicate }) => duplicate,
          () => 'no',
        ),
      );
      open();
      expect(await Promise.all(both)).toEqual(fails ? ['no', 'no'] : [false, true]);
    }
  });

  test('a caller that aborts stops waiting; the request is kept if it was under way', async () => {
    const { store, hold } = playStore();
    const { clock, queue, sends } = playQueue({ store });
    await queue.start();
    const open = hold();
    const controller = new AbortController();
    const enqueued = queue.enqueue('a', { signal: controller.signal });
    await clock.settle();
    controller.abort();
    await expect(enqueued).rejects.toMatchObject({ name: 'AbortedError' });
    await expect(queue.enqueue('b', { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortedError',
    });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    open();
    await clock.settle();
    expect(sends).toEqual([['a', 0]]);
  });
});

describe('the store learns of what has happened', () => {
  test('however often it fails meanwhile; nothing is sent twice', async () => {
    const { store, world, memory } = playStore();
    const { clock, queue, sends, told } = playQueue({ store });
    world.fails = 'remove';
    await queue.enqueue('a', { key: 'a' });
    await queue.enqueue('b', { key: 'b' });
    await clock.advance(20_000);
    expect([sends.length, await kept(memory)]).toEqual([2, ['a', 'b']]);
    expect(told.filter((text) => text.startsWith('store'))).toHaveLength(6);
    world.fails = null;
    await clock.advance(5_000);
    expect([await kept(memory), clock.pending, sends.length]).toEqual([[], 0, 2]);
  });

  test('with the next request at the latest, which a failure of the same write tells', async () => {
    const { store, world, memory } = playStore();
    const { clock, queue } = playQueue({ store });
    await queue.enqueue('a', { key: 'a' });
    world.fails = 'all';
    await clock.settle();
    await expect(queue.enqueue('b', { key: 'b' })).rejects.toBe(diskFull);
    world.fails = null;
    await queue.enqueue('c', { key: 'c' });
    await clock.settle();
    expect([await kept(memory), clock.pending]).toEqual([[], 0]);
  });

  test('of dead letters too', async () => {
    const { store, world, memory } = playStore();
    const played = playQueue({ store, maxAttempts: 1 });
    played.world.reaction = new Error('no');
    await played.queue.start();
    const enqueued = played.queue.enqueue('a', { key: 'a' });
    await enqueued;
    world.fails = 'append';
    await played.clock.advance(4_999);
    world.fails = null;
    await played.clock.advance(1);
    expect(await kept(memory)).toEqual(['a+']);
  });

  test('when the queue stops; what was being sent is aborted and stays', async () => {
    const { store, memory, hold } = playStore();
    const { clock, queue, world, contexts, told } = playQueue({ store, concurrency: 2 });
    world.byPayload.set('slow', 'hang');
    world.takesMs = 10;
    await queue.enqueue('slow', { key: 'slow' });
    const signal = contexts[0]?.signal;
    await queue.enqueue('a', { key: 'a' });
    const open = hold();
    await clock.advance(10);
    let stopped = false;
    const stopping = queue.stop().then(() => (stopped = true));
    expect(signal?.aborted).toBe(true);
    await clock.settle();
    expect(stopped).toBe(false);
    open();
    await stopping;
    expect([await kept(memory), clock.pending]).toEqual([['slow'], 0]);
    expect(told).toEqual(['sent a 1 10']);
    await expect(queue.enqueue('b')).rejects.toMatchObject({
      name: 'RefusedError',
      message: 'the offline queue is stopped',
      refusal: { by: 'offline', state: 'stopped', nextTryAt: null, retryInMs: Infinity },
    });
    await queue.stop();
    queue.networkBack();
    expect(contexts).toHaveLength(2);
  });

  test('if it can: a store that fails does not keep the queue from stopping', async () => {
    const { store, world, memory } = playStore();
    const { clock, queue } = playQueue({ store });
    world.fails = 'remove';
    await queue.enqueue('a', { key: 'a' });
    await clock.settle();
    await queue.stop();
    expect([await kept(memory), clock.pending]).toEqual([['a'], 0]);
  });
});

describe('what was kept before', () => {
  test('is sent in its order, with its key; dead letters stay dead', async () => {
    const { store, sends, contexts, queue, clock } = playQueue();
    await store.append([
      recordOf('n2', { seq: 9 }),
      recordOf('l', { seq: 1, priority: 'low' }),
      recordOf('n1', { seq: 3 }),
      recordOf('h', { seq: 12, priority: 'high' }),
      recordOf('dead', { seq: 2, dead: { reason: 'no', at: 1 } }),
    ]);
    queue.networkGone('gone');
    await queue.start();
    expect(queue.state()).toMatchObject({ requests: 4, bytes: 4, deadLetters: 1 });
    queue.networkBack();
    await clock.settle();
    expect(sends.map(([payload]) => payload)).toEqual(['h', 'n1', 'n2', 'l']);
    expect(contexts.map(({ key }) => key)).toEqual(['h', 'n1', 'n2', 'l']);
    expect(queue.deadLetters().map(({ key }) => key)).toEqual(['dead']);
  });

  test('is older than what comes', async () => {
    const { store, sends, queue, world, clock } = playQueue();
    await store.append([recordOf('old', { seq: 7 })]);
    world.reaction = unreached;
    await queue.enqueue('new');
    world.reaction = 'take';
    queue.networkBack();
    await clock.settle();
    expect(sends.map(([payload]) => payload)).toEqual(['old', 'old', 'new']);
    expect((await store.load()).length).toBe(0);
  });

  test('is loaded once, and asked for again when that failed', async () => {
    const { store, calls, world } = playStore();
    const { queue } = playQueue({ store });
    world.fails = 'load';
    await expect(queue.start()).rejects.toBe(diskFull);
    await expect(queue.enqueue('a')).rejects.toBe(diskFull);
    world.fails = null;
    await Promise.all([queue.start(), queue.enqueue('a'), queue.start()]);
    expect(calls.filter((call) => call === 'load')).toHaveLength(3);
  });

  test('may be more than there is room for; the dead letters are trimmed', async () => {
    const { store, queue, clock } = playQueue({ maxRequests: 1, maxDeadLetters: 1 });
    const dead = { reason: 'no', at: 1 };
    await store.append([
      recordOf('a', { seq: 1 }),
      recordOf('b', { seq: 2 }),
      recordOf('x', { seq: 3, dead }),
      recordOf('y', { seq: 4, dead }),
    ]);
    queue.networkGone('gone');
    await queue.start();
    expect(queue.state()).toMatchObject({ requests: 2, deadLetters: 1 });
    queue.networkBack();
    await clock.settle();
    expect(await kept(store)).toEqual(['y+']);
  });
});

test('many changes go to the store in parts', async () => {
  const { store, calls } = playStore();
  const { queue } = playQueue({ store, send: () => new Promise(() => {}) });
  await Promise.all(Array.from({ length: 1_001 }, (_, index) => queue.enqueue('x', { key: `${index}` })));
  expect(calls.slice(1).map((call) => call.split(' ').length - 1)).toEqual([500, 500, 1]);
});

test('works with the clock and the entropy of the machine', async () => {
  const sent = new Promise<string>((resolve) => {
    const queue = createOfflineQueue<string>({ store: createMemoryOfflineStore(), send: resolve });
    void queue.enqueue('a');
  });
  expect(await sent).toBe('a');
  expect(new FakeClock().pending).toBe(0);
});
