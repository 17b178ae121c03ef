import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../kernel/index.ts';
import { createCache } from './cache.ts';
import { cacheDefaults, type CacheOptions } from './cache-options.ts';
import type { CallContext } from './call.ts';

const play = (options: CacheOptions<string, string> = {}) => {
  const clock = new FakeClock();
  const cache = createCache<string, string>({ clock, source: 'market', sizeOf: () => 1, ...options });
  const loads: { readonly context: CallContext; answer(value: string): void; fail(error: unknown): void }[] =
    [];
  const load = (context: CallContext): Promise<string> =>
    new Promise((answer, fail) => {
      loads.push({ context, answer, fail });
    });
  return { clock, cache, loads, load, key: 'mint' };
};

const words = (ended: Promise<unknown>): Promise<unknown> =>
  ended.then(
    (value) => value,
    (error: unknown) => String(error),
  );

const down = new Error('down');
const broken = () => {
  throw down;
};

describe('a value says how it came about and how old it is', () => {
  test('fresh, then cached up to its time, then stale when its source fails, then nothing', async () => {
    const { clock, cache, key } = play();
    const before = await cache.get(key, () => 'one');
    expect(before).toEqual({ value: 'one', freshness: 'fresh', ageMs: 0, source: 'market' });
    await clock.advance(29_999);
    expect(await cache.get(key, broken)).toEqual({ ...before, freshness: 'cached', ageMs: 29_999 });
    await clock.advance(1);
    expect(await cache.get(key, broken)).toEqual({ ...before, freshness: 'stale', ageMs: 30_000 });
    await clock.advance(269_999);
    expect(await cache.get(key, broken)).toEqual({ ...before, freshness: 'stale', ageMs: 299_999 });
    await clock.advance(1);
    await expect(cache.get(key, broken)).rejects.toBe(down);
    expect(await cache.get(key, async () => 'two')).toMatchObject({ value: 'two', freshness: 'fresh' });
  });

  test('peek tells the same without a load, and counts nothing', async () => {
    const { clock, cache, key } = play();
    expect(cache.peek(key)).toBeUndefined();
    cache.set(key, 'one');
    expect(cache.peek(key)).toEqual({ value: 'one', freshness: 'cached', ageMs: 0, source: 'market' });
    await clock.advance(30_000);
    expect(cache.peek(key)).toMatchObject({ freshness: 'stale', ageMs: 30_000 });
    await clock.advance(270_000);
    expect(cache.peek(key)).toBeUndefined();
    expect(cache.stats()).toMatchObject({ hits: 0, misses: 0, staleAnswers: 0, entries: 1 });
  });

  test('age counts from the begin of the load, and from what the source says of it', async () => {
    const { clock, cache, load, loads, key } = play({ ageOf: (value) => value.length * 1_000 });
    const answer = cache.get(key, load);
    await clock.advance(4_000);
    loads[0]?.answer('xyz');
    expect(await answer).toMatchObject({ freshness: 'fresh', ageMs: 7_000 });
    await clock.advance(22_999);
    expect(cache.peek(key)).toMatchObject({ freshness: 'cached', ageMs: 29_999 });
    await clock.advance(1);
    expect(cache.peek(key)).toMatchObject({ freshness: 'stale', ageMs: 30_000 });
  });

  test('setting the wall clock changes nothing', async () => {
    const { clock, cache, key } = play();
    cache.set(key, 'one');
    await clock.advance(10_000);
    clock.jumpWall(-3_600_000);
    expect(cache.peek(key)).toMatchObject({ freshness: 'cached', ageMs: 10_000 });
    clock.jumpWall(7_200_000);
    expect(cache.peek(key)).toMatchObject({ freshness: 'cached', ageMs: 10_000 });
  });

  test('what is set names where it is from and how old it was', async () => {
    const { clock, cache, key } = play();
    expect(cache.set(key, 'kept', { ageMs: 29_999, source: 'history' })).toBe(true);
    expect(await cache.get(key, broken)).toEqual({
      value: 'kept',
      freshness: 'cached',
      ageMs: 29_999,
      source: 'history',
    });
    await clock.advance(1);
    expect(await cache.get(key, broken)).toMatchObject({ freshness: 'stale', source: 'history' });
  });
});

