import type { DatabaseReport } from '../../contract/index.ts';
import { LatencyWindow, describeError, type Clock } from '../../kernel/index.ts';
import type { CheckpointResult, Explanation, FileSizes } from './file-measure.ts';
import { createSlowQueries } from './slow-queries.ts';
import type { SlowStatement, StatementWatch } from './timed-database.ts';

/** What is known of the database itself, without how long its statements take. */
export type DatabaseFacts = Omit<DatabaseReport, 'at' | 'findings' | 'statements' | 'backup'>;

/** Told how long a statement took. */
export type StatementTiming = (name: string) => (durationMs: number, ok: boolean) => void;

/** Keeps what is learnt of the database. Asking it measures nothing. */
export interface DatabaseWatch extends StatementWatch {
  /** From now on this is told of each statement, by name. */
  recordTo(timing: StatementTiming): void;
  /** The maintenance thread has done something. */
  onThread(name: string, durationMs: number, ok: boolean, slow: readonly SlowStatement[]): void;
  measured(work: () => Promise<FileSizes>): Promise<void>;
  /** @throws what `work` throws. */
  checkpointed(work: () => Promise<CheckpointResult>): Promise<void>;
  /** @throws what `work` throws. */
  checked(work: () => Promise<readonly string[]>): Promise<readonly string[]>;
  /** An earlier process found the file sound. */
  wasSound(at: number): void;
  /** A change waits for another writer; to be called when it waits no more. */
  waits(): (tries: number) => void;
  facts(): DatabaseFacts;
}

const RECENT_MS = 300_000;

/** @param explain asks for the plan of a statement, outside of the event loop; null for a database in memory. */
export function createDatabaseWatch(
  clock: Pick<Clock, 'now' | 'monotonic'>,
  explain: ((sql: string) => Promise<Explanation>) | null,
): DatabaseWatch {
  const slow = createSlowQueries(clock, explain);
  const waits = new LatencyWindow({ windowMs: RECENT_MS });
  let timing: StatementTiming | undefined;
  let file: DatabaseFacts['file'] =
    explain === null ? null : { at: null, bytes: null, walBytes: null, freeBytes: null, error: null };
  let checkpoint: DatabaseFacts['checkpoint'] = null;
  let integrity: DatabaseFacts['integrity'] = null;
  let waiting = 0;
  let busyRetries = 0;

  return {
    timing: (name) => timing?.(name),
    onSlow: (statement) => {
      slow.add(statement, 'main');
    },
    recordTo(to) {
      timing = to;
    },
    onThread(name, durationMs, ok, statements) {
      timing?.(`maintenance: ${name}`)(durationMs, ok);
      for (const statement of statements) slow.add(statement, 'maintenance');
    },
    async measured(work) {
      try {
        const sizes = await work();
        file = { at: clock.now(), ...sizes, error: null };
      } catch (error) {
        file = { at: clock.now(), bytes: null, walBytes: null, freeBytes: null, error: describeError(error) };
      }
    },
    async checkpointed(work) {
      const startMs = clock.monotonic();
      const put = (result: CheckpointResult, error: string | null): void => {
        checkpoint = { at: clock.now(), durationMs: clock.monotonic() - startMs, ...result, error };
      };
      try {
        put(await work(), null);
      } catch (error) {
        put({ pages: 0, moved: 0 }, describeError(error));
        throw error;
      }
    },
    async checked(work) {
      const startMs = clock.monotonic();
      const put = (faults: readonly string[], error: string | null): void => {
        integrity = { at: clock.now(), durationMs: clock.monotonic() - startMs, faults: [...faults], error };
      };
      try {
        const faults = await work();
        put(faults, null);
        return faults;
      } catch (error) {
        put([], describeError(error));
        throw error;
      }
    },
    wasSound(at) {
      integrity ??= { at, durationMs: null, faults: [], error: null };
    },
    waits() {
      const startMs = clock.monotonic();
      waiting += 1;
      return (tries) => {
        waiting -= 1;
        busyRetries += tries;
        const nowMs = clock.monotonic();
        waits.record(nowMs, nowMs - startMs);
      };
    },
    facts() {
      const nowMs = clock.monotonic();
      return {
        file,
        checkpoint,
        integrity,
        writer: {
          waiting,
          busyRetries,
          waitP95Ms: waits.quantile(nowMs, 0.95),
          waitLongestMs: waits.quantile(nowMs, 1),
        },
        slow: [...slow.list()],
        slowRecently: slow.recently(),
      };
    },
  };
}
