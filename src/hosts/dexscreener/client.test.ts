import { describe, expect, it } from 'vitest';
import type { DexClient } from './client.ts';
import { WRAPPED_SOL } from './mint.ts';
import { bench } from './testing/client-bench.ts';
import { dexSection } from './settings.ts';
import { defaultsOf } from '../../warden/config/index.ts';
import { jsonAnswer, mintOf, secondWirePair, wirePair } from './testing/wire.ts';
import type { DexAnswer } from './transport.ts';

const MOON = mintOf(1);
const OTHER = mintOf(2);

const PAIRS = [wirePair(), secondWirePair({ baseToken: { address: OTHER }, quoteToken: { address: MOON } })];

describe('reads', () => {
  it('a batch asks for all mints at once and gives each its own pairs', async () => {
    const { transport, client, run } = bench();
    transport.answer = () => jsonAnswer(PAIRS);
    const reads = await run(client.readBatch([MOON, OTHER, mintOf(3)]));
    expect(transport.paths).toEqual([`/tokens/v1/solana/${MOON},${OTHER},${mintOf(3)}`]);
    expect(
      [...reads].map(([mint, read]) => [mint, read.pairs.map((p) => p.pairAddress), read.asQuote]),
    ).toEqual([
      [MOON, ['pair-1'], 1],
      [OTHER, ['pair-2'], 0],
      [mintOf(3), [], 0],
    ]);
  });

  it('100 mints are four requests of at most 30', async () => {
    const { transport, client, run } = bench();
    const mints = Array.from({ length: 100 }, (_, n) => mintOf(n));
    const reads = await run(client.readBatch(mints));
    expect(reads.size).toBe(100);
    expect(transport.paths.map((path) => path.split(',').length)).toEqual([30, 30, 30, 10]);
    expect(client.quota('pairs').used).toBe(4);
  });

  it.each([
    ['all pools', (client: DexClient) => client.readPools(MOON), `/token-pairs/v1/solana/${MOON}`],
    [
      'the alternative',
      (client: DexClient) => client.readPoolsAlternative(MOON),
      `/latest/dex/tokens/${MOON}`,
    ],
  ])('%s of a token', async (_what, ask, path) => {
    const { transport, client, run } = bench();
    transport.answer = () => jsonAnswer({ schemaVersion: '1.0.0', pairs: PAIRS });
    const read = await run(ask(client));
    expect(transport.paths).toEqual([path]);
    expect(read).toMatchObject({ mint: MOON, asQuote: 1, pairs: [{ pairAddress: 'pair-1' }] });
    expect(client.quota('pairs')).toEqual({ limit: 300, used: 1, available: 299 });
  });

  it('tells of each request by its endpoint: how long it took, and whether it gave what was asked for', async () => {
    const { clock, transport, client, called, run } = bench({ timeoutMs: 2_000 });
    transport.answer = async () => {
      await clock.sleep(120);
      return jsonAnswer(PAIRS);
    };
    await run(client.readPools(MOON), 120);
    transport.answer = () => jsonAnswer('maintenance');
    await run(client.search('moon')).catch(() => undefined);
    transport.answer = () => new Promise(() => undefined);
    const controller = new AbortController();
    const left = client.readPools(MOON, { signal: controller.signal });
    left.catch(() => undefined);
    await clock.advance(500);
    controller.abort();
    await expect(left).rejects.toThrow();
    expect(called).toEqual([
      ['DexScreener GET /token-pairs/v1', 120, true],
      ['DexScreener GET /latest/dex', 0, false],
    ]);
  });

  it('other limits act on the next request: quota, waits and time', async () => {
    const { clock, transport, client, run } = bench({ timeoutMs: 4_000 });
    const settings = { ...defaultsOf(dexSection), timeoutMs: 4_000 };
    transport.answer = () => jsonAnswer(PAIRS);
    for (const n of [1, 2, 3]) await run(client.readPools(mintOf(n)));
    client.configure({ ...settings, pairsPerMinute: 3, quotaWaitMs: 0, profilesPerMinute: 7 });
    expect(client.quota('pairs')).toEqual({ limit: 3, used: 3, available: 0 });
    expect(client.quota('profiles').limit).toBe(7);
    const paths = transport.paths.length;
    await expect(run(client.readPools(mintOf(4)))).rejects.toThrow('quota');
    expect(transport.paths).toHaveLength(paths);

    client.configure({ ...settings, timeoutMs: 1_000 });
    expect(client.quota('pairs').limit).toBe(300);
    expect(client.state().timeoutMs).toBe(1_000);
    transport.answer = () => new Promise(() => undefined);
    const left = client.search('moon');
    left.catch(() => undefined);
    // Given up after a second, and tried again.
    await clock.advance(1_600);
    expect(transport.paths).toHaveLength(paths + 2);
    client.configure({ ...settings, timeoutMs: 60_000 });
    expect(client.state().timeoutMs).toBe(60_000);
    client.close();
    await clock.advance(120_000);
    await expect(left).rejects.toThrow();
  });

  it('words of a person are escaped', async () => {
    const { transport, client, run } = bench();
    transport.answer = () => jsonAnswer({ pairs: PAIRS });
    const found = await run(client.search('$MOON & ../x?#🚀'));
    expect(transport.paths).toEqual(['/latest/dex/search?q=%24MOON%20%26%20..%2Fx%3F%23%F0%9F%9A%80']);
    expect(found.pairs).toHaveLength(2);
  });

  it.each([
    ['profiles', '/token-profiles/latest/v1'],
    ['boosts', '/token-boosts/latest/v1'],
  ] as const)('%s have their own quota', async (feed, path) => {
    const { transport, client, run } = bench();
    transport.answer = () => jsonAnswer([{ chainId: 'solana', tokenAddress: MOON }]);
    expect((await run(client.listings(feed))).mints).toEqual([MOON]);
    expect(transport.paths).toEqual([path]);
    expect(client.quota('profiles')).toEqual({ limit: 60, used: 1, available: 59 });
    expect(client.quota('pairs').used).toBe(0);
  });

  it('no token has pairs when the answer is 404 or null', async () => {
    const { transport, client, run } = bench();
    transport.answer = () => jsonAnswer('Not Found', { status: 404 });
    expect(await run(client.readPools(MOON))).toMatchObject({
      mint: MOON,
      pairs: [],
      asQuote: 0,
      rejected: [],
    });
    transport.answer = () => jsonAnswer(null);
    expect((await run(client.readBatch([MOON]))).get(MOON)?.pairs).toEqual([]);
    expect(client.state()).toMatchObject({ reachable: true, lastError: null });
  });

  it('counts what it drops, by reason', async () => {
    const { transport, client, run } = bench();
    transport.answer = () =>
      jsonAnswer([wirePair(), wirePair(), wirePair({ chainId: 'base' }), { chainId: 'base' }, 5]);
    await run(client.readPools(MOON));
    await run(client.readPools(MOON));
    expect(Object.fromEntries(client.dropped())).toEqual({ duplicate_pair: 2, other_chain: 4, malformed: 2 });
  });
});

