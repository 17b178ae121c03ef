import type {
  CheckStep,
  FailedList,
  FlowReport,
  MarketsExport,
  StuckList,
  TokenStory,
  TokenSummary,
} from '../../contract/index.ts';

const HOUR_MS = 3_600_000;

const lacking: CheckStep = {
  name: 'external_pools',
  passed: false,
  value: 1,
  limit: 2,
  reason: '1 external pool with enough liquidity, 2 needed',
};

/** What the made-up tokens say of their way through life; the same for the same tokens and time. */
export function createFakeFlow(summaries: readonly TokenSummary[], clock: { now(): number }) {
  const inMonitoring = (): readonly TokenSummary[] =>
    summaries.filter(({ status }) => status === 'monitoring');
  const count = (status: TokenSummary['status']): number =>
    summaries.filter((token) => token.status === status).length;
  const stuckItems = (): StuckList['items'] =>
    inMonitoring().map(({ mint, symbol, statusSince, checkedAt }, index) => {
      const isOurs = index % 7 === 0;
      return {
        mint,
        symbol,
        kind: isOurs ? ('ours' as const) : ('not_eligible' as const),
        fault: isOurs ? ('queue' as const) : ('market' as const),
        monitoringSince: statusSince - 4 * 60_000,
        step: isOurs ? null : lacking,
        failingSince: clock.now() - 840_000,
        lastCheckedAt: isOurs ? null : checkedAt,
        nextCheckAt: clock.now() + 40_000,
        sentence: isOurs
          ? 'Not checked: its check has been due for 5 min although requests are left; never checked; the next check is due.'
          : 'Not eligible yet: 1 external pool with enough liquidity, 2 needed, for 14 min; last checked 20 s ago; next check in 40 s.',
      };
    });
  const oursFirst = (): StuckList['items'] => {
    const items = stuckItems();
    return [...items.filter(({ kind }) => kind === 'ours'), ...items.filter(({ kind }) => kind !== 'ours')];
  };

  return {
    flow: (hours: number): FlowReport => {
      const now = clock.now();
      const firstHour = Math.floor(now / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS;
      const spread = { count: 21, medianMs: 190_000, p95Ms: 1_260_000 };
      const items = stuckItems();
      return {
        at: now,
        hours,
        now: {
          unread: summaries.filter(({ refreshedAt }) => refreshedAt === null).length,
          monitoring: count('monitoring'),
          active: count('active'),
          archived: count('archived'),
          stuckNotEligible: items.filter(({ kind }) => kind === 'not_eligible').length,
          stuckOurs: items.filter(({ kind }) => kind === 'ours').length,
        },
        byHour: Array.from({ length: hours }, (_, index) => ({
          at: firstHour + index * HOUR_MS,
          discovered: 20 + (index % 5),
          activated: index % 4,
          demoted: index % 9 === 0 ? 1 : 0,
          archived: index % 3,
          returned: index % 8 === 0 ? 1 : 0,
          checked: 18 + (index % 5),
          passed: index % 4,
        })),
        timeToActivation: spread,
        dwell: {
          monitoring: spread,
          active: { count: 4, medianMs: 5_400_000, p95Ms: 9_000_000 },
          archived: { count: 0, medianMs: null, p95Ms: null },
        },
        successRate: 0.21,
        successTrend: -0.03,
        failures: [
          { step: 'external_pools', count: 61, share: 61 / 75 },
          { step: 'pools_listed', count: 14, share: 14 / 75 },
        ],
        whatIf: [
          { minLiquidityUsd: 150, more: 12, kept: 9 },
          { minLiquidityUsd: 300, more: -3, kept: 2 },
        ],
        recommendation:
          'The commonest failed step is external_pools (too few external pools with enough liquidity), in 61 of 75 tokens; a limit of 150 USD instead of 200 USD would have activated 12 more, of which 9 kept it for an hour: worth considering.',
        accuracy: { share: 0.97, compared: 340 },
      };
    },
    stuck: (limit: number): StuckList => {
      const items = oursFirst();
      return {
        at: clock.now(),
        notEligible: items.filter(({ kind }) => kind === 'not_eligible').length,
        ours: items.filter(({ kind }) => kind === 'ours').length,
        items: items.slice(0, limit),
      };
    },
    failed: (limit: number): FailedList => ({
      at: clock.now(),
      items: inMonitoring()
        .slice(0, limit)
        .map(({ mint, symbol }, index) => ({
          mint,
          symbol,
          at: clock.now() - index * 9_000,
          steps: [lacking],
          verification: null,
        })),
    }),
    story: (mint: string): TokenStory | undefined => {
      const summary = summaries.find((token) => token.mint === mint);
      if (!summary) return undefined;
      const { symbol, status, group, discoveredAt, discoveredBy } = summary;
      const whyNot = stuckItems().find((item) => item.mint === mint) ?? null;
      return {
        mint,
        symbol,
        status,
        group,
        sentence: whyNot?.sentence ?? `${symbol ?? 'The token'} is ${status}.`,
        events: [
          { at: discoveredAt, type: 'token.discovered', reason: `Discovered by ${discoveredBy}.` },
          { at: discoveredAt + 60_000, type: 'token.checked', reason: `${lacking.reason}.` },
        ],
        check: { at: clock.now() - 20_000, passed: status === 'active', steps: [lacking], pools: [] },
        checkSince: clock.now() - 840_000,
        whyNot,
        wouldChange:
          status === 'monitoring'
            ? ['One more external pool with at least 200 USD against SOL, USDC or USD1, or a pump pool.']
            : [],
        verification: null,
        nextRefreshAt: status === 'archived' ? null : clock.now() + 10_000,
        nextCheckAt: status === 'archived' ? null : clock.now() + 40_000,
      };
    },
    markets: (top: number, minScore: number): MarketsExport => {
      const qualified = summaries.filter(
        ({ status, smoothedScore }) => status === 'active' && (smoothedScore ?? -1) >= minScore,
      );
      return {
        generatedAt: new Date(clock.now()).toISOString(),
        generator: 'moonwarden',
        version: '0.1.0',
        minScore,
        total: qualified.length,
        tokens: qualified.slice(0, top).map(({ mint, symbol, name, smoothedScore, refreshedAt }) => ({
          mint,
          symbol,
          name,
          score: smoothedScore ?? 0,
          scoredAt: new Date(refreshedAt ?? clock.now()).toISOString(),
          pools: [
            {
              pairAddress: `${mint.slice(0, 40)}pool`,
              dex: 'raydium',
              labels: [],
              quoteMint: 'So11111111111111111111111111111111111111112',
              quoteSymbol: 'SOL',
              liquidityUsd: 25_000,
            },
          ],
        })),
      };
    },
  };
}
