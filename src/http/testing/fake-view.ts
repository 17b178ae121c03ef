// Over 350 lines because one view answers everything that the API can be asked.
import type {
  JournalDraft,
  JournalEntry,
  Overview,
  Readiness,
  ScoreHistory,
  TokenDetail,
  TokenSummary,
} from '../../contract/index.ts';
import type { Clock } from '../../kernel/index.ts';
import { MoonwardenError, createRandom } from '../../kernel/index.ts';
import { createFakeFlow } from './fake-flow.ts';
import { createFakeIncidents } from './fake-incidents.ts';
import { createFakeJobs, type FakeJobs } from './fake-jobs.ts';
import type { AccessToken, AccessTokens, ServiceView, ViewListener } from '../ports.ts';

/** Access tokens in memory. */
export function createFakeAccess(initial: readonly AccessToken[] = []): AccessTokens {
  let tokens = [...initial];
  return {
    list: () => tokens,
    add: (token) => {
      tokens = [...tokens, token];
      return Promise.resolve();
    },
    revoke: (id) => {
      const before = tokens.length;
      tokens = tokens.filter((token) => token.id !== id);
      return Promise.resolve(tokens.length < before);
    },
    touch: (id, at) => {
      tokens = tokens.map((token) => (token.id === id ? { ...token, lastUsedAt: at } : token));
    },
  };
}

/** A service that looks alive and does what a test tells it. */
export interface FakeView extends ServiceView {
  /** Commits entries and tells the listeners. */
  append(...drafts: readonly JournalDraft[]): readonly JournalEntry[];
  /** Changes what the overview and the health say, and tells the listeners. */
  setOverview(change: Partial<Overview>): void;
  setReady(readiness: Readiness): void;
  /** Tells the listeners about changed rows. */
  touchTokens(rows: readonly TokenSummary[]): void;
  readonly jobs: FakeJobs;
  readonly entries: readonly JournalEntry[];
  readonly summaries: readonly TokenSummary[];
  readonly listeners: number;
}

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** `tokens` made-up tokens and as many journal entries; the same for the same clock. */
const FIGURES = {
  count: 5,
  failed: 0,
  successShare: 1,
  averageMs: 12,
  p50Ms: 10,
  p95Ms: 30,
  p99Ms: 31,
  maxMs: 31,
  perMinute: 1,
};

