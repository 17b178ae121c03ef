import type { CheckStep, StuckFault, StuckToken } from '../../contract/index.ts';
import type { TokenSettings } from './settings.ts';
import type { Token } from './token.ts';
import { asSentence, countOf, span } from './words.ts';

/** How the full reads of a token go. Times are wall-clock milliseconds. */
export interface ReadState {
  readonly lastCheckedAt: number | null;
  readonly nextCheckAt: number | null;
  /** Full reads that failed in a row. */
  readonly failuresInRow: number;
  /** How long the next check has been due, in ms; 0 while it is not. */
  readonly waitingForMs: number;
  /** Whether it is being read just now. */
  readonly reading: boolean;
}

/** How the source of the data is. */
export interface SourceState {
  /** How long calls have failed without one success between, in ms; 0 while they succeed. */
  readonly failingForMs: number;
  /** Whether the requests that are allowed are used up. */
  readonly quotaSpent: boolean;
}

/** Why a token is not active although it has been in monitoring for a while. */
export type StuckVerdict =
  /** A fact of the market. */
  | { readonly fault: 'market'; readonly step: CheckStep }
  | { readonly fault: 'held'; readonly reason: string; readonly since: number }
  /** A step broke, or (null) all of them passed. */
  | { readonly fault: 'rule'; readonly step: CheckStep | null }
  | { readonly fault: 'fetch'; readonly why: 'failures' | 'source' | 'empty' }
  | { readonly fault: 'quota' }
  | { readonly fault: 'queue' };

/** In monitoring for longer than this without becoming active is stuck, in ms. */
export const STUCK_AFTER_MS = 3 * 60_000;

/** One call that fails is not the cause of a wait, in ms. */
const AWAY_AFTER_MS = 3_000;

type StuckSettings = Pick<TokenSettings, 'checkIntervalMs'>;

/**
 * Tells a token that is not eligible from one that we fail (R-TOK-15). Null when it is not stuck. A check is a fact of
 * the market while it is younger than two intervals (at least three minutes) and was made since the token came into
 * monitoring; else reads are at fault, the nearest cause first. Pure; runs for every token in monitoring.
 */
export function judgeStuck(
  token: Token,
  state: ReadState,
  source: SourceState,
  { checkIntervalMs }: StuckSettings,
  now: number,
): StuckVerdict | null {
  if (token.status !== 'monitoring' || now - token.statusSince <= STUCK_AFTER_MS) return null;
  const { check, checkedAt, held } = token;
  if (held?.to === 'active') return { fault: 'held', reason: held.reason, since: held.since };
  const isRecent =
    state.lastCheckedAt !== null &&
    now - state.lastCheckedAt <= Math.max(STUCK_AFTER_MS, 2 * checkIntervalMs) &&
    checkedAt !== null &&
    checkedAt >= token.statusSince;
  if (isRecent && check !== null) {
    const broken = check.steps.find(isBroken);
    if (broken) return { fault: 'rule', step: broken };
    const failed = check.steps.find(({ passed }) => !passed);
    if (failed) return { fault: 'market', step: failed };
    return now - (token.checkSince ?? check.at) >= STUCK_AFTER_MS ? { fault: 'rule', step: null } : null;
  }
  if (state.failuresInRow > 0) return { fault: 'fetch', why: 'failures' };
  if (source.failingForMs >= AWAY_AFTER_MS) return { fault: 'fetch', why: 'source' };
  if (isRecent) return { fault: 'fetch', why: 'empty' };
  return { fault: source.quotaSpent ? 'quota' : 'queue' };
}

/** A step that threw has no value. */
function isBroken({ passed, value }: CheckStep): boolean {
  return !passed && value === null;
}

/** The verdict with its evidence, as it is shown. Pure. */
export function describeStuck(
  token: Token,
  verdict: StuckVerdict,
  state: ReadState,
  source: SourceState,
  now: number,
): StuckToken {
  const checkSince = token.checkSince ?? token.check?.at ?? null;
  const failingSince: Record<StuckFault, number | null> = {
    market: checkSince,
    rule: checkSince,
    held: verdict.fault === 'held' ? verdict.since : null,
    fetch: now - state.waitingForMs,
    quota: now - state.waitingForMs,
    queue: now - state.waitingForMs,
  };
  return {
    mint: token.mint,
    symbol: token.symbol,
    kind: verdict.fault === 'market' ? 'not_eligible' : 'ours',
    fault: verdict.fault,
    monitoringSince: token.statusSince,
    step: 'step' in verdict ? verdict.step : null,
    failingSince: failingSince[verdict.fault],
    lastCheckedAt: state.lastCheckedAt,
    nextCheckAt: state.nextCheckAt,
    sentence: `${asSentence(whyOf(token, verdict, state, source, now)).slice(0, -1)}; ${readsOf(state, now)}.`,
  };
}

function whyOf(
  token: Token,
  verdict: StuckVerdict,
  state: ReadState,
  source: SourceState,
  now: number,
): string {
  const checkSince = token.checkSince ?? token.check?.at ?? now;
  const waited = `its check has been due for ${span(state.waitingForMs)}`;
  switch (verdict.fault) {
    case 'market':
      return `Not eligible yet: ${failedReasons(token)}, for ${span(now - checkSince)}`;
    case 'held':
      return `Not activated: its move is held for ${span(now - verdict.since)} (${verdict.reason.replace(/\.$/, '')})`;
    case 'rule':
      return verdict.step === null
        ? `Not activated although it has met the condition for ${span(now - checkSince)}`
        : `Not judged: the step ${verdict.step.name} fails with an error (${verdict.step.reason}), for ${span(now - checkSince)}`;
    case 'fetch':
      if (verdict.why === 'source')
        return `Not checked: the source has not answered for ${span(source.failingForMs)}`;
      if (verdict.why === 'empty')
        return 'Not checked: full reads show no pool although other answers show some';
      return `Not checked: reading its pools has failed ${countOf(state.failuresInRow, 'time')} in a row`;
    case 'quota':
      return `Not checked: ${waited}, and the quota of requests is spent`;
    case 'queue':
      return `Not checked: ${waited} although requests are left`;
  }
}

/** What a token lacks, as its steps say it. */
export function failedReasons({ check }: Pick<Token, 'check'>): string {
  return (check?.steps ?? []).flatMap(({ passed, reason }) => (passed ? [] : [reason])).join('; ');
}

function readsOf({ lastCheckedAt, nextCheckAt, reading }: ReadState, now: number): string {
  const last = lastCheckedAt === null ? 'never checked' : `last checked ${span(now - lastCheckedAt)} ago`;
  if (reading) return `${last}; it is being read now`;
  if (nextCheckAt === null) return last;
  return nextCheckAt <= now
    ? `${last}; the next check is due`
    : `${last}; next check in ${span(nextCheckAt - now)}`;
}
