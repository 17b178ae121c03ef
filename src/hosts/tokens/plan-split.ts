import { FULL, FULL_DUE, REFRESH, type Scan } from './plan-scan.ts';
import { allocate, creditLeft } from './plan-share.ts';
import type { PlanBudget, PlanCredit, PlanSettings } from './plan.ts';

/** Of the full reads, what is kept for tokens that show trades and liquidity, and for all the others. */
const PROMISING_SHARE = 0.25;
const ROTATION_SHARE = 0.25;

/** The credit with what the requests of this turn add to it. Pure. */
export function accrue({ credit, requests, batchSize }: PlanBudget, settings: PlanSettings): PlanCredit {
  const tokens = requests * batchSize;
  return {
    ...credit,
    full: credit.full + requests * settings.checkShare,
    first: credit.first + tokens * settings.firstShare,
    cold: credit.cold + tokens * settings.coldShare,
    archived: credit.archived + tokens * settings.archivedShare,
  };
}

/** Places in batches that are kept for each class of refreshes. */
const batchFloors = ({ first, cold, archived }: PlanCredit): readonly number[] =>
  [0, first, cold, archived].map(Math.floor);

/**
 * How many requests go to batches and to full reads. First the kept shares and what is due of hot tokens, then urgent full
 * reads, then the other batches, then the other full reads. Pure.
 */
export function splitRequests(
  { refreshDue, fullDue }: Pick<Scan, 'refreshDue' | 'fullDue'>,
  { requests, batchSize }: Pick<PlanBudget, 'requests' | 'batchSize'>,
  credit: PlanCredit,
): { readonly batches: number; readonly full: number } {
  const checks = sum(fullDue);
  const kept = Math.min(checks, Math.floor(credit.full), requests);
  const floors = batchFloors(credit);
  const pressing = refreshDue.map((due, group) =>
    group === REFRESH.hot ? due : Math.min(due, floors[group] ?? 0),
  );
  const pressingBatches = Math.min(Math.ceil(sum(pressing) / batchSize), requests - kept);
  const urgent = Math.min(Math.max(0, (fullDue[FULL.urgent] ?? 0) - kept), requests - kept - pressingBatches);
  const batches = Math.min(Math.ceil(sum(refreshDue) / batchSize), requests - kept - urgent);
  return { batches, full: Math.min(checks, requests - batches) };
}

/** Chooses the tokens that are read in full. Pure. */
export function pickFull(
  { full, fullDue }: Pick<Scan, 'full' | 'fullDue'>,
  requests: number,
  credit: PlanCredit,
): { readonly rows: readonly number[]; readonly credit: PlanCredit } {
  const promising = credit.promising + requests * PROMISING_SHARE;
  const rotation = credit.rotation + requests * ROTATION_SHARE;
  const given = allocate(requests, [...fullDue], [0, 0, promising, rotation].map(Math.floor));
  const rows = full.flatMap((sorted, group) => [...sorted.subarray(0, given[group])]);
  return {
    rows,
    credit: {
      ...credit,
      full: creditLeft(credit.full, rows.length, 1),
      promising: creditLeft(promising, given[FULL.promising] ?? 0, 1),
      rotation: creditLeft(rotation, given[FULL.rotation] ?? 0, 1),
    },
  };
}

/** How many tokens of a batch are due, by class; `ahead` are due soon, and fill a request that is made anyway. */
export type BatchReasons = Readonly<Record<'hot' | 'first' | 'cold' | 'archived' | 'ahead', number>>;

/** What the batches of a plan hold. */
export interface PickedBatches {
  readonly reads: readonly { readonly rows: readonly number[]; readonly why: BatchReasons }[];
  /** By class of refreshes: how many are due apart from those that are read in full, and how many of them are taken. */
  readonly due: readonly number[];
  readonly given: readonly number[];
  /** Tokens that are due for nothing else once these batches are read, archived ones left out. */
  readonly settled: number;
}

/**
 * Fills the batches: with what is due, class by class, then with what is due soonest. Pure.
 * @param closed classes of which nothing is taken.
 */
export function pickBatches(
  { refresh, refreshDue, ahead, marks }: Scan,
  most: number,
  batchSize: number,
  full: { readonly rows: readonly number[]; readonly credit: PlanCredit },
  closed: readonly boolean[] = [],
): PickedBatches {
  // A full read is a refresh, too; and of two reads of one token at once, the later one would undo the earlier one.
  const inFull = new Set(full.rows);
  const due = [...refreshDue];
  for (const row of inFull) {
    const group = ((marks[row] ?? 0) & ~FULL_DUE) - 1;
    if (group >= 0) due[group] = (due[group] ?? 0) - 1;
  }
  const offered = due.map((count, group) => (closed[group] ? 0 : count));
  const slots = Math.min(most, Math.ceil(sum(offered) / batchSize)) * batchSize;
  const given = allocate(slots, offered, batchFloors(full.credit));
  const picked: number[] = [];
  const take = (from: Int32Array, wanted: number): number => {
    const until = Math.min(slots, picked.length + wanted);
    for (const row of from) {
      if (picked.length >= until) break;
      if (!inFull.has(row)) picked.push(row);
    }
    return picked.length;
  };
  // Where the rows of each class end.
  const ends = refresh.map((rows, group) => take(rows, given[group] ?? 0));
  ends.push(take(ahead, slots));
  const starts = [0, ...ends];
  const reads = [];
  for (let from = 0; from < picked.length; from += batchSize) {
    const to = Math.min(picked.length, from + batchSize);
    const countOf = (group: number): number =>
      Math.max(0, Math.min(to, ends[group] ?? 0) - Math.max(from, starts[group] ?? 0));
    reads.push({
      rows: picked.slice(from, to),
      why: {
        hot: countOf(REFRESH.hot),
        first: countOf(REFRESH.first),
        cold: countOf(REFRESH.cold),
        archived: countOf(REFRESH.archived),
        ahead: countOf(refresh.length),
      },
    });
  }
  const settled = picked.filter((row) => {
    const mark = marks[row] ?? 0;
    return mark > 0 && mark < FULL_DUE && mark - 1 !== REFRESH.archived;
  });
  return { reads, due, given, settled: settled.length };
}

export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
