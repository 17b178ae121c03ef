/** DexScreener's wire format, as far as the simulated market speaks it. Missing keys are left out, never null. */

export interface WireAsset {
  readonly address: string;
  readonly name: string;
  readonly symbol: string;
}

export type WindowName = 'm5' | 'h1' | 'h6' | 'h24';

/** The windows of a pair, shortest first, with their length in minutes. */
export const WINDOWS: readonly (readonly [WindowName, number])[] = [
  ['m5', 5],
  ['h1', 60],
  ['h6', 360],
  ['h24', 1440],
];

export interface WireInfo {
  readonly imageUrl: string;
  readonly openGraph: string;
  readonly websites: readonly { readonly url: string; readonly label: string }[];
  readonly socials: readonly { readonly url: string; readonly type: string }[];
}

export interface WirePair {
  readonly chainId: string;
  readonly dexId: string;
  readonly url: string;
  readonly pairAddress: string;
  readonly labels?: readonly string[];
  readonly baseToken: WireAsset;
  readonly quoteToken: WireAsset;
  /** Price of the base token in the quote token. */
  readonly priceNative: string;
  /** Price of the base token in USD; absent where nobody knows what the quote is worth. */
  readonly priceUsd?: string;
  readonly txns: Readonly<Record<WindowName, { readonly buys: number; readonly sells: number }>>;
  /** USD. */
  readonly volume: Readonly<Record<WindowName, number>>;
  /** Percent; a window without trades is absent. */
  readonly priceChange: Readonly<Partial<Record<WindowName, number>>>;
  /** Absent on bonding curves. */
  readonly liquidity?: { readonly usd: number; readonly base: number; readonly quote: number };
  readonly fdv?: number;
  readonly marketCap?: number;
  /** Milliseconds since the Unix epoch. */
  readonly pairCreatedAt?: number;
  readonly info?: WireInfo;
  readonly boosts?: { readonly active: number };
}

export interface WireProfile {
  readonly url: string;
  readonly chainId: string;
  readonly tokenAddress: string;
  readonly icon: string;
  readonly openGraph: string;
  readonly description?: string;
  readonly links?: readonly { readonly type?: string; readonly label?: string; readonly url: string }[];
  readonly cto?: boolean;
  readonly updatedAt?: string;
}

export interface WireBoost extends WireProfile {
  readonly totalAmount: number;
  readonly amount?: number;
}
