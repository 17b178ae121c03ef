import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { cacheDefaults } from './cache-options.ts';
import type { CallContext } from './call.ts';
import { down, ended, playCache } from './testing/cache-play.ts';

describe('one load of a key at a time', () => {
  test('is shared by all who ask meanwhile; other keys are loaded beside it', async () => {
    const { clock, cache, load, loads } = playCache();
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
    const { cache, key, load, loads } = playCache();
    const controller = new AbortController();
    const leaving = ended(cache.get(key, load, { signal: controller.signal, what: 'GET /x' }));
    const staying = cache.get(key, load);
    controller.abort();
    expect(await leaving).toBe('AbortedError: GET /x was aborted');
    expect(loads[0]?.context.signal.aborted).toBe(false);
    loads[0]?.answer('A');
    expect(await staying).toMatchObject({ value: 'A', freshness: 'fresh' });
  });

  test('when the last caller leaves the load is aborted, and what it still brings is ignored', async () => {
    const { cache, key, load, loads } = playCache();
    const [one, two] = [new AbortController(), new AbortController()];
    const both = [one, two].map(({ signal }) => ended(cache.get(key, load, { signal })));
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
    const { clock, cache, key, load } = playCache();
    cache.set(key, 'old');
    await clock.advance(30_000);
    const controller = new AbortController();
    const leaving = ended(cache.get(key, load, { signal: controller.signal }));
    controller.abort();
    expect(await leaving).toBe('AbortedError: loading mint was aborted');
    expect(cache.stats().staleAnswers).toBe(0);
  });

  test('an already aborted signal never runs the load, nor does the end of the call around it', async () => {
    const { cache, key, load, loads } = playCache();
    const within: CallContext = { signal: AbortSignal.abort(), attempt: 1, remainingMs: () => 9 };
    expect(await ended(cache.get(key, load, { signal: AbortSignal.abort() }))).toMatch(/^AbortedError/);
    expect(await ended(cache.get(key, load, { within }))).toMatch(/^AbortedError/);
    cache.set(key, 'there');
    expect(await ended(cache.get(key, load, { signal: AbortSignal.abort() }))).toMatch(/^AbortedError/);
    expect(loads).toEqual([]);
  });

  test('a deadline ends the waiting of its caller alone, with a stale value or a timeout', async () => {
    const { clock, cache, load, loads } = playCache();
    cache.set('old', 'old');
    await clock.advance(30_000);
    const answers = [
      ended(cache.get('old', load, { deadlineMs: 100 })),
      ended(cache.get('new', load, { deadlineMs: 100, what: 'GET /new' })),
      ended(cache.get('new', load)),
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
    const { clock, cache, key, load, loads } = playCache();
    const outer = new AbortController();
    const around = (ms: number): CallContext => ({ signal: outer.signal, attempt: 1, remainingMs: () => ms });
    const short = ended(cache.get(key, load, { within: around(50), deadlineMs: 100 }));
    expect(loads[0]?.context.remainingMs()).toBe(50);
    await clock.advance(50);
    expect(await short).toBe('TimeoutError: loading mint took longer than 50 ms');
    expect(await ended(cache.get(key, load, { within: around(0) }))).toMatch(/^TimeoutError/);
    const cut = ended(cache.get(key, load, { within: around(50) }));
    outer.abort();
    expect(await cut).toMatch(/^AbortedError/);
    expect(loads).toHaveLength(2);
    expect(getEventListeners(outer.signal, 'abort')).toEqual([]);
  });

  test('leaves no timer and no listener behind, however it ends', async () => {
    const { clock, cache, key, load, loads } = playCache();
    const { signal } = new AbortController();
    const answers = [1, 2, 3].map(() => ended(cache.get(key, load, { signal, deadlineMs: 1_000 })));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    loads[0]?.answer('A');
    await Promise.all(answers);
    const failing = ended(cache.get('other', load, { signal, deadlineMs: 1_000 }));
    loads[1]?.fail(down);
    await failing;
    const late = ended(cache.get('third', load, { signal, deadlineMs: 1_000 }));
    await clock.advance(1_000);
    await late;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('a value never replaces a newer one', () => {
  test('that was set while it was loaded; who waited is given the newer one', async () => {
    const { clock, cache, key, load, loads } = playCache();
    const loading = cache.get(key, load);
    await clock.advance(10);
    cache.set(key, 'pushed', { source: 'stream' });
    await clock.advance(5);
    loads[0]?.answer('slow');
    expect(await loading).toEqual({ value: 'pushed', freshness: 'cached', ageMs: 5, source: 'stream' });
    expect(cache.peek(key)?.value).toBe('pushed');
  });

  test('in the same millisecond, what began later is newer', async () => {
    const { cache, key, load, loads } = playCache();
    const loading = cache.get(key, load);
    cache.set(key, 'pushed');
    loads[0]?.answer('slow');
    expect((await loading).value).toBe('pushed');
    expect(cache.set(key, 'again')).toBe(true);
    expect(cache.peek(key)?.value).toBe('again');
  });

  test('that is younger than what is set', async () => {
    const { clock, cache, key } = playCache();
    await clock.advance(1_000);
    cache.set(key, 'young', { ageMs: 10 });
    expect(cache.set(key, 'old', { ageMs: 11 })).toBe(false);
    expect(cache.set(key, 'same', { ageMs: 10 })).toBe(true);
    expect(cache.peek(key)?.value).toBe('same');
  });

  test('nor comes back after it was forgotten', async () => {
    const { cache, key, load, loads } = playCache();
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
    const { clock, cache, key, load, loads } = playCache({ staleIfSlowMs: 800 });
    const controller = new AbortController();
    cache.set(key, 'old');
    await clock.advance(30_000);
    const first = ended(cache.get(key, load));
    await clock.advance(799);
    expect(cache.stats().staleAnswers).toBe(0);
    await clock.advance(1);
    expect(await first).toEqual({ value: 'old', freshness: 'stale', ageMs: 30_800, source: 'market' });
    expect(loads[0]?.context.remainingMs()).toBe(Infinity);
    const leaving = ended(cache.get(key, load, { signal: controller.signal }));
    controller.abort();
    expect(await leaving).toMatch(/^AbortedError/);
    expect(loads[0]?.context.signal.aborted).toBe(false);
    loads[0]?.answer('new');
    await clock.settle();
    expect(cache.peek(key)).toEqual({ value: 'new', freshness: 'cached', ageMs: 800, source: 'market' });
    expect(loads).toHaveLength(1);
  });

  test('is waited for when the old value leaves meanwhile, up to the deadline', async () => {
    const { clock, cache, load, loads } = playCache({ staleIfSlowMs: 800, staleIfErrorMs: 30_500 });
    cache.set('a', 'old');
    cache.set('b', 'old');
    await clock.advance(30_000);
    const answers = [ended(cache.get('a', load)), ended(cache.get('b', load, { deadlineMs: 1_000 }))];
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
    const { clock, cache, key, load, loads } = playCache({ staleIfSlowMs: 800 });
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
    const { clock, cache, key, load, loads } = playCache();
    cache.set(key, 'old');
    await clock.advance(30_000);
    const answer = cache.get(key, load);
    await clock.advance(100_000);
    loads[0]?.answer('new');
    expect(await answer).toMatchObject({ value: 'new', freshness: 'fresh', ageMs: 100_000 });
    expect(cacheDefaults.staleIfSlowMs).toBe(Infinity);
  });
});
