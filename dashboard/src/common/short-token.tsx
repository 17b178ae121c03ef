import { shortMint, strangerText } from '../format.ts';
import { useSymbol } from '../live/symbols.ts';

/** A token in a few letters: its symbol where the page has met it, else its mint. */
export function ShortToken({ mint }: { readonly mint: string }) {
  const symbol = strangerText(useSymbol(mint) ?? null, 14);
  return symbol ? <bdi title={mint}>{symbol}</bdi> : <code title={mint}>{shortMint(mint)}</code>;
}
