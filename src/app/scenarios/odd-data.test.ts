import { afterEach, describe, expect, test, vi } from 'vitest';
import { scoreHistory, tokenPage, tokenQuery } from '../../contract/index.ts';
import { MINUTE_MS, closeScenes, openScene, type Scene } from './testing/scene.ts';
import { eligible, mints, pool, without, type WirePair } from './testing/scripted-market.ts';

// Virtual minutes are many turns: on a busy machine they need more than the usual time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
afterEach(closeScenes);

const [mint = '', other = ''] = mints(2);

/** A scene with one token of such pools, three minutes on. */
async function withPools(...pools: readonly WirePair[]): Promise<Scene> {
  const scene = await openScene({ watch: [mint], script: (market) => market.list([mint], () => pools) });
  await scene.pass(3 * MINUTE_MS);
  expect(scene.log.filter(({ level }) => level === 'error')).toEqual([]);
  expectSound(scene);
  return scene;
}

/** Whatever came in, what is shown fits the contract and is finite. */
function expectSound({ token, service }: Scene): void {
  const shown = token(mint);
  for (const value of [shown.score, shown.smoothedScore, ...Object.values(shown.components ?? {})])
    expect(value === null || Number.isFinite(value)).toBe(true);
  expect(shown.score ?? 0).toBeLessThan(10);
  expect(Number.isFinite(service.view.overview().freshness.hot.p95Ms ?? 0)).toBe(true);
}

describe('scenario 37: no liquidity block', () => {
  // Liquidity was read without a check: the whole batch ended in an exception.
  test('the pool is scored with liquidity unknown, and does not count as one with enough', async () => {
    const { token } = await withPools(
      without(pool(mint, 1, { dexId: 'pumpswap' }), 'liquidity'),
      without(pool(mint, 2), 'liquidity'),
    );
    expect(token(mint)).toMatchObject({
      status: 'monitoring',
      liquidityUsd: null,
      metrics: { tx5m: 20, pools: 1, liquidityUsd: null },
    });
    expect(token(mint).score).toBeGreaterThan(0);
    expect(token(mint).check?.pools[1]?.reason).toBe('its liquidity is not known');
  });

  test('bonding curves never have one, and count for nothing', async () => {
    const curves = ['pumpfun', 'launchlab', 'meteoradbc'].map((dexId, n) =>
      without(pool(mint, n + 1, { dexId }), 'liquidity'),
    );
    const { token } = await withPools(...curves);
    expect(token(mint)).toMatchObject({ status: 'monitoring', metrics: { pools: 0, tx5m: 0 }, pools: 3 });
    expect(token(mint).check?.pools.map(({ counts }) => counts)).toEqual(['no', 'no', 'no']);
  });
});

describe('scenario 38: priceUsd is absent', () => {
  // A missing price made a NaN that was stored.
  test('the price is unknown, everything else counts', async () => {
    const { token } = await withPools(...eligible(mint).map((pair) => without(pair, 'priceUsd')));
    expect(token(mint)).toMatchObject({ status: 'active', priceUsd: null, metrics: { tx5m: 40, pools: 2 } });
  });
});

describe('scenario 39: priceChange lacks windows', () => {
  // A window without trades is left out: a missing m5 was read as an error.
  test.each([
    ['no window at all', {}],
    ['h24 alone', { h24: 12 }],
    ['no block', undefined],
  ])('%s: the token is scored and activated', async (_, priceChange) => {
    const { token } = await withPools(...eligible(mint).map((pair) => ({ ...pair, priceChange })));
    expect(token(mint)).toMatchObject({ status: 'active', quality: { level: 'ok' } });
  });
});

describe('scenario 41: another chain', () => {
  // A search by address gave pairs of other chains that copy it, and their figures were summed.
  test('pairs of other chains are dropped and counted; only those of Solana are summed', async () => {
    const { token, service } = await withPools(
      ...eligible(mint),
      pool(mint, 3, { chainId: 'ethereum', priceUsd: '9' }),
      // Even where they are shaped in another way.
      { chainId: 'base', pairAddress: 7 },
    );
    expect(token(mint)).toMatchObject({
      status: 'active',
      pools: 2,
      priceUsd: 0.0025,
      quality: { level: 'ok' },
    });
    const dropped = service.view.overview().droppedPairs;
    expect(dropped).toEqual([{ reason: 'other_chain', count: expect.any(Number) as number }]);
    expect(dropped[0]?.count).toBeGreaterThanOrEqual(2);
  });
});

