import {
  createHistories,
  createSimulatedMarket,
  inProcessTransport,
  judgeHistory,
  type Disagreement,
  type LifeRules,
  type MoveKind,
} from '../simulator/index.ts';
import { loadSettings } from './settings.ts';
import { runVirtually } from './virtual-run.ts';

/** Options of {@link verifyLife}. */
export interface LifeProofOptions {
  readonly seed: number;
  /** How many tokens there are in all, over the whole run. */
  readonly tokens: number;
  readonly days: number;
  /** Called now and then; `share` of the work is done. */
  readonly onProgress?: (share: number, doing: string) => void;
}

/** How late the transitions of one kind came, in ms after they were due. */
export interface Delays {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

/** What came of comparing the status of every token with the market's truth. */
export interface LifeProof {
  readonly seed: number;
  readonly days: number;
  readonly tokens: number;
  /** Tokens whose status was at all times as the truth says, within the allowed delays. */
  readonly agreeing: number;
  readonly disagreements: readonly (Disagreement & { readonly mint: string; readonly symbol: string })[];
  readonly delays: Readonly<Partial<Record<MoveKind, Delays>>>;
  readonly allowedMs: LifeRules['allowedMs'];
  /** How often, and for how long together, transitions for worse were held because many would have come at once. */
  readonly held: { readonly times: number; readonly ms: number };
  /** Tokens that the feeds told of and nobody knows, or that were known and are not any more. */
  readonly lost: readonly string[];
  /** Transitions without a reason, or that do not follow from the one before. */
  readonly unexplained: readonly string[];
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const LONG_LIVED_SHARE = 0.04;
/** The market lists tokens that were born up to two days before. */
const LISTED_DAYS = 2;
/** A token that has been in the feeds for so long must be known: the boosts go round all of them in less. */
const KNOWN_AFTER_MS = 90 * MINUTE_MS;
/** Reads slower than usual, so that days of thousands of tokens take minutes; the allowed delays follow from them. */
const READ_MINUTES = 5;
const SLOW_READS = {
  tokens: {
    hot_interval: `${READ_MINUTES}m`,
    cold_interval: `${READ_MINUTES}m`,
    check_interval: `${READ_MINUTES}m`,
    active_check_interval: `${READ_MINUTES}m`,
  },
} as const;
/** The share of the work that is the run; the rest is the comparison. */
const RUN_SHARE = 0.85;

/**
 * Runs the real service under virtual time over a simulated market and holds the status of each token, at all times, to
 * the market's truth.
 * @throws MoonwardenError INTERNAL when something reached for real time or chance.
 */
export async function verifyLife(options: LifeProofOptions): Promise<LifeProof> {
  const { seed, tokens, days, onProgress } = options;
  const { settings } = loadSettings({
    environment: {},
    file: null,
    flags: { source: 'slower reads', values: SLOW_READS },
  });
  const longLived = Math.max(1, Math.round(tokens * LONG_LIVED_SHARE));
  const birthsPerDay = Math.max(1, tokens - longLived) / (days + LISTED_DAYS);
  const clock = { nowMs: 0 };
  const openMarket = (now: () => number) =>
    createSimulatedMarket({ seed, tokens, longLived, birthsPerDay, clock: { now } });
  const histories = createHistories();
  const { startMs, endMs, overview } = await runVirtually({
    durationMs: days * DAY_MS,
    settings,
    open(virtual) {
      const market = openMarket(() => virtual.now());
      return { transport: inProcessTransport(market), discoveries: market.discoveries() };
    },
    onEntries: (entries) => {
      histories.add(entries);
    },
    onProgress: (elapsedMs) => onProgress?.((RUN_SHARE * elapsedMs) / (days * DAY_MS), 'running'),
  });

  const rules: LifeRules = {
    minScore: settings.tokens.minScore,
    demoteAfterMs: MINUTE_MS,
    archiveAfterMs: DAY_MS / 2,
    returnTrades: 300,
    held: histories.held(endMs),
    allowedMs: {
      activation: (READ_MINUTES + 3) * MINUTE_MS,
      demotion: (2 * READ_MINUTES + 5) * MINUTE_MS,
      // The smoothed score needs some reads to fall below the limit.
      archival: (12 * READ_MINUTES + 30) * MINUTE_MS,
      timeout: 60 * MINUTE_MS,
      return: 60 * MINUTE_MS,
    },
  };
  const market = openMarket(() => clock.nowMs);
  const known = histories.close(endMs);
  const disagreements: (Disagreement & { mint: string; symbol: string })[] = [];
  const delays = new Map<MoveKind, number[]>();
  const dissenting = new Set<string>();
  let judged = 0;
  for (const [mint, history] of known) {
    const timeline = market.timeline(mint, endMs);
    if (timeline !== undefined) {
      const verdict = judgeHistory(history, timeline, rules);
      for (const { kind, delayMs } of verdict.followed) {
        const list = delays.get(kind) ?? [];
        delays.set(kind, list);
        list.push(delayMs);
      }
      const symbol = market.truth(mint, endMs)?.symbol ?? '';
      disagreements.push(...verdict.disagreements.map((one) => ({ mint, symbol, ...one })));
      if (verdict.disagreements.length > 0) dissenting.add(mint);
    }
    judged += 1;
    onProgress?.(RUN_SHARE + ((1 - RUN_SHARE) * judged) / known.size, 'comparing');
  }
  const told = new Set<string>();
  for (let atMs = startMs; atMs <= endMs - KNOWN_AFTER_MS; atMs += DAY_MS / 2) {
    const still = new Set(market.listed(atMs + KNOWN_AFTER_MS));
    for (const mint of market.listed(atMs)) if (still.has(mint)) told.add(mint);
  }
  const holds = Object.values(rules.held).flat();
  return {
    seed,
    days,
    tokens: known.size,
    held: { times: holds.length, ms: holds.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) },
    agreeing: known.size - dissenting.size,
    disagreements,
    delays: Object.fromEntries([...delays].map(([kind, list]) => [kind, summary(list)])),
    allowedMs: rules.allowedMs,
    lost: [
      ...[...told].filter((mint) => !known.has(mint)),
      ...(overview.counts.total === known.size
        ? []
        : [`${known.size} were discovered and ${overview.counts.total} are there at the end`]),
    ],
    unexplained: histories.broken,
  };
}

function summary(delaysMs: readonly number[]): Delays {
  const sorted = [...delaysMs].sort((a, b) => a - b);
  const quantile = (q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? NaN;
  return { count: sorted.length, medianMs: quantile(0.5), p95Ms: quantile(0.95), worstMs: quantile(1) };
}
