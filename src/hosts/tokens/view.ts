import type { Clock } from '../../kernel/index.ts';
import type {
  HistoryRange,
  ScoreHistory,
  TokenDetail,
  TokenPage,
  TokenQuery,
  TokenSummary,
} from '../../contract/index.ts';
import { explain } from './explain.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import type { TokenRow, TokenStore } from './ports.ts';
import { readTimesOf } from './read-times.ts';
import type { TokenSettings } from './settings.ts';
import { groupOf, type Token } from './token.ts';

/** What page and API show of tokens. */
export interface TokenView {
  page(query: TokenQuery): Promise<TokenPage>;
  detail(mint: string): TokenDetail | undefined;
  history(mint: string, range: HistoryRange): ScoreHistory | undefined;
  summary(token: Token): TokenSummary;
}

export function createTokenView(ports: {
  readonly clock: Clock;
  readonly store: TokenStore;
  readonly pipeline: TokenPipeline;
  readonly settings: TokenSettings;
}): TokenView {
  const { clock, store, pipeline, settings } = ports;
  const withGroup = (row: TokenRow): TokenSummary => ({ ...row, group: groupOf(row, settings) });

  return {
    async page(query) {
      const { items, ...rest } = await store.page(query);
      return { ...rest, items: items.map(withGroup) };
    },
    summary: (token) => withGroup(rowOf(token)),
    detail(mint) {
      const token = pipeline.whole(mint);
      if (!token) return undefined;
      const summary = withGroup(rowOf(token));
      const times = readTimesOf(token, pipeline.registry, settings, {
        now: clock.now(),
        nowMs: clock.monotonic(),
      });
      return {
        ...summary,
        components: token.components,
        smoothedComponents: token.smoothedComponents,
        weights: {
          txAcceleration: settings.wTx,
          volumeMomentum: settings.wVol,
          freshness: settings.wFresh,
          orderFlow: settings.wOi,
        },
        metrics: token.metrics,
        check: token.check,
        checkSince: token.checkSince,
        quality: token.quality,
        scoredAt: token.scoredAt,
        held: token.held,
        explanation: explain(token, settings, clock.now()),
        nextRefreshAt: times?.nextRefreshAt ?? null,
        nextCheckAt: times?.nextCheckAt ?? null,
      };
    },
    history: (mint, range) =>
      pipeline.registry.has(mint) ? store.history(mint, range, clock.now()) : undefined,
  };
}

function rowOf(token: Token): TokenRow {
  const [first] = token.pools;
  return {
    mint: token.mint,
    symbol: token.symbol,
    name: token.name,
    status: token.status,
    score: token.score,
    smoothedScore: token.smoothedScore,
    liquidityUsd: token.metrics?.liquidityUsd ?? null,
    priceUsd: first?.priceUsd ?? null,
    volume5mUsd: token.metrics?.volume5mUsd ?? null,
    tx5m: token.metrics?.tx5m ?? null,
    pools: token.pools.length,
    primaryDex: first?.dex ?? null,
    discoveredAt: token.discoveredAt,
    discoveredBy: token.discoveredBy,
    statusSince: token.statusSince,
    refreshedAt: token.refreshedAt,
    checkedAt: token.checkedAt,
  };
}