export function createFakeView(clock: Clock, options: { readonly tokens?: number } = {}): FakeView {
  const random = createRandom('fake view');
  const started = clock.now() - 3 * 3_600_000;
  const mint = (): string => Array.from({ length: 44 }, () => random.pick(Array.from(alphabet))).join('');
  const summaries: TokenSummary[] = Array.from({ length: options.tokens ?? 60 }, (_, index) =>
    fakeSummary(mint(), index, clock.now(), random.next()),
  );
  const entries: JournalEntry[] = [];
  const listeners = new Set<ViewListener>();
  let readiness: Readiness = { status: 'ready' };
  let overview = fakeOverview(summaries, clock.now(), started);
  const nowOverview = (): Overview => ({ ...overview, at: clock.now(), uptimeMs: clock.now() - started });

  const flow = createFakeFlow(summaries, clock);
  const view: FakeView = {
    health: () => {
      const { status, sentence, since, version, uptimeMs, conditions, dependencies, features } =
        nowOverview();
      return { status, sentence, since, version, uptimeMs, conditions, dependencies, features };
    },
    ...createFakeIncidents(clock),
    recommendations: () => ({
      at: clock.now(),
      items: [
        {
          id: 'cold-interval',
          sentence: 'Set tokens.cold_interval to what the quota carries: from 45 s to 90 s.',
          evidence:
            'A round of 40 cold tokens takes 90 s with the 2 requests a minute that are left for them.',
          effect: 'They are read as often as now.',
          knob: { setting: 'tokens.cold_interval', from: '45s', to: '90s' },
          safe: true,
        },
      ],
    }),
    work: () => ({
      at: clock.now(),
      counts: { monitoring: 30, active: 20, archived: 10, total: 60 },
      refreshedPerMinute: 120,
      checkedPerMinute: 30,
      backlog: { hot: 0, cold: 40, archive: 3, activation: 2 },
      stalledForMs: 0,
      stuck: 1,
      lag: [{ status: 'active', band: 'hot', perMinute: 60, averageMs: 400, p95Ms: 900 }],
      stages: [
        { group: 'cold', stage: 'queued', waiting: 40, perMinute: 60, dwellMs: 40_000, p95Ms: 70_000 },
        { group: 'cold', stage: 'fetched', waiting: 1, perMinute: 60, dwellMs: 1_000, p95Ms: 2_000 },
      ],
      bottleneck: {
        group: 'cold',
        stage: 'queued',
        dwellMs: 40_000,
        totalMs: 41_000,
        sentence:
          'Cold tokens wait 40 s of 41 s for a request: the quota does not carry them (a round takes 90 s).',
        knob: 'Raise `tokens.cold_interval`, or `tokens.cold_share` at the cost of the others.',
      },
    }),
    detailed: () => ({
      ...view.health(),
      at: clock.now(),
      components: [
        {
          name: 'service',
          title: 'Token service',
          parent: null,
          essential: true,
          status: 'healthy',
          reason: 'Its one part is well.',
          since: null,
          conditions: 0,
        },
        {
          name: 'jobs',
          title: 'Jobs',
          parent: 'service',
          essential: true,
          status: 'healthy',
          reason: 'None of its 3 rules finds anything wrong.',
          since: null,
          conditions: 0,
        },
      ],
    }),
    overview: nowOverview,
    ready: () => readiness,
    metrics: () => '# HELP up Whether it is.\n# TYPE up gauge\nup 1\n',
    database: () => ({
      at: clock.now(),
      findings: [],
      file: { at: clock.now(), bytes: 4_096, walBytes: 0, freeBytes: 0, error: null },
      checkpoint: null,
      integrity: null,
      writer: { waiting: 0, busyRetries: 0, waitP95Ms: null, waitLongestMs: null },
      backup: null,
      statements: [],
      slow: [],
      slowRecently: 0,
    }),
    backup: () =>
      Promise.resolve({
        path: '/data/backups/moonwarden-2026-01-02T03-04-05-006Z.db',
        at: clock.now(),
        bytes: 4_096,
        schemaVersion: 4,
        rows: { token: 60 },
        removed: [],
        durationMs: 12,
      }),
    performance: () => ({
      at: clock.now(),
      findings: [],
      items: [
        { kind: 'http', name: 'GET /health', recent: FIGURES, hour: { ...FIGURES, count: 60 }, slower: null },
      ],
    }),
    resources: () => ({
      at: clock.now(),
      limits: {
        memory: { bytes: 2e9, origin: 'container' },
        cpu: { count: 1.5, origin: 'container' },
        heap: { bytes: 1e9 },
        fileDescriptors: { count: null },
      },
      values: [
        { name: 'disk_used', unit: 'ratio', meaning: 'disk', value: 0.25, reason: null, at: clock.now() },
        { name: 'disk_busy', unit: 'ratio', meaning: 'disk', value: null, reason: 'nobody tells', at: null },
      ],
    }),
    tokens: ({ status, q, minScore, sort, limit, cursor }) => {
      const start = Math.max(0, Number.parseInt(cursor ?? '0', 10) || 0);
      const text = q?.toLowerCase() ?? '';
      const matching = summaries
        .filter((token) => status?.includes(token.status) ?? true)
        .filter(({ symbol, name, mint: own }) => `${symbol} ${name} ${own}`.toLowerCase().includes(text))
        .filter(({ score }) => minScore === undefined || (score ?? -Infinity) >= minScore)
        .sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
      if (!sort.startsWith('-')) matching.reverse();
      const next = start + limit;
      return {
        items: matching.slice(start, next),
        total: matching.length,
        nextCursor: next < matching.length ? String(next) : null,
      };
    },
    token: (wanted) => {
      const summary = summaries.find((token) => token.mint === wanted);
      return summary && fakeDetail(summary, clock.now());
    },
    history: (wanted, range) => {
      if (!summaries.some((token) => token.mint === wanted)) return undefined;
      return Promise.resolve(fakeHistory(wanted, range, clock.now()));
    },
    flow: ({ hours }) => flow.flow(hours),
    stuck: ({ limit }) => flow.stuck(limit),
    failed: ({ limit }) => flow.failed(limit),
    story: (wanted) => flow.story(wanted),
    refresh: (wanted) => {
      const summary = summaries.find((token) => token.mint === wanted);
      return Promise.resolve(
        summary && {
          mint: wanted,
          source: 'DexScreener',
          freshness: 'fresh',
          at: clock.now(),
          pools: 2,
          sentence: 'DexScreener shows 2 pools.',
        },
      );
    },
    markets: ({ top, minScore }) => flow.markets(top ?? 3, minScore ?? 0.1),
    jobs: createFakeJobs(clock),
    rules: () => ({
      at: clock.now(),
      items: [
        {
          name: 'work.behind',
          kind: 'threshold',
          origin: 'default',
          signal: 'backlog',
          unit: 'tokens',
          essential: false,
          levels: [{ level: 'warning', enter: 150, leave: 100, forMs: 0, keepForMs: 0 }],
          verdict: 'well',
          reason: 'backlog is 2 tokens; the warning level begins at 150 tokens.',
          series: 1,
          gravest: [],
          nextSteps: [],
          runbook: 'docs/runbooks/data.stale.md',
          remedy: null,
        },
      ],
    }),
    signals: () => ({
      at: clock.now(),
      items: [
        {
          name: 'backlog',
          labels: {},
          unit: null,
          meaning: null,
          level: null,
          last: { at: clock.now(), value: 2 },
        },
      ],
      maxSeries: 2_000,
      recordEveryMs: 5_000,
      tiers: [{ name: 'raw', stepMs: null, keptMs: 3_600_000, rows: 60, bytes: 4_096 }],
      bytes: 4_096,
      dropped: 0,
    }),
    signal: (name) =>
      name === 'backlog'
        ? {
            name,
            unit: null,
            meaning: null,
            limits: [],
            from: clock.now() - 60_000,
            to: clock.now(),
            stepMs: null,
            series: [],
          }
        : undefined,
    recovery: () => ({
      at: clock.now(),
      mode: 'act',
      noRestart: 'Nobody would start it again.',
      budget: { perHour: 5, used: 1, hardPerHour: 3, hardUsed: 0 },
      pending: [
        {
          id: 'r-1',
          action: 'reconnect',
          step: 'soft',
          condition: 'work.behind',
          by: 'service',
          startedAt: clock.now() - 5_000,
          verifyBy: clock.now() + 25_000,
        },
      ],
      conditions: [
        {
          condition: 'work.behind',
          step: 'soft',
          state: 'recovering',
          why: null,
          lastAt: clock.now() - 5_000,
        },
      ],
      actions: [
        {
          name: 'reconnect',
          step: 'soft',
          component: 'source',
          ends: ['work.behind'],
          verifyWithinMs: 30_000,
          outcomes: [{ condition: 'work.behind', worked: 3, didNotWork: 1, madeItWorse: 0 }],
        },
      ],
    }),
    recover: (action, by) =>
      action === 'reconnect'
        ? Promise.resolve({ id: `r-2 for ${by}` })
        : Promise.reject(new MoonwardenError('RECOVERY_REFUSED', `There is no action named ${action}.`)),
    releaseHeld: () => Promise.resolve({ released: 2 }),
    importTokens: (inputs) => {
      const isMint = (input: string): boolean => /^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(input);
      const known = new Set(summaries.map((token) => token.mint));
      const added = [...new Set(inputs)].filter((input) => isMint(input) && !known.has(input));
      const rejected = inputs.filter((input) => !isMint(input));
      summaries.push(...added.map((own) => fakeSummary(own, 2, clock.now(), 0)));
      return Promise.resolve({
        added,
        duplicates: inputs.length - added.length - rejected.length,
        rejected: rejected.map((input) => ({ input, reason: 'This is not base58 of 32 bytes.' })),
      });
    },
    journal: ({ before, subject, type, limit }) => {
      const matching = entries
        .filter(({ seq }) => before === undefined || seq < before)
        .filter((entry) => subject === undefined || entry.subject === subject)
        .filter((entry) => type === undefined || entry.type === type)
        .reverse();
      const items = matching.slice(0, limit);
      return { items, nextBefore: matching.length > limit ? (items.at(-1)?.seq ?? null) : null };
    },
    // A seq is its place in the list, beginning with 1.
    journalAfter: (seq, limit) => entries.slice(seq, seq + limit),
    lastSeq: () => entries.length,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    append: (...drafts) => {
      const added = drafts.map((draft, index) => ({ ...draft, seq: entries.length + 1 + index }));
      entries.push(...added);
      for (const listener of [...listeners]) listener.onJournal(added);
      return added;
    },
    setOverview: (change) => {
      overview = { ...overview, ...change };
      for (const listener of [...listeners]) listener.onState(nowOverview());
    },
    setReady: (next) => {
      readiness = next;
    },
    touchTokens: (rows) => {
      for (const listener of [...listeners]) listener.onTokens(rows);
    },
    entries,
    summaries,
    get listeners() {
      return listeners.size;
    },
  };
  view.append(
    ...summaries.map(({ mint: subject, symbol, discoveredAt }): JournalDraft => ({
      type: 'token.discovered',
      at: discoveredAt,
      subject,
      reason: `${symbol ?? 'A token'} appeared in the feed pumpfun.`,
      data: { feed: 'pumpfun' },
    })),
  );
  return view;
}

