import type {
  HistoryRange,
  JournalDraft,
  JournalEntry,
  MoveCause,
  ScoreHistory,
  TokenQuery,
  TokenStatus,
  TokenSummary,
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
  /** What a token in monitoring lacked, summed up by the hour. */
  | ({ readonly kind: 'check.recorded' } & RecordedCheck)
  | ({ readonly kind: 'token.moved' } & TokenMove)
  | { readonly kind: 'journal'; readonly entry: JournalDraft };

/** A change of status. */
export interface TokenMove {
  readonly mint: string;
  readonly at: number;
  readonly from: TokenStatus;
  readonly to: TokenStatus;
  readonly cause: MoveCause;
  /** How long it was in the status that it left. */
  readonly dwellMs: number;
  /** Since its discovery. */
  readonly ageMs: number;
}

/** One check of a token in monitoring. */
export interface RecordedCheck {
  readonly mint: string;
  readonly at: number;
  readonly passed: boolean;
  /** The first step that failed; null when it passed. */
  readonly failedStep: string | null;
  /** The highest limit of liquidity (USD) under which it would have passed; null when none would have helped. */
  readonly passLimitUsd: number | null;
}

/** All checks of one token in one hour. */
export interface HourlyCheck {
  readonly mint: string;
  /** Start of the hour, ms since the epoch. */
  readonly hour: number;
  /** Whether one of them passed. */
  readonly passed: boolean;
  /** Of the last one that failed. */
  readonly failedStep: string | null;
  /** Highest and lowest `passLimitUsd`; null where a check had none. */
  readonly bestLimitUsd: number | null;
  readonly worstLimitUsd: number | null;
}

/** What is stored about how tokens go through their life. */
export interface FlowFacts {
  /** Tokens discovered by hour, oldest first; hours without any are left out. */
  readonly discovered: readonly { readonly hour: number; readonly count: number }[];
  /** Oldest first. */
  readonly moves: readonly TokenMove[];
  readonly checks: readonly HourlyCheck[];
}

/** What of a token is large. */
export type StoredDetail = Pick<Token, 'pools' | 'check' | 'verification'>;

/** A row of a table of tokens, as stored; the group follows from the settings of the day. */
export type TokenRow = Omit<TokenSummary, 'group'>;

export interface TokenRowPage {
  readonly items: readonly TokenRow[];
  readonly total: number;
  readonly nextCursor: string | null;
}

/** How changes are committed. */
export interface CommitOptions {
  /**
   * While the database takes nothing they wait in memory, and the promise resolves at once, without entries. When too many wait
   * already, it rejects as without this. What is lost with the process then must be of no harm.
   */
  readonly mayWait?: boolean;
}

/** Where tokens live. */
export interface TokenStore {
  /**
   * Writes the changes in one transaction, together with their journal entries.
   * @throws MoonwardenError STORE_FULL or STORE_FAILED; then nothing of it is written.
   */
  commit(changes: readonly TokenChange[], options?: CommitOptions): Promise<readonly JournalEntry[]>;
  /** Whether so many changes wait for the database that none should be made. Without it: never. */
  isHeldUp?(): boolean;
  /** Every token, for the start, without what `detail` gives: no pools, and of its check only the steps. */
  loadTokens(): Iterable<Token>;
  /** What of a token is large, as last stored; undefined where nothing is. */
  detail(mint: string): StoredDetail | undefined;
  page(query: TokenQuery): Promise<TokenRowPage>;
  history(mint: string, range: HistoryRange, now: number): ScoreHistory;
  /** Everything since a moment; of `moves` and of `checks` the latest `most`. */
  flow(since: number, most: number): FlowFacts;
}
