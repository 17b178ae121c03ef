import { describeError } from '../../kernel/index.ts';
import type { BreakerState } from './breaker-phases.ts';
import type { DependencyParts } from './dependency-parts.ts';
import type { DependencyCounts, LatencyFigures, LatestLatency } from './dependency-stats.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** A quota now. */
export interface QuotaReport<QuotaName extends string = string> {
  readonly name: QuotaName;
  /** Calls that may start in any window of `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
  /** The same now: less for a while after the other side asked for less. */
  readonly rate: number;
  readonly used: number;
  readonly waiting: number;
  /** How often the other side asked for less. */
  readonly incidents: number;
  /** Milliseconds until the other side may be called again; 0 when it did not ask to be left alone. */
  readonly blockedForMs: number;
}

/** The last active probe. `at` is wall-clock ms. */
export interface ProbeReport {
  readonly at: number;
  readonly ok: boolean;
  readonly cause: string | null;
}

/** What is known of a dependency now. Times are wall-clock ms since the epoch, counts are of the last five minutes. */
export interface DependencyReport<QuotaName extends string = string> {
  readonly name: string;
  /** `closed` also without a breaker. */
  readonly state: BreakerState;
  readonly since: number;
  /** While calls are refused: when the next one may be let through; null when nobody can say, or none is refused. */
  readonly nextTryAt: number | null;
  readonly healthy: boolean;
  /** One sentence. */
  readonly reason: string;
  /** Whether the last calls were answered; null before the first has ended. */
  readonly reachable: boolean | null;
  readonly lastAnswerAt: number | null;
  /** Why the last call failed; null when it did not. */
  readonly lastError: string | null;
  readonly lastErrorAt: number | null;
  /** How long calls have failed without a success between; 0 while they succeed. */
  readonly failingForMs: number;
  /** The same, but for failures that asked for fewer requests: who asks for that is there. */
  readonly awayForMs: number;
  /** Share of failed attempts, 0..1; null without attempts. */
  readonly errorRate: number | null;
  readonly recent: DependencyCounts;
  /** The same counts since the start. */
  readonly total: DependencyCounts;
  readonly latency: LatencyFigures | null;
  /** Of the last minute; further back while that holds fewer than twenty answers. */
  readonly latest: LatestLatency;
  /** Limit of an attempt that starts now, in ms; null without one. */
  readonly timeoutMs: number | null;
  /** Whether answers take so long that what is known is kept for longer. */
  readonly slow: boolean;
  /** Attempts under way. */
  readonly running: number;
  /** Retries that may start now; null without a budget. */
  readonly retriesLeft: number | null;
  readonly quotas: readonly QuotaReport<QuotaName>[];
  readonly probe: ProbeReport | null;
}

/** What the report needs beside the parts. */
export interface ReportFacts {
  readonly nowMs: number;
  readonly stateSince: number;
  readonly probe: ProbeReport | null;
}

/** Puts together what is known. Changes nothing. */
export function reportOf<QuotaName extends string>(
  parts: DependencyParts,
  quotas: ReadonlyMap<string, RateLimiter>,
  { nowMs, stateSince, probe }: ReportFacts,
): DependencyReport<QuotaName> {
  const { clock, breaker, last, stats, adaptive, budget } = parts;
  const state = breaker?.state(nowMs) ?? 'closed';
  const blockedMs = Math.max(0, ...[...quotas.values()].map(({ core }) => core.blockedForMs(nowMs)));
  const timeoutMs = parts.timeoutMs(nowMs);
  return {
    name: parts.name,
    state,
    since: stateSince,
    nextTryAt:
      state === 'open' && breaker !== null
        ? breaker.refusal(nowMs, clock.now()).nextTryAt
        : blockedMs > 0
          ? clock.now() + blockedMs
          : null,
    ...healthOf(parts, nowMs),
    reachable: last.failingSinceMs !== null ? false : last.lastAnswerMs === null ? null : true,
    lastAnswerAt: last.lastAnswerMs === null ? null : clock.now() - (nowMs - last.lastAnswerMs),
    lastError: last.lastError === null ? null : describeError(last.lastError),
    lastErrorAt: last.lastErrorAt,
    failingForMs: last.failingSinceMs === null ? 0 : nowMs - last.failingSinceMs,
    awayForMs: last.awaySinceMs === null ? 0 : nowMs - last.awaySinceMs,
    errorRate: stats.errorRate(nowMs),
    recent: stats.recent(nowMs, parts.running),
    total: stats.total(parts.running),
    latency: stats.latency(nowMs),
    latest: stats.latestP95(nowMs),
    timeoutMs: timeoutMs === Infinity ? null : timeoutMs,
    slow: adaptive?.slow(nowMs) ?? false,
    running: parts.running,
    retriesLeft: budget?.left(nowMs) ?? null,
    quotas: [...quotas].map(([name, quota]) => ({
      name: name as QuotaName,
      limit: quota.core.limit,
      windowMs: quota.core.windowMs,
      rate: quota.core.rate(nowMs),
      used: quota.core.used(nowMs),
      waiting: quota.waiting,
      incidents: quota.core.incidents,
      blockedForMs: quota.core.blockedForMs(nowMs),
    })),
    probe,
  };
}

/** Whether a dependency is worth calling, and why. */
export function healthOf(
  parts: DependencyParts,
  nowMs: number,
): { readonly healthy: boolean; readonly reason: string } {
  const { name, breaker, last, clock } = parts;
  const state = breaker?.state(nowMs) ?? 'closed';
  if (breaker !== null && (state === 'open' || state === 'isolated')) {
    return { healthy: false, reason: breaker.refusal(nowMs, clock.now()).reason };
  }
  if (state === 'half_open') return { healthy: false, reason: `${name} is being tried again` };
  if (last.failingSinceMs !== null) {
    const times = last.failuresInRow === 1 ? 'time' : 'times in a row';
    return {
      healthy: last.failuresInRow < FAILURES_TO_TELL,
      reason: `${name} failed ${last.failuresInRow} ${times}: ${describeError(last.lastError)}`,
    };
  }
  return last.lastAnswerMs === null
    ? { healthy: true, reason: `${name} has not been called yet` }
    : { healthy: true, reason: `${name} answers` };
}

/** One failure that the retry mends is no news. */
const FAILURES_TO_TELL = 2;
