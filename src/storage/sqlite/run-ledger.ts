import type { Clock } from '../../kernel/index.ts';
import type { RunChange, RunLedger } from '../../warden/scheduler/index.ts';
import type { Database } from './database.ts';
import { isBusy, storeError } from './errors.ts';
import { createRunWriter, recordOf, unfinishedOf, type RunRow } from './run-writes.ts';
import { SLICE_ROWS } from './aging.ts';

const BUSY_RETRY_MS = 25;
const BUSY_RETRIES = 200;
/** Between two jobs it lets others go on after so long. */
const PRUNE_SLICE_MS = 4;
/** The only lease so far. */
const LEASE = 'scheduler';

/**
 * The ledger of runs in the store's own database.
 * @param beforeCommit called before each commit, outside of the transaction.
 * @throws MoonwardenError STORE_FULL, STORE_FAILED from its methods.
 */
export function createRunLedger(
  database: Database,
  clock: Clock,
  beforeCommit: () => void = () => undefined,
): RunLedger {
  const write = createRunWriter(database);
  const claim = database.prepare(`
    INSERT INTO scheduler_lease (name, owner, until_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_at = excluded.until_at
      WHERE owner = excluded.owner OR until_at <= ?4 OR until_at > ?3 OR ?5`);
  const release = database.prepare('DELETE FROM scheduler_lease WHERE name = ? AND owner = ?');
  const ownerOf = database.prepare('SELECT owner FROM scheduler_lease WHERE name = ?');
  const unfinished = database.prepare('SELECT * FROM job_run WHERE ended_at IS NULL ORDER BY id');
  const items = database.prepare('SELECT job, item FROM job_item ORDER BY seq');
  const latest = database.prepare(`
    SELECT * FROM job_run WHERE id IN (SELECT MAX(id) FROM job_run WHERE ended_at IS NOT NULL GROUP BY job)`);
  const last = database.prepare(
    'SELECT * FROM job_run WHERE job = ? AND ended_at IS NOT NULL ORDER BY id DESC LIMIT ?',
  );
  const pruneOld = database.prepare(`
    DELETE FROM job_run WHERE id IN (SELECT id FROM job_run WHERE ended_at < ? ORDER BY ended_at LIMIT ${SLICE_ROWS})`);
  const jobAfter = database.prepare('SELECT MIN(job) AS job FROM job_run WHERE job > ?');
  // Both are answered by an index alone: a job may have many thousands of records, and most often none is too many.
  const openOf = database.prepare(
    'SELECT COUNT(*) AS open FROM job_run INDEXED BY job_run_by_end WHERE ended_at IS NULL AND job = ?',
  );
  const newestTooMuch = database.prepare(
    'SELECT id FROM job_run WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET ?',
  );
  const pruneJob = database.prepare(`
    DELETE FROM job_run WHERE id IN (
      SELECT id FROM job_run WHERE job = ? AND ended_at IS NOT NULL AND id <= ? ORDER BY id LIMIT ?)`);

  const transact = (owner: string, changes: readonly RunChange[]): boolean => {
    beforeCommit();
    database.exec('BEGIN IMMEDIATE');
    try {
      const held = (ownerOf.get(LEASE) as { owner: string } | undefined)?.owner === owner;
      if (held) write(changes);
      database.exec('COMMIT');
      if (held) for (const change of changes) if (change.kind === 'run.ended') grown.add(change.record.job);
      return held;
    } catch (error) {
      // After some errors (a full disk) SQLite has rolled back already.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };

  /** Jobs whose records may be too many: those that got one since they were looked at, and all when fewer are to be kept. */
  const grown = new Set<string>();
  let keptOf = Infinity;
  const nextJob = (after: string): string | null => (jobAfter.get(after) as { job: string | null }).job;
  const pruneMore = (job: string, keep: number, most: number): number => {
    const { open } = openOf.get(job) as { open: number };
    const row = newestTooMuch.get(job, keep + open) as { id: number } | undefined;
    return row === undefined ? 0 : pruneJob.run(job, row.id, most).changes;
  };

  /** Waits where another process writes, without holding up the event loop. */
  const patiently = async <T>(work: () => T): Promise<T> => {
    for (let retries = 0; ; retries++) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || retries >= BUSY_RETRIES) throw storeError(error);
      }
      await clock.sleep(BUSY_RETRY_MS);
    }
  };

  return {
    claim: (owner, nowMs, forMs, force = false) =>
      patiently(() => {
        beforeCommit();
        return claim.run(LEASE, owner, nowMs + forMs, nowMs, Number(force)).changes > 0;
      }),
    release: (owner) =>
      patiently(() => {
        beforeCommit();
        release.run(LEASE, owner);
      }),
    commit: (owner, changes) => patiently(() => transact(owner, changes)),
    load: () =>
      patiently(() => {
        const byJob = new Map<string, string[]>();
        for (const { job, item } of items.all() as { job: string; item: string }[]) {
          const known = byJob.get(job);
          if (known === undefined) byJob.set(job, [item]);
          else known.push(item);
        }
        const newest = (latest.all() as RunRow[]).map(recordOf);
        return {
          unfinished: (unfinished.all() as RunRow[]).map(unfinishedOf),
          items: byJob,
          latest: new Map(newest.map((record) => [record.job, record])),
        };
      }),
    last: (job, limit) => patiently(() => (last.all(job, limit) as RunRow[]).map(recordOf)),
    async prune({ before, keep }) {
      let removed = await patiently(() => pruneOld.run(before).changes);
      let beganMs = clock.monotonic();
      const breathe = async (): Promise<void> => {
        if (clock.monotonic() - beganMs < PRUNE_SLICE_MS) return;
        await clock.sleep(0);
        beganMs = clock.monotonic();
      };
      if (keep < keptOf) {
        let job = await patiently(() => nextJob(''));
        while (job !== null) {
          const known = job;
          grown.add(known);
          job = await patiently(() => nextJob(known));
          await breathe();
        }
        keptOf = keep;
      }
      for (const job of grown) {
        if (removed >= SLICE_ROWS) break;
        removed += await patiently(() => {
          const most = SLICE_ROWS - removed;
          const pruned = pruneMore(job, keep, most);
          if (pruned < most) grown.delete(job);
          return pruned;
        });
        await breathe();
      }
      return removed;
    },
  };
}
