// @ts-check
/** Stores tokens as a service that has run for a while leaves them. */
import { mintOf } from './mints.mjs';

const CHUNK = 500;
const SOL = 'So11111111111111111111111111111111111111112';

/** @param {string} folder @param {number} size @param {number} hot */
export async function fillStore(folder, size, hot) {
  const built = (/** @type {string} */ path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
  const { openSqliteStore } = await built('storage/index.js');
  const { newToken } = await built('hosts/tokens/token.js');
  const { systemClock, silentLogger } = await built('kernel/index.js');
  const store = openSqliteStore({ clock: systemClock, log: silentLogger, folder });
  const now = Date.now();
  for (let from = 0; from < size; from += CHUNK) {
    const changes = [];
    for (let n = from; n < Math.min(size, from + CHUNK); n++) {
      const token = tokenOf(newToken, n, n < hot, now);
      changes.push({ kind: 'token.added', token }, { kind: 'token.checked', token });
    }
    await store.commit(changes);
  }
  await store.close();
}

/** @param {(mint: string, feed: string, at: number) => object} newToken @param {number} n @param {boolean} isHot @param {number} now */
function tokenOf(newToken, n, isHot, now) {
  const mint = mintOf(n);
  const components = {
    txAcceleration: isHot ? 1 : 0,
    volumeMomentum: isHot ? 1 : 0,
    freshness: 0,
    orderFlow: isHot ? 0.01 : 0,
  };
  const score = isHot ? 0.5 : 0;
  return {
    ...newToken(mint, 'bench', now - 86_400_000),
    symbol: `T${mint.slice(-4)}`,
    name: `Token ${mint.slice(-6)}`,
    status: isHot ? 'active' : 'monitoring',
    score,
    smoothedScore: score,
    components,
    smoothedComponents: components,
    scoredTick: 0,
    pools: Array.from({ length: isHot ? 2 : 1 }, (_, pool) => poolOf(mint, pool, isHot, now)),
    // Spread over the last round, so that nothing is due all at once.
    refreshedAt: now - (isHot ? (n % 10) * 1_000 : (n % 45) * 1_000),
    checkedAt: now - (n % 60) * 1_000,
  };
}

/** @param {string} mint @param {number} pool @param {boolean} isHot @param {number} now */
function poolOf(mint, pool, isHot, now) {
  const trades = isHot ? { buys: 12, sells: 8 } : { buys: 0, sells: 0 };
  return {
    dex: pool === 0 ? 'raydium' : 'orca',
    pairAddress: `${pool + 2}${mint.slice(1)}`,
    labels: ['CLMM'],
    base: { mint, symbol: `T${mint.slice(-4)}`, name: `Token ${mint.slice(-6)}` },
    quote: { mint: SOL, symbol: 'SOL', name: 'Wrapped SOL' },
    priceUsd: 0.002,
    priceNative: 0.0000123,
    trades5m: trades,
    trades1h: trades,
    volume5mUsd: isHot ? 420.25 : 0,
    volume1hUsd: isHot ? 3_600 : 0,
    volume24hUsd: isHot ? 84_000.5 : 0,
    priceChange5m: -1.5,
    liquidityUsd: 25_000,
    liquidityBase: 5_081_300,
    liquidityQuote: 62.5,
    createdAt: now - 36 * 3_600_000,
    readAt: now,
  };
}
