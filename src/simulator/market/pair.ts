import { percentChange, priceText, roundTo, valueUsd } from './numbers.ts';
import type { PoolPlan } from './pools.ts';
import type { SimulatedToken } from './population.ts';
import { baseUsd, quoteUsd, sidesUsd, type Money, type Sides } from './prices.ts';
import { DAY_MINUTES, MINUTE_MS } from './time.ts';
import type { TradeBook } from './trades.ts';
import { WINDOWS, type WireAsset, type WireInfo, type WirePair } from './wire.ts';

/** What a pair is worked out from, besides the pool itself. */
export interface PairSources {
  readonly book: TradeBook;
  readonly money: Money;
}

/** The pair as DexScreener would show it at the start of `minute`, when that minute has not traded yet. */
export function pairAt(
  sources: PairSources,
  token: SimulatedToken,
  pool: PoolPlan,
  minute: number,
): WirePair {
  const { money } = sources;
  const { life, supply } = token;
  const trades = sources.book.of(pool, life);
  // A price moves only where somebody trades.
  const pricedMinuteAt = (at: number): number => trades.lastTradeBefore(Math.max(at, pool.createdMinute));
  const pricedMinute = pricedMinuteAt(minute);
  const priceUsd = baseUsd(pool, life, supply, pricedMinute);
  const quotePriceUsd = quoteUsd(pool, life, supply, money, minute);

  const txns: Record<string, { buys: number; sells: number }> = {};
  const volume: Record<string, number> = {};
  const priceChange: Record<string, number> = {};
  for (const [window, minutes] of WINDOWS) {
    const traded = trades.between(minute - minutes, minute);
    txns[window] = { buys: traded.buys, sells: traded.sells };
    volume[window] = pool.oddity === 'priceless' ? 0 : roundTo(traded.volumeUsd, 2);
    if (traded.buys + traded.sells > 0) {
      const change = percentChange(baseUsd(pool, life, supply, pricedMinuteAt(minute - minutes)), priceUsd);
      // Recorded answers never show a change of 0: they leave the window out.
      if (change !== 0) priceChange[window] = change;
    }
  }
  const { h24, h6, h1, m5 } = volume;
  const priceless = pool.oddity === 'priceless';
  return {
    chainId: 'solana',
    dexId: pool.dexId,
    url: `https://dexscreener.com/solana/${pool.pairAddress.toLowerCase()}`,
    pairAddress: pool.pairAddress,
    ...(pool.labels.length === 0 ? {} : { labels: pool.labels }),
    baseToken: wireAsset(pool.base),
    quoteToken: wireAsset(pool.quote),
    priceNative: priceText(priceUsd / quotePriceUsd),
    ...(priceless ? {} : { priceUsd: priceText(priceUsd) }),
    txns: txns as WirePair['txns'],
    volume: { h24, h6, h1, m5 } as WirePair['volume'],
    priceChange,
    ...liquidityOf(sidesUsd(pool, life, supply, pricedMinute, minute), priceUsd, quotePriceUsd),
    ...(priceless ? {} : worthOf(token, priceUsd)),
    pairCreatedAt: pool.createdAtMs,
    ...(token.hasInfo && pool.base === token.asset ? { info: infoOf(token, minute) } : {}),
    ...(token.boosts > 0 && pool.base === token.asset ? { boosts: { active: token.boosts } } : {}),
  };
}

const wireAsset = ({ mint, name, symbol }: PoolPlan['base']): WireAsset => ({ address: mint, name, symbol });

function liquidityOf(
  sides: Sides | undefined,
  priceUsd: number,
  quotePriceUsd: number,
): Pick<WirePair, 'liquidity'> {
  if (sides === undefined) return {};
  return {
    liquidity: {
      usd: roundTo(sides.baseUsd + sides.quoteUsd, 2),
      base: roundTo(sides.baseUsd / priceUsd, 4),
      quote: roundTo(sides.quoteUsd / quotePriceUsd, 4),
    },
  };
}

function worthOf(
  { supply, marketCapFactor }: SimulatedToken,
  priceUsd: number,
): Pick<WirePair, 'fdv' | 'marketCap'> {
  const fdv = valueUsd(priceUsd * supply);
  if (marketCapFactor === undefined) return { fdv };
  return { fdv, marketCap: valueUsd(fdv * marketCapFactor) };
}

/** By what the pools of a token are ordered: what is in it, and what was traded in a day, in USD. */
export function relevanceAt(
  sources: PairSources,
  token: SimulatedToken,
  pool: PoolPlan,
  minute: number,
): number {
  const trades = sources.book.of(pool, token.life);
  const sides = sidesUsd(pool, token.life, token.supply, trades.lastTradeBefore(minute), minute);
  const { volumeUsd } = trades.between(minute - DAY_MINUTES, minute);
  return (sides === undefined ? 0 : sides.baseUsd + sides.quoteUsd) + volumeUsd;
}

/** Pictures of tokens carry the time of the last picture, every five minutes. */
export function pictureUrl(mint: string, minute: number): string {
  const drawnAtMs = Math.floor(minute / 5) * 5 * MINUTE_MS;
  return `https://cdn.dexscreener.com/token-images/og/solana/${mint}?timestamp=${drawnAtMs}`;
}

function infoOf({ asset }: SimulatedToken, minute: number): WireInfo {
  const site = asset.mint.slice(0, 8).toLowerCase();
  return {
    imageUrl: `https://cdn.dexscreener.com/cms/images/${asset.mint.slice(0, 16)}?width=800&height=800&quality=95&format=auto`,
    openGraph: pictureUrl(asset.mint, minute),
    websites: [{ url: `https://${site}.example/`, label: 'Website' }],
    socials: [{ url: `https://x.example/${site}`, type: 'twitter' }],
  };
}
