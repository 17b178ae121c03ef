import { PRUNE_ROWS, type RunLedger, type RunRecord, type RunStart, type UnfinishedRun } from './ledger.ts';

const unfinishedOf = (run: RunStart, itemsDone: number, itemsFailed: number): UnfinishedRun => {
  const { runId, job, group, plannedAt, startedAt, askedBy, who, why } = run;
  return { runId, job, group, plannedAt, startedAt, askedBy, who, why, itemsDone, itemsFailed };
};

/** A ledger that lives as long as the process. */
export function createMemoryLedger(): RunLedger {
  let lease: { readonly owner: string; readonly untilMs: number } | null = null;
  const open = new Map<string, UnfinishedRun>();
  const records: RunRecord[] = [];
  /** By job: item, and the run in whose flight it is. */
  const items = new Map<string, Map<string, string>>();

  const itemsOf = (job: string): Map<string, string> => {
    const known = items.get(job) ?? new Map<string, string>();
    items.set(job, known);
    return known;
  };

  return {
    async claim(owner, nowMs, forMs, force = false) {
      const isOver = force || lease === null || lease.untilMs <= nowMs || lease.untilMs > nowMs + forMs;
      if (lease?.owner !== owner && !isOver) return false;
      lease = { owner, untilMs: nowMs + forMs };
      return true;
    },
    async release(owner) {
      if (lease?.owner === owner) lease = null;
    },
    async commit(owner, changes) {
      if (lease?.owner !== owner) return false;
      for (const change of changes) {
        switch (change.kind) {
          case 'run.started':
            open.set(change.run.runId, unfinishedOf(change.run, 0, 0));
            for (const item of change.resumed) itemsOf(change.run.job).set(item, change.run.runId);
            break;
          case 'run.items': {
            const run = open.get(change.runId);
            if (run)
              open.set(
                run.runId,
                unfinishedOf(run, run.itemsDone + change.done, run.itemsFailed + change.failed),
              );
            for (const item of change.begun) itemsOf(change.job).set(item, change.runId);
            for (const item of change.settled) itemsOf(change.job).delete(item);
            break;
          }
          case 'run.ended': {
            const { record } = change;
            open.delete(record.runId);
            if (record.outcome === 'succeeded') {
              for (const [item, runId] of itemsOf(record.job))
                if (runId === record.runId) itemsOf(record.job).delete(item);
            }
            records.push(record);
            break;
          }
        }
      }
      return true;
    },
    async load() {
      const waiting = [...items].filter(([, ofJob]) => ofJob.size > 0);
      return {
        unfinished: [...open.values()],
        latest: new Map(records.map((record) => [record.job, record])),
        items: new Map(waiting.map(([job, ofJob]) => [job, [...ofJob.keys()]])),
      };
    },
    last: async (job, limit) =>
      records
        .filter((record) => record.job === job)
        .slice(-limit)
        .toReversed(),
    async prune({ before, keep }) {
      const seen = new Map<string, number>();
      const doomed = new Set<RunRecord>();
      for (const record of records.toReversed()) {
        const newer = seen.get(record.job) ?? 0;
        seen.set(record.job, newer + 1);
        if (record.endedAt < before || newer >= keep) doomed.add(record);
      }
      const slice = new Set(records.filter((record) => doomed.has(record)).slice(0, PRUNE_ROWS));
      records.splice(0, records.length, ...records.filter((record) => !slice.has(record)));
      return slice.size;
    },
  };
}
