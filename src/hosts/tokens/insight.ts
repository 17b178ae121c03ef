import type { Clock } from '../../kernel/index.ts';
import type {
  FailedList,
  FlowReport,
  JournalPage,
  JournalQuery,
  ReleaseResult,
  StuckList,
  StuckToken,
  TokenStory,
} from '../../contract/index.ts';
import type { DexClient } from '../dexscreener/index.ts';
import { FirstOf } from './first-of.ts';
import { MOST_FACTS, flowSince, reportFlow } from './flow.ts';
import type { TokenPipeline } from './pipeline-port.ts';
import type { PlanStatus } from './plan-status.ts';
import type { TokenStore } from './ports.ts';
import { readTimesOf, type ReadTimes } from './read-times.ts';
import type { TokenSettings } from './settings.ts';
import { STORY_ENTRIES, tellStory } from './story.ts';
import { STUCK_AFTER_MS, describeStuck, judgeStuck, type SourceState, type StuckVerdict } from './stuck.ts';
import type { Token } from './token.ts';

/** Why tokens are where they are: what page, API and command line ask of the pipeline's work. */
export interface TokenInsight {
  flow(hours: number): FlowReport;
  stuck(limit: number): StuckList;
  /** How many are stuck: by the market, and for whatever is not; of those, the ones for which the quota is not enough. */
  stuckCounts(): { readonly notEligible: number; readonly ours: number; readonly quota: number };
  failed(limit: number): FailedList;
  /** Undefined for a mint that is not watched. */
  story(mint: string): TokenStory | undefined;
  /** Lets the held moves go. @throws MoonwardenError when the store refuses. */
  releaseHeld(by: string, reason: string): Promise<ReleaseResult>;
}

/** What insight needs. */
export interface InsightPorts {
  readonly clock: Clock;
  readonly store: Pick<TokenStore, 'flow'>;
  readonly journal: (query: JournalQuery) => JournalPage;
  readonly pipeline: Pick<TokenPipeline, 'registry' | 'releaseHeld' | 'whole' | 'status'>;
  readonly dex: Pick<DexClient, 'state' | 'quota'>;
  readonly settings: TokenSettings;
  /** How well scores agree with those by all pools. */
  readonly accuracy: () => FlowReport['accuracy'];
}

/** As many as one list may hold. */
const MOST_LISTED = 500;
/** A walk over every token serves all who ask within this time, in ms. */
const WALK_FOR_MS = 3_000;
/** A report is made anew after this time, in ms. */
const FLOW_FOR_MS = 10_000;
/** From this share on, the requests that are allowed are as good as used up. */
const SPENT_SHARE = 0.95;
const CARRIED_SHARE = 1.01;

/** What one walk over the tokens found. */
interface Walk {
  readonly at: number;
  readonly unread: number;
  readonly notEligible: number;
  readonly ours: number;
  readonly quota: number;
  readonly stuck: readonly StuckToken[];
  readonly failed: FailedList['items'];
}

/** Whether the requests are enough to check each token at its interval. */
const carriesChecks = (plan: PlanStatus | null): boolean =>
  plan === null || (plan.classes.full.rotationMs ?? Infinity) <= CARRIED_SHARE * plan.classes.full.intervalMs;

