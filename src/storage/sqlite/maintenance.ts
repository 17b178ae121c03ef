import { Worker } from 'node:worker_threads';
import type { Clock } from '../../kernel/index.ts';
import type { SignalHistoryStore } from '../../warden/metrics/index.ts';
import type { BackupMade, BackupTarget } from './backup.ts';
import type { CheckpointResult, Explanation, FileSizes } from './file-measure.ts';
import type { SignalTables } from './signal-tables.ts';
import type { SlowStatement } from './timed-database.ts';

/** What the worker is asked for; `signals` names a call of the history of signals. */
export type MaintenanceTask =
  | { readonly task: 'checkpoint' | 'check-integrity' | 'measure' | 'give-up' | 'close' }
  | { readonly task: 'explain'; readonly sql: string }
  | { readonly task: 'backup'; readonly target: BackupTarget }
  | { readonly task: 'signals'; readonly call: keyof SignalTables; readonly parameters: readonly unknown[] };
export type MaintenanceRequest = MaintenanceTask & { readonly id: number };
export type MaintenanceReply = {
  readonly id: number;
  readonly durationMs: number;
  /** Statements of it that took long. */
  readonly slow: readonly SlowStatement[];
} & ({ readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: string });

/** Long work on the database file, in a thread of its own. */
export interface Maintenance {
  checkpoint(): Promise<CheckpointResult>;
  /** What is wrong with the file; empty when it is sound. 1 to 5 s at a few million rows. */
  checkIntegrity(): Promise<readonly string[]>;
  measure(): Promise<FileSizes>;
  /** How a statement would be carried out. Rejects when it has no plan. */
  explain(sql: string): Promise<Explanation>;
  /** Copies the file and looks through the copy. Rejects with what failed. The thread must not be closed before it is over. */
  backup(target: BackupTarget): Promise<BackupMade>;
  /** Lets a backup end as soon as it can: with the step that it is at. Never rejects. */
  giveUp(): Promise<void>;
  readonly signals: SignalHistoryStore;
  /** Ends the thread; the next request starts another, which opens the file that is there then. Never rejects. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** Waits before a worker that died is started again; the last one stays. */
const RESTART_WAITS_MS = [1_000, 5_000, 30_000] as const;

interface Waiter {
  readonly name: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The thread begins with the first request. A worker that dies takes the requests under way with it: they reject. The next request after a wait starts another.
 * @param workerUrl the compiled worker; by default the one beside this file.
 * @param onDone told of each request that was answered: its name, how long the thread was busy with it.
 */
export function startMaintenance(
  file: string,
  clock: Pick<Clock, 'monotonic'>,
  workerUrl: URL = new URL('./maintenance-worker.js', import.meta.url),
  onDone?: (name: string, durationMs: number, ok: boolean, slow: readonly SlowStatement[]) => void,
): Maintenance {
  let nextId = 1;
  let isClosed = false;
  let deaths = 0;
  let current: { readonly worker: Worker; readonly waiting: Map<number, Waiter> } | null = null;
  let ended: { readonly error: Error; readonly againMs: number } | null = null;

  const start = (): NonNullable<typeof current> => {
    const worker = new Worker(workerUrl, { workerData: { file }, name: 'maintenance' });
    const waiting = new Map<number, Waiter>();
    const started = { worker, waiting };
    const end = (error: Error): void => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      if (current !== started) return;
      current = null;
      const waitMs = RESTART_WAITS_MS[Math.min(deaths, RESTART_WAITS_MS.length - 1)] ?? 0;
      ended = { error, againMs: clock.monotonic() + waitMs };
      deaths += 1;
    };
    worker.on('message', (reply: MaintenanceReply) => {
      // One that answers is sound: the next death begins with the shortest wait again.
      deaths = 0;
      const waiter = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (waiting.size === 0) worker.unref();
      if (waiter) onDone?.(waiter.name, reply.durationMs, reply.ok, reply.slow);
      if (reply.ok) waiter?.resolve(reply.result);
      else waiter?.reject(new Error(reply.error));
    });
    worker.on('error', end);
    worker.on('exit', () => {
      end(new Error('the maintenance worker has ended'));
    });
    worker.unref();
    return started;
  };
  const ask = (task: MaintenanceTask): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (isClosed || (!current && ended && clock.monotonic() < ended.againMs)) {
        reject(ended?.error ?? new Error('the maintenance worker has ended'));
        return;
      }
      current ??= start();
      const id = nextId++;
      const name = task.task === 'signals' ? `signals.${task.call}` : task.task;
      current.waiting.set(id, { name, resolve, reject });
      // A process that has nothing else to do waits for an answer, and for no more.
      current.worker.ref();
      current.worker.postMessage({ id, ...task } satisfies MaintenanceRequest);
    });
  const signals = <Call extends keyof SignalTables>(
    call: Call,
    ...parameters: Parameters<SignalHistoryStore[Call]>
  ): Promise<Awaited<ReturnType<SignalHistoryStore[Call]>>> =>
    ask({ task: 'signals', call, parameters }) as Promise<Awaited<ReturnType<SignalHistoryStore[Call]>>>;

  return {
    checkpoint: () => ask({ task: 'checkpoint' }) as Promise<CheckpointResult>,
    measure: () => ask({ task: 'measure' }) as Promise<FileSizes>,
    explain: (sql) => ask({ task: 'explain', sql }) as Promise<Explanation>,
    checkIntegrity: () => ask({ task: 'check-integrity' }) as Promise<readonly string[]>,
    signals: {
      open: () => signals('open'),
      write: (series, points) => signals('write', series, points),
      rollUp: (closedBefore, most) => signals('rollUp', closedBefore, most),
      prune: (before) => signals('prune', before),
      read: (series, parts) => signals('read', series, parts),
      size: () => signals('size'),
    },
    backup: (target) => ask({ task: 'backup', target }) as Promise<BackupMade>,
    async giveUp() {
      if (current) await ask({ task: 'give-up' }).catch(() => undefined);
    },
    async renew() {
      const last = current;
      if (last === null) return;
      await ask({ task: 'close' }).catch(() => undefined);
      if (current === last) current = null;
      await last.worker.terminate();
      ended = null;
    },
    async close() {
      if (isClosed) return;
      const last = current;
      // One that dies instead of closing has closed, too.
      if (last) await ask({ task: 'close' }).catch(() => undefined);
      isClosed = true;
      await last?.worker.terminate();
    },
  };
}