describe('failures', () => {
  test('are not kept: the next call loads again', async () => {
    const { cache, key } = play();
    await expect(cache.get(key, broken)).rejects.toBe(down);
    await expect(cache.get(key, async () => broken())).rejects.toBe(down);
    expect(await cache.get(key, () => 'up')).toMatchObject({ value: 'up' });
    expect(cache.stats()).toMatchObject({ misses: 3, hits: 0, loading: 0 });
  });

  test('that a stale value may not stand in for reach the caller', async () => {
    const gone = new Error('404');
    const { clock, cache, key } = play({ staleOn: (error) => error !== gone });
    cache.set(key, 'old');
    await clock.advance(30_000);
    await expect(
      cache.get(key, () => {
        throw gone;
      }),
    ).rejects.toBe(gone);
    expect(await cache.get(key, broken)).toMatchObject({ value: 'old', freshness: 'stale' });
    expect(cache.stats().staleAnswers).toBe(1);
  });

  test('let a stale value stand in for everyone who waits', async () => {
    const { clock, cache, key, load, loads } = play();
    cache.set(key, 'old');
    await clock.advance(30_000);
    const all = [cache.get(key, load), cache.get(key, load), cache.get(key, load)];
    loads[0]?.fail(down);
    for (const answer of await Promise.all(all)) expect(answer.freshness).toBe('stale');
    expect(loads).toHaveLength(1);
    expect(cache.stats()).toMatchObject({ misses: 1, joined: 2, staleAnswers: 3, loading: 0 });
  });
});