function fakeSummary(mint: string, index: number, now: number, chance: number): TokenSummary {
  const status = (['active', 'monitoring', 'monitoring', 'archived'] as const)[index % 4] ?? 'monitoring';
  const isNew = status === 'monitoring' && index % 3 === 2;
  return {
    mint,
    symbol: isNew ? null : `MOON${index}`,
    name: isNew ? null : `Moon shot ${index}`,
    status,
    group: index % 5 === 0 ? 'hot' : 'cold',
    score: isNew ? null : Math.round(chance * 1000) / 1000,
    smoothedScore: isNew ? null : Math.round(chance * 900) / 1000,
    liquidityUsd: isNew ? null : 500 + Math.round(chance * 90_000),
    priceUsd: isNew ? null : chance / 1_000,
    volume5mUsd: isNew ? null : Math.round(chance * 8_000),
    tx5m: isNew ? null : Math.round(chance * 120),
    pools: isNew ? 0 : 1 + (index % 3),
    primaryDex: isNew ? null : ((['raydium', 'pumpswap', 'orca'] as const)[index % 3] ?? null),
    discoveredAt: now - index * 61_000,
    discoveredBy: 'pumpfun',
    statusSince: now - index * 31_000,
    refreshedAt: isNew ? null : now - index * 900,
    checkedAt: isNew ? null : now - index * 5_000,
  };
}

