import type { ActivationCheck, CheckStep, PoolVerdict } from '../../../src/contract/index.ts';
import type { Random } from '../../../src/kernel/index.ts';
import { makeMint, USDC, WRAPPED_SOL } from './mints.ts';

const LIMIT_USD = 200;
const usd = (value: number): string => `${Math.round(value).toLocaleString('en')} USD`;

export function makePools(random: Random, active: boolean): PoolVerdict[] {
  const pool = (
    dex: string,
    quote: 'SOL' | 'USDC',
    liquidityUsd: number,
    over: Partial<PoolVerdict>,
  ): PoolVerdict => ({
    pairAddress: makeMint(random),
    dex,
    labels: dex === 'meteora' ? ['DLMM'] : dex === 'raydium' ? ['CPMM'] : [],
    quoteMint: quote === 'SOL' ? WRAPPED_SOL : USDC,
    quoteSymbol: quote,
    liquidityUsd,
    volume24hUsd: liquidityUsd * (0.4 + random.next() * 6),
    counts: 'external',
    reason: `Quoted in ${quote} with ${usd(liquidityUsd)} of liquidity.`,
    ...over,
  });
  const small = 40 + random.next() * 140;
  const pools = [
    pool('pumpswap', 'SOL', 4_000 + random.next() * 90_000, {
      counts: 'pump',
      reason: 'A pump pool; it counts once, whatever its liquidity.',
    }),
    pool('meteora', 'SOL', small, {
      counts: 'no',
      reason: `Its liquidity of ${usd(small)} is under the limit of ${usd(LIMIT_USD)}.`,
    }),
    pool('launchlab', 'SOL', 9_200, {
      counts: 'no',
      reason: 'A bonding curve never counts as an external pool.',
    }),
  ];
  if (active)
    pools.push(pool('raydium', 'USDC', 300 + random.next() * 40_000, {}), pool('orca', 'SOL', 1_830, {}));
  return pools;
}

export function makeCheck(at: number, pools: PoolVerdict[]): ActivationCheck {
  const pumps = pools.filter((pool) => pool.counts === 'pump').length;
  const external = pools.filter((pool) => pool.counts === 'external');
  const best = Math.max(
    0,
    ...pools.filter((pool) => pool.counts !== 'pump').map((pool) => pool.liquidityUsd ?? 0),
  );
  const steps: CheckStep[] = [
    step('pools_read', true, pools.length, null, `All ${pools.length} pools were read in full.`),
    step('pump_pool', pumps > 0, pumps, 1, pumps > 0 ? 'There is a pump pool.' : 'There is no pump pool.'),
    step(
      'external_pools',
      external.length > 0,
      external.length,
      1,
      external.length > 0
        ? `${external.length} external pools count beside the pump pool.`
        : 'No external pool counts yet: one is needed beside the pump pool, or two without it.',
    ),
    step(
      'external_liquidity',
      external.length > 0,
      Math.round(best),
      LIMIT_USD,
      external.length > 0
        ? `The largest external pool holds ${usd(best)}.`
        : `The largest external pool that could count holds less than ${usd(LIMIT_USD)}.`,
    ),
  ];
  return { at, passed: steps.every((each) => each.passed), steps, pools };
}

function step(name: string, passed: boolean, value: number, limit: number | null, reason: string): CheckStep {
  return { name, passed, value, limit, reason };
}
