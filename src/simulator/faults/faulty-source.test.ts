import { describe, expect, it } from 'vitest';
import type { MarketFault } from './fault.ts';
import { FaultySource } from './faulty-source.ts';

const PATH = '/tokens/v1/solana/A';
const honest = {
  status: 200,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify([
    { baseToken: { address: 'A' }, quoteToken: { address: 'B' }, priceUsd: '1.5', tokenAddress: 'A' },
  ]),
};

/** The statuses of requests that come so far apart. */
function statuses(source: FaultySource, count: number, apartMs: number, fromMs = 0): (number | undefined)[] {
  return Array.from({ length: count }, (_, n) => {
    const spoiling = source.receive(PATH, fromMs + n * apartMs);
    return spoiling?.answer?.(honest).status;
  });
}

describe('a source that can be spoilt', () => {
  it('refuses what is over its quota, quota by quota, until the minute has passed', () => {
    const source = new FaultySource({ pairs: 2, profiles: 1 });
    expect(statuses(source, 3, 100)).toEqual([undefined, undefined, 429]);
    expect(source.receive('/token-boosts/latest/v1', 400)).toBeUndefined();
    expect(source.receive(PATH, 500)?.answer?.(honest)).toMatchObject({ status: 429, retryAfter: '5' });
    expect(source.receive(PATH, 60_500)).toBeUndefined();
    expect(source).toMatchObject({ overQuota: 2, refused: 2 });
  });

  it('storms with the Retry-After that it was given, and without one', () => {
    const source = new FaultySource();
    source.set({ kind: 'throttled', retryAfterS: 7 });
    expect(source.receive(PATH, 0)?.answer?.(honest)).toMatchObject({ status: 429, retryAfter: '7' });
    source.set({ kind: 'throttled' });
    expect(source.receive(PATH, 1)?.answer?.(honest)).not.toHaveProperty('retryAfter');
    source.set(null);
    expect(source.receive(PATH, 2)).toBeUndefined();
    expect(source).toMatchObject({ overQuota: 0, refused: 2, firstMs: 2, fault: null });
  });

  it('grants less than its quota while it is told to', () => {
    const source = new FaultySource();
    source.set({ kind: 'limited', perMinute: 2 });
    expect(statuses(source, 3, 1_000)).toEqual([undefined, undefined, 429]);
    expect(source).toMatchObject({ overQuota: 0, refused: 1 });
    source.set(null);
    expect(statuses(source, 3, 1_000, 3_000)).toEqual([undefined, undefined, undefined]);
  });

  it.each<[MarketFault, readonly unknown[]]>([
    [{ kind: 'server-error' }, [503, 500, 502, 504, 503]],
    [{ kind: 'challenge', status: 403 }, [403, 403]],
    [{ kind: 'slow', delayMs: 9 }, [undefined]],
    [{ kind: 'down' }, [undefined]],
  ])('%o answers with %o', (fault, expected) => {
    const source = new FaultySource();
    source.set(fault);
    expect(statuses(source, expected.length, 1)).toEqual(expected);
  });

  it('half of the answers make no sense, in each of three ways, and never in a steady turn', () => {
    const source = new FaultySource({ pairs: 10_000, profiles: 1 });
    source.set({ kind: 'malformed' });
    const bodies = Array.from({ length: 600 }, (_, n) => source.receive(PATH, n)?.answer?.(honest).body);
    const spoilt = bodies.filter((body) => body !== undefined);
    expect(spoilt.length).toBeGreaterThan(290);
    expect(spoilt.length).toBeLessThan(310);
    const kinds = new Set(spoilt);
    expect(kinds).toContain('{"schemaVersion":"1.0.0","pairs":5}');
    expect(kinds).toContain(honest.body.slice(0, Math.floor(honest.body.length / 2)));
    const typed = [...kinds].map((body) => {
      try {
        return JSON.parse(body) as unknown;
      } catch {
        return null;
      }
    });
    expect(typed).toContainEqual([expect.objectContaining({ baseToken: [0], priceUsd: { value: 'high' } })]);
    expect(kinds.size).toBe(3);
    for (const period of [1, 2, 3, 4, 5, 6, 8, 10]) {
      const unlucky = bodies.filter((_, n) => n % period === 0);
      expect(unlucky.filter((body) => body === undefined).length / unlucky.length).toBeGreaterThan(0.3);
    }
  });
});
