import { base58 } from '@scure/base';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { USD1, USDC, USDT, WRAPPED_SOL, isMint, judgeMint } from './mint.ts';
import { mintOf } from './testing/wire.ts';

const PUMP = 'pumpCmXqMfrsAkQ5r49WcJnRayYRqmXz6ae8H7H9Dfn';
const bytes = (length: number, fill = 9): string => base58.encode(new Uint8Array(length).fill(fill));

it.each([
  ['a mint', PUMP, PUMP],
  ['a mint with blanks around it', ` \t${PUMP}\r\n`, PUMP],
  ['32 bytes of zero, the shortest text there is', '1'.repeat(32), '1'.repeat(32)],
  ['32 bytes of 255, the longest', bytes(32, 255), bytes(32, 255)],
])('%s is taken', (_what, input, mint) => {
  expect(judgeMint(input)).toEqual({ ok: true, mint });
});

const NO_MINT = 'not a Solana mint (32 bytes in base58)';
const STABLECOIN = 'a stablecoin is a quote, not a token to score';
it.each([
  ['nothing', '', NO_MINT],
  ['blanks', '   ', NO_MINT],
  ['31 bytes', bytes(31), NO_MINT],
  ['33 bytes', bytes(33), NO_MINT],
  ['33 bytes in 44 characters', bytes(33, 1), NO_MINT],
  ['31 bytes in 32 characters and more', bytes(31, 255), NO_MINT],
  ['a letter that base58 leaves out', PUMP.replace('p', '0'), NO_MINT],
  ['another one', PUMP.replace('p', 'l'), NO_MINT],
  ['a blank inside', `${PUMP.slice(0, 20)} ${PUMP.slice(21)}`, NO_MINT],
  ['an address of Ethereum', '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2', NO_MINT],
  ['a path', `../${PUMP}`, NO_MINT],
  ['two mints', `${PUMP},${PUMP}`, NO_MINT],
  ['a megabyte', '1'.repeat(1_000_000), NO_MINT],
  ['emoji', '🚀'.repeat(16), NO_MINT],
  ['wrapped SOL', WRAPPED_SOL, 'wrapped SOL is a quote, not a token to score'],
  ['USDC', USDC, STABLECOIN],
  ['USDC with blanks', ` ${USDC} `, STABLECOIN],
  ['USDT', USDT, STABLECOIN],
  ['USD1', USD1, STABLECOIN],
  ['PYUSD', '2b1kV6DkPAnxd5ixfnxCpjxmKwqjjaYmCZfHsFu24GXo', STABLECOIN],
  ['USDS', 'USDSwr9ApdHk5bvJKMjzff41FfuX8bSxdKcR81vTwcA', STABLECOIN],
])('%s is refused', (_what, input, reason) => {
  expect(judgeMint(input)).toEqual({ ok: false, reason });
});

it('the quotes are written right: each is a mint by itself', () => {
  for (const quote of [WRAPPED_SOL, USDC, USDT, USD1]) expect(isMint(quote), quote).toBe(true);
  expect(WRAPPED_SOL).toBe('So11111111111111111111111111111111111111112');
  expect(USDC).toBe('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v');
  expect(USD1).toBe('USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB');
});

it('any 32 bytes are a mint, and any other number of them is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 45 }), (data) => {
      expect(isMint(base58.encode(data))).toBe(data.length === 32);
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      expect(judgeMint(text).ok).toBe(isMint(text.trim()));
    }),
  );
  expect(isMint(mintOf(1))).toBe(true);
});
