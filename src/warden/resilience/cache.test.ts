import { describe, expect, test } from 'vitest';
import { createCache } from './cache.ts';
import { broken, down, playCache } from './testing/cache-play.ts';

describe('a value says how it came about and how old it is', () => {
  test('fresh, then cached up to its time, then stale when its source fails, then nothing', async () => {
    const { clock, cache, key } = playCache();
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
    const { clock, cache, key } = playCache();
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
    const { clock, cache, load, loads, key } = playCache({ ageOf: (value) => value.length * 1_000 });
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
    const { clock, cache, key } = playCache();
    cache.set(key, 'one');
    await clock.advance(10_000);
    clock.jumpWall(-3_600_000);
    expect(cache.peek(key)).toMatchObject({ freshness: 'cached', ageMs: 10_000 });
    clock.jumpWall(7_200_000);
    expect(cache.peek(key)).toMatchObject({ freshness: 'cached', ageMs: 10_000 });
  });

  test('what is set names where it is from and how old it was', async () => {
    const { clock, cache, key } = playCache();
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
    const { cache, key } = playCache();
    await expect(cache.get(key, broken)).rejects.toBe(down);
    await expect(cache.get(key, async () => broken())).rejects.toBe(down);
    expect(await cache.get(key, () => 'up')).toMatchObject({ value: 'up' });
    expect(cache.stats()).toMatchObject({ misses: 3, hits: 0, loading: 0 });
  });

  test('that a stale value may not stand in for reach the caller', async () => {
    const gone = new Error('404');
    const { clock, cache, key } = playCache({ staleOn: (error) => error !== gone });
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
    const { clock, cache, key, load, loads } = playCache();
    cache.set(key, 'old');
    await clock.advance(30_000);
    const all = [cache.get(key, load), cache.get(key, load), cache.get(key, load)];
    loads[0]?.fail(down);
    for (const answer of await Promise.all(all)) expect(answer.freshness).toBe('stale');
    expect(loads).toHaveLength(1);
    expect(cache.stats()).toMatchObject({ misses: 1, joined: 2, staleAnswers: 3, loading: 0 });
  });
});

describe('prolongation', () => {
  test('stretches both times while it lasts, for what was kept before too', async () => {
    const { clock, cache, key } = playCache();
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
    expect(() => playCache().cache.prolong(factor)).toThrow(
      new RangeError(`factor must be a number of at least 1, not ${factor}`),
    );
  });
});

describe('the bound in bytes', () => {
  const sized = { maxBytes: 10, sizeOf: (value: string) => value.length };

  test('who was used last leaves last', async () => {
    const { cache } = playCache(sized);
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
    const { cache } = playCache(sized);
    cache.set('a', 'a');
    cache.set('b', 'b');
    cache.set('a', 'aaaaaaaaa');
    expect(cache.stats()).toMatchObject({ bytes: 10, entries: 2 });
    cache.set('b', 'bb');
    expect(cache.stats()).toMatchObject({ bytes: 2, entries: 1, evictions: 1 });
  });

  test('what alone is too large is answered, not kept, and takes the older one with it', async () => {
    const { cache, clock } = playCache(sized);
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
    const { clock, cache, key } = playCache({
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
  const { cache } = playCache({ maxBytes: 3 });
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
    const { clock, cache } = playCache({ maxBytes: 3 });
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
    const { cache, key } = playCache();
    cache.set(key, 'one');
    const error = new RangeError(`${option} ${why}`);
    expect(() => cache.configure({ ttlMs: 0, [option]: value })).toThrow(error);
    expect(cache.peek(key)?.freshness).toBe('cached');
    expect(() => playCache({ [option]: value })).toThrow(error);
  });
});

describe('listeners', () => {
  test('are told of stale answers and why', async () => {
    const { clock, cache, key } = playCache({ staleIfSlowMs: 5 });
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
    const { clock, cache, key } = playCache({ maxBytes: 1, onListenerError: (error) => errors.push(error) });
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
