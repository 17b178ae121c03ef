import { base58 } from '@scure/base';
import type { Random } from '../../kernel/index.ts';

/** A token as a pair names it. */
export interface Asset {
  readonly mint: string;
  readonly name: string;
  readonly symbol: string;
}

export const WRAPPED_SOL: Asset = {
  mint: 'So11111111111111111111111111111111111111112',
  name: 'Wrapped SOL',
  symbol: 'SOL',
};
export const USDC: Asset = {
  mint: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
  name: 'USD Coin',
  symbol: 'USDC',
};
export const USD1: Asset = {
  mint: 'USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB',
  name: 'World Liberty Financial USD',
  symbol: 'USD1',
};
const USDT_MINT = 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB';

/** Mints that are money rather than tokens to watch: wrapped SOL and stablecoins. */
export const MONEY_MINTS: ReadonlySet<string> = new Set([WRAPPED_SOL.mint, USDC.mint, USD1.mint, USDT_MINT]);

/** Mints that name their own token, so that any mint is found without a list of all that ever were. */
export interface MintCodec {
  /** The mint of a token (`role` 0) or of another asset in one of its pools. `suffix` is base58, as in `pump`. */
  encode(slot: number, role: number, suffix: string): string;
  /** The slot of the token that a mint claims to belong to; undefined when it is not 32 bytes in base58. */
  slotOf(mint: string): number | undefined;
}

export function createMintCodec(random: Random): MintCodec {
  const mask = random.fork('mask').integer(0, 2 ** 32 - 1);
  return {
    encode(slot, role, suffix) {
      const bytes = randomBytes(random.fork(`${slot}/${role}`));
      new DataView(bytes.buffer).setUint32(1, (slot ^ mask) >>> 0);
      const text = base58.encode(bytes);
      return text.slice(0, text.length - suffix.length) + suffix;
    },
    slotOf(mint) {
      const bytes = decodeAddress(mint);
      return bytes === undefined
        ? undefined
        : new DataView(bytes.buffer, bytes.byteOffset).getUint32(1) ^ mask;
    },
  };
}

/** An address of 32 bytes for a pool. */
export const createAddress = (random: Random): string => base58.encode(randomBytes(random));

/** 32 bytes; the first is neither 0 nor near 255, so that changing the last digits keeps the length. */
function randomBytes(random: Random): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  for (let index = 0; index < bytes.length; index++) bytes[index] = random.integer(0, 255);
  bytes[0] = random.integer(1, 250);
  return bytes;
}

function decodeAddress(text: string): Uint8Array | undefined {
  if (text.length < 32 || text.length > 44) return undefined;
  try {
    const bytes = base58.decode(text);
    return bytes.length === 32 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

const FIRST = 'Lunar,Turbo,Sleepy,Based,Tiny,Quantum,Golden,Angry,Cosmic,Grumpy,Neon,Salty,Frozen,Mega'.split(
  ',',
);
const SECOND = 'Otter,Goblin,Penguin,Waffle,Badger,Noodle,Rocket,Pickle,Hamster,Wizard,Toad,Llama,Yeti'.split(
  ',',
);

/** Believable names, with the odd ones in about the shares in which they are met: padded, decorated, copied. */
export function nameToken(random: Random): Pick<Asset, 'name' | 'symbol'> {
  const first = random.pick(FIRST);
  const second = random.pick(SECOND);
  const name = `${first} ${second}`;
  const symbol = (first.slice(0, 2) + second.slice(0, random.integer(2, 5))).toUpperCase();
  const odd = random.next();
  if (odd < 0.015) return { name, symbol: `$${symbol}` };
  if (odd < 0.03) return { name, symbol: `${symbol} ` };
  if (odd < 0.04) return { name: `${name} 🌕`, symbol: `${symbol}🚀` };
  if (odd < 0.05) return { name: `*${name}* [v2](x)`, symbol: `_${symbol}_\`*[` };
  if (odd < 0.065) return { name: `Spirit of ${second}`, symbol: random.pick(['SOL', 'USDC']) };
  return { name, symbol };
}
