import type { JournalDraft } from '../../contract/index.ts';
import type { TokenRead } from '../dexscreener/index.ts';
import { belowAfter } from './life.ts';
import { aggregate } from './metrics.ts';
import type { TokenChange } from './ports.ts';
import { assessQuality, fadingScore, type TokenQuality } from './quality.ts';
import { computeScore } from './score.ts';
import type { TokenSettings } from './settings.ts';
import { callName, hadPools, type KnownPool, type Token } from './token.ts';

/** A token after an answer, with the changes that tell of its score and its data. */
export interface Rescored {
  readonly token: Token;
  readonly changes: readonly TokenChange[];
}

/**
 * Takes what an answer shows into the token and scores it, if the data can be believed; if not, the last good score is
 * kept and fades. One score a tick.
 * @param pools every pool that counts after this answer, also those that it does not show.
 */
export function rescore(
  token: Token,
  pools: readonly KnownPool[],
  read: TokenRead,
  now: number,
  settings: TokenSettings,
): Rescored {
  // A token that never had a pool is known to have none; one that had pools is not refreshed by an empty answer.
  if (read.pairs.length === 0 && read.rejected.length === 0 && !hadPools(token))
    return { token: { ...token, refreshedAt: newest(token.refreshedAt, read) }, changes: [] };
  const shown = read.pairs.map((pair): KnownPool => ({ ...pair, readAt: read.at }));
  const { quality, outliers } = assessQuality(
    { shown, known: token.pools, rejected: read.rejected, previous: token.quality, now: read.at },
    settings,
  );
  if (quality.level === 'critical') return withoutData(token, quality, now);
  if (shown.length === 0) {
    const reasons = [...quality.reasons, 'the answer showed none of its pools'];
    return withoutData(token, { level: 'warning', reasons, at: now }, now);
  }

  const named = pools[0]?.base;
  const firstPoolAt = earliest(now, token.firstPoolAt, ...pools.map(({ createdAt }) => createdAt));
  const known: Token = {
    ...token,
    pools,
    firstPoolAt,
    quality,
    symbol: named?.symbol ?? token.symbol,
    name: named?.name ?? token.name,
    refreshedAt: newest(token.refreshedAt, read),
  };
  const told = qualityEntry(token, quality, now);
  const tick = Math.floor(now / settings.hotIntervalMs);
  if (token.scoredTick === tick) return { token: known, changes: told };

  const sound = outliers.size === 0 ? pools : pools.filter(({ pairAddress }) => !outliers.has(pairAddress));
  const metrics = aggregate(sound, firstPoolAt, settings, now);
  const scored = computeScore(metrics, token, settings);
  return {
    token: {
      ...known,
      ...scored,
      metrics,
      scoredTick: tick,
      scoredAt: newest(token.scoredAt, read),
      belowMs: belowAfter(token, scored, read.at, settings),
    },
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
      ...told,
    ],
  };
}

/** The answer brought nothing that can be believed: everything stays, and the score fades with its age. */
function withoutData(token: Token, quality: TokenQuality, now: number): Rescored {
  const lastGood = token.quality?.lastGood ?? token.smoothedScore;
  const smoothedScore =
    lastGood === null || token.scoredAt === null
      ? token.smoothedScore
      : fadingScore(lastGood, now - token.scoredAt);
  return {
    token: { ...token, smoothedScore, quality: { ...quality, ...(lastGood === null ? {} : { lastGood }) } },
    changes: qualityEntry(token, quality, now),
  };
}

/** Only what blocks a score, and its end, is news. */
function qualityEntry(token: Token, quality: TokenQuality, now: number): TokenChange[] {
  const from = token.quality?.level ?? null;
  if (from === quality.level || (from !== 'critical' && quality.level !== 'critical')) return [];
  const entry: JournalDraft = {
    type: 'token.quality',
    at: now,
    subject: token.mint,
    reason:
      quality.level === 'critical'
        ? `The data of ${callName(token)} is not believed: ${quality.reasons.join('; ')}. Its last score is kept.`
        : `The data of ${callName(token)} is believed again.`,
    data: { from, to: quality.level },
  };
  return [{ kind: 'journal', entry }];
}

/** The time of the newest data; a wall clock that was set back counts from anew. */
export function newest(before: number | null, { at }: TokenRead): number {
  return before === null || before > at + CLOCK_TOLERANCE_MS ? at : Math.max(before, at);
}

/** Clocks, and the data of a cached answer, may be off by this much, in ms. */
const CLOCK_TOLERANCE_MS = 60_000;

/** No pool is younger than now, and none older than the chain: Solana's first block, 16 March 2020. */
const FIRST_BLOCK_AT = Date.UTC(2020, 2, 16);

function earliest(now: number, ...times: readonly (number | null)[]): number | null {
  const known = times.filter(
    (time): time is number => time !== null && time > FIRST_BLOCK_AT && time <= now + CLOCK_TOLERANCE_MS,
  );
  return known.length === 0 ? null : Math.min(...known);
}
