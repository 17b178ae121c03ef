import type { ExportQuery, MarketsExport } from '../../contract/index.ts';
import type { ExportSettings } from './export-settings.ts';
import { FirstOf } from './first-of.ts';
import { POOL_EXPIRY_MS } from './metrics.ts';
import { classifyPool, type PoolSettings } from './pool-verdict.ts';
import type { Token } from './token.ts';

/** What an export is made of. */
export interface ExportInput {
  /** Each token once. */
  readonly tokens: Iterable<Token>;
  readonly query: ExportQuery;
  readonly settings: Pick<ExportSettings, 'top' | 'pools' | 'minScore' | 'maxAgeMs'>;
  readonly pools: PoolSettings;
  /** Where neither query nor settings name a score. */
  readonly usualMinScore: number;
  readonly version: string;
  readonly now: number;
}

type ExportedToken = MarketsExport['tokens'][number];

/**
 * The best active tokens with the pools that count (R-TOK-13). `total` counts all active tokens with the score, also
 * those beyond the first N and those that are left out because their data is too old or no pool is known: a `total`
 * without tokens says that there is something, but nothing to be trusted. Pure.
 */
export function exportMarkets(input: ExportInput): MarketsExport {
  const { query, settings, now } = input;
  const minScore = query.minScore ?? settings.minScore ?? input.usualMinScore;
  const best = new FirstOf<Candidate>(query.top ?? settings.top, bestFirst);
  let total = 0;
  for (const token of input.tokens) {
    const { status, smoothedScore, scoredAt } = token;
    if (status !== 'active' || smoothedScore === null || smoothedScore < minScore) continue;
    total += 1;
    if (scoredAt === null || now - scoredAt > settings.maxAgeMs) continue;
    const pools = countingPools(token, input);
    if (pools.length > 0) best.add({ token, score: smoothedScore, scoredAt, pools });
  }
  return {
    generatedAt: new Date(now).toISOString(),
    generator: 'moonwarden',
    version: input.version,
    minScore,
    total,
    tokens: best.list().map(({ token, score, scoredAt, pools }) => ({
      mint: token.mint,
      symbol: token.symbol,
      name: token.name,
      score,
      scoredAt: new Date(scoredAt).toISOString(),
      pools,
    })),
  };
}

interface Candidate {
  readonly token: Token;
  readonly score: number;
  readonly scoredAt: number;
  readonly pools: ExportedToken['pools'];
}

function bestFirst(a: Candidate, b: Candidate): number {
  return b.score - a.score || (a.token.mint < b.token.mint ? -1 : 1);
}

/** Pools that count for activation and that an answer has shown lately, most liquidity first. */
function countingPools(token: Token, { settings, pools, now }: ExportInput): ExportedToken['pools'] {
  return token.pools
    .filter((pool) => now - pool.readAt <= POOL_EXPIRY_MS && classifyPool(pool, pools).counts !== 'no')
    .sort((a, b) => (b.liquidityUsd ?? 0) - (a.liquidityUsd ?? 0))
    .slice(0, settings.pools)
    .map(({ pairAddress, dex, labels, quote, liquidityUsd }) => ({
      pairAddress,
      dex,
      labels: [...labels],
      quoteMint: quote.mint,
      quoteSymbol: quote.symbol ?? '',
      liquidityUsd,
    }));
}
