import type { PoolVerdict } from '../../contract/index.ts';
import { USD1, USDC, WRAPPED_SOL, type Pair } from '../dexscreener/index.ts';
import type { TokenSettings } from './settings.ts';

const PUMP_POOLS: ReadonlySet<string> = new Set(['pumpswap', 'pumpfun-amm']);
const BONDING_CURVES: ReadonlySet<string> = new Set(['pumpfun', 'launchlab', 'meteoradbc']);
/** By mint: anybody can name a token "SOL". */
const ACCEPTED_QUOTES: ReadonlyMap<string, string> = new Map([
  [WRAPPED_SOL, 'SOL'],
  [USDC, 'USDC'],
  [USD1, 'USD1'],
]);

export type PoolSettings = Pick<
  TokenSettings,
  'minLiquidityUsd' | 'oneSidedShare' | 'implausibleLiquidityUsd' | 'implausibleTurnover'
>;

/** How a pool counts for activation (R-TOK-6), and why. */
export function judgePool(pool: Pair, settings: PoolSettings): PoolVerdict {
  const facts = {
    pairAddress: pool.pairAddress,
    dex: pool.dex,
    labels: [...pool.labels],
    quoteMint: pool.quote.mint,
    quoteSymbol: pool.quote.symbol ?? '',
    liquidityUsd: pool.liquidityUsd,
    volume24hUsd: pool.volume24hUsd,
  };
  const no = (reason: string): PoolVerdict => ({ ...facts, counts: 'no', reason });

  if (BONDING_CURVES.has(pool.dex)) return no(`${pool.dex} is a bonding curve`);
  const quote = ACCEPTED_QUOTES.get(pool.quote.mint);
  if (quote === undefined) {
    const symbol = pool.quote.symbol;
    const impostor = symbol !== null && [...ACCEPTED_QUOTES.values(), 'WSOL'].includes(symbol.toUpperCase());
    return no(
      impostor
        ? `the quote calls itself ${symbol} but is another token`
        : `the quote ${symbol ?? 'without a name'} is not SOL, USDC or USD1`,
    );
  }
  if (PUMP_POOLS.has(pool.dex)) return { ...facts, counts: 'pump', reason: `a pump pool against ${quote}` };
  if (pool.liquidityUsd === null) return no('its liquidity is not known');
  if (pool.liquidityUsd < settings.minLiquidityUsd) {
    return no(`its liquidity of ${usd(pool.liquidityUsd)} is below ${usd(settings.minLiquidityUsd)}`);
  }
  const implausible = implausibleLiquidity(pool, pool.liquidityUsd, settings);
  if (implausible !== null) return no(implausible);
  return { ...facts, counts: 'external', reason: `${usd(pool.liquidityUsd)} against ${quote}` };
}

/** Why the liquidity of a pool is not to be believed; null when it may be. */
function implausibleLiquidity(pool: Pair, liquidityUsd: number, settings: PoolSettings): string | null {
  if (pool.liquidityBase !== null && pool.liquidityQuote !== null) {
    const baseShare = baseShareOf(pool, liquidityUsd);
    const smaller = baseShare === null ? null : Math.min(baseShare, 1 - baseShare);
    if (smaller !== null && smaller < settings.oneSidedShare) {
      return `its liquidity is one-sided: the smaller side holds ${(smaller * 100).toFixed(1)} %`;
    }
  }
  const volume = pool.volume24hUsd ?? 0;
  if (
    liquidityUsd > settings.implausibleLiquidityUsd &&
    liquidityUsd > settings.implausibleTurnover * volume
  ) {
    return `its liquidity of ${usd(liquidityUsd)} is not plausible beside a volume of ${usd(volume)} in 24 h`;
  }
  return null;
}

/** Share of the base side in the liquidity, 0..1; null when it can't be told. */
function baseShareOf(pool: Pair, liquidityUsd: number): number | null {
  if (pool.liquidityBase === 0 || pool.liquidityQuote === 0) return pool.liquidityBase === 0 ? 0 : 1;
  if (pool.liquidityBase === null || pool.priceUsd === null || liquidityUsd <= 0) return null;
  return Math.min(1, Math.max(0, (pool.liquidityBase * pool.priceUsd) / liquidityUsd));
}

function usd(value: number): string {
  return `${Math.round(value).toLocaleString('en-US')} USD`;
}
