import { KIND, type CandidateColumns } from '../plan-columns.ts';
import type { ReadClass } from '../plan-forecast.ts';
import { NO_CREDIT, planReads, type Plan, type PlanSettings } from '../plan.ts';

/** A world of tokens under the planner alone: turns, and reads that take their time and succeed. */
export interface PlanWorld {
  readonly columns: CandidateColumns;
  readonly settings: PlanSettings;
  readonly batchSize: number;
  readonly requestsPerMinute: number;
  readonly turns: number;
  /** Time from one turn to the next. */
  readonly turnMs: (turn: number) => number;
  /** Requests that may be made in a turn. */
  readonly requests: (turn: number, nowMs: number) => number;
  /** Turns before this one are not measured. */
  readonly from: number;
  readonly onPlan?: (plan: Plan, nowMs: number) => void;
}

export interface WorldReport {
  /** By class: the longest time from read to read, or from the start of the measurement to its end. */
  readonly longestMs: Record<ReadClass, number>;
  /** Reads that were made, by class. */
  readonly reads: Record<ReadClass, number>;
  readonly requests: number;
  readonly slots: number;
  readonly filled: number;
  readonly elapsedMs: number;
}

/** Runs a world. A read that begins in a turn has ended by the next. */
export function runWorld(world: PlanWorld): WorldReport {
  const { columns, settings, batchSize } = world;
  const rows = new Map(columns.mints.map((mint, row) => [mint, row]));
  const longestMs = { hot: 0, cold: 0, archived: 0, full: 0 };
  const reads = { hot: 0, cold: 0, archived: 0, full: 0 };
  const report = { requests: 0, slots: 0, filled: 0 };
  let credit = NO_CREDIT;
  let now = 0;
  let measuredFrom = 0;
  const classOf = (row: number): ReadClass => {
    const kind = columns.kind[row];
    return kind === KIND.archived ? 'archived' : kind === KIND.cold ? 'cold' : 'hot';
  };
  const waited = (row: number, name: ReadClass): void => {
    const last = (name === 'full' ? columns.checkedMs : columns.refreshedMs)[row] ?? NaN;
    const since = Number.isNaN(last) ? (columns.discoveredMs[row] ?? 0) : last;
    longestMs[name] = Math.max(longestMs[name], now - since);
  };
  for (let turn = 0; turn < world.turns; turn++) {
    now += world.turnMs(turn);
    const measured = turn >= world.from;
    if (turn === world.from) measuredFrom = now;
    const plan = planReads(
      columns,
      now,
      {
        requests: world.requests(turn, now),
        requestsPerMinute: world.requestsPerMinute,
        batchSize,
        credit,
        startedMs: 0,
      },
      settings,
    );
    credit = plan.credit;
    world.onPlan?.(plan, now);
    if (measured) {
      report.requests += plan.reads.length;
      report.slots += plan.batchSlots;
      report.filled += plan.batchTokens;
    }
    for (const read of plan.reads) {
      for (const mint of read.kind === 'full' ? [read.mint] : read.mints) {
        const row = rows.get(mint) ?? -1;
        if (measured) {
          waited(row, classOf(row));
          reads[classOf(row)] += 1;
          if (read.kind === 'full') {
            waited(row, 'full');
            reads.full += 1;
          }
        }
        columns.refreshedMs[row] = now;
        if (read.kind === 'full') columns.checkedMs[row] = now;
      }
    }
  }
  for (const row of rows.values()) {
    waited(row, classOf(row));
    if (columns.kind[row] !== KIND.archived) waited(row, 'full');
  }
  return { longestMs, reads, ...report, elapsedMs: now - measuredFrom };
}