function fakeDetail(summary: TokenSummary, now: number): TokenDetail {
  const components = { txAcceleration: 0.61, volumeMomentum: 0.44, freshness: 0.83, orderFlow: 0.29 };
  return {
    ...summary,
    components: summary.score === null ? null : components,
    smoothedComponents: summary.score === null ? null : components,
    weights: { txAcceleration: 0.25, volumeMomentum: 0.25, freshness: 0.25, orderFlow: 0.25 },
    metrics:
      summary.score === null
        ? null
        : {
            tx5m: 40,
            tx1h: 310,
            buys5m: 25,
            sells5m: 15,
            volume5mUsd: 2_100,
            volume1hUsd: 18_300,
            liquidityUsd: summary.liquidityUsd,
            ageHours: 3.5,
            pools: summary.pools,
          },
    checkSince: now - 80_000,
    quality: summary.score === null ? null : { level: 'ok', reasons: [], at: now - 900 },
    scoredAt: summary.refreshedAt,
    held: null,
    check: {
      at: now - 20_000,
      passed: summary.status === 'active',
      steps: [
        {
          name: 'external pool',
          passed: true,
          value: 'raydium',
          limit: null,
          reason: 'A pool outside pump.fun exists.',
        },
        {
          name: 'liquidity',
          passed: summary.status === 'active',
          value: summary.liquidityUsd,
          limit: 200,
          reason: 'The pool must hold at least 200 USD.',
        },
      ],
      pools: [],
    },
    explanation: `${summary.symbol ?? 'The token'} is ${summary.status}.`,
    nextRefreshAt: now + 10_000,
    nextCheckAt: now + 60_000,
  };
}

