import type { TokenSummary } from '../../../src/contract/index.ts';

const latest = new Map<string, TokenSummary>();

export function rememberTokens(changed: readonly TokenSummary[]): void {
  for (const token of changed) latest.set(token.mint, token);
}

/** The row, or what an event said about it since: an answer that was asked for before an event must not undo it. */
export function freshest(row: TokenSummary): TokenSummary {
  const event = latest.get(row.mint);
  if (!event || event.statusSince < row.statusSince) return row;
  return (event.refreshedAt ?? 0) >= (row.refreshedAt ?? 0) ? event : row;
}
