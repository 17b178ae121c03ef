import type { TokenSettings } from './settings.ts';
import { failedReasons } from './stuck.ts';
import type { Token } from './token.ts';
import { countOf, span, usd } from './words.ts';

type ExplainSettings = Pick<TokenSettings, 'returnTrades5m' | 'minLiquidityUsd'>;

/** Where a token stands and what it waits for, in a sentence or two. Pure. */
export function explain(token: Token, settings: ExplainSettings, now: number): string {
  return [standing(token, settings, now), held(token, now), quality(token, now)].filter(Boolean).join(' ');
}

function standing(token: Token, settings: ExplainSettings, now: number): string {
  const { status, check, loss } = token;
  if (status === 'archived') {
    return `Archived: it comes back with ${settings.returnTrades5m} trades in 5 min and ${usd(settings.minLiquidityUsd)} of liquidity.`;
  }
  if (status === 'active') {
    if (loss !== null) {
      return `Active, but for ${span(now - loss.since)} its full reads have not shown the condition of activation (${countOf(loss.checks, 'check')}${lacking(token)}); that is being confirmed.`;
    }
    return check === null || check.passed
      ? 'Active: it meets the condition of activation.'
      : `Active, but its last check did not pass: ${failedReasons(token)}.`;
  }
  if (check === null) {
    return token.refreshedAt === null
      ? 'Discovered, and not read yet.'
      : 'Its score is refreshed; its pools have not been read in full yet.';
  }
  return check.passed ? 'It meets the condition of activation.' : `Not active yet: ${failedReasons(token)}.`;
}

function lacking(token: Token): string {
  const reasons = failedReasons(token);
  return reasons === '' ? '' : `: ${reasons}`;
}

function held({ held: move }: Token, now: number): string {
  return move === null
    ? ''
    : `Its move to ${move.to} has been held for ${span(now - move.since)}: ${move.reason.replace(/\.$/, '')}.`;
}

function quality({ quality: data, scoredAt }: Token, now: number): string {
  if (data?.level !== 'critical') return '';
  const reasons = data.reasons.map((reason) => reason.replace(/\.$/, '')).join('; ');
  const age = scoredAt === null ? 'it has no score' : `its score is ${span(now - scoredAt)} old`;
  return `Its data cannot be believed (${reasons}), so ${age}.`;
}
