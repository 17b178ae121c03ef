import type { Clock } from '../../kernel/index.ts';
import type {
  HistoryRange,
  ScoreHistory,
  TokenDetail,
  TokenPage,
  TokenQuery,
  TokenSummary,
} from '../../contract/index.ts';
import type { TokenPipeline } from './pipeline.ts';
import type { TokenRow, TokenStore } from './ports.ts';
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
  const wallOf = (monotonicMs: number): number => clock.now() + monotonicMs - clock.monotonic();

  return {
    async page(query) {
      const { items, ...rest } = await store.page(query);
      return { ...rest, items: items.map(withGroup) };
    },
    summary: (token) => withGroup(rowOf(token)),
    detail(mint) {
      const token = pipeline.registry.get(mint);
      if (!token) return undefined;
      const last = pipeline.registry.lastReads(mint);
      const summary = withGroup(rowOf(token));
      const refreshMs = summary.group === 'hot' ? settings.hotIntervalMs : settings.coldIntervalMs;
      const checkMs = token.status === 'active' ? settings.activeCheckIntervalMs : settings.checkIntervalMs;
      const archived = token.status === 'archived';
      const due = (lastMs: number | null | undefined, intervalMs: number): number | null =>
        archived
          ? null
          : Math.max(clock.now(), lastMs === null || lastMs === undefined ? 0 : wallOf(lastMs + intervalMs));
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
        explanation: explain(token),
        nextRefreshAt: due(last?.attemptedMs, refreshMs),
        nextCheckAt: due(last?.checkedMs, checkMs),
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

/** Where a token stands and what it waits for, in a sentence or two. Pure. */
export function explain(token: Token): string {
  if (token.status === 'archived') return 'Archived: it is not refreshed any more.';
  if (token.check === null) {
    return token.refreshedAt === null
      ? 'Discovered, and not read yet.'
      : 'Its score is refreshed; its pools have not been read in full yet.';
  }
  const failed = token.check.steps.filter(({ passed }) => !passed).map(({ reason }) => reason);
  if (token.status === 'active') {
    return failed.length === 0
      ? 'Active: it meets the condition of activation.'
      : `Active, but no longer meets the condition: ${failed.join('; ')}.`;
  }
  return failed.length === 0
    ? 'It meets the condition of activation.'
    : `Not active yet: ${failed.join('; ')}.`;
}
