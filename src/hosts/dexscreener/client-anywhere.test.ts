import { describe, expect, it } from 'vitest';
import { AbortedError } from '../../kernel/index.ts';
import { UnavailableError, type Answer } from '../../warden/resilience/index.ts';
import type { TokenRead } from './client.ts';
import { bench } from './testing/client-bench.ts';
import { jsonAnswer, mintOf, wirePair } from './testing/wire.ts';

const MOON = mintOf(1);
const OTHER = mintOf(2);

describe('a read for somebody who waits', () => {
  const path = `/token-pairs/v1/solana/${MOON}`;
  const older = `/latest/dex/tokens/${MOON}`;
  const stored = (): Answer<TokenRead> => ({
    value: { mint: MOON, source: 'asked', pairs: [], asQuote: 0, rejected: [], at: 1 },
    source: 'history',
    freshness: 'stale',
    ageMs: 7,
  });
  const nothing = (): undefined => undefined;

  it('comes from the source, and for 30 s from what that answered', async () => {
    const { clock, transport, client, run } = bench();
    transport.answer = () => jsonAnswer([wirePair()]);
    const at = clock.now();
    expect(await run(client.readPoolsFromAnywhere(MOON, stored), 1_000)).toMatchObject({
      source: 'DexScreener',
      freshness: 'fresh',
      value: { at, pairs: [{ pairAddress: 'pair-1' }] },
    });
    await clock.advance(20_000);
    expect(await run(client.readPoolsFromAnywhere(MOON, stored), 1_000)).toMatchObject({
      freshness: 'cached',
      value: { at },
    });
    expect(transport.paths).toEqual([path]);
    await clock.advance(20_000);
    expect((await run(client.readPoolsFromAnywhere(MOON, stored), 1_000)).freshness).toBe('fresh');
    expect(transport.paths).toEqual([path, path]);
    expect(client.quota('pairs').used).toBe(2);
  });

  it('else it is what was kept for five minutes, else what the older endpoint gives, else what is stored', async () => {
    const { clock, transport, client, run } = bench();
    transport.answer = () => jsonAnswer([wirePair()]);
    await run(client.readPoolsFromAnywhere(MOON, stored), 1_000);
    await clock.advance(60_000);
    transport.answer = (asked) =>
      asked === older ? jsonAnswer([wirePair()]) : jsonAnswer({}, { status: 502 });
    const kept = await run(client.readPoolsFromAnywhere(MOON, stored));
    expect(kept).toMatchObject({ source: 'DexScreener', freshness: 'stale' });
    expect(kept.ageMs).toBeGreaterThan(60_000);
    await clock.advance(300_000);
    // The breaker is one for both endpoints.
    await run(client.readPoolsAlternative(MOON));
    expect(await run(client.readPoolsFromAnywhere(MOON, stored))).toMatchObject({
      source: 'older endpoint',
      freshness: 'fresh',
      value: { source: 'alternative' },
      failures: [{ source: 'DexScreener' }],
    });
    transport.answer = () => Promise.reject(new Error('the network is gone'));
    const last = await run(client.readPoolsFromAnywhere(OTHER, stored));
    expect(last).toMatchObject({ source: 'history', freshness: 'stale', ageMs: 7, value: { at: 1 } });
    expect(last.failures.map(({ source }) => source)).toEqual(['DexScreener', 'older endpoint']);
    await expect(run(client.readPoolsFromAnywhere(OTHER, nothing))).rejects.toThrow(UnavailableError);
  });

  it('waits for no pause between tries: what refuses is asked once at each endpoint, and what is stored comes at once', async () => {
    const { transport, client, run } = bench();
    transport.answer = () =>
      Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    expect(await run(client.readPoolsFromAnywhere(MOON, stored), 0)).toMatchObject({ source: 'history' });
    expect(transport.paths).toEqual([path, older]);
  });

  it('takes ten seconds at most, also from a source that never answers, and asks nothing that is left alone', async () => {
    const { clock, transport, client } = bench();
    transport.answer = () => new Promise(() => undefined);
    let told: number | undefined;
    void client.readPoolsFromAnywhere(MOON, stored).then(() => (told = clock.monotonic()));
    const startedMs = clock.monotonic();
    await clock.advance(11_000);
    expect((told ?? NaN) - startedMs).toBeLessThanOrEqual(10_000);
    transport.answer = () => jsonAnswer({}, { status: 429, retryAfter: '60' });
    await clock.advance(120_000);
    void client.readPools(OTHER).catch(() => undefined);
    await clock.advance(5_000);
    const asked = transport.paths.length;
    const answer = client.readPoolsFromAnywhere(MOON, stored);
    await clock.advance(10_000);
    expect(await answer).toMatchObject({ source: 'history' });
    expect(transport.paths.length).toBe(asked);
  });

  it('ends with who asked', async () => {
    const { transport, client, run } = bench();
    transport.answer = () => new Promise(() => undefined);
    const controller = new AbortController();
    const reading = client.readPoolsFromAnywhere(MOON, stored, controller.signal);
    controller.abort();
    await expect(run(reading)).rejects.toThrow(AbortedError);
  });
});
