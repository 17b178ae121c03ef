import { KIND, type Candidates } from './plan-columns.ts';
import type { Forecast } from './plan-forecast.ts';
import type { PlanBudget, PlanSettings } from './plan.ts';
import { TopRows } from './plan-top.ts';

/** Classes of refreshes, in order of priority. `first` are tokens of any score that were never read. */
export const REFRESH = { hot: 0, first: 1, cold: 2, archived: 3 } as const;
/** Classes of full reads, in order of priority. */
export const FULL = { urgent: 0, active: 1, promising: 2, rotation: 3 } as const;

/** In the mark of a row: a full read is due. */
export const FULL_DUE = 8;

const REFRESH_CLASSES = 4;
const FULL_CLASSES = 4;

/** A second answer must not come sooner after the first one than it has to, however long each takes, in ms. */
const CONFIRM_MARGIN_MS = 5_000;
/** A request that is made anyway refreshes no token again before this share of its interval. */
const LEAST_ELAPSED = 0.2;
/** Reads are counted as distinct tokens over this time. */
const ROTATION_WINDOW_MS = 600_000;
/** A token waits unduly beyond this many times its fair share. */
const UNDUE = 2;

/** What one pass over the candidates finds. */
export interface Scan {
  /** Rows that are due, the most valuable first: as many as a plan could take. */
  readonly refresh: readonly Int32Array[];
  readonly full: readonly Int32Array[];
  /** Rows that are due next, soonest first. */
  readonly ahead: Int32Array;
  /** By row: the class of its refresh + 1 if that is due, and {@link FULL_DUE} if a full read is. */
  readonly marks: Uint8Array;
  /** How many are due, by class. */
  readonly refreshDue: Uint32Array;
  readonly fullDue: Uint32Array;
  /** Tokens that are not archived and due for any read, each counted once. */
  readonly due: number;
  /** Longest waits in ms by kind, and for a full read. */
  readonly longestRefreshMs: Float64Array;
  readonly longestFullMs: number;
  readonly waitingUnduly: number;
  readonly recentlyRead: number;
}

