import type { TokenRead } from '../dexscreener/index.ts';
import type { ActivationCheck, JournalDraft } from '../../contract/index.ts';
import { checkActivation, sameSteps } from './activation.ts';
import { aggregate } from './metrics.ts';
import type { TokenChange } from './ports.ts';
import { computeScore } from './score.ts';
import type { TokenSettings } from './settings.ts';
import { callName, type KnownPool, type Token } from './token.ts';

/** What an answer makes of a token: the token after it, and what has to be stored. */
export interface ReadOutcome {
  readonly token: Token;
  readonly changes: readonly TokenChange[];
}

/** An answer that shows one pool of the token: refreshes its score, judges nothing else. */
export function applyBatchRead(
  token: Token,
  read: TokenRead,
  now: number,
  settings: TokenSettings,
): ReadOutcome {
  const shown = new Map(read.pairs.map((pair) => [pair.pairAddress, { ...pair, readAt: now }]));
  const known = token.pools.map((pool) => shown.get(pool.pairAddress) ?? pool);
  const fresh = [...shown.values()].filter(
    ({ pairAddress }) => !token.pools.some((pool) => pool.pairAddress === pairAddress),
  );
  const read1 = rescore(token, [...known, ...fresh], read.pairs.length, now, settings);
  return {
    token: read1.token,
    changes: [{ kind: 'token.refreshed', token: read1.token }, ...read1.changes],
  };
}

/** An answer that shows all pools of the token: refreshes its score and judges its activation. */
export function applyFullRead(
  token: Token,
  read: TokenRead,
  now: number,
  settings: TokenSettings,
): ReadOutcome {
  const empty = read.pairs.length === 0;
  // An empty answer about a token that had pools is no proof that they are gone (R-TOK-7).
  const pools = empty ? token.pools : read.pairs.map((pair): KnownPool => ({ ...pair, readAt: now }));
  const scored = rescore(token, pools, read.pairs.length, now, settings);
  if (empty && token.pools.length > 0) {
    const unchanged = { ...scored.token, checkedAt: now };
    return { token: unchanged, changes: [{ kind: 'token.refreshed', token: unchanged }, ...scored.changes] };
  }
  const check = checkActivation(read.pairs, settings, now);
  const activates = token.status === 'monitoring' && check.passed;
  const after: Token = {
    ...scored.token,
    check,
    checkedAt: now,
    ...(activates ? { status: 'active', statusSince: now } : {}),
  };
  const entries: JournalDraft[] = [];
  if (!sameSteps(token.check, check)) {
    entries.push({
      type: 'token.checked',
      at: now,
      subject: token.mint,
      reason: `${callName(after)} ${check.passed ? 'meets' : 'does not meet'} the condition of activation: ${evidence(check)}.`,
      data: { check },
    });
  }
  if (activates) {
    entries.push({
      type: 'token.moved',
      at: now,
      subject: token.mint,
      reason: `${callName(after)} became active: ${evidence(check)}.`,
      data: { from: 'monitoring', to: 'active', check },
    });
  }
  return {
    token: after,
    changes: [
      { kind: 'token.checked', token: after },
      ...scored.changes,
      ...entries.map((entry): TokenChange => ({ kind: 'journal', entry })),
    ],
  };
}

/** What a check found, in words: what is there if it passed, what is missing if not. */
function evidence({ passed, steps }: ActivationCheck): string {
  if (!passed) return steps.flatMap((step) => (step.passed ? [] : [step.reason])).join('; ');
  const valueOf = (name: string): number => Number(steps.find((step) => step.name === name)?.value ?? 0);
  const external = valueOf('external_pools');
  const pump = valueOf('pump_pool') > 0 ? 'a pump pool and ' : '';
  return `${pump}${external} external ${external === 1 ? 'pool' : 'pools'} with enough liquidity`;
}

function rescore(
  token: Token,
  pools: readonly KnownPool[],
  shown: number,
  now: number,
  settings: TokenSettings,
): ReadOutcome {
  // A token that never had a pool is known to have none; one that had pools is not refreshed by an empty answer.
  const refreshed = shown > 0 || token.pools.length === 0;
  const named = pools[0]?.base;
  const firstPoolAt = earliest(token.firstPoolAt, ...pools.map(({ createdAt }) => createdAt));
  const known: Token = {
    ...token,
    pools,
    firstPoolAt,
    symbol: named?.symbol ?? token.symbol,
    name: named?.name ?? token.name,
    refreshedAt: refreshed ? now : token.refreshedAt,
  };
  const tick = Math.floor(now / settings.hotIntervalMs);
  if (shown === 0 || token.scoredTick === tick) return { token: known, changes: [] };

  const metrics = aggregate(pools, firstPoolAt, settings, now);
  const scored = computeScore(metrics, token, settings);
  const after: Token = { ...known, ...scored, metrics, scoredTick: tick };
  return {
    token: after,
    changes: [
      {
        kind: 'score.recorded',
        mint: token.mint,
        tick,
        at: now,
        score: scored.score,
        smoothedScore: scored.smoothedScore,
        liquidityUsd: metrics.liquidityUsd,
        priceUsd: pools[0]?.priceUsd ?? null,
      },
    ],
  };
}

/** No pool is older than the chain: Solana's first block, 16 March 2020. */
const FIRST_BLOCK_AT = Date.UTC(2020, 2, 16);

function earliest(...times: readonly (number | null)[]): number | null {
  const known = times.filter((time): time is number => time !== null && time > FIRST_BLOCK_AT);
  return known.length === 0 ? null : Math.min(...known);
}
