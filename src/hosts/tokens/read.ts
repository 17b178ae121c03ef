import type { ActivationCheck, JournalDraft } from '../../contract/index.ts';
import type { TokenRead } from '../dexscreener/index.ts';
import { isAccurate } from './accuracy.ts';
import { checkActivation, evidenceOf, passLimit, samePattern, sameSteps } from './activation.ts';
import { judgeLife, judgeReturn, type Evidence } from './life.ts';
import type { Judgement } from './move-guard.ts';
import { aggregate } from './metrics.ts';
import { carryOut, hold, type Moved } from './move.ts';
import type { TokenChange } from './ports.ts';
import { newest, rescore } from './rescore.ts';
import type { TokenSettings } from './settings.ts';
import { callName, hadPools, type KnownPool, type Token } from './token.ts';
import { compareReads } from './verification.ts';

/** What an answer makes of a token: the token after it, and what has to be stored. */
export interface ReadOutcome {
  readonly token: Token;
  readonly changes: readonly TokenChange[];
  /** Whether the score by one pool a read agrees with the score by all pools; null where it was not compared. */
  readonly accurate: boolean | null;
}

/** What a judgement on the life of a token needs to know beside the answer. */
export interface JudgeContext {
  /** Whether the source lately showed pools of any token: only then is it news that it shows none of this one. */
  readonly sourceShowsPools: boolean;
  /** Whether a token may leave its status for worse now: the mass-change guard. Asked once for each judgement. */
  readonly admit: (judgement: Judgement) => boolean;
}

/** An answer whose data is older than this is stale: it tells nothing against a token, in ms. */
const STALE_ANSWER_MS = 60_000;

/** An answer that shows one pool of the token: refreshes its score, and brings an archived token back if it trades. */
export function applyBatchRead(
  token: Token,
  read: TokenRead,
  now: number,
  settings: TokenSettings,
): ReadOutcome {
  if (isOutdated(token, read, now)) return unchanged(token);
  if (token.status === 'archived') return applyArchivedRead(token, read, now, settings);
  const { token: after, changes } = rescore(token, merge(token, read, now), read, now, settings);
  return { token: after, changes: [{ kind: 'token.refreshed', token: after }, ...changes], accurate: null };
}

/** An answer that shows all pools of the token: refreshes its score and judges its life. */
export function applyFullRead(
  token: Token,
  read: TokenRead,
  now: number,
  settings: TokenSettings,
  context: JudgeContext,
): ReadOutcome {
  if (isOutdated(token, read, now)) return unchanged(token);
  const shown = read.pairs.map((pair): KnownPool => ({ ...pair, readAt: read.at }));
  const empty = shown.length === 0;
  const accurate = isAccurate(token, shown, now, settings);
  const known = new Map(token.pools.map((pool) => [pool.pairAddress, pool]));
  const pools =
    read.rejected.length > 0
      ? merge(token, read, now)
      : shown.map((pool) => newer(pool, known.get(pool.pairAddress), now));
  const scored = rescore(token, pools, read, now, settings);
  // An empty answer about a token that had pools is no proof that they are gone (R-TOK-7).
  if (empty && (hadPools(token) || read.rejected.length > 0)) {
    const kept: Token = { ...scored.token, checkedAt: now };
    return { token: kept, changes: [{ kind: 'token.refreshed', token: kept }, ...scored.changes], accurate };
  }
  const check = checkActivation(read.pairs, settings, now);
  const whole = read.rejected.length === 0 && (!empty || context.sourceShowsPools);
  const credible = scored.token.quality?.level !== 'critical' && now - read.at <= STALE_ANSWER_MS;
  const evidence = { credible, believable: credible && whole };
  const judged = settle(
    { ...scored.token, check, checkedAt: now, checkSince: sinceOf(token, check, now) },
    check,
    evidence,
    now,
    settings,
    context,
  );
  return {
    token: judged.token,
    accurate,
    changes: [
      { kind: isDetailNews(token, judged.token) ? 'token.checked' : 'token.refreshed', token: judged.token },
      ...scored.changes,
      ...checkChanges(token, check, read, now, settings),
      ...judged.changes,
    ],
  };
}

/**
 * What the other endpoint shows of a token whose activation failed: the differences are kept, and if it meets the
 * condition there, it is activated.
 */
export function applyVerification(
  token: Token,
  there: TokenRead,
  now: number,
  settings: TokenSettings,
): ReadOutcome {
  const check = checkActivation(there.pairs, settings, now);
  const verification = compareReads(token.pools, there.pairs, check, now);
  const differs =
    verification.passed ||
    verification.onlyHere.length + verification.onlyThere.length + verification.differs.length > 0;
  const noted: Token = { ...token, verification };
  const fresh = now - there.at <= STALE_ANSWER_MS;
  const activates = token.status === 'monitoring' && check.passed && fresh;
  const { token: after, changes } = activates
    ? carryOut(
        { ...noted, check, checkSince: now },
        {
          to: 'active',
          cause: 'condition_met',
          reason: `${callName(token)} became active: ${evidenceOf(check)}, by the other endpoint; the usual one left pools out.`,
        },
        now,
      )
    : { token: noted, changes: [] };
  const entry: JournalDraft = {
    type: 'token.verified',
    at: now,
    subject: token.mint,
    reason: `The pools of ${callName(token)} were looked at through the other endpoint. ${verification.sentence}`,
    data: { verification },
  };
  return {
    token: after,
    accurate: null,
    changes: [
      { kind: 'token.checked', token: after },
      ...(differs ? [{ kind: 'journal' as const, entry }] : []),
      ...changes,
    ],
  };
}

