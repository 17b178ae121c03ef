import { KIND, type Candidates } from './plan-columns.ts';
import { forecastReads, type ClassForecast, type ReadClass } from './plan-forecast.ts';
import { REFRESH, scanCandidates } from './plan-scan.ts';
import { creditLeft } from './plan-share.ts';
import { accrue, pickBatches, pickFull, splitRequests, sum, type BatchReasons } from './plan-split.ts';
import { closedClasses, type ReadGroup } from './read-groups.ts';
import type { TokenSettings } from './settings.ts';

export type PlanSettings = Pick<
  TokenSettings,
  | 'hotIntervalMs'
  | 'coldIntervalMs'
  | 'archivedIntervalMs'
  | 'checkIntervalMs'
  | 'activeCheckIntervalMs'
  | 'lossConfirmMs'
  | 'checkShare'
  | 'coldShare'
  | 'firstShare'
  | 'archivedShare'
>;

/**
 * What the classes with a guaranteed share have saved up: full reads in requests, refreshes in tokens. A plan returns it
 * for the next turn.
 */
export interface PlanCredit {
  readonly full: number;
  readonly promising: number;
  readonly rotation: number;
  readonly first: number;
  readonly cold: number;
  readonly archived: number;
}

export const NO_CREDIT: PlanCredit = { full: 0, promising: 0, rotation: 0, first: 0, cold: 0, archived: 0 };

/** What may be spent in this turn. */
export interface PlanBudget {
  /** Requests that may be made now. */
  readonly requests: number;
  /** The whole quota, for the forecast. */
  readonly requestsPerMinute: number;
  /** How many tokens one batch request holds. */
  readonly batchSize: number;
  readonly credit: PlanCredit;
  /** When planning began; nobody has waited for it longer than since then. */
  readonly startedMs: number;
  /** Groups of which nothing is to be read; what is due of them is counted, and others get their share. Default none. */
  readonly closed?: ReadonlySet<ReadGroup> | undefined;
}

const NONE_CLOSED: ReadonlySet<ReadGroup> = new Set();

/** One request, and why it is made. */
export type PlannedRead =
  | {
      /** One pool of each of many tokens. */
      readonly kind: 'batch';
      readonly mints: readonly string[];
      /** How many of them are due and of which class; `ahead` are due soon, and fill a request that is made anyway. */
      readonly why: BatchReasons;
    }
  | {
      /** All pools of one token. */
      readonly kind: 'full';
      readonly mint: string;
      readonly why: 'first' | 'check' | 'active' | 'confirm-loss';
    };

/** How a class of reads fares. */
export interface ClassLoad extends ClassForecast {
  /** Tokens that are due and not in this plan. */
  readonly backlog: number;
  /** How long a token has waited at most: since its last read of this kind, or since it was found. */
  readonly longestWaitMs: number;
}

/** What to read next, and how the work stands. */
export interface Plan {
  /** None of the tokens is in two of them. */
  readonly reads: readonly PlannedRead[];
  readonly credit: PlanCredit;
  /** Tokens that are not archived, due, and not in this plan. */
  readonly backlog: number;
  readonly classes: Readonly<Record<ReadClass, ClassLoad>>;
  /** Tokens that could be, and are in the batches of this plan. */
  readonly batchSlots: number;
  readonly batchTokens: number;
  /** Tokens that wait for a refresh for over twice their fair share, the time of a round of their class. */
  readonly waitingUnduly: number;
  /** Distinct tokens that were read in the last 10 min. */
  readonly recentlyRead: number;
}

/**
 * What to read next with the requests that are left. Pure; one pass over the candidates.
 *
 * Between the classes: hot tokens first, then those never read, cold and archived ones, then full reads; each of them but
 * the hot ones has a share that is kept for it, and what a class does not use is there for the others.
 *
 * Within a class: by age x sqrt(value), which sorts as the Whittle index value x age^2 / 2 of weighted age of information
 * does (Kadota, Sinha, Uysal-Biyikoglu, Singh, Modiano: "Scheduling policies for minimizing age of information in
 * broadcast wireless networks", IEEE/ACM Transactions on Networking 26(6), 2018). Under overload tokens are then read at
 * rates in proportion to sqrt(value). As values of a class differ by a factor of 4 at most, a round of the least valuable
 * takes at most twice the mean, so that nobody starves.
 */
export function planReads(
  candidates: Candidates,
  nowMs: number,
  budget: PlanBudget,
  settings: PlanSettings,
): Plan {
  const { batchSize } = budget;
  const forecast = forecastReads(candidates, budget.requestsPerMinute, batchSize, settings);
  const scan = scanCandidates(candidates, nowMs, budget, settings, forecast);
  const before = accrue(budget, settings);
  const closed = closedClasses(budget.closed ?? NONE_CLOSED);
  const offered = {
    refreshDue: scan.refreshDue.map((count, group) => (closed.refresh[group] ? 0 : count)),
    fullDue: scan.fullDue.map((count, group) => (closed.full[group] ? 0 : count)),
  };
  const split = splitRequests(offered, budget, before);
  const full = pickFull({ full: scan.full, fullDue: offered.fullDue }, split.full, before);
  const batches = pickBatches(scan, split.batches, batchSize, full, closed.refresh);
  const { given, due } = batches;

  const load = (name: ReadClass, backlog: number, longestWaitMs: number): ClassLoad => ({
    ...forecast[name],
    backlog,
    longestWaitMs,
  });
  const left = due.map((count, group) => count - (given[group] ?? 0));
  const [hot = 0, first = 0, cold = 0, archived = 0] = left;
  const longest = (kind: number): number => scan.longestRefreshMs[kind] ?? 0;
  return {
    reads: [
      ...batches.reads.map(({ rows, why }): PlannedRead => ({
        kind: 'batch',
        mints: rows.map((row) => mintOf(candidates, row)),
        why,
      })),
      ...full.rows.map((row): PlannedRead => ({
        kind: 'full',
        mint: mintOf(candidates, row),
        why: whyFull(candidates, row),
      })),
    ],
    credit: {
      ...full.credit,
      first: creditLeft(before.first, given[REFRESH.first] ?? 0, batchSize),
      cold: creditLeft(before.cold, given[REFRESH.cold] ?? 0, batchSize),
      archived: creditLeft(before.archived, given[REFRESH.archived] ?? 0, batchSize),
    },
    backlog: scan.due - full.rows.length - batches.settled,
    classes: {
      hot: load('hot', hot, Math.max(longest(KIND.hot), longest(KIND.active))),
      cold: load('cold', first + cold, longest(KIND.cold)),
      archived: load('archived', archived, longest(KIND.archived)),
      full: load('full', sum(scan.fullDue) - full.rows.length, scan.longestFullMs),
    },
    batchSlots: batches.reads.length * batchSize,
    batchTokens: sum(batches.reads.map(({ rows }) => rows.length)),
    waitingUnduly: scan.waitingUnduly,
    recentlyRead: scan.recentlyRead,
  };
}

const mintOf = ({ mints }: Candidates, row: number): string => mints[row] ?? '';

function whyFull(
  { kind, checkedMs, lossToConfirm }: Candidates,
  row: number,
): Extract<PlannedRead, { kind: 'full' }>['why'] {
  if (lossToConfirm[row] === 1) return 'confirm-loss';
  if (Number.isNaN(checkedMs[row])) return 'first';
  return kind[row] === KIND.active ? 'active' : 'check';
}
