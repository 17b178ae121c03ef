import { MoonwardenError } from '../kernel/index.ts';

const base58 = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

/**
 * `text` if it can be a mint.
 * @throws MoonwardenError MINT_INVALID.
 */
export function checkedMint(text: string): string {
  if (base58.test(text)) return text;
  throw new MoonwardenError('MINT_INVALID', 'The address does not name a mint.');
}

/** What to answer for a mint that nobody knows. It passed the check, so that it may be shown. */
export function unknownMint(mint: string): MoonwardenError {
  return new MoonwardenError('TOKEN_UNKNOWN', `No token with the mint ${mint} is watched.`);
}
