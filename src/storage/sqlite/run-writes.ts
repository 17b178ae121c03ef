import type { RunChange, RunRecord, RunStart, UnfinishedRun } from '../../warden/scheduler/index.ts';
import type { Database } from './database.ts';

/** A row of `job_run`. */
export interface RunRow {
  readonly run_id: string;
  readonly job: string;
  readonly job_group: string;
  readonly planned_at: number;
  readonly started_at: number;
  readonly asked_by: RunStart['askedBy'];
  readonly who: string | null;
  readonly why: string | null;
  readonly ended_at: number | null;
  readonly duration_ms: number | null;
  readonly outcome: RunRecord['outcome'] | null;
  readonly abandoned: number;
  readonly items_done: number;
  readonly items_failed: number;
  readonly cause: string | null;
}

/** SQLite ends text at a NUL. */
const text = (value: string): string => value.replaceAll('\0', '\uFFFD');
const textOrNull = (value: string | null): string | null => (value === null ? null : text(value));

/**
 * Writes changes of runs with statements that are prepared once. To be called inside a transaction, which may write other
 * things too.
 */
export function createRunWriter(database: Database): (changes: readonly RunChange[]) => void {
  const addRun = database.prepare(`
    INSERT INTO job_run (run_id, job, job_group, planned_at, started_at, asked_by, who, why)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_id) DO NOTHING`);
  // Its start may be in the same commit, and left out there, or have been given up while the store took nothing.
  const endRun = database.prepare(`
    INSERT INTO job_run (run_id, job, job_group, planned_at, started_at, asked_by, who, why, ended_at, duration_ms, outcome,
      abandoned, items_done, items_failed, cause)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (run_id) DO UPDATE SET ended_at = excluded.ended_at, duration_ms = excluded.duration_ms,
      outcome = excluded.outcome, abandoned = excluded.abandoned, items_done = excluded.items_done,
      items_failed = excluded.items_failed, cause = excluded.cause`);
  const countItems = database.prepare(`
    UPDATE job_run SET items_done = items_done + ?, items_failed = items_failed + ?
    WHERE run_id = ? AND ended_at IS NULL`);
  const putItem = database.prepare(`
    INSERT INTO job_item (job, item, run_id) VALUES (?, ?, ?)
    ON CONFLICT (job, item) DO UPDATE SET run_id = excluded.run_id`);
  const removeItem = database.prepare('DELETE FROM job_item WHERE job = ? AND item = ?');
  const removeItems = database.prepare('DELETE FROM job_item WHERE run_id = ?');

  const add = ({ runId, job, group, plannedAt, startedAt, askedBy, who, why }: RunStart): void => {
    addRun.run(
      runId,
      text(job),
      text(group),
      plannedAt,
      startedAt,
      askedBy,
      textOrNull(who),
      textOrNull(why),
    );
  };

  return (changes) => {
    for (const change of changes) {
      switch (change.kind) {
        case 'run.started':
          add(change.run);
          for (const item of change.resumed) putItem.run(text(change.run.job), text(item), change.run.runId);
          break;
        case 'run.items':
          for (const item of change.begun) putItem.run(text(change.job), text(item), change.runId);
          for (const item of change.settled) removeItem.run(text(change.job), text(item));
          if (change.settled.length > 0) countItems.run(change.done, change.failed, change.runId);
          break;
        case 'run.ended': {
          const { record } = change;
          endRun.run(
            record.runId,
            text(record.job),
            text(record.group),
            record.plannedAt,
            record.startedAt,
            record.askedBy,
            textOrNull(record.who),
            textOrNull(record.why),
            record.endedAt,
            record.durationMs,
            record.outcome,
            record.abandoned ? 1 : 0,
            record.itemsDone,
            record.itemsFailed,
            textOrNull(record.cause),
          );
          if (record.outcome === 'succeeded') removeItems.run(record.runId);
          break;
        }
      }
    }
  };
}

function startOf(row: RunRow): RunStart {
  return {
    runId: row.run_id,
    job: row.job,
    group: row.job_group,
    plannedAt: row.planned_at,
    startedAt: row.started_at,
    askedBy: row.asked_by,
    who: row.who,
    why: row.why,
  };
}

export const unfinishedOf = (row: RunRow): UnfinishedRun => ({
  ...startOf(row),
  itemsDone: row.items_done,
  itemsFailed: row.items_failed,
});

export function recordOf(row: RunRow): RunRecord {
  return {
    ...startOf(row),
    endedAt: row.ended_at ?? row.started_at,
    durationMs: row.duration_ms ?? 0,
    outcome: row.outcome ?? 'interrupted',
    abandoned: row.abandoned === 1,
    itemsDone: row.items_done,
    itemsFailed: row.items_failed,
    cause: row.cause,
  };
}
