import type { LogFields, Logger } from '../../../kernel/index.ts';
import { defaultsOf } from '../../../warden/config/index.ts';
import { WRAPPED_SOL, type Pair } from '../../dexscreener/index.ts';
import { tokensSection, type TokenSettings } from '../settings.ts';
import { newToken, type KnownPool, type Token } from '../token.ts';

export const SETTINGS: TokenSettings = defaultsOf(tokensSection);

/** The wall clock of a FakeClock at its start. */
export const NOW = Date.UTC(2026, 0, 1);

/** A sound external pool against SOL: 25,000 USD, half in each side. */
export function pairOf(mint: string, changes: Partial<Pair> = {}): Pair {
  return {
    dex: 'raydium',
    pairAddress: `${mint}-1`,
    labels: [],
    base: { mint, symbol: 'MOON', name: 'Moon' },
    quote: { mint: WRAPPED_SOL, symbol: 'SOL', name: 'Wrapped SOL' },
    priceUsd: 0.0025,
    priceNative: 0.0000125,
    trades5m: { buys: 12, sells: 8 },
    trades1h: { buys: 90, sells: 70 },
    volume5mUsd: 420,
    volume1hUsd: 3600,
    volume24hUsd: 84_000,
    priceChange5m: -1.5,
    liquidityUsd: 25_000,
    liquidityBase: 5_000_000,
    liquidityQuote: 62.5,
    createdAt: NOW - 3 * 3_600_000,
    ...changes,
  };
}

/** The same, as known since `NOW`. */
export function poolOf(mint: string, changes: Partial<KnownPool> = {}): KnownPool {
  return { ...pairOf(mint), readAt: NOW, ...changes };
}

/** A token that was discovered at `NOW`. */
export function tokenOf(mint: string, changes: Partial<Token> = {}): Token {
  return { ...newToken(mint, 'test', NOW), ...changes };
}

/** A log that can be read. */
export interface KeptLog extends Logger {
  readonly lines: { readonly level: string; readonly msg: string; readonly fields: LogFields }[];
}

export function keptLog(): KeptLog {
  const lines: KeptLog['lines'] = [];
  const at =
    (level: string) =>
    (msg: string, fields: LogFields = {}): void => {
      lines.push({ level, msg, fields });
    };
  const log: KeptLog = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warning: at('warning'),
    error: at('error'),
    critical: at('critical'),
    child: () => log,
  };
  return log;
}
