import { base58 } from '@scure/base';
import { USDC, WRAPPED_SOL } from '../mint.ts';
import type { DexAnswer, DexTransport } from '../transport.ts';

/** The nth of a row of different mints. */
export function mintOf(n: number): string {
  const bytes = new Uint8Array(32).fill(7);
  new DataView(bytes.buffer).setUint32(28, n);
  return base58.encode(bytes);
}

/** A pair as DexScreener sends it, with everything that it may hold. */
export function wirePair(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    chainId: 'solana',
    dexId: 'raydium',
    url: 'https://dexscreener.com/solana/pair-1',
    pairAddress: 'pair-1',
    labels: ['CLMM'],
    baseToken: { address: mintOf(1), name: 'Moon', symbol: 'MOON' },
    quoteToken: { address: WRAPPED_SOL, name: 'Wrapped SOL', symbol: 'SOL' },
    priceNative: '0.0000123',
    priceUsd: '0.00246',
    txns: {
      m5: { buys: 12, sells: 8 },
      h1: { buys: 90, sells: 70 },
      h6: { buys: 400, sells: 380 },
      h24: { buys: 1500, sells: 1400 },
    },
    volume: { h24: 84000.5, h6: 21000, h1: 3600, m5: 420.25 },
    priceChange: { m5: -1.5, h1: 4, h6: 10.25, h24: 500822 },
    liquidity: { usd: 25000, base: 5081300, quote: 62.5 },
    fdv: 1900000000000,
    marketCap: 2000000000000,
    pairCreatedAt: 1767225600000,
    info: { imageUrl: 'https://dd.dexscreener.com/1.png', websites: [], socials: [] },
    boosts: { active: 10 },
    ...changes,
  };
}

/** The same against USDC in another pool. */
export function secondWirePair(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return wirePair({
    dexId: 'orca',
    pairAddress: 'pair-2',
    quoteToken: { address: USDC, name: 'USD Coin', symbol: 'USDC' },
    ...changes,
  });
}

/** An answer with a JSON body. */
export function jsonAnswer(value: unknown, changes: Partial<DexAnswer> = {}): DexAnswer {
  return {
    status: 200,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify(value),
    ...changes,
  };
}

/** A transport that answers what it is told, and remembers what it was asked. */
export class FakeTransport implements DexTransport {
  readonly origin = 'https://dex.example';
  readonly paths: string[] = [];
  resets = 0;
  closed = false;
  answer: (path: string, signal: AbortSignal) => DexAnswer | Promise<DexAnswer> = () => jsonAnswer([]);

  async get(path: string, signal: AbortSignal): Promise<DexAnswer> {
    this.paths.push(path);
    return this.answer(path, signal);
  }

  async reset(): Promise<void> {
    this.resets += 1;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
