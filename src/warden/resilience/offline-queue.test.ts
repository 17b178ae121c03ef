import { describe, expect, test } from 'vitest';
import { offlineQueueDefaults, type OfflineQueueSettings } from './offline-options.ts';
import { playQueue, unreached } from './testing/offline-play.ts';

const payloads = (sends: readonly [string, number][]): string[] => sends.map(([payload]) => payload);

describe('while the network is there', () => {
  test('a request is kept, sent and forgotten', async () => {
    const { clock, queue, store, sends, contexts, told, world } = playQueue();
    world.takesMs = 10;
    expect(await queue.enqueue('buy', { key: 'k' })).toEqual({ key: 'k', duplicate: false });
    expect((await store.load()).map(({ key }) => key)).toEqual(['k']);
    expect(sends).toEqual([['buy', 0]]);
    expect(contexts[0]).toMatchObject({ key: 'k', attempt: 1 });
    await clock.advance(10);
    expect(contexts[0]?.signal.aborted).toBe(false);
    expect(told).toEqual(['sent k 1 10']);
    expect(await store.load()).toEqual([]);
    expect(queue.state()).toEqual({
      network: 'up',
      since: clock.now() - 10,
      requests: 0,
      bytes: 0,
      sending: 0,
      deadLetters: 0,
      pausedUntil: null,
      lastError: null,
    });
    expect(clock.pending).toBe(0);
  });

  test('one after the other by default, or so many at once', async () => {
    for (const [concurrency, moments] of [
      [1, [0, 10, 20]],
      [2, [0, 0, 10]],
    ] as const) {
      const { clock, queue, sends, world } = playQueue({ concurrency });
      world.takesMs = 10;
      await Promise.all(['a', 'b', 'c'].map((payload) => queue.enqueue(payload)));
      expect(queue.state()).toMatchObject({ sending: concurrency, requests: 3, bytes: 9 });
      await clock.advance(30);
      expect(sends.map(([, atMs]) => atMs)).toEqual(moments);
    }
  });

  test('keys are made where none is given, and asked for once', async () => {
    const { clock, queue, world, sends } = playQueue();
    world.reaction = unreached;
    const [first, second] = await Promise.all([queue.enqueue('a'), queue.enqueue('a')]);
    expect(first.key).not.toBe(second.key);
    expect(first.key).toHaveLength(12);
    const both = await Promise.all([queue.enqueue('b', { key: 'b' }), queue.enqueue('b', { key: 'b' })]);
    expect(both.map(({ duplicate }) => duplicate)).toEqual([false, true]);
    expect(await queue.enqueue('other', { key: 'b' })).toEqual({ key: 'b', duplicate: true });
    expect(queue.state().requests).toBe(3);
    world.reaction = 'take';
    await clock.advance(5_000);
    expect(payloads(sends).slice(1)).toEqual(['a', 'a', 'b']);
    expect(await queue.enqueue('again', { key: 'b' })).toEqual({ key: 'b', duplicate: false });
  });

  test('what is sent is what JSON keeps of it, also when the caller alters it later', async () => {
    const sent: unknown[] = [];
    const { clock, queue } = playQueue({ send: (payload) => sent.push(payload) });
    const payload = { at: new Date(0), no: undefined, list: [1] };
    const enqueued = queue.enqueue(payload as never);
    payload.list.push(2);
    await enqueued;
    payload.list.push(3);
    await clock.settle();
    expect(sent).toEqual([{ at: '1970-01-01T00:00:00.000Z', list: [1, 2] }]);
    const circle: unknown[] = [];
    circle.push(circle);
    for (const bad of [undefined, () => 1, 1n, circle]) {
      await expect(queue.enqueue(bad as never)).rejects.toBeInstanceOf(TypeError);
    }
    expect(queue.state().requests).toBe(0);
  });
});