describe('scenario 43: garbage numbers', () => {
  // A junk pool with 112 million USD of liquidity decided the score of its token.
  test('junk liquidity counts for nothing, and the reason says why', async () => {
    const { token } = await withPools(
      pool(mint, 1),
      pool(mint, 2, {
        liquidity: { usd: 112_800_000, base: 22_560_000_000, quote: 282_000 },
        volume: { h24: 3, h6: 0, h1: 0, m5: 0 },
      }),
      pool(mint, 3, { liquidity: { usd: 5_000_000, base: 0, quote: 25_000 } }),
    );
    expect(token(mint)).toMatchObject({ status: 'monitoring', metrics: { pools: 1, liquidityUsd: 25_000 } });
    const reasons = token(mint).check?.pools.map(({ counts, reason }) => `${counts}: ${reason}`) ?? [];
    expect(reasons[1]).toMatch(/^no: its liquidity of 112,800,000 USD is not plausible/);
    expect(reasons[2]).toMatch(/^no: its liquidity is one-sided/);
  });

  test('absurd numbers everywhere leave a finite score; a far future is no age', async () => {
    const { token } = await withPools(
      ...eligible(mint).map((pair) => ({
        ...pair,
        fdv: 1.9e12,
        marketCap: 1e300,
        priceUsd: '1e-30',
        priceNative: '0.0000000000000000000000001',
        txns: { m5: { buys: 1e300, sells: 1e300 }, h1: { buys: 1, sells: 0 } },
        volume: { h24: 1e308, h6: 1e308, h1: 1e308, m5: 1e308 },
        priceChange: { m5: 500_822_000_000, h24: -100 },
        liquidity: { usd: 1e308 },
        pairCreatedAt: 9e15,
      })),
    );
    expect(token(mint).components?.freshness).toBe(0);
    expect(token(mint).metrics?.ageHours).toBeNull();
  });

  test('negative numbers are not believed: the last good score stays, and the status', async () => {
    const { market, pass, token, journal } = await withPools(...eligible(mint));
    const before = token(mint);
    expect(before.status).toBe('active');
    market.list([mint], (one) => [
      pool(one, 1, { dexId: 'pumpswap' }),
      pool(one, 2, { liquidity: { usd: -5 } }),
    ]);
    // The light reads show the sound pool alone; both full reads show the negative one.
    await pass(12 * MINUTE_MS);
    expect(token(mint)).toMatchObject({ status: 'active' });
    expect((await journal({ type: 'token.quality' })).map(({ reason }) => reason)).toContain(
      'The data of MOON is not believed: a pool was given with a negative number. Its last score is kept.',
    );
  });

  test('a price that jumps a hundredfold for one answer sets no score', async () => {
    const { market, pass, token } = await withPools(...eligible(mint));
    const before = token(mint);
    market.list([mint], (one) => eligible(one).map((pair) => ({ ...pair, priceUsd: '0.25' })));
    let spikes = 0;
    const { show } = market;
    market.show = (pools, one, endpoint) => {
      spikes += 1;
      return spikes > 1 ? eligible(one) : show(pools, one, endpoint);
    };
    await pass(10_000);
    expect(token(mint).priceUsd).toBe(before.priceUsd);
    await pass(MINUTE_MS);
    expect(token(mint)).toMatchObject({ status: 'active', priceUsd: 0.0025, quality: { level: 'ok' } });
  });
});

describe('scenario 44: names of strangers', () => {
  // Emoji, Markdown and a trailing space broke messages, tables and look-ups.
  test.each([
    ['🚀 to the 🌕', '🚀 to the 🌕'],
    ['_*[`~>#+-=|{}.!\\', '_*[`~>#+-=|{}.!\\'],
    ['$FART', '$FART'],
    ['Fartcoin ', 'Fartcoin'],
    ['<b>&amp;"\'', '<b>&amp;"\''],
    ['عربي ‏中文', 'عربي ‏中文'],
    ["'; DROP TABLE token; --", "'; DROP TABLE token; --"],
  ])('%j is stored and shown as it came, trimmed', async (symbol, shown) => {
    const baseToken = { address: mint, name: symbol, symbol };
    const { service, token, store } = await withPools(
      ...eligible(mint).map((pair) => ({ ...pair, baseToken })),
    );
    expect(token(mint)).toMatchObject({ symbol: shown, name: shown, status: 'active' });
    const page = tokenPage.parse(await service.view.tokens(tokenQuery.parse({ q: shown.slice(0, 3) })));
    expect(page.items.map((row) => [row.symbol, row.name])).toEqual([[shown, shown]]);
    expect([...store.loadTokens()].map((stored) => [stored.symbol, stored.name])).toEqual([[shown, shown]]);
    const entries = store.journal.page({ subject: mint, type: 'token.moved', limit: 1 });
    expect(entries.items[0]?.reason).toContain(`${shown} became active`);
    scoreHistory.parse(service.view.history(mint, '2h'));
  });

  test('a name that is missing or blank is none', async () => {
    const { token } = await withPools(
      pool(mint, 1, { baseToken: { address: mint, symbol: '  ' } }),
      pool(other, 2),
    );
    expect(token(mint)).toMatchObject({ symbol: null, name: null, pools: 1 });
  });
});
