import type { PoolVerdict, PoolVerification } from '../../../src/contract/index.ts';

/** What another endpoint might say of these pools: one it does not list, one with other liquidity. */
export function verificationOf(pools: readonly PoolVerdict[], at: number): PoolVerification {
  const [first, second] = pools;
  const differs = second
    ? [
        {
          pairAddress: second.pairAddress,
          field: 'liquidity' as const,
          here: second.liquidityUsd,
          there: (second.liquidityUsd ?? 0) * 3.1,
        },
        {
          pairAddress: second.pairAddress,
          field: 'quote' as const,
          here: second.quoteSymbol,
          there: '*_SOL_*',
        },
      ]
    : [];
  return {
    at,
    onlyHere: first ? [first.pairAddress] : [],
    onlyThere: [],
    differs,
    passed: false,
    sentence: 'The other endpoint lists one pool less and another liquidity; the token fails there too.',
  };
}
