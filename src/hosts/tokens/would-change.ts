import type { StuckFault, StuckToken } from '../../contract/index.ts';
import { classifyPool, type PoolSettings } from './pool-verdict.ts';
import type { TokenSettings } from './settings.ts';
import type { KnownPool, Token } from './token.ts';
import { countOf, span, usd } from './words.ts';

export type ChangeSettings = PoolSettings &
  Pick<
    TokenSettings,
    'minScore' | 'lossConfirmMs' | 'archiveBelowMs' | 'monitoringTimeoutMs' | 'returnTrades5m'
  >;

/** Pools that are named as nearly counting. */
const NEAR_POOLS = 3;

/** What would change the status of a token, one sentence each, the nearest first. Pure. */
export function wouldChange(
  token: Token,
  whyNot: StuckToken | null,
  settings: ChangeSettings,
  now: number,
): readonly string[] {
  const move = token.held === null ? [] : [releaseOf(token.held.to)];
  switch (token.status) {
    case 'archived':
      return [...move, comesBack(token, settings)];
    case 'active':
      return [...move, ...leavesActive(token, settings)];
    case 'monitoring':
      return [...move, ...leavesMonitoring(token, whyNot, settings, now)];
  }
}

function releaseOf(to: string): string {
  return `Its move to ${to} is made when fewer tokens would move at once, after a while, or by \`moonwarden tokens release\`.`;
}

function comesBack(token: Token, { returnTrades5m, minLiquidityUsd }: ChangeSettings): string {
  const { metrics } = token;
  const last =
    metrics === null
      ? ''
      : ` (last seen: ${countOf(metrics.tx5m, 'trade')}, ${usd(metrics.liquidityUsd ?? 0)})`;
  return `At least ${returnTrades5m} trades in 5 min with ${usd(minLiquidityUsd)} of liquidity or more bring it back to monitoring${last}.`;
}

function leavesActive(token: Token, settings: ChangeSettings): readonly string[] {
  const { loss, belowMs } = token;
  const { lossConfirmMs, minScore, archiveBelowMs } = settings;
  return [
    loss === null
      ? `Full reads that lack the condition, two in a row and ${span(lossConfirmMs)} apart, take it back to monitoring.`
      : `Another full read without the condition, ${span(lossConfirmMs)} after the first, takes it back to monitoring; one with it keeps it active.`,
    belowMs > 0
      ? `Its score has been below ${minScore} for ${span(belowMs)}; at ${span(archiveBelowMs)} it is archived.`
      : `A score below ${minScore} for ${span(archiveBelowMs)} archives it.`,
  ];
}

const OF_OURS: Readonly<Record<StuckFault, string | null>> = {
  market: null,
  held: null,
  queue: 'A full read of its pools, which is due.',
  quota:
    'A full read of its pools, which waits for the quota: fewer hot tokens (raise `tokens.min_score`) or longer intervals free requests.',
  fetch: 'A full read of its pools that succeeds; `moonwarden doctor` looks at the source.',
  rule: 'This is a fault of the service: see the log, and report it.',
};

function leavesMonitoring(
  token: Token,
  whyNot: StuckToken | null,
  settings: ChangeSettings,
  now: number,
): readonly string[] {
  const ours = whyNot === null ? null : OF_OURS[whyNot.fault];
  const leftMs = token.statusSince + settings.monitoringTimeoutMs - now;
  return [
    ...(ours === null ? [] : [ours]),
    ...(token.check === null || token.check.passed ? [] : poolsNeeded(token, settings)),
    leftMs > 0
      ? `If nothing changes, it is archived in ${span(leftMs)}.`
      : 'If its next full read does not show the condition, it is archived.',
  ];
}

/** Which pools are missing for the condition (R-TOK-6), and which nearly count. */
function poolsNeeded({ check, pools }: Token, settings: ChangeSettings): readonly string[] {
  const count = (wanted: string): number =>
    (check?.pools ?? []).filter(({ counts }) => counts === wanted).length;
  const [pump, external] = [count('pump'), count('external')];
  const missing = (pump > 0 ? 1 : 2) - external;
  if (missing <= 0) return [];
  const floor = `with at least ${usd(settings.minLiquidityUsd)} against SOL, USDC or USD1`;
  const more = external === 0 ? '' : 'more ';
  const wanted = missing === 1 ? `One ${more}external pool` : 'Two external pools';
  const or = pump > 0 ? '' : external > 0 ? ', or a pump pool' : ', or one such pool and a pump pool';
  return [`${wanted} ${floor}${or}.`, ...nearlyCounting(pools, settings)];
}

function nearlyCounting(pools: readonly KnownPool[], settings: ChangeSettings): readonly string[] {
  return pools
    .flatMap((pool) => {
      const verdict = classifyPool(pool, settings);
      if (verdict.counts !== 'no') return [];
      const name = `The pool ${pool.pairAddress} (${pool.dex})`;
      if (verdict.why === 'low_liquidity') {
        const missingUsd = settings.minLiquidityUsd - verdict.liquidityUsd;
        const has = `has ${usd(Math.floor(verdict.liquidityUsd))}`;
        return [
          { missingUsd, text: `${name} ${has}: ${usd(Math.ceil(missingUsd))} more would make it count.` },
        ];
      }
      return verdict.why === 'unknown_liquidity'
        ? [{ missingUsd: Infinity, text: `${name} would count if its liquidity were known and enough.` }]
        : [];
    })
    .sort((a, b) => (a.missingUsd === b.missingUsd ? 0 : a.missingUsd - b.missingUsd))
    .slice(0, NEAR_POOLS)
    .map(({ text }) => text);
}
