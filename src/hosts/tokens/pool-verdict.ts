import type { PoolVerdict } from '../../contract/index.ts';
import { USD1, USDC, WRAPPED_SOL, type Pair } from '../dexscreener/index.ts';
import type { TokenSettings } from './settings.ts';
import { usd } from './words.ts';

const PUMP_POOLS: ReadonlySet<string> = new Set(['pumpswap', 'pumpfun-amm']);
const BONDING_CURVES: ReadonlySet<string> = new Set(['pumpfun', 'launchlab', 'meteoradbc']);
/** By mint: anybody can name a token "SOL". */
const ACCEPTED_QUOTES: ReadonlyMap<string, string> = new Map([
  [WRAPPED_SOL, 'SOL'],
  [USDC, 'USDC'],
  [USD1, 'USD1'],
]);
const QUOTE_NAMES: ReadonlySet<string> = new Set([...ACCEPTED_QUOTES.values(), 'WSOL']);

export type PoolSettings = Pick<
  TokenSettings,
  'minLiquidityUsd' | 'oneSidedShare' | 'implausibleLiquidityUsd' | 'implausibleTurnover'
>;

/** How a pool counts, before anything is said about it in words. */
export type PoolClass =
  | { readonly counts: 'pump'; readonly quote: string }
  | { readonly counts: 'external'; readonly quote: string; readonly liquidityUsd: number }
  | {
      readonly counts: 'no';
      readonly why: 'bonding_curve' | 'impostor_quote' | 'other_quote' | 'unknown_liquidity';
    }
  | { readonly counts: 'no'; readonly why: 'low_liquidity'; readonly liquidityUsd: number }
  | { readonly counts: 'no'; readonly why: 'one_sided'; readonly smallerShare: number }
  | {
      readonly counts: 'no';
      readonly why: 'no_turnover';
      readonly liquidityUsd: number;
      readonly volumeUsd: number;
    };

/** How a pool counts for activation and score (R-TOK-6). Pure; runs for each pool of each answer. */
export function classifyPool(pool: Pair, settings: PoolSettings): PoolClass {
  if (BONDING_CURVES.has(pool.dex)) return { counts: 'no', why: 'bonding_curve' };
  const quote = ACCEPTED_QUOTES.get(pool.quote.mint);
  if (quote === undefined) {
    const impostor = QUOTE_NAMES.has(pool.quote.symbol?.toUpperCase() ?? '');
    return { counts: 'no', why: impostor ? 'impostor_quote' : 'other_quote' };
  }
  if (PUMP_POOLS.has(pool.dex)) return { counts: 'pump', quote };
  const { liquidityUsd } = pool;
  if (liquidityUsd === null) return { counts: 'no', why: 'unknown_liquidity' };
  if (liquidityUsd < settings.minLiquidityUsd) return { counts: 'no', why: 'low_liquidity', liquidityUsd };
  const smallerShare = smallerShareOf(pool, liquidityUsd);
  if (smallerShare !== null && smallerShare < settings.oneSidedShare) {
    return { counts: 'no', why: 'one_sided', smallerShare };
  }
  const volumeUsd = pool.volume24hUsd ?? 0;
  if (
    liquidityUsd > settings.implausibleLiquidityUsd &&
    liquidityUsd > settings.implausibleTurnover * volumeUsd
  ) {
    return { counts: 'no', why: 'no_turnover', liquidityUsd, volumeUsd };
  }
  return { counts: 'external', quote, liquidityUsd };
}

/** Share of the smaller side in the liquidity, 0..0.5; null when it can't be told. */
function smallerShareOf(
  { liquidityBase, liquidityQuote, priceUsd }: Pair,
  liquidityUsd: number,
): number | null {
  if (liquidityBase === null || liquidityQuote === null) return null;
  if (liquidityBase === 0 || liquidityQuote === 0) return 0;
  if (priceUsd === null || liquidityUsd <= 0) return null;
  const baseShare = Math.min(1, (liquidityBase * priceUsd) / liquidityUsd);
  return Math.min(baseShare, 1 - baseShare);
}

/** How a pool counts, with the reason in words. */
export function judgePool(pool: Pair, settings: PoolSettings): PoolVerdict {
  const verdict = classifyPool(pool, settings);
  return {
    pairAddress: pool.pairAddress,
    dex: pool.dex,
    labels: [...pool.labels],
    quoteMint: pool.quote.mint,
    quoteSymbol: pool.quote.symbol ?? '',
    liquidityUsd: pool.liquidityUsd,
    volume24hUsd: pool.volume24hUsd,
    counts: verdict.counts,
    reason: reasonOf(verdict, pool, settings),
  };
}

function reasonOf(verdict: PoolClass, pool: Pair, settings: PoolSettings): string {
  if (verdict.counts === 'pump') return `a pump pool against ${verdict.quote}`;
  if (verdict.counts === 'external') return `${usd(verdict.liquidityUsd)} against ${verdict.quote}`;
  switch (verdict.why) {
    case 'bonding_curve':
      return `${pool.dex} is a bonding curve`;
    case 'impostor_quote':
      return `the quote calls itself ${pool.quote.symbol ?? ''} but is another token`;
    case 'other_quote':
      return `the quote ${pool.quote.symbol ?? 'without a name'} is not SOL, USDC or USD1`;
    case 'unknown_liquidity':
      return 'its liquidity is not known';
    case 'low_liquidity':
      return `its liquidity of ${usd(verdict.liquidityUsd)} is below ${usd(settings.minLiquidityUsd)}`;
    case 'one_sided':
      return `its liquidity is one-sided: the smaller side holds ${(verdict.smallerShare * 100).toFixed(1)} %`;
    case 'no_turnover':
      return `its liquidity of ${usd(verdict.liquidityUsd)} is not plausible beside a volume of ${usd(verdict.volumeUsd)} in 24 h`;
  }
}