describe('while the network is gone', () => {
  test('requests are kept and sent by priority when it is back; one try every five seconds finds out', async () => {
    const { clock, queue, sends, told, world } = playQueue();
    const begin = clock.now();
    world.reaction = unreached;
    await queue.enqueue('n1');
    await clock.advance(100);
    for (const priority of ['low', 'normal', 'high'] as const) await queue.enqueue(priority, { priority });
    expect(queue.state()).toMatchObject({ network: 'gone', since: begin, requests: 4, sending: 0 });
    expect(queue.state().lastError).toBe('connect (ECONNREFUSED)');
    await clock.advance(59_899);
    expect(sends.map(([, atMs]) => atMs)).toEqual(Array.from({ length: 12 }, (_, index) => index * 5_000));
    expect(payloads(sends).slice(1)).toEqual(Array.from({ length: 11 }, () => 'high'));
    world.reaction = 'take';
    await clock.advance(1);
    expect(sends.slice(12)).toEqual([
      ['high', 60_000],
      ['n1', 60_000],
      ['normal', 60_000],
      ['low', 60_000],
    ]);
    expect(told.filter((text) => text.startsWith('network'))).toEqual([
      'network gone connect (ECONNREFUSED)',
      'network up null',
    ]);
    expect(queue.state()).toMatchObject({ network: 'up', since: begin + 60_000, requests: 0 });
    expect(clock.pending).toBe(0);
  });

  test('an outage of any length counts as no failure of a request', async () => {
    const { clock, queue, told, world, contexts } = playQueue({ maxAttempts: 2 });
    world.reaction = unreached;
    await queue.enqueue('a', { key: 'a' });
    await clock.advance(24 * 3_600_000);
    expect(contexts.length).toBeGreaterThan(17_000);
    world.reaction = 'take';
    await clock.advance(5_000);
    expect(told.at(-1)).toBe('sent a 1 86405000');
  });

  test('whoever knows that it is back says so', async () => {
    const { clock, queue, sends, world } = playQueue();
    world.reaction = unreached;
    await queue.enqueue('a');
    await clock.advance(1_000);
    world.reaction = 'take';
    queue.networkBack();
    await clock.settle();
    expect(sends).toEqual([
      ['a', 0],
      ['a', 1_000],
    ]);
    expect(queue.state().network).toBe('up');
  });

  test('whoever knows that it is gone says so', async () => {
    const { clock, queue, sends, told } = playQueue();
    queue.networkGone('no host answers');
    await clock.advance(100);
    queue.networkGone('still');
    await queue.enqueue('a', { key: 'a' });
    await clock.advance(4_899);
    expect(sends).toEqual([]);
    await clock.advance(1);
    expect(sends).toEqual([['a', 5_000]]);
    expect(told).toEqual(['network gone no host answers', 'network up null', 'sent a 1 4900']);
  });

  test('a try that hangs is given up, which is no sign that it is back', async () => {
    const { clock, queue, sends, world } = playQueue({ sendTimeoutMs: 8_000, concurrency: 3 });
    world.reaction = unreached;
    await Promise.all([queue.enqueue('a'), queue.enqueue('b')]);
    await clock.settle();
    expect(payloads(sends)).toEqual(['a', 'b']);
    world.reaction = 'hang';
    await clock.advance(5_000);
    expect(sends.slice(2)).toEqual([['a', 5_000]]);
    await clock.advance(7_999);
    expect(sends).toHaveLength(3);
    await clock.advance(1);
    expect(sends.slice(3)).toEqual([['a', 13_000]]);
    expect(queue.state().network).toBe('gone');
    world.reaction = new Error('HTTP 500');
    queue.networkBack();
    await clock.settle();
    expect(queue.state().network).toBe('up');
  });

  test('a failure that shows it is there ends it', async () => {
    const { clock, queue, sends, world } = playQueue();
    world.reaction = unreached;
    await queue.enqueue('a');
    await queue.enqueue('b');
    await clock.settle();
    world.byPayload.set('a', new Error('HTTP 500'));
    world.reaction = 'take';
    await clock.advance(5_000);
    expect(sends.slice(1)).toEqual([
      ['a', 5_000],
      ['b', 5_000],
    ]);
    expect(queue.state().network).toBe('up');
  });
});

test('listeners that throw change nothing', async () => {
  const errors: unknown[] = [];
  const { clock, queue, sends } = playQueue({ onListenerError: (error) => errors.push(error) });
  const remove = queue.on('sent', () => {
    throw new Error('mine');
  });
  await queue.enqueue('a');
  await clock.settle();
  expect([sends.length, queue.state().requests, errors]).toEqual([1, 0, [new Error('mine')]]);
  remove();
  await queue.enqueue('b');
  await clock.settle();
  expect(errors).toHaveLength(1);
});

test('settings may change while it runs; what is there stays', async () => {
  const { clock, queue, sends, world } = playQueue();
  world.takesMs = 10;
  await Promise.all(['a', 'b', 'c'].map((payload) => queue.enqueue(payload)));
  queue.configure({ concurrency: 2, maxRequests: 1 });
  expect(sends).toHaveLength(2);
  await expect(queue.enqueue('d')).rejects.toMatchObject({ refusal: { state: 'full' } });
  await clock.advance(20);
  expect(sends).toHaveLength(3);
});

const wholes = ['maxRequests', 'concurrency', 'maxAttempts'];
const times = ['sendTimeoutMs', 'retryDelayMs', 'longestRetryDelayMs', 'probeEveryMs'];
test.each([
  ...wholes.map((option) => [option, 0, 'a whole number of at least 1']),
  ...wholes.map((option) => [option, 1.5, 'a whole number of at least 1']),
  ['maxDeadLetters', -1, 'a whole number of at least 0'],
  ['maxBytes', 0, 'a number above 0'],
  ...times.map((option) => [option, 0, 'a finite number above 0']),
  ...times.map((option) => [option, Infinity, 'a finite number above 0']),
] as [keyof OfflineQueueSettings, number, string][])('%s cannot be %s', (option, value, allowed) => {
  const error = new RangeError(`${option} must be ${allowed}, not ${value}`);
  expect(() => playQueue({ [option]: value })).toThrow(error);
  const { queue } = playQueue();
  expect(() => queue.configure({ [option]: value })).toThrow(error);
});

test('the defaults are those that are documented', () => {
  expect(offlineQueueDefaults).toEqual({
    maxRequests: 10_000,
    maxBytes: 16_777_216,
    maxDeadLetters: 1_000,
    concurrency: 1,
    sendTimeoutMs: 10_000,
    maxAttempts: 10,
    retryDelayMs: 1_000,
    longestRetryDelayMs: 60_000,
    probeEveryMs: 5_000,
  });
});
