import type {
  HistoryRange,
  JournalDraft,
  JournalEntry,
  ScoreHistory,
  TokenSummary,
  TokenQuery,
} from '../../contract/index.ts';
import type { Token } from './token.ts';

/** One stored alteration, as plain data. A list of them is written whole or not at all. */
export type TokenChange =
  | { readonly kind: 'token.added'; readonly token: Token }
  /** Everything but the pools and the check. */
  | { readonly kind: 'token.refreshed'; readonly token: Token }
  /** Everything. */
  | { readonly kind: 'token.checked'; readonly token: Token }
  /** A second score for the same tick is ignored. */
  | {
      readonly kind: 'score.recorded';
      readonly mint: string;
      readonly tick: number;
      readonly at: number;
      readonly score: number;
      readonly smoothedScore: number;
      readonly liquidityUsd: number | null;
      readonly priceUsd: number | null;
    }
  | { readonly kind: 'journal'; readonly entry: JournalDraft };

/** A row of a table of tokens, as stored; the group follows from the settings of the day. */
export type TokenRow = Omit<TokenSummary, 'group'>;

export interface TokenRowPage {
  readonly items: readonly TokenRow[];
  readonly total: number;
  readonly nextCursor: string | null;
}

/** Where tokens live. */
export interface TokenStore {
  /**
   * Writes the changes in one transaction, together with their journal entries.
   * @throws MoonwardenError STORE_FULL or STORE_FAILED; then nothing of it is written.
   */
  commit(changes: readonly TokenChange[]): Promise<readonly JournalEntry[]>;
  /** Every token, for the start. */
  loadTokens(): Iterable<Token>;
  page(query: TokenQuery): Promise<TokenRowPage>;
  history(mint: string, range: HistoryRange, now: number): ScoreHistory;
}