function fakeHistory(mint: string, range: ScoreHistory['range'], now: number): ScoreHistory {
  const stepMs = { '2h': null, '48h': 60_000, '30d': 900_000 }[range];
  const points = Array.from({ length: 120 }, (_, index) => {
    const score = 0.5 + 0.3 * Math.sin(index / 9);
    return {
      at: now - (120 - index) * (stepMs ?? 30_000),
      score,
      min: score - 0.02,
      max: score + 0.02,
      liquidityUsd: 40_000 + index * 50,
      priceUsd: 0.0004 + index / 1e7,
    };
  });
  return { mint, range, stepMs, points };
}

function fakeOverview(summaries: readonly TokenSummary[], now: number, started: number): Overview {
  const count = (status: TokenSummary['status']): number =>
    summaries.filter((token) => token.status === status).length;
  const line = (from: number): [number, number][] =>
    Array.from({ length: 60 }, (_, minute) => [now - (60 - minute) * 60_000, from + Math.sin(minute / 7)]);
  const group = { intervalMs: 10_000, medianMs: 4_200, p95Ms: 9_100, oldestMs: 12_400, stale: 0 };
  return {
    status: 'healthy',
    sentence: 'Healthy. Everything is fresh.',
    since: started,
    version: '0.1.0',
    uptimeMs: now - started,
    conditions: [],
    dependencies: [],
    features: [],
    at: now,
    market: {
      kind: 'sim',
      origin: 'http://127.0.0.1:8100',
      reachable: true,
      lastAnswerAt: now - 400,
      lastError: null,
      lastErrorAt: null,
      nextTryAt: null,
    },
    counts: {
      monitoring: count('monitoring'),
      active: count('active'),
      archived: count('archived'),
      total: summaries.length,
    },
    rates: { discoveredPerHour: 84, activatedPerHour: 3, refreshedPerMinute: 96, checkedPerMinute: 12 },
    freshness: {
      hot: { count: 12, ...group },
      cold: { count: 48, ...group, intervalMs: 60_000, medianMs: 31_000 },
    },
    backlog: 2,
    quota: { pairs: { limit: 300, used: 121 }, profiles: { limit: 60, used: 4 } },
    errorRate: 0.01,
    droppedPairs: [{ reason: 'no price', count: 3 }],
    feeds: [{ name: 'pumpfun', lastAt: now - 30_000, found: 60, duplicates: 4, rejected: 1 }],
    series: { freshness_hot_p95_s: line(9), backlog: line(2), quota_used: line(120), error_rate: line(0.01) },
    limits: { freshness_hot_p95_s: 30, quota_used: 300 },
  };
}
