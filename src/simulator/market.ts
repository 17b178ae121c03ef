import type { DexAnswer } from '../hosts/dexscreener/index.ts';

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
}
