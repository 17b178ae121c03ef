import type { FlowFacts, HourlyCheck } from './ports.ts';

/** What another limit of liquidity would have done. */
export interface WhatIf {
  readonly minLiquidityUsd: number;
  /** Tokens that would have been activated beside those that were; negative for a limit that would have kept some out. */
  readonly more: number;
  /** Of those, the ones that held what they had for an hour. */
  readonly kept: number;
  /** Of those, the ones whose hour is not over. */
  readonly undecided: number;
}

/** The limits that are tried, as shares of the one in force. */
const SHARES = [0.25, 0.5, 0.75, 1.5, 2] as const;
const HOUR_MS = 3_600_000;

/**
 * What limits other than `limitUsd` would have done, by the stored checks: a token counts as one more when a check of
 * an hour would have passed under the lower limit, and as kept when no check of the following hour, which must be over,
 * falls under it. Under a higher limit the activated tokens whose best check falls short count as fewer, and as kept
 * those that did not lose the condition within an hour of their activation. Pure.
 */
export function whatIf(
  { checks, moves }: Pick<FlowFacts, 'checks' | 'moves'>,
  limitUsd: number,
  now: number,
): readonly WhatIf[] {
  if (limitUsd <= 0) return [];
  const byMint = new Map<string, HourlyCheck[]>();
  for (const check of checks) {
    const rows = byMint.get(check.mint);
    if (rows) rows.push(check);
    else byMint.set(check.mint, [check]);
  }
  const activatedAt = new Map<string, number>();
  const lostAt = new Map<string, number>();
  for (const { mint, at, to, from } of moves) {
    if (to === 'active' && !activatedAt.has(mint)) activatedAt.set(mint, at);
    if (from === 'active' && activatedAt.has(mint) && !lostAt.has(mint)) lostAt.set(mint, at);
  }
  const wouldHaveKept = (rows: readonly HourlyCheck[], limit: number): Fate | null => {
    const first = rows
      .filter(({ bestLimitUsd }) => bestLimitUsd !== null && bestLimitUsd >= limit)
      .reduce((earliest, { hour }) => Math.min(earliest, hour), Infinity);
    if (first === Infinity) return null;
    if (now < first + 2 * HOUR_MS) return 'undecided';
    const next = rows.find(({ hour }) => hour === first + HOUR_MS);
    return (next?.worstLimitUsd ?? -Infinity) >= limit ? 'kept' : 'lost';
  };
  const wouldHaveMissed = (mint: string, rows: readonly HourlyCheck[], limit: number): Fate | null => {
    const best = Math.max(...rows.map(({ bestLimitUsd }) => bestLimitUsd ?? -Infinity));
    const at = activatedAt.get(mint);
    if (at === undefined || best === -Infinity || best >= limit) return null;
    if ((lostAt.get(mint) ?? Infinity) < at + HOUR_MS) return 'lost';
    return now < at + HOUR_MS ? 'undecided' : 'kept';
  };

  return SHARES.map((share) => {
    const limit = share * limitUsd;
    const fates: Fate[] = [];
    for (const [mint, rows] of byMint) {
      const met = activatedAt.has(mint) || rows.some(({ passed }) => passed);
      const fate = share > 1 ? wouldHaveMissed(mint, rows, limit) : met ? null : wouldHaveKept(rows, limit);
      if (fate !== null) fates.push(fate);
    }
    const number = (wanted: Fate): number => fates.filter((fate) => fate === wanted).length;
    return {
      minLiquidityUsd: limit,
      more: share > 1 ? 0 - fates.length : fates.length,
      kept: number('kept'),
      undecided: number('undecided'),
    };
  });
}

type Fate = 'kept' | 'lost' | 'undecided';
