import { base58 } from '@scure/base';

/** Wrapped SOL, by its mint: symbols are free for anybody to copy. */
export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112';
export const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
export const USDT = 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB';
export const USD1 = 'USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB';

const STABLECOINS: ReadonlySet<string> = new Set([
  USDC,
  USDT,
  USD1,
  // PYUSD, USDS, FDUSD, USDe, EURC
  '2b1kV6DkPAnxd5ixfnxCpjxmKwqjjaYmCZfHsFu24GXo',
  'USDSwr9ApdHk5bvJKMjzff41FfuX8bSxdKcR81vTwcA',
  '9zNQRsGLjNKwCUU5Gq8LR8beUCPzQMVMqKAi3SSZh54u',
  'DEkqHyPN7GMRJ5cArtQFAWefqbZb33Hyf6s5iCwjEonT',
  'HzwqbKZw8HxMN6bF2yFZNrht3c2iXXzpKcFu7uBEDKtr',
]);

/** What a text is, taken as the mint of a token to watch. */
export type MintVerdict =
  { readonly ok: true; readonly mint: string } | { readonly ok: false; readonly reason: string };

/** Whether `input` names a token that can be watched: a Solana mint, and neither wrapped SOL nor a stablecoin. */
export function judgeMint(input: string): MintVerdict {
  const mint = input.trim();
  if (!isMint(mint)) return { ok: false, reason: 'not a Solana mint (32 bytes in base58)' };
  if (mint === WRAPPED_SOL) return { ok: false, reason: 'wrapped SOL is a quote, not a token to score' };
  if (STABLECOINS.has(mint)) return { ok: false, reason: 'a stablecoin is a quote, not a token to score' };
  return { ok: true, mint };
}

/** Whether `text` is base58 of exactly 32 bytes. */
export function isMint(text: string): boolean {
  if (text.length < 32 || text.length > 44) return false;
  try {
    return base58.decode(text).length === 32;
  } catch {
    return false;
  }
}
