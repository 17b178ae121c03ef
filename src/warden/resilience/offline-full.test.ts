import { describe, expect, test } from 'vitest';
import type { Priority } from './call.ts';
import type { OfflineStore } from './offline-store.ts';
import { playQueue } from './testing/offline-play.ts';
import { diskFull, kept, playStore } from './testing/offline-played-store.ts';

describe('a full queue', () => {
  const crowd = async (options: { readonly store?: OfflineStore<string> } = {}) => {
    const played = playQueue({ maxRequests: 2, maxBytes: 20, ...options });
    played.queue.networkGone('gone');
    await played.queue.enqueue('n', { key: 'n' });
    await played.queue.enqueue('l', { key: 'l', priority: 'low' });
    return played;
  };

  test('refuses what is no more urgent, and says since when', async () => {
    const { clock, queue } = await crowd();
    const since = clock.now();
    for (const priority of ['low', 'low'] as Priority[]) {
      await expect(queue.enqueue('x', { priority })).rejects.toMatchObject({
        name: 'RefusedError',
        message: 'the offline queue is full: 2 of 2 requests, 6 of 20 bytes',
        refusal: {
          dependency: 'offline queue',
          by: 'offline',
          state: 'full',
          since,
          nextTryAt: clock.now() + 1_000,
          retryInMs: 1_000,
          lastCause: null,
        },
      });
      await clock.advance(10);
    }
    queue.networkBack();
    await clock.settle();
    await queue.enqueue('y');
    await clock.settle();
    queue.networkGone('gone');
    await queue.enqueue('y');
    await queue.enqueue('z');
    await expect(queue.enqueue('x')).rejects.toMatchObject({ refusal: { since: clock.now() } });
  });

  test('takes what is more urgent in place of the least urgent, which becomes a dead letter', async () => {
    const { clock, queue, store, told } = await crowd();
    await queue.enqueue('h', { key: 'h', priority: 'high' });
    expect(told).toContain('dead l: displaced by a request of high priority');
    expect(await kept(store)).toEqual(['n', 'l+', 'h']);
    expect(queue.state()).toMatchObject({ requests: 2, deadLetters: 1 });
    expect(await queue.enqueue('l', { key: 'n' })).toMatchObject({ duplicate: true });
    queue.networkBack();
    await clock.settle();
    expect(await queue.requeue('l')).toBe(true);
    await clock.settle();
    expect(await kept(store)).toEqual([]);
  });

  test('loses nobody when the store does not take the more urgent one', async () => {
    const { store, world, hold } = playStore();
    const { clock, queue, sends, told } = await crowd({ store });
    const open = hold();
    world.fails = 'append';
    const urgent = queue.enqueue('h', { key: 'h', priority: 'high' });
    await clock.settle();
    // Meanwhile it is open whether it still waits.
    const repeated = queue.enqueue('l', { key: 'l', priority: 'low' });
    open();
    await expect(urgent).rejects.toBe(diskFull);
    expect(await repeated).toEqual({ key: 'l', duplicate: true });
    expect([queue.deadLetters(), queue.state().requests]).toEqual([[], 2]);
    world.fails = null;
    queue.networkBack();
    await clock.settle();
    expect(sends.map(([payload]) => payload)).toEqual(['n', 'l']);
    expect(told.filter((text) => text.startsWith('dead'))).toEqual([]);
  });

  test('a displaced one that is handed in again meanwhile comes in anew', async () => {
    const { store, hold } = playStore();
    const { clock, queue } = await crowd({ store });
    const open = hold();
    const urgent = queue.enqueue('h', { key: 'h', priority: 'high' });
    await clock.settle();
    const repeated = queue.enqueue('l', { key: 'l', priority: 'high' });
    open();
    await urgent;
    expect(await repeated).toEqual({ key: 'l', duplicate: false });
    expect(queue.deadLetters().map(({ key }) => key)).toEqual(['n']);
  });

  test('never takes what alone is too large', async () => {
    const { queue } = await crowd();
    await expect(queue.enqueue('x'.repeat(19), { priority: 'high' })).rejects.toMatchObject({
      message: 'a request of 21 bytes is over the bound of 20',
      refusal: { state: 'too_large', retryInMs: Infinity, nextTryAt: null },
    });
    expect(queue.state()).toMatchObject({ requests: 2, deadLetters: 0 });
    await queue.enqueue('x'.repeat(18), { priority: 'high' });
    expect(queue.state()).toMatchObject({ requests: 1, bytes: 20, deadLetters: 2 });
  });

  test('a dead letter that is being taken in again is neither forgotten nor taken in twice', async () => {
    const { store, hold } = playStore();
    const { clock, queue, world, told } = playQueue({ store, maxAttempts: 1 });
    world.reaction = new Error('no');
    await queue.enqueue('a', { key: 'a' });
    await clock.settle();
    world.reaction = 'take';
    const open = hold();
    const both = [queue.requeue('a'), queue.requeue('a')];
    await clock.settle();
    expect(queue.discard('a')).toBe(false);
    queue.configure({ maxDeadLetters: 0 });
    open();
    expect(await Promise.all(both)).toEqual([true, true]);
    await clock.settle();
    expect(told.filter((text) => text.startsWith('sent'))).toEqual(['sent a 1 0']);
    expect(queue.deadLetters()).toEqual([]);
  });
});