describe('faults', () => {
  const onlyAlternative = (path: string): DexAnswer =>
    path.startsWith('/latest/') ? jsonAnswer(PAIRS) : jsonAnswer({ error: 'moved' });

  it('an answer without sense is a failure of the source, and is not tried again', async () => {
    const { transport, client, run } = bench();
    transport.answer = () => jsonAnswer({ error: 'moved' });
    await expect(run(client.readBatch([MOON]))).rejects.toThrow('neither a list of pairs');
    expect(transport.paths).toHaveLength(1);
    expect(client.state()).toMatchObject({ reachable: false, errorRate: 1 });
  });

  it('pools come by the older endpoint while the newer one fails, and say so', async () => {
    const { transport, client, run } = bench();
    transport.answer = onlyAlternative;
    const read = await run(client.readPools(MOON));
    expect(read).toMatchObject({ mint: MOON, source: 'alternative', pairs: [{ pairAddress: 'pair-1' }] });
    expect((await run(client.readPoolsAlternative(MOON))).source).toBe('asked');
  });

  it('when the older one fails too, what the newer one said is told', async () => {
    const { transport, client, run } = bench();
    transport.answer = (path) =>
      path.startsWith('/latest/') ? jsonAnswer('no', { status: 400 }) : jsonAnswer({ error: 'moved' });
    await expect(run(client.readPools(MOON))).rejects.toThrow('neither a list of pairs');
    expect(transport.paths).toHaveLength(2);
  });

  it('a reset is tried again after a pause', async () => {
    const { clock, transport, client, changes } = bench();
    transport.answer = () => {
      transport.answer = () => jsonAnswer(PAIRS);
      throw new Error('reset');
    };
    const work = client.readPools(MOON);
    await clock.advance(249);
    expect(transport.paths).toHaveLength(1);
    await clock.advance(251);
    expect((await work).pairs).toHaveLength(1);
    expect(transport.paths).toHaveLength(2);
    expect(changes).toEqual([]);
  });

  it('a call that hangs is given up after 4 s, and its signal tells the transport; with its retries after 10 s', async () => {
    const { clock, transport, client } = bench();
    const signals: AbortSignal[] = [];
    transport.answer = (_path, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const work = client.readBatch([MOON]);
    const outcome = expect(work).rejects.toThrow('took longer than');
    await clock.advance(200 + 3_999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await clock.advance(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    await clock.advance(6_000);
    await outcome;
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('429 leaves DexScreener alone for as long as it asks, whatever is done here meanwhile', async () => {
    const { clock, transport, client, run } = bench();
    transport.answer = () => jsonAnswer('slow down', { status: 429, retryAfter: '30' });
    await expect(run(client.readPools(MOON), 1_000)).rejects.toThrow('fewer requests');
    expect(client.pausedForMs()).toBe(29_000);
    await expect(run(client.readPools(MOON), 10)).rejects.toThrow('asked for less');
    expect(transport.paths).toHaveLength(1);
    transport.answer = () => jsonAnswer(PAIRS);
    await client.reconnect();
    expect([transport.resets, client.pausedForMs()]).toEqual([1, 28_990]);
    await clock.advance(28_990);
    expect((await run(client.readPools(MOON), 10)).pairs).toHaveLength(1);
    expect(client.state()).toMatchObject({
      reachable: true,
      quotas: [{ name: 'pairs', rate: 150 }, { rate: 60 }],
    });
    expect(clock.pending).toBe(0);
  });

  it('an outage is left alone but for a probe every 4 s, and found over by it', async () => {
    const { clock, transport, client, changes, run } = bench();
    const answer = (): never => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    transport.answer = answer;
    for (let reads = 0; reads < 5; reads++) {
      client.readPools(mintOf(reads)).catch(() => undefined);
      await clock.advance(1_000);
    }
    expect(client.state()).toMatchObject({ state: 'open', healthy: false, reachable: false });
    expect(changes).toMatchObject([{ kind: 'lost' }]);
    const asked = transport.paths.length;
    await run(Promise.resolve(), 20_000);
    await expect(run(client.readPools(MOON), 0)).rejects.toThrow('DexScreener');
    expect(transport.paths.slice(asked)).toEqual(
      Array.from({ length: 5 }, () => `/tokens/v1/solana/${WRAPPED_SOL}`),
    );
    transport.answer = () => jsonAnswer(PAIRS);
    await clock.advance(5_000);
    expect(client.state()).toMatchObject({ state: 'half_open', probe: { ok: true } });
    for (let reads = 0; reads < 3; reads++) await run(client.readPools(MOON), 10);
    expect(client.state()).toMatchObject({ state: 'closed', healthy: true });
    expect(changes.map(({ kind }) => kind)).toEqual(['lost', 'regained']);
    client.close();
  });

  it('what waits for a quota that frees too late is refused, and the other quota goes on', async () => {
    const { transport, client, run } = bench({ profilesPerMinute: 2 });
    transport.answer = () => jsonAnswer([]);
    await run(client.listings('boosts'), 10);
    await run(client.listings('boosts'), 10);
    await expect(run(client.listings('profiles'), 10)).rejects.toThrow(
      'the quota of 2 calls in 61 s is spent',
    );
    await run(client.readPools(MOON), 10);
    expect(transport.paths).toHaveLength(3);
    await run(Promise.resolve(), 61_000);
    await run(client.listings('profiles'), 10);
    expect(transport.paths).toHaveLength(4);
  });

  it('never sends more than its quota in any minute and a second', async () => {
    const { clock, transport, client } = bench({ pairsPerMinute: 5, quotaWaitMs: 5_000 });
    const times: number[] = [];
    transport.answer = () => {
      times.push(clock.monotonic());
      return jsonAnswer([]);
    };
    for (let second = 0; second < 300; second++) {
      client.readPools(mintOf(second)).catch(() => undefined);
      await clock.advance(1_000);
    }
    expect(times.length).toBeGreaterThan(15);
    times.forEach((time, index) => {
      expect((times[index + 5] ?? Infinity) - time).toBeGreaterThanOrEqual(61_000);
    });
  });
});
