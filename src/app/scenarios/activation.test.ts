import { afterEach, describe, expect, test, vi } from 'vitest';
import { MINUTE_MS, closeScenes, openScene } from './testing/scene.ts';
import { eligible, ineligible, json, mints, pool, type Endpoint } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

describe('scenario 9: an answer lacks pools', () => {
  // The activation was judged on the batch answer, which shows one pool a token: nothing was ever activated.
  test('the batch shows one pool, as it always does: the full read activates', async () => {
    const all = mints(40);
    const { pass, token, journal, market } = await openScene({
      watch: all,
      script: (market) => market.list(all, eligible),
    });
    await pass(2 * MINUTE_MS);
    for (const mint of all) expect(token(mint).status).toBe('active');
    const [moved] = await journal({ type: 'token.moved' });
    expect(moved?.reason).toBe('MOON became active: a pump pool and 1 external pool with enough liquidity.');
    expect(moved?.type === 'token.moved' && moved.data.check?.pools.map(({ counts }) => counts)).toEqual([
      'pump',
      'external',
    ]);
    // A later batch answer with its one pool takes nothing back.
    await pass(5 * MINUTE_MS);
    expect(market.asked.filter(({ endpoint }) => endpoint === 'batch').length).toBeGreaterThan(20);
    for (const mint of all) expect(token(mint)).toMatchObject({ status: 'active', pools: 2 });
  });

  test.each<[string, Endpoint[]]>([
    ['a batch that shows none at all', ['batch']],
    ['a full read that shows only the first', ['pools']],
  ])('%s: the token is activated all the same', async (_, blind) => {
    const [mint = ''] = mints(1);
    const { pass, token, journal } = await openScene({
      watch: [mint],
      script: (market) => {
        market.list([mint], eligible);
        market.show = (pools, _mint, endpoint) =>
          blind.includes(endpoint) ? pools.slice(0, endpoint === 'batch' ? 0 : 1) : pools;
      },
    });
    await pass(3 * MINUTE_MS);
    expect(token(mint).status).toBe('active');
    if (!blind.includes('pools')) return;
    const [verified] = await journal({ type: 'token.verified' });
    expect(verified?.reason).toBe(
      'The pools of MOON were looked at through the other endpoint. By the other endpoint it meets the condition: 1 pool only there.',
    );
    expect((await journal({ type: 'token.moved' }))[0]?.reason).toMatch(
      /by the other endpoint; the usual one left pools out\.$/,
    );
  });

  test('what the other endpoint shows is news only where it differs, and costs its small share', async () => {
    const all = mints(60);
    const { pass, token, journal, market } = await openScene({
      watch: all,
      script: (market) => market.list(all, ineligible),
    });
    await pass(20 * MINUTE_MS);
    for (const mint of all) expect(token(mint).status).toBe('monitoring');
    expect(await journal({ type: 'token.verified' })).toEqual([]);
    const asked = market.asked.filter(({ endpoint }) => endpoint === 'alternative');
    expect(asked.length).toBeGreaterThan(30);
    expect(asked.length).toBeLessThanOrEqual(0.02 * 300 * 20 + 2);
  });
});

describe('scenario 40: the token is the quote of a pair', () => {
  // The price and the volume of another token were taken for its own.
  test('such pairs are another token’s: they neither score it nor activate it', async () => {
    const [mint = '', other = ''] = mints(2);
    const asQuote = (n: number) =>
      pool(other, n, { quoteToken: { address: mint, name: 'Moon', symbol: 'MOON' }, priceUsd: '731' });
    const { pass, token } = await openScene({
      watch: [mint],
      script: (market) => market.list([mint], () => [pool(mint, 1), asQuote(2), asQuote(3)]),
    });
    await pass(3 * MINUTE_MS);
    expect(token(mint)).toMatchObject({ status: 'monitoring', pools: 1, priceUsd: 0.0025 });
    expect(token(mint).metrics).toMatchObject({ tx5m: 20, liquidityUsd: 25_000 });
  });
});

describe('scenario 42: an impostor SOL', () => {
  // Anybody can name a token SOL: pools against it counted as pools against SOL.
  test('quotes are told by their mint: a pool against a token that calls itself SOL does not count', async () => {
    const [mint = '', impostor = ''] = mints(2);
    const { pass, token } = await openScene({
      watch: [mint],
      script: (market) =>
        market.list([mint], () => [
          pool(mint, 1, { dexId: 'pumpswap' }),
          pool(mint, 2, { quoteToken: { address: impostor, name: 'Wrapped SOL', symbol: 'SOL' } }),
        ]),
    });
    await pass(2 * MINUTE_MS);
    expect(token(mint)).toMatchObject({ status: 'monitoring', metrics: { tx5m: 20, pools: 1 } });
    expect(token(mint).check?.pools[1]).toMatchObject({
      counts: 'no',
      reason: 'the quote calls itself SOL but is another token',
    });
    expect(token(mint).explanation).toBe('Not active yet: 0 external pools with enough liquidity, 1 needed.');
  });
});

describe('scenario 9: an answer lacks pools, for a moment', () => {
  test('a pool list that breaks off for one read takes nothing from an active token', async () => {
    const all = mints(3);
    const { pass, token, market, journal } = await openScene({
      watch: all,
      script: (market) => market.list(all, eligible),
    });
    await pass(2 * MINUTE_MS);
    let full = 0;
    market.fault = ({ endpoint, mints: [mint = ''] }) => {
      if (endpoint !== 'pools') return undefined;
      full += 1;
      return full <= all.length ? json([pool(mint, 1, { dexId: 'pumpswap' })]) : undefined;
    };
    await pass(15 * MINUTE_MS);
    expect(full).toBeGreaterThan(all.length);
    for (const mint of all) expect(token(mint).status).toBe('active');
    expect((await journal({ type: 'token.moved' })).length).toBe(all.length);
  });
});
