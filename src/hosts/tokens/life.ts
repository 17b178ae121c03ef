import type { ActivationCheck, MoveCause, TokenStatus } from '../../contract/index.ts';
import { evidenceOf } from './activation.ts';
import type { TokenSettings } from './settings.ts';
import { callName, type ConditionLoss, type Token } from './token.ts';
import { span, usd } from './words.ts';

/** A change of status that a token's data calls for. */
export interface Move {
  readonly to: TokenStatus;
  readonly cause: MoveCause;
  /** One sentence. */
  readonly reason: string;
}

/** What a full read says about the life of a token. */
export interface LifeVerdict {
  readonly move: Move | null;
  readonly loss: ConditionLoss | null;
  /** Whether the read tells against the token: it lacks the condition, or would leave its status for worse. */
  readonly against: boolean;
}

export type LifeSettings = Pick<
  TokenSettings,
  'lossConfirmMs' | 'archiveBelowMs' | 'monitoringTimeoutMs' | 'minScore'
>;

/** How far an answer can be trusted. */
export interface Evidence {
  /** Its data is plausible and fresh: it may tell for the token. */
  readonly credible: boolean;
  /** It is credible and whole: it may tell against the token. */
  readonly believable: boolean;
}

/** What a check of all pools means for a token in monitoring or active (R-TOK-5 to 8). */
export function judgeLife(
  token: Token,
  check: ActivationCheck,
  { believable, credible }: Evidence,
  now: number,
  settings: LifeSettings,
): LifeVerdict {
  const name = callName(token);
  if (token.status === 'active') {
    const loss = check.passed ? null : believable ? addLoss(token.loss, now) : token.loss;
    if (loss !== null && loss.checks >= 2 && now - loss.since >= settings.lossConfirmMs && believable) {
      const move: Move = {
        to: 'monitoring',
        cause: 'condition_lost',
        reason: `${name} went back to monitoring: ${evidenceOf(check)}; seen by ${loss.checks} full reads in a row over ${span(now - loss.since)}.`,
      };
      return { move, loss, against: true };
    }
    if (token.belowMs >= settings.archiveBelowMs && believable) {
      const move: Move = {
        to: 'archived',
        cause: 'low_score',
        reason: `${name} was archived: its score stayed below ${settings.minScore} for ${span(token.belowMs)}.`,
      };
      return { move, loss, against: true };
    }
    return { move: null, loss, against: believable && !check.passed };
  }
  if (token.status === 'monitoring' && check.passed && credible) {
    const move: Move = {
      to: 'active',
      cause: 'condition_met',
      reason: `${name} became active: ${evidenceOf(check)}.`,
    };
    return { move, loss: null, against: false };
  }
  const waitedMs = now - token.statusSince;
  if (token.status === 'monitoring' && waitedMs >= settings.monitoringTimeoutMs && believable) {
    const move: Move = {
      to: 'archived',
      cause: 'monitoring_timeout',
      reason: `${name} was archived: in monitoring for ${span(waitedMs)} without meeting the condition (${evidenceOf(check)}).`,
    };
    return { move, loss: null, against: true };
  }
  return { move: null, loss: null, against: false };
}

/** Whether an archived token trades again so that it is worth watching (R-TOK-8). */
export function judgeReturn(
  token: Token,
  seen: { readonly tx5m: number; readonly liquidityUsd: number | null },
  settings: Pick<TokenSettings, 'returnTrades5m' | 'minLiquidityUsd'>,
): Move | null {
  const { tx5m, liquidityUsd } = seen;
  if (token.status !== 'archived' || tx5m < settings.returnTrades5m) return null;
  if (liquidityUsd === null || liquidityUsd < settings.minLiquidityUsd) return null;
  return {
    to: 'monitoring',
    cause: 'trades_again',
    reason: `${callName(token)} is watched again: ${tx5m} trades in 5 min with ${usd(liquidityUsd)} of liquidity.`,
  };
}

/** Time without data does not count for longer than this, so that nothing is archived for an outage of the source. */
const LONGEST_GAP_MS = 30 * 60_000;

/** For how long a token was seen below the limit, after a score at `now`; either score at the limit ends it. */
export function belowAfter(
  token: Pick<Token, 'belowMs' | 'scoredAt'>,
  scored: { readonly score: number; readonly smoothedScore: number },
  now: number,
  { minScore }: Pick<TokenSettings, 'minScore'>,
): number {
  if (scored.score >= minScore || scored.smoothedScore >= minScore) return 0;
  const gapMs = token.scoredAt === null ? 0 : now - token.scoredAt;
  return token.belowMs + Math.min(LONGEST_GAP_MS, Math.max(0, gapMs));
}

function addLoss(loss: ConditionLoss | null, now: number): ConditionLoss {
  return loss === null ? { since: now, checks: 1 } : { since: loss.since, checks: loss.checks + 1 };
}
