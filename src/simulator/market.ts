import type { DexAnswer } from '../hosts/dexscreener/index.ts';

/** A token that is born, or that leaves its bonding curve. */
export interface Launch {
  /** Wall-clock time in ms. */
  readonly at: number;
  readonly kind: 'created' | 'migrated';
  readonly mint: string;
  readonly name: string;
  readonly symbol: string;
}

/** Something that answers as DexScreener does: a simulated market, or answers recorded earlier. */
export interface Market {
  /** What answers, for people: `simulated, seed 7`, or `recorded in test/fixtures`. */
  readonly name: string;
  /**
   * The answer to a GET, at once. Any status is an answer; it never throws.
   * @param pathAndQuery as in `/tokens/v1/solana/MINT1,MINT2` or `/latest/dex/search?q=moon`.
   */
  respond(pathAndQuery: string): DexAnswer;
  /** Mints that a file feed would import at the start; empty where the feeds tell of every token. */
  discoveries(): readonly string[];
  /** What is launched from `fromMs` on and before `toMs`, in order; the range is of minutes, not of days. */
  launches?(fromMs: number, toMs: number): readonly Launch[];
}