/** An archived token is not scored; its one pool tells whether it trades again. */
function applyArchivedRead(token: Token, read: TokenRead, now: number, settings: TokenSettings): ReadOutcome {
  const shown = read.pairs.map((pair): KnownPool => ({ ...pair, readAt: read.at }));
  const seen: Token = {
    ...token,
    refreshedAt: shown.length > 0 || !hadPools(token) ? newest(token.refreshedAt, read) : token.refreshedAt,
    pools: shown.length > 0 ? shown.slice(0, 1) : token.pools,
  };
  const metrics = aggregate(shown, token.firstPoolAt, settings, now);
  const known: Token = shown.length > 0 ? { ...seen, metrics } : seen;
  const move = judgeReturn(known, metrics, settings);
  const { token: after, changes } = move ? carryOut(known, move, now) : { token: known, changes: [] };
  return { token: after, changes: [{ kind: 'token.refreshed', token: after }, ...changes], accurate: null };
}

/** Judges the life of a token, and carries out what it comes to unless the guard makes it wait. */
function settle(
  token: Token,
  check: ActivationCheck,
  evidence: Evidence,
  now: number,
  settings: TokenSettings,
  { admit }: JudgeContext,
): Moved {
  const { move, loss, against } = judgeLife(token, check, evidence, now, settings);
  const go = admit({ mint: token.mint, from: token.status, against, at: now });
  const judged: Token = { ...token, loss };
  if (move === null) return { token: { ...judged, held: null }, changes: [] };
  return go || !against ? carryOut(judged, move, now) : hold(judged, move, now);
}

function checkChanges(
  token: Token,
  check: ActivationCheck,
  read: TokenRead,
  now: number,
  settings: TokenSettings,
): TokenChange[] {
  const changes: TokenChange[] = [];
  if (token.status === 'monitoring') {
    changes.push({
      kind: 'check.recorded',
      mint: token.mint,
      at: now,
      passed: check.passed,
      failedStep: check.steps.find(({ passed }) => !passed)?.name ?? null,
      passLimitUsd: passLimit(read.pairs, settings),
    });
  }
  if (!sameSteps(token.check, check)) {
    const verb = check.passed ? 'meets' : 'does not meet';
    changes.push({
      kind: 'journal',
      entry: {
        type: 'token.checked',
        at: now,
        subject: token.mint,
        reason: `${callName({ ...token, symbol: token.symbol ?? read.pairs[0]?.base.symbol ?? null })} ${verb} the condition of activation: ${evidenceOf(check)}.`,
        data: { check },
      },
    });
  }
  return changes;
}

/** Pools and check are large, so that they are stored when they changed, and every ten minutes for a restart. */
function isDetailNews(before: Token, after: Token): boolean {
  if (before.status !== after.status || !sameSteps(before.check, after.check)) return true;
  if (
    Math.floor((before.checkedAt ?? 0) / DETAIL_EVERY_MS) !==
    Math.floor((after.checkedAt ?? 0) / DETAIL_EVERY_MS)
  )
    return true;
  return (
    before.pools.length !== after.pools.length ||
    before.pools.some(({ pairAddress }, index) => pairAddress !== after.pools[index]?.pairAddress)
  );
}

const DETAIL_EVERY_MS = 600_000;

function sinceOf(token: Token, check: ActivationCheck, now: number): number {
  return samePattern(token.check, check) ? (token.checkSince ?? now) : now;
}

/** The pools known after an answer that shows only some of them. */
function merge(token: Token, read: TokenRead, now: number): KnownPool[] {
  const shown = new Map(read.pairs.map((pair) => [pair.pairAddress, { ...pair, readAt: read.at }]));
  const known = token.pools.map((pool) => {
    const again = shown.get(pool.pairAddress);
    return again === undefined ? pool : newer(again, pool, now);
  });
  const addresses = new Set(token.pools.map(({ pairAddress }) => pairAddress));
  return [...known, ...[...shown.values()].filter(({ pairAddress }) => !addresses.has(pairAddress))];
}

/** A cache may show a pool as it was a while ago: what is known of it since then stands. */
function newer(shown: KnownPool, known: KnownPool | undefined, now: number): KnownPool {
  return known !== undefined && known.readAt > shown.readAt && known.readAt <= now ? known : shown;
}

/** A cache on the way may answer with less than is known already. After the wall clock was set back nothing is. */
function isOutdated({ refreshedAt }: Token, read: TokenRead, now: number): boolean {
  return refreshedAt !== null && refreshedAt <= now && read.at < refreshedAt - STALE_ANSWER_MS;
}

const unchanged = (token: Token): ReadOutcome => ({ token, changes: [], accurate: null });