export function createTokenInsight(ports: InsightPorts): TokenInsight {
  const { clock, store, pipeline, dex, settings } = ports;
  const { registry } = pipeline;

  const sourceState = (): SourceState => {
    const { used, limit, available } = dex.quota('pairs');
    return {
      failingForMs: dex.state().failingForMs,
      quotaSpent: available < 1 || used >= SPENT_SHARE * limit || !carriesChecks(pipeline.status().plan),
    };
  };

  const walk = kept(clock, WALK_FOR_MS, (): Walk => {
    const moment = { now: clock.now(), nowMs: clock.monotonic() };
    const { now } = moment;
    const source = sourceState();
    const stuck = new FirstOf<Stuck>(MOST_LISTED, oursFirst);
    const failed = new FirstOf<Token>(MOST_LISTED, newestCheckFirst);
    let [unread, notEligible, ours, quota] = [0, 0, 0, 0];
    for (const mint of registry.mints()) {
      const token = registry.get(mint);
      if (token?.status !== 'monitoring') continue;
      if (token.refreshedAt === null) unread += 1;
      if (token.check?.passed === false) failed.add(token);
      if (now - token.statusSince <= STUCK_AFTER_MS) continue;
      const times = readTimesOf(token, registry, settings, moment);
      const verdict = times && judgeStuck(token, times, source, settings, now);
      if (!verdict) continue;
      if (verdict.fault === 'market') notEligible += 1;
      else ours += 1;
      if (verdict.fault === 'quota') quota += 1;
      stuck.add({ token, verdict, times });
    }
    return {
      at: now,
      unread,
      notEligible,
      ours,
      quota,
      stuck: stuck
        .list()
        .map(({ token, verdict, times }) => describeStuck(token, verdict, times, source, now)),
      failed: failed.list().map(({ mint, symbol, check, verification }) => ({
        mint,
        symbol,
        at: check?.at ?? now,
        steps: check?.steps ?? [],
        verification: verification ?? pipeline.whole(mint)?.verification ?? null,
      })),
    };
  });

  const reports = new Map<number, () => FlowReport>();
  const flowOver = (hours: number): FlowReport => {
    const now = clock.now();
    const { unread, notEligible, ours } = walk();
    const { monitoring, active, archived } = registry.counts;
    return reportFlow({
      facts: store.flow(flowSince(now, hours), MOST_FACTS),
      now,
      hours,
      places: { unread, monitoring, active, archived, stuckNotEligible: notEligible, stuckOurs: ours },
      accuracy: ports.accuracy(),
      minLiquidityUsd: settings.minLiquidityUsd,
    });
  };

  return {
    flow(hours) {
      let report = reports.get(hours);
      if (!report) {
        report = kept(clock, FLOW_FOR_MS, () => flowOver(hours));
        reports.set(hours, report);
      }
      return report();
    },
    stuck(limit) {
      const { at, notEligible, ours, stuck } = walk();
      return { at, notEligible, ours, items: stuck.slice(0, limit) };
    },
    stuckCounts() {
      const { notEligible, ours, quota } = walk();
      return { notEligible, ours, quota };
    },
    failed(limit) {
      const { at, failed } = walk();
      return { at, items: failed.slice(0, limit) };
    },
    story(mint) {
      const token = pipeline.whole(mint);
      const now = clock.now();
      const moment = { now, nowMs: clock.monotonic() };
      const times = token && readTimesOf(token, registry, settings, moment);
      if (!times) return undefined;
      const source = sourceState();
      const verdict = judgeStuck(token, times, source, settings, now);
      return tellStory({
        token,
        times,
        journal: ports.journal({ subject: mint, limit: STORY_ENTRIES }),
        whyNot: verdict && describeStuck(token, verdict, times, source, now),
        settings,
        now,
      });
    },
    async releaseHeld(by, reason) {
      let waiting = 0;
      for (const mint of registry.mints()) if (registry.get(mint)?.held) waiting += 1;
      return { released: (await pipeline.releaseHeld(by, reason)) ? waiting : 0 };
    },
  };
}

interface Stuck {
  readonly token: Token;
  readonly verdict: StuckVerdict;
  readonly times: ReadTimes;
}

function oursFirst(a: Stuck, b: Stuck): number {
  const market = ({ verdict }: Stuck): number => (verdict.fault === 'market' ? 1 : 0);
  return (
    market(a) - market(b) ||
    a.token.statusSince - b.token.statusSince ||
    (a.token.mint < b.token.mint ? -1 : 1)
  );
}

function newestCheckFirst(a: Token, b: Token): number {
  return (b.check?.at ?? 0) - (a.check?.at ?? 0) || (a.mint < b.mint ? -1 : 1);
}

/** What is costly is made anew the less often, so that it never takes more than a hundredth of the time. */
const COST_FACTOR = 100;

/** Keeps what was computed for a while. */
function kept<T>(clock: Clock, forMs: number, compute: () => T): () => T {
  let value: { readonly of: T; readonly untilMs: number } | undefined;
  return () => {
    const startedMs = clock.monotonic();
    if (!value || startedMs >= value.untilMs) {
      const of = compute();
      const tookMs = clock.monotonic() - startedMs;
      value = { of, untilMs: startedMs + Math.max(forMs, COST_FACTOR * tookMs) };
    }
    return value.of;
  };
}
