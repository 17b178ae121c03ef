import { describe, expect, test } from 'vitest';
import { RefusedError } from './call.ts';
import type { Classification } from './classify.ts';
import { playQueue } from './testing/offline-play.ts';

const payloads = (sends: readonly [string, number][]): string[] => sends.map(([payload]) => payload);

describe('a request that fails for itself', () => {
  test('waits longer each time while others go on, and is a dead letter in the end', async () => {
    const { clock, queue, store, sends, contexts, told, world } = playQueue({ maxAttempts: 4 });
    world.byPayload.set('bad', new Error('HTTP 500'));
    await queue.enqueue('bad', { key: 'bad', priority: 'high' });
    await queue.enqueue('good', { key: 'good' });
    await clock.advance(60_000);
    expect(sends).toEqual([
      ['bad', 0],
      ['good', 0],
      ['bad', 1_000],
      ['bad', 3_000],
      ['bad', 7_000],
    ]);
    expect(contexts.filter(({ key }) => key === 'bad').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(told).toEqual(['sent good 1 0', 'dead bad: given up after 4 attempts: HTTP 500']);
    const dead = { reason: 'given up after 4 attempts: HTTP 500', at: clock.now() - 53_000 };
    const letter = {
      key: 'bad',
      payload: 'bad',
      priority: 'high',
      seq: 1,
      bytes: 5,
      at: clock.now() - 60_000,
      dead,
    };
    expect(queue.deadLetters()).toEqual([letter]);
    expect(await store.load()).toEqual([letter]);
    expect(queue.state()).toMatchObject({ requests: 0, bytes: 0, deadLetters: 1, lastError: 'HTTP 500' });
  });

  test('persistently is one at once', async () => {
    const meaning: Classification = {
      kind: 'persistent',
      retry: false,
      countsForBreaker: true,
      severity: 'error',
    };
    const { clock, queue, told, world } = playQueue({ classify: () => meaning });
    world.reaction = new Error('HTTP 400');
    await queue.enqueue('bad', { key: 'bad' });
    await clock.settle();
    expect(told).toEqual(['dead bad: HTTP 400']);
  });

  test('hangs for so long only', async () => {
    const { clock, queue, world, contexts } = playQueue({ maxAttempts: 1 });
    world.reaction = 'hang';
    await queue.enqueue('slow', { key: 'slow' });
    const signal = contexts[0]?.signal;
    await clock.advance(9_999);
    expect([signal?.aborted, queue.state().deadLetters]).toEqual([false, 0]);
    await clock.advance(1);
    expect([signal?.aborted, queue.deadLetters()[0]?.dead.reason]).toEqual([
      true,
      'given up after 1 attempts: sending slow took longer than 10000 ms',
    ]);
  });

  test('may be sent again by hand, or forgotten', async () => {
    const { clock, queue, store, sends, told, world } = playQueue({ maxAttempts: 1 });
    world.reaction = new Error('HTTP 500');
    await queue.enqueue('a', { key: 'a' });
    await queue.enqueue('b', { key: 'b' });
    await clock.settle();
    world.reaction = 'take';
    expect(await queue.requeue('a')).toBe(true);
    expect([await queue.requeue('x'), queue.discard('x')]).toEqual([false, false]);
    expect(queue.discard('b')).toBe(true);
    await clock.settle();
    expect(payloads(sends)).toEqual(['a', 'b', 'a']);
    expect(told.at(-1)).toBe('sent a 1 0');
    expect([queue.deadLetters(), await store.load()]).toEqual([[], []]);
  });

  test('may be handed in anew under its key', async () => {
    const { clock, queue, world, sends } = playQueue({ maxAttempts: 1 });
    world.reaction = new Error('HTTP 500');
    await queue.enqueue('a', { key: 'a' });
    await clock.settle();
    world.reaction = 'take';
    expect(await queue.enqueue('mended', { key: 'a' })).toEqual({ key: 'a', duplicate: false });
    await clock.settle();
    expect([payloads(sends), queue.deadLetters()]).toEqual([['a', 'mended'], []]);
  });

  test('too many dead letters: the oldest is forgotten, and told', async () => {
    const { clock, queue, store, told, world } = playQueue({ maxAttempts: 1, maxDeadLetters: 2 });
    world.reaction = new Error('no');
    for (const key of ['a', 'b', 'c']) await queue.enqueue(key, { key });
    await clock.settle();
    expect(told.filter((text) => text.startsWith('forgotten'))).toEqual(['forgotten a']);
    expect(queue.deadLetters().map(({ key }) => key)).toEqual(['b', 'c']);
    queue.configure({ maxDeadLetters: 0 });
    await clock.settle();
    expect([queue.deadLetters(), await store.load()]).toEqual([[], []]);
  });
});

describe('when not a request is to blame', () => {
  const meaning = (kind: Classification['kind'], retryAfterMs?: number) => (): Classification => ({
    kind,
    retry: true,
    countsForBreaker: true,
    severity: 'error',
    retryAfterMs,
  });

  test('all wait for as long as the other side asks', async () => {
    const { clock, queue, sends, world } = playQueue({
      classify: meaning('throttled', 7_000),
      maxAttempts: 1,
    });
    world.reaction = new Error('HTTP 429');
    await queue.enqueue('a');
    await queue.enqueue('b', { priority: 'high' });
    await clock.settle();
    expect(queue.state()).toMatchObject({ pausedUntil: clock.now() + 7_000, requests: 2 });
    world.reaction = 'take';
    await clock.advance(6_999);
    expect(sends).toEqual([['a', 0]]);
    await clock.advance(1);
    expect(sends.slice(1)).toEqual([
      ['b', 7_000],
      ['a', 7_000],
    ]);
    expect(queue.state().pausedUntil).toBeNull();
  });

  test('a shorter pause does not end a longer one', async () => {
    const pauses = [7_000, 2_000];
    const { clock, queue, sends, world } = playQueue({
      concurrency: 2,
      classify: () => meaning('throttled', pauses.shift())(),
    });
    world.reaction = new Error('HTTP 429');
    await Promise.all([queue.enqueue('a'), queue.enqueue('b')]);
    await clock.advance(6_999);
    expect(sends).toHaveLength(2);
  });

  test('a refusal by the breaker is waited out, at no cost', async () => {
    const refusal = {
      dependency: 'telegram',
      by: 'breaker',
      reason: 'telegram is left alone',
      state: 'open',
      since: 0,
      nextTryAt: null,
      retryInMs: 30_000,
      lastCause: null,
    } as const;
    const { clock, queue, sends, told, world } = playQueue({ maxAttempts: 1 });
    world.reaction = new RefusedError(refusal);
    await queue.enqueue('a', { key: 'a' });
    await clock.advance(29_999);
    world.reaction = 'take';
    await clock.advance(1);
    expect(sends).toEqual([
      ['a', 0],
      ['a', 30_000],
    ]);
    expect(told).toEqual(['sent a 1 30000']);
  });
});
