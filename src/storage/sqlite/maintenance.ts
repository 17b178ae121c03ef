import { Worker } from 'node:worker_threads';

export type MaintenanceTask = 'checkpoint' | 'check-integrity' | 'close';
export interface MaintenanceRequest {
  readonly id: number;
  readonly task: MaintenanceTask;
}
export type MaintenanceReply =
  | { readonly id: number; readonly ok: true; readonly findings: readonly string[] }
  | { readonly id: number; readonly ok: false; readonly error: string };

/** Long work on the database file, in a thread of its own. */
export interface Maintenance {
  checkpoint(): Promise<void>;
  /** What is wrong with the file; empty when it is sound. 1 to 5 s at a few million rows. */
  checkIntegrity(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** @param workerUrl the compiled worker; by default the one beside this file. */
export function startMaintenance(
  file: string,
  workerUrl: URL = new URL('./maintenance-worker.js', import.meta.url),
): Maintenance {
  const worker = new Worker(workerUrl, { workerData: { file }, name: 'maintenance' });
  const waiting = new Map<
    number,
    { resolve: (findings: readonly string[]) => void; reject: (error: Error) => void }
  >();
  let nextId = 1;
  let ended: Error | undefined;

  worker.on('message', (reply: MaintenanceReply) => {
    const waiter = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) waiter?.resolve(reply.findings);
    else waiter?.reject(new Error(reply.error));
  });
  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', end);
  worker.on('exit', () => {
    end(new Error('the maintenance worker has ended'));
  });
  worker.unref();

  const ask = (task: MaintenanceTask): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      if (ended) {
        reject(ended);
        return;
      }
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, task } satisfies MaintenanceRequest);
    });

  return {
    async checkpoint() {
      await ask('checkpoint');
    },
    checkIntegrity: () => ask('check-integrity'),
    async close() {
      // One that dies instead of closing has closed, too.
      if (!ended) await ask('close').catch(() => undefined);
      await worker.terminate();
    },
  };
}
