import { base58 } from '@scure/base';
import { WRAPPED_SOL, type DexAnswer, type DexTransport } from '../../../hosts/dexscreener/index.ts';
import { AbortedError, abortable, type Clock } from '../../../kernel/index.ts';

/** A pair as DexScreener sends it. */
export type WirePair = Readonly<Record<string, unknown>>;

export type Endpoint = 'batch' | 'pools' | 'alternative' | 'profiles' | 'boosts';

/** One request that was made. */
export interface Asked {
  readonly endpoint: Endpoint;
  readonly mints: readonly string[];
  readonly atMs: number;
}

/** The nth of a row of different mints. */
export function mintOf(n: number): string {
  const bytes = new Uint8Array(32).fill(9);
  new DataView(bytes.buffer).setUint32(28, n);
  return base58.encode(bytes);
}

/** The mints from `first` on. */
export const mints = (count: number, first = 1): readonly string[] =>
  Array.from({ length: count }, (_, index) => mintOf(first + index));

/** The nth pool of a token: 25,000 USD against SOL, half in each side, steadily traded. */
export function pool(mint: string, n: number, changes: WirePair = {}): WirePair {
  return {
    chainId: 'solana',
    dexId: 'raydium',
    url: `https://dexscreener.com/solana/${mint}-${n}`,
    pairAddress: `${mint}-${n}`,
    baseToken: { address: mint, name: 'Moon', symbol: 'MOON' },
    quoteToken: { address: WRAPPED_SOL, name: 'Wrapped SOL', symbol: 'SOL' },
    priceNative: '0.0000125',
    priceUsd: '0.0025',
    txns: {
      m5: { buys: 12, sells: 8 },
      h1: { buys: 90, sells: 70 },
      h6: { buys: 400, sells: 380 },
      h24: { buys: 1500, sells: 1400 },
    },
    volume: { h24: 84_000, h6: 21_000, h1: 3_600, m5: 420 },
    priceChange: { m5: -1.5, h1: 4, h6: 10.25, h24: 22 },
    liquidity: { usd: 25_000, base: 5_000_000, quote: 62.5 },
    fdv: 2_500_000,
    marketCap: 2_500_000,
    pairCreatedAt: Date.UTC(2025, 11, 31, 12),
    ...changes,
  };
}

/** Pools that meet the condition of activation: a pump pool and an external one. */
export const eligible = (mint: string): readonly WirePair[] => [
  pool(mint, 1, { dexId: 'pumpswap' }),
  pool(mint, 2),
];

/** One external pool: not enough. */
export const ineligible = (mint: string): readonly WirePair[] => [pool(mint, 1)];

/** The same without some of its fields. */
export function without(pair: WirePair, ...fields: readonly string[]): WirePair {
  return Object.fromEntries(Object.entries(pair).filter(([field]) => !fields.includes(field)));
}

/** An answer with a JSON body. */
export function json(value: unknown, changes: Partial<DexAnswer> = {}): DexAnswer {
  return {
    status: 200,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify(value),
    ...changes,
  };
}

const LATENCY_MS = 40;

/**
 * A market that shows what it is told, endpoint by endpoint, over virtual time, and remembers what it was asked. As in
 * the interface, a batch shows the first pool of each token only.
 */
export class ScriptedMarket implements DexTransport {
  readonly origin = 'http://dexscreener.test';
  readonly asked: Asked[] = [];
  readonly pools = new Map<string, readonly WirePair[]>();
  profiles: readonly unknown[] = [];
  boosts: readonly unknown[] = [];
  /** What an endpoint makes of the pools of a mint. */
  show: (pools: readonly WirePair[], mint: string, endpoint: Endpoint) => readonly WirePair[] = (pools) =>
    pools;
  /** An answer, or an error to fail with, in place of the usual answer. */
  fault: (asked: Asked) => DexAnswer | Error | undefined = () => undefined;
  /** Whether a request is taken and never answered. */
  hang: (asked: Asked) => boolean = () => false;
  /** How long an answer takes. */
  latencyMs = LATENCY_MS;
  /** Headers of every usual answer. */
  headers: Pick<DexAnswer, 'age' | 'retryAfter'> = {};
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Lists pools for each of the mints. */
  list(all: readonly string[], poolsOf: (mint: string) => readonly WirePair[]): void {
    for (const mint of all) this.pools.set(mint, poolsOf(mint));
  }

  /** When a mint was asked for, by a planned read. */
  timesOf(mint: string): readonly number[] {
    return this.asked.filter((one) => one.mints.includes(mint)).map(({ atMs }) => atMs);
  }

  async get(path: string, signal: AbortSignal): Promise<DexAnswer> {
    const asked: Asked = { ...readPath(path), atMs: this.#clock.monotonic() };
    this.asked.push(asked);
    const latencyMs = this.hang(asked) ? Infinity : this.latencyMs;
    await abortable(this.#clock.sleep(latencyMs, signal), signal, `GET ${path}`);
    if (signal.aborted) throw new AbortedError(`GET ${path}`, signal.reason);
    const fault = this.fault(asked);
    if (fault instanceof Error) throw fault;
    return fault ?? { ...json(this.#answer(asked)), ...this.headers };
  }

  reset(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer({ endpoint, mints: all }: Asked): unknown {
    const shown = (mint: string): readonly WirePair[] =>
      this.show(this.pools.get(mint) ?? [], mint, endpoint);
    if (endpoint === 'profiles') return this.profiles;
    if (endpoint === 'boosts') return this.boosts;
    if (endpoint === 'batch') return all.flatMap((mint) => shown(mint).slice(0, 1));
    const pairs = all.flatMap(shown);
    if (endpoint === 'pools') return pairs;
    return { schemaVersion: '1.0.0', pairs: pairs.length === 0 ? null : pairs };
  }
}

function readPath(path: string): Pick<Asked, 'endpoint' | 'mints'> {
  const last = (path.split('/').at(-1) ?? '').split(',');
  if (path.startsWith('/tokens/v1/')) return { endpoint: 'batch', mints: last };
  if (path.startsWith('/token-pairs/v1/')) return { endpoint: 'pools', mints: last };
  if (path.startsWith('/latest/dex/tokens/')) return { endpoint: 'alternative', mints: last };
  return { endpoint: path.startsWith('/token-boosts/') ? 'boosts' : 'profiles', mints: [] };
}
