import { USD1, USDC, WRAPPED_SOL, type Asset } from '../market/assets.ts';
import { priceText, roundTo } from '../market/numbers.ts';
import type { PoolState } from './pool-state.ts';
import { addressOf, type WorldToken } from './tokens.ts';

const MONEY = { SOL: WRAPPED_SOL, USDC, USD1 } as const;
const SOL_USD = 150;
const SUPPLY = 1e9;
/** What an asset is worth that nobody describes, in USD. */
const STRANGER_USD = 0.0001;

/** The pair as DexScreener would send it, for a world that began at `startMs`. */
export function wirePairOf(
  token: Pick<WorldToken, 'id' | 'mint' | 'symbol' | 'name'>,
  state: PoolState,
  startMs: number,
): Record<string, unknown> {
  const { pool, address, createdMs } = state.placed;
  const own: Asset = { mint: token.mint, name: token.name, symbol: token.symbol };
  const quote =
    typeof pool.quote === 'string'
      ? MONEY[pool.quote]
      : strangerOf(pool.quote, `${token.id}/quote/${pool.quote.symbol}`);
  const base = pool.base === undefined ? own : strangerOf(pool.base, `${token.id}/base/${pool.base.symbol}`);
  const quoteUsd = pool.base !== undefined ? (state.priceUsd ?? 1) : quoteWorth(pool.quote);
  const priceUsd = pool.base !== undefined ? STRANGER_USD : state.priceUsd;
  return {
    chainId: 'solana',
    dexId: pool.dex,
    url: `https://dexscreener.com/solana/${address.toLowerCase()}`,
    pairAddress: address,
    ...(pool.labels.length === 0 ? {} : { labels: pool.labels }),
    baseToken: wireAsset(base),
    quoteToken: wireAsset(pool.base === undefined ? quote : own),
    priceNative: priceText((priceUsd ?? STRANGER_USD) / quoteUsd),
    ...(priceUsd === null ? {} : { priceUsd: priceText(priceUsd) }),
    ...tradesOf(state),
    ...liquidityOf(state, priceUsd ?? STRANGER_USD, quoteUsd),
    ...(priceUsd === null
      ? {}
      : { fdv: roundTo(priceUsd * SUPPLY, 2), marketCap: roundTo(priceUsd * SUPPLY, 2) }),
    pairCreatedAt: startMs + createdMs,
    ...pool.raw,
  };
}

/** By what the pools of a token are ordered in an answer. */
export const relevanceOf = ({ liquidityUsd, volumeUsd }: PoolState): number =>
  (liquidityUsd ?? 0) + volumeUsd[2];

function tradesOf({ placed, buys, sells, volumeUsd }: PoolState): Record<string, unknown> {
  const [m5, h1, h24] = [0, 1, 2].map((index) => ({ buys: buys[index] ?? 0, sells: sells[index] ?? 0 }));
  // Six hours are not described: as much an hour as in the last one, within what a day has.
  const six = (hour: number, day: number): number => Math.max(hour, Math.min(day, 6 * hour));
  const h6 = {
    buys: six(buys[1], buys[2]),
    sells: six(sells[1], sells[2]),
  };
  const traded = (window: { buys: number; sells: number } | undefined): boolean =>
    window !== undefined && window.buys + window.sells > 0;
  const change = placed.pool.priceChange5m ?? 0.5;
  return {
    txns: { m5, h1, h6, h24 },
    volume: {
      h24: roundTo(volumeUsd[2], 2),
      h6: roundTo(six(volumeUsd[1], volumeUsd[2]), 2),
      h1: roundTo(volumeUsd[1], 2),
      m5: roundTo(volumeUsd[0], 2),
    },
    priceChange: {
      ...(traded(m5) && change !== 0 ? { m5: change } : {}),
      ...(traded(h1) ? { h1: 1.5 } : {}),
      ...(traded(h6) ? { h6: 2.5 } : {}),
      ...(traded(h24) ? { h24: 4 } : {}),
    },
  };
}

function liquidityOf(
  { liquidityUsd, baseShare }: PoolState,
  priceUsd: number,
  quoteUsd: number,
): Record<string, unknown> {
  if (liquidityUsd === null) return {};
  return {
    liquidity: {
      usd: roundTo(liquidityUsd, 2),
      base: roundTo((liquidityUsd * baseShare) / priceUsd, 4),
      quote: roundTo((liquidityUsd * (1 - baseShare)) / quoteUsd, 4),
    },
  };
}

const wireAsset = ({ mint, name, symbol }: Asset): Record<string, string> => ({
  address: mint,
  name,
  symbol,
});

const strangerOf = ({ mint, symbol }: { mint?: string | undefined; symbol: string }, id: string): Asset => ({
  mint: mint ?? addressOf(`asset/${id}`),
  name: symbol,
  symbol,
});

const quoteWorth = (quote: PoolState['placed']['pool']['quote']): number =>
  typeof quote !== 'string' ? STRANGER_USD : quote === 'SOL' ? SOL_USD : 1;
