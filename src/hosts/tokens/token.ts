import type {
  ActivationCheck,
  HeldMove,
  PoolVerification,
  ScoreComponents,
  TokenGroup,
  TokenStatus,
} from '../../contract/index.ts';
import type { Pair } from '../dexscreener/index.ts';
import type { TokenMetrics } from './metrics.ts';
import type { TokenQuality } from './quality.ts';
import type { TokenSettings } from './settings.ts';

/** A pool as an answer last showed it. */
export interface KnownPool extends Pair {
  /** When the answer came, in ms since the epoch. */
  readonly readAt: number;
}

/** An active token that full reads showed without the condition. */
export interface ConditionLoss {
  readonly since: number;
  /** Full reads in a row that showed it so. */
  readonly checks: number;
}

/** Everything that is known of a token. Times are wall-clock milliseconds. */
export interface Token {
  readonly mint: string;
  readonly symbol: string | null;
  readonly name: string | null;
  readonly status: TokenStatus;
  readonly statusSince: number;
  readonly discoveredAt: number;
  readonly discoveredBy: string;
  /** When its oldest pool was created, as far as any answer has shown. */
  readonly firstPoolAt: number | null;
  readonly score: number | null;
  readonly smoothedScore: number | null;
  readonly components: ScoreComponents | null;
  readonly smoothedComponents: ScoreComponents | null;
  readonly metrics: TokenMetrics | null;
  /** The tick of the last score: at most one score a tick. */
  readonly scoredTick: number | null;
  readonly pools: readonly KnownPool[];
  readonly check: ActivationCheck | null;
  readonly refreshedAt: number | null;
  readonly checkedAt: number | null;
  /** Since when the steps of the check stand as they do. */
  readonly checkSince: number | null;
  /** Null before the first answer with pools. */
  readonly quality: TokenQuality | null;
  /** When the data came that the last score was computed from. */
  readonly scoredAt: number | null;
  readonly loss: ConditionLoss | null;
  /** For how long its score was seen below the limit, in ms; time without data does not count. */
  readonly belowMs: number;
  readonly held: HeldMove | null;
  readonly verification: PoolVerification | null;
}

/** A token that has just been discovered. */
export function newToken(mint: string, feed: string, at: number): Token {
  return {
    mint,
    symbol: null,
    name: null,
    status: 'monitoring',
    statusSince: at,
    discoveredAt: at,
    discoveredBy: feed,
    firstPoolAt: null,
    score: null,
    smoothedScore: null,
    components: null,
    smoothedComponents: null,
    metrics: null,
    scoredTick: null,
    pools: [],
    check: null,
    refreshedAt: null,
    checkedAt: null,
    checkSince: null,
    quality: null,
    scoredAt: null,
    loss: null,
    belowMs: 0,
    held: null,
    verification: null,
  };
}

/** What people call a token: its symbol, or its mint shortened in the middle. */
export function callName({ symbol, mint }: Pick<Token, 'symbol' | 'mint'>): string {
  return symbol ?? `${mint.slice(0, 4)}…${mint.slice(-4)}`;
}

/**
 * Whether an answer ever showed a pool of the token. Its pools themselves may not be at hand, for they are not stored with
 * each answer; its score, and for one that was archived its figures, tell that there were some.
 */
export function hadPools({
  pools,
  scoredAt,
  metrics,
}: Pick<Token, 'pools' | 'scoredAt' | 'metrics'>): boolean {
  return pools.length > 0 || scoredAt !== null || metrics !== null;
}

/** Hot tokens are those whose smoothed score reaches the limit, and all active ones (R-TOK-9). */
export function groupOf(
  token: Pick<Token, 'status' | 'smoothedScore'>,
  { minScore }: Pick<TokenSettings, 'minScore'>,
): TokenGroup {
  if (token.status === 'archived') return 'cold';
  return token.status === 'active' || (token.smoothedScore ?? 0) >= minScore ? 'hot' : 'cold';
}
