import type { TokenSummary } from '../../../src/contract/index.ts';

/** The rows as they lie, with the values as they are now: nothing comes, goes or moves. */
export function keepOrder(
  shown: readonly TokenSummary[],
  current: readonly TokenSummary[],
): readonly TokenSummary[] {
  const byMint = new Map(current.map((token) => [token.mint, token]));
  return shown.map((token) => byMint.get(token.mint) ?? token);
}