/** What is due now, and who of it comes first. One pass, and nothing is allocated for a candidate. Pure. */
export function scanCandidates(
  candidates: Candidates,
  nowMs: number,
  budget: PlanBudget,
  settings: PlanSettings,
  forecast: Forecast,
): Scan {
  const { size, kind, reading, lossToConfirm, promising } = candidates;
  const { refreshedMs, checkedMs, discoveredMs, refreshNotBeforeMs, checkNotBeforeMs } = candidates;
  const { refreshWeight, checkWeight } = candidates;
  const requests = Math.max(0, budget.requests);
  // Some of the rows may turn out to be read in full.
  const most = Math.min(size, requests * (budget.batchSize + 1));
  const refreshTops = Array.from({ length: REFRESH_CLASSES }, () => new TopRows(most));
  const fullTops = Array.from({ length: FULL_CLASSES }, () => new TopRows(Math.min(size, requests)));
  const aheadTop = new TopRows(most);
  const refreshDue = new Uint32Array(REFRESH_CLASSES);
  const fullDue = new Uint32Array(FULL_CLASSES);
  const intervals = byKind(settings.hotIntervalMs, settings.coldIntervalMs, settings.archivedIntervalMs);
  const undue = byKind(
    UNDUE * (forecast.hot.rotationMs ?? Infinity),
    UNDUE * (forecast.cold.rotationMs ?? Infinity),
    UNDUE * (forecast.archived.rotationMs ?? Infinity),
  );
  const isClosed = byKind(
    Number(budget.closed?.has('hot') ?? false),
    Number(budget.closed?.has('cold') ?? false),
    Number(budget.closed?.has('archive') ?? false),
  );
  const marks = new Uint8Array(size);
  const longestRefreshMs = new Float64Array(intervals.length);
  let longestFullMs = 0;
  let due = 0;
  let waitingUnduly = 0;
  let recentlyRead = 0;

  for (let row = 0; row < size; row++) {
    const own = kind[row] as number;
    if (own === KIND.vacant) continue;
    const readMs = refreshedMs[row] as number;
    if (nowMs - readMs < ROTATION_WINDOW_MS) recentlyRead += 1;
    if (reading[row] === 1) continue;
    let isDue = false;

    if (nowMs >= (refreshNotBeforeMs[row] as number)) {
      const intervalMs = intervals[own] as number;
      const never = readMs !== readMs;
      const sinceMs = never ? (discoveredMs[row] as number) : readMs;
      const waitedMs = nowMs - Math.max(sinceMs, budget.startedMs);
      if (waitedMs > (longestRefreshMs[own] as number)) longestRefreshMs[own] = waitedMs;
      if (waitedMs > (undue[own] as number)) waitingUnduly += 1;
      // What was never read is due at once, and has waited one interval more than it is known.
      const ageMs = never ? intervalMs + nowMs - sinceMs : nowMs - readMs;
      if (ageMs >= intervalMs) {
        isDue = own !== KIND.archived;
        const group =
          own === KIND.archived
            ? REFRESH.archived
            : own !== KIND.cold
              ? REFRESH.hot
              : never
                ? REFRESH.first
                : REFRESH.cold;
        marks[row] = group + 1;
        refreshDue[group] = (refreshDue[group] as number) + 1;
        const top = refreshTops[group] as TopRows;
        const index = ageMs * (refreshWeight[row] as number);
        if (index > top.least) top.offer(index, row);
      } else if (ageMs >= LEAST_ELAPSED * intervalMs && isClosed[own] === 0) {
        aheadTop.offer(ageMs / intervalMs, row);
      }
    }

    if (own !== KIND.archived && nowMs >= (checkNotBeforeMs[row] as number)) {
      const checkMs = checkedMs[row] as number;
      const never = checkMs !== checkMs;
      const toConfirm = lossToConfirm[row] === 1;
      const intervalMs =
        own !== KIND.active
          ? settings.checkIntervalMs
          : toConfirm
            ? Math.min(settings.lossConfirmMs + CONFIRM_MARGIN_MS, settings.activeCheckIntervalMs)
            : settings.activeCheckIntervalMs;
      const sinceMs = never ? (discoveredMs[row] as number) : checkMs;
      const waitedMs = nowMs - Math.max(sinceMs, budget.startedMs);
      if (waitedMs > longestFullMs) longestFullMs = waitedMs;
      const ageMs = never ? intervalMs + nowMs - sinceMs : nowMs - checkMs;
      if (ageMs >= intervalMs) {
        isDue = true;
        const isPromising = promising[row] === 1;
        const group =
          toConfirm || (never && isPromising && readMs === readMs)
            ? FULL.urgent
            : own === KIND.active
              ? FULL.active
              : isPromising
                ? FULL.promising
                : FULL.rotation;
        marks[row] = (marks[row] as number) | FULL_DUE;
        fullDue[group] = (fullDue[group] as number) + 1;
        const top = fullTops[group] as TopRows;
        const index = ageMs * (checkWeight[row] as number);
        if (index > top.least) top.offer(index, row);
      }
    }
    if (isDue) due += 1;
  }

  return {
    refresh: refreshTops.map((top) => top.drain()),
    full: fullTops.map((top) => top.drain()),
    ahead: aheadTop.drain(),
    marks,
    refreshDue,
    fullDue,
    due,
    longestRefreshMs,
    longestFullMs,
    waitingUnduly,
    recentlyRead,
  };
}

function byKind(hot: number, cold: number, archived: number): Float64Array {
  const values = new Float64Array(Object.keys(KIND).length);
  values[KIND.hot] = hot;
  values[KIND.active] = hot;
  values[KIND.cold] = cold;
  values[KIND.archived] = archived;
  return values;
}