describe('one load of a key at a time', () => {
  test('is shared by all who ask meanwhile; other keys are loaded beside it', async () => {
    const { clock, cache, load, loads } = play();
    const [a, b] = [cache.get('a', load), cache.get('a', load)];
    const other = cache.get('b', load);
    expect(loads).toHaveLength(2);
    await clock.advance(100);
    loads[0]?.answer('A');
    loads[1]?.answer('B');
    expect((await Promise.all([a, b, other])).map(({ value, ageMs }) => [value, ageMs])).toEqual([
      ['A', 100],
      ['A', 100],
      ['B', 100],
    ]);
    expect(cache.stats()).toMatchObject({ misses: 2, joined: 1, entries: 2, loading: 0 });
  });

  test('a caller that aborts leaves alone; the others get their answer', async () => {
    const { cache, key, load, loads } = play();
    const controller = new AbortController();
    const leaving = words(cache.get(key, load, { signal: controller.signal, what: 'GET /x' }));
    const staying = cache.get(key, load);
    controller.abort();
    expect(await leaving).toBe('AbortedError: GET /x was aborted');
    expect(loads[0]?.context.signal.aborted).toBe(false);
    loads[0]?.answer('A');
    expect(await staying).toMatchObject({ value: 'A', freshness: 'fresh' });
  });

  test('when the last caller leaves the load is aborted, and what it still brings is ignored', async () => {
    const { cache, key, load, loads } = play();
    const [one, two] = [new AbortController(), new AbortController()];
    const both = [one, two].map(({ signal }) => words(cache.get(key, load, { signal })));
    one.abort();
    expect(loads[0]?.context.signal.aborted).toBe(false);
    two.abort();
    expect(loads[0]?.context.signal.aborted).toBe(true);
    expect(await Promise.all(both)).toEqual(
      Array.from({ length: 2 }, () => 'AbortedError: loading mint was aborted'),
    );
    expect(cache.stats().loading).toBe(0);

    const next = cache.get(key, load);
    expect(loads).toHaveLength(2);
    loads[0]?.answer('late');
    await Promise.resolve();
    expect(cache.peek(key)).toBeUndefined();
    loads[1]?.answer('A');
    expect(await next).toMatchObject({ value: 'A' });
  });

  test('an aborted caller is given nothing stale', async () => {
    const { clock, cache, key, load } = play();
    cache.set(key, 'old');
    await clock.advance(30_000);
    const controller = new AbortController();
    const leaving = words(cache.get(key, load, { signal: controller.signal }));
    controller.abort();
    expect(await leaving).toBe('AbortedError: loading mint was aborted');
    expect(cache.stats().staleAnswers).toBe(0);
  });

  test('an already aborted signal never runs the load, nor does the end of the call around it', async () => {
    const { cache, key, load, loads } = play();
    const within: CallContext = { signal: AbortSignal.abort(), attempt: 1, remainingMs: () => 9 };
    expect(await words(cache.get(key, load, { signal: AbortSignal.abort() }))).toMatch(/^AbortedError/);
    expect(await words(cache.get(key, load, { within }))).toMatch(/^AbortedError/);
    cache.set(key, 'there');
    expect(await words(cache.get(key, load, { signal: AbortSignal.abort() }))).toMatch(/^AbortedError/);
    expect(loads).toEqual([]);
  });

  test('a deadline ends the waiting of its caller alone, with a stale value or a timeout', async () => {
    const { clock, cache, load, loads } = play();
    cache.set('old', 'old');
    await clock.advance(30_000);
    const answers = [
      words(cache.get('old', load, { deadlineMs: 100 })),
      words(cache.get('new', load, { deadlineMs: 100, what: 'GET /new' })),
      words(cache.get('new', load)),
    ];
    expect(loads[1]?.context.remainingMs()).toBe(Infinity);
    expect(loads[0]?.context.remainingMs()).toBe(100);
    await clock.advance(99);
    expect(loads[0]?.context.remainingMs()).toBe(1);
    expect(loads[0]?.context.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(loads[0]?.context.signal.aborted).toBe(true);
    expect(loads[0]?.context.signal.reason).toMatchObject({ name: 'TimeoutError', limitMs: 100 });
    expect(loads[1]?.context.signal.aborted).toBe(false);
    loads[1]?.answer('A');
    expect(await Promise.all(answers)).toEqual([
      { value: 'old', freshness: 'stale', ageMs: 30_100, source: 'market' },
      'TimeoutError: GET /new took longer than 100 ms',
      { value: 'A', freshness: 'fresh', ageMs: 100, source: 'market' },
    ]);
  });

  test('the time that is left to the call around holds too; without any nothing is loaded', async () => {
    const { clock, cache, key, load, loads } = play();
    const outer = new AbortController();
    const around = (ms: number): CallContext => ({ signal: outer.signal, attempt: 1, remainingMs: () => ms });
    const short = words(cache.get(key, load, { within: around(50), deadlineMs: 100 }));
    expect(loads[0]?.context.remainingMs()).toBe(50);
    await clock.advance(50);
    expect(await short).toBe('TimeoutError: loading mint took longer than 50 ms');
    expect(await words(cache.get(key, load, { within: around(0) }))).toMatch(/^TimeoutError/);
    const cut = words(cache.get(key, load, { within: around(50) }));
    outer.abort();
    expect(await cut).toMatch(/^AbortedError/);
    expect(loads).toHaveLength(2);
    expect(getEventListeners(outer.signal, 'abort')).toEqual([]);
  });

  test('leaves no timer and no listener behind, however it ends', async () => {
    const { clock, cache, key, load, loads } = play();
    const { signal } = new AbortController();
    const answers = [1, 2, 3].map(() => words(cache.get(key, load, { signal, deadlineMs: 1_000 })));
    expect(getEventListeners(signal, 'abort')).toHaveLength(3);
    loads[0]?.answer('A');
    await Promise.all(answers);
    const failing = words(cache.get('other', load, { signal, deadlineMs: 1_000 }));
    loads[1]?.fail(down);
    await failing;
    const late = words(cache.get('third', load, { signal, deadlineMs: 1_000 }));
    await clock.advance(1_000);
    await late;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('a value never replaces a newer one', () => {
  test('that was set while it was loaded; who waited is given the newer one', async () => {
    const { clock, cache, key, load, loads } = play();
    const loading = cache.get(key, load);
    await clock.advance(10);
    cache.set(key, 'pushed', { source: 'stream' });
    await clock.advance(5);
    loads[0]?.answer('slow');
    expect(await loading).toEqual({ value: 'pushed', freshness: 'cached', ageMs: 5, source: 'stream' });
    expect(cache.peek(key)?.value).toBe('pushed');
  });

  test('in the same millisecond, what began later is newer', async () => {
    const { cache, key, load, loads } = play();
    const loading = cache.get(key, load);
    cache.set(key, 'pushed');
    loads[0]?.answer('slow');
    expect((await loading).value).toBe('pushed');
    expect(cache.set(key, 'again')).toBe(true);
    expect(cache.peek(key)?.value).toBe('again');
  });

  test('that is younger than what is set', async () => {
    const { clock, cache, key } = play();
    await clock.advance(1_000);
    cache.set(key, 'young', { ageMs: 10 });
    expect(cache.set(key, 'old', { ageMs: 11 })).toBe(false);
    expect(cache.set(key, 'same', { ageMs: 10 })).toBe(true);
    expect(cache.peek(key)?.value).toBe('same');
  });

  test('nor comes back after it was forgotten', async () => {
    const { cache, key, load, loads } = play();
    for (const forget of [() => cache.delete(key), () => cache.clear()]) {
      loads.length = 0;
      const before = cache.get(key, load);
      forget();
      const after = cache.get(key, load);
      expect(loads).toHaveLength(2);
      loads[1]?.answer('new');
      expect((await after).value).toBe('new');
      loads[0]?.answer('old');
      expect(await before).toMatchObject({ value: 'old', freshness: 'fresh' });
      expect(cache.peek(key)?.value).toBe('new');
      cache.delete(key);
    }
  });
});

describe('a slow load', () => {
  test('is answered with a stale value in time, and goes on for those who ask later', async () => {
    const { clock, cache, key, load, loads } = play({ staleIfSlowMs: 800 });
    const controller = new AbortController();
    cache.set(key, 'old');
    await clock.advance(30_000);
    const first = words(cache.get(key, load));
    await clock.advance(799);
    expect(cache.stats().staleAnswers).toBe(0);
    await clock.advance(1);
    expect(await first).toEqual({ value: 'old', freshness: 'stale', ageMs: 30_800, source: 'market' });
    expect(loads[0]?.context.remainingMs()).toBe(Infinity);
    const leaving = words(cache.get(key, load, { signal: controller.signal }));
    controller.abort();
    expect(await leaving).toMatch(/^AbortedError/);
    expect(loads[0]?.context.signal.aborted).toBe(false);
    loads[0]?.answer('new');
    await clock.settle();
    expect(cache.peek(key)).toEqual({ value: 'new', freshness: 'cached', ageMs: 800, source: 'market' });
    expect(loads).toHaveLength(1);
  });

  test('is waited for when the old value leaves meanwhile, up to the deadline', async () => {
    const { clock, cache, load, loads } = play({ staleIfSlowMs: 800, staleIfErrorMs: 30_500 });
    cache.set('a', 'old');
    cache.set('b', 'old');
    await clock.advance(30_000);
    const answers = [words(cache.get('a', load)), words(cache.get('b', load, { deadlineMs: 1_000 }))];
    await clock.advance(999);
    expect(cache.stats().staleAnswers).toBe(0);
    await clock.advance(1);
    loads[0]?.answer('new');
    expect(await Promise.all(answers)).toEqual([
      { value: 'new', freshness: 'fresh', ageMs: 1_000, source: 'market' },
      expect.stringMatching(/^TimeoutError/),
    ]);
  });

  test('that fails later harms nobody', async () => {
    const { clock, cache, key, load, loads } = play({ staleIfSlowMs: 800 });
    cache.set(key, 'old');
    await clock.advance(30_000);
    const first = cache.get(key, load);
    await clock.advance(800);
    expect((await first).freshness).toBe('stale');
    loads[0]?.fail(down);
    await clock.settle();
    expect(cache.stats().loading).toBe(0);
  });

  test('is waited for by default', async () => {
    const { clock, cache, key, load, loads } = play();
    cache.set(key, 'old');
    await clock.advance(30_000);
    const answer = cache.get(key, load);
    await clock.advance(100_000);
    loads[0]?.answer('new');
    expect(await answer).toMatchObject({ value: 'new', freshness: 'fresh', ageMs: 100_000 });
    expect(cacheDefaults.staleIfSlowMs).toBe(Infinity);
  });
});

describe('prolongation', () => {
  test('stretches both times while it lasts, for what was kept before too', async () => {
    const { clock, cache, key } = play();
    cache.set(key, 'one');
    cache.prolong(2);
    await clock.advance(59_999);
    expect(cache.peek(key)?.freshness).toBe('cached');
    expect(await cache.get(key, broken)).toMatchObject({ freshness: 'cached' });
    cache.prolong(1);
    expect(cache.peek(key)?.freshness).toBe('stale');
    cache.prolong(2);
    await clock.advance(1);
    expect(cache.peek(key)?.freshness).toBe('stale');
    expect(await cache.get(key, broken)).toMatchObject({ freshness: 'stale' });
    await clock.advance(539_999);
    expect(cache.peek(key)?.freshness).toBe('stale');
    await clock.advance(1);
    expect(cache.peek(key)).toBeUndefined();
  });

  test.each([0.99, 0, -1, NaN])('by %s makes no sense', (factor) => {
    expect(() => play().cache.prolong(factor)).toThrow(
      new RangeError(`factor must be a number of at least 1, not ${factor}`),
    );
  });
});

describe('the bound in bytes', () => {
  const sized = { maxBytes: 10, sizeOf: (value: string) => value.length };

  test('who was used last leaves last', async () => {
    const { cache } = play(sized);
    const evicted: unknown[] = [];
    cache.on('evicted', ({ key, bytes, ageMs }) => evicted.push([key, bytes, ageMs]));
    cache.set('a', 'aaaa');
    cache.set('b', 'bbb');
    cache.set('c', 'ccc');
    expect(cache.stats()).toMatchObject({ bytes: 10, entries: 3, evictions: 0 });
    await cache.get('a', broken);
    cache.peek('b');
    cache.set('d', 'd');
    expect(evicted).toEqual([['b', 3, 0]]);
    cache.set('e', 'eeee');
    expect(evicted.slice(1)).toEqual([['c', 3, 0]]);
    expect(cache.stats()).toMatchObject({ bytes: 9, entries: 3, evictions: 2 });
  });

  test('a value that grows counts anew', () => {
    const { cache } = play(sized);
    cache.set('a', 'a');
    cache.set('b', 'b');
    cache.set('a', 'aaaaaaaaa');
    expect(cache.stats()).toMatchObject({ bytes: 10, entries: 2 });
    cache.set('b', 'bb');
    expect(cache.stats()).toMatchObject({ bytes: 2, entries: 1, evictions: 1 });
  });

  test('what alone is too large is answered, not kept, and takes the older one with it', async () => {
    const { cache, clock } = play(sized);
    cache.set('a', 'a');
    await clock.advance(30_000);
    expect(await cache.get('a', () => 'x'.repeat(11))).toMatchObject({ freshness: 'fresh' });
    expect(cache.peek('a')).toBeUndefined();
    expect(cache.set('a', 'x'.repeat(11))).toBe(false);
    expect(cache.set('a', 'x'.repeat(10))).toBe(true);
    expect(cache.stats()).toMatchObject({ notKept: 2, bytes: 10, evictions: 0 });
  });

  test.each([
    ['throws', () => broken()],
    ['gives no number', () => NaN],
    ['gives a negative number', () => -1],
  ])('a value whose size %s is answered and not kept', async (_, sizeOf) => {
    const { clock, cache, key } = play({
      sizeOf: (value) => (value === 'old' ? 1 : sizeOf()),
    });
    cache.set(key, 'old');
    await clock.advance(30_000);
    expect(await cache.get(key, () => 'A')).toMatchObject({ value: 'A', freshness: 'fresh' });
    expect(cache.stats()).toMatchObject({ notKept: 1, entries: 0 });
    expect(() => cache.set(key, 'A')).toThrow();
  });

  test('counts key and value by default', () => {
    const cache = createCache<string, string>();
    cache.set('ab', 'cdef');
    expect(cache.stats().bytes).toBe(160 + 20 + 24);
  });
});

test('forgetting one or all frees their room', () => {
  const { cache } = play({ maxBytes: 3 });
  for (const key of ['a', 'b', 'c']) cache.set(key, key);
  expect([cache.delete('b'), cache.delete('b')]).toEqual([true, false]);
  expect(cache.stats()).toMatchObject({ bytes: 2, entries: 2 });
  cache.set('d', 'd');
  expect(cache.stats()).toMatchObject({ bytes: 3, evictions: 0 });
  cache.clear();
  expect(cache.stats()).toMatchObject({ bytes: 0, entries: 0 });
  for (const key of ['a', 'b', 'c', 'd']) cache.set(key, key);
  expect(cache.stats()).toMatchObject({ bytes: 3, entries: 3, evictions: 1 });
});

describe('reconfiguring', () => {
  test('keeps what still fits', async () => {
    const { clock, cache } = play({ maxBytes: 3 });
    for (const key of ['a', 'b', 'c']) cache.set(key, key);
    cache.configure({ ttlMs: 5, maxBytes: 2 });
    expect([cache.peek('a'), cache.peek('c')?.value]).toEqual([undefined, 'c']);
    await clock.advance(5);
    expect(cache.peek('c')?.freshness).toBe('stale');
    cache.configure({ staleIfErrorMs: 5 });
    expect(cache.peek('c')).toBeUndefined();
  });

  test.each([
    ['ttlMs', -1, 'must be a number of at least 0, not -1'],
    ['ttlMs', NaN, 'must be a number of at least 0, not NaN'],
    ['staleIfErrorMs', -1, 'must be a number of at least 0, not -1'],
    ['staleIfSlowMs', 0, 'must be a number above 0, not 0'],
    ['maxBytes', 0, 'must be a number above 0, not 0'],
  ])('to %s %s changes nothing and says why', (option, value, why) => {
    const { cache, key } = play();
    cache.set(key, 'one');
    const error = new RangeError(`${option} ${why}`);
    expect(() => cache.configure({ ttlMs: 0, [option]: value })).toThrow(error);
    expect(cache.peek(key)?.freshness).toBe('cached');
    expect(() => play({ [option]: value })).toThrow(error);
  });
});

describe('listeners', () => {
  test('are told of stale answers and why', async () => {
    const { clock, cache, key } = play({ staleIfSlowMs: 5 });
    const told: unknown[] = [];
    const remove = cache.on('stale', (event) => told.push(event));
    cache.set(key, 'old');
    await clock.advance(30_000);
    await cache.get(key, broken);
    const slow = cache.get(key, () => new Promise<string>(() => {}));
    await clock.advance(5);
    await slow;
    expect(told).toEqual([
      { key, ageMs: 30_000, error: down },
      { key, ageMs: 30_005, error: null },
    ]);
    remove();
    remove();
    cache.on('evicted', () => {});
    cache.clear();
    expect(told).toHaveLength(2);
  });

  test('that throw change neither answer nor state', async () => {
    const errors: unknown[] = [];
    const { clock, cache, key } = play({ maxBytes: 1, onListenerError: (error) => errors.push(error) });
    cache.on('stale', broken);
    cache.on('evicted', broken);
    cache.set(key, 'old');
    await clock.advance(30_000);
    expect(await cache.get(key, broken)).toMatchObject({ value: 'old' });
    cache.set('other', 'new');
    expect(cache.stats()).toMatchObject({ entries: 1, bytes: 1 });
    expect(errors).toEqual([down, down]);
  });
});
