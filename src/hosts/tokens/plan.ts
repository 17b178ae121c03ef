import type { TokenGroup, TokenStatus } from '../../contract/index.ts';
import type { TokenSettings } from './settings.ts';

/** What the plan knows of a token. Times are monotonic milliseconds. */
export interface Candidate {
  readonly mint: string;
  readonly status: TokenStatus;
  readonly group: TokenGroup;
  /** When the last read that came to something began; null before the first. */
  readonly refreshedMs: number | null;
  readonly checkedMs: number | null;
  readonly discoveredMs: number;
  /** After failed reads: when the next one of its kind may come at the earliest. */
  readonly refreshNotBeforeMs?: number;
  readonly checkNotBeforeMs?: number;
}

export type PlanSettings = Pick<
  TokenSettings,
  'hotIntervalMs' | 'coldIntervalMs' | 'checkIntervalMs' | 'activeCheckIntervalMs'
>;

/** What may be spent in this turn: requests, and how many tokens one batch request holds. */
export interface PlanBudget {
  readonly requests: number;
  /** How many of the requests are kept for full reads, if that many are due. */
  readonly reservedChecks: number;
  readonly batchSize: number;
}

/** What to read next. */
export interface Plan {
  /** Mints a request, each with one pool a token; none that is read in full at the same time. */
  readonly batches: readonly (readonly string[])[];
  /** Mints whose pools are read in full, one request each. */
  readonly checks: readonly string[];
  /** Tokens that are due and not in this plan. */
  readonly backlog: number;
}

/**
 * Plain intervals: who has waited longest, measured in its own interval, goes first, so a hot token comes 4.5 times as
 * often as a cold one and nobody starves. Full reads get their share of the requests, and what the refreshes leave.
 */
export function planReads(
  candidates: Iterable<Candidate>,
  nowMs: number,
  budget: PlanBudget,
  settings: PlanSettings,
): Plan {
  const refreshes: Due[] = [];
  const checks: Due[] = [];
  for (const candidate of candidates) {
    if (candidate.status === 'archived') continue;
    const interval = candidate.group === 'hot' ? settings.hotIntervalMs : settings.coldIntervalMs;
    if (nowMs >= (candidate.refreshNotBeforeMs ?? 0))
      addIfDue(refreshes, candidate, candidate.refreshedMs, interval, nowMs);
    const checkInterval =
      candidate.status === 'active' ? settings.activeCheckIntervalMs : settings.checkIntervalMs;
    if (nowMs >= (candidate.checkNotBeforeMs ?? 0))
      addIfDue(checks, candidate, candidate.checkedMs, checkInterval, nowMs);
  }
  refreshes.sort(longestWaitFirst);
  checks.sort(longestWaitFirst);

  const reserved = Math.min(checks.length, budget.reservedChecks);
  const requestsFor = (tokens: number): number =>
    Math.min(Math.ceil(tokens / budget.batchSize), Math.max(0, budget.requests - reserved));
  const plannedChecks = checks
    .slice(0, Math.max(0, budget.requests - requestsFor(refreshes.length)))
    .map(({ mint }) => mint);
  // A full read is a refresh, too; and of two reads of one token at once, the later one would undo the earlier one.
  const checked = new Set(plannedChecks);
  const others = refreshes.filter(({ mint }) => !checked.has(mint));
  const batchCount = requestsFor(others.length);
  const planned = others.slice(0, batchCount * budget.batchSize).map(({ mint }) => mint);
  return {
    batches: Array.from({ length: batchCount }, (_, index) =>
      planned.slice(index * budget.batchSize, (index + 1) * budget.batchSize),
    ),
    checks: plannedChecks,
    backlog: new Set(
      [...others.slice(planned.length), ...checks.slice(plannedChecks.length)].map(({ mint }) => mint),
    ).size,
  };
}

interface Due {
  readonly mint: string;
  /** Waiting time in intervals: 1 is due now. */
  readonly waited: number;
}

function addIfDue(
  list: Due[],
  candidate: Candidate,
  lastMs: number | null,
  intervalMs: number,
  nowMs: number,
): void {
  // What was never read is due at once, and has waited one interval more than it is old.
  const waited =
    lastMs === null ? 1 + (nowMs - candidate.discoveredMs) / intervalMs : (nowMs - lastMs) / intervalMs;
  if (waited >= 1) list.push({ mint: candidate.mint, waited });
}

function longestWaitFirst(a: Due, b: Due): number {
  return b.waited - a.waited || (a.mint < b.mint ? -1 : 1);
}
